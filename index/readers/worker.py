"""The process that reads: takes paths on its input, answers with documents.

    python -m index.readers.worker LIMITS READERS

It holds nothing that matters, so whatever a hostile file does to it, the asking process
kills it and starts another. An error that no reader foresaw ends it; its last words are
read by the asking process. Not called by hand; see `guard.ReaderProcess`.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from index.errors import ReadError
from index.readers import Limits, read
from index.readers.wire import encode_document, encode_error, receive, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.readers import Reader

__all__ = ["main"]

_LONGEST_REQUEST = 1 << 20
_GRACE = 2.0  # the asking process kills first; this is for when it is gone


def main(arguments: list[str]) -> None:
    """Answer requests until the input ends."""
    limits = Limits(**json.loads(arguments[0]))
    requests, replies = _streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's business
    _limit(limits)
    readers = _readers(arguments[1])
    while True:
        try:
            request, _ = receive(requests, _LONGEST_REQUEST)
        except EOFError:
            return
        path = Path(os.fsdecode(request))
        _alarm(limits.seconds * _GRACE)
        try:
            send(replies, *encode_document(read(path, limits, readers)))
        except ReadError as error:
            send(replies, encode_error(error))
        finally:
            _alarm(0.0)


def _streams() -> tuple[IO[bytes], IO[bytes]]:
    """Return the two pipes, moved out of the reach of libraries that print."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _limit(limits: Limits) -> None:
    """Bound memory where the system can, and leave no core file of a private document."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = limits.memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (OSError, ValueError):  # macOS knows the name but not the thing
        return


def _alarm(seconds: float) -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)  # its default action ends the process


def _readers(name: str) -> Mapping[str, Reader]:
    module, _, attribute = name.partition(":")
    found: Mapping[str, Reader] = getattr(importlib.import_module(module), attribute)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
