"""The other side of `process`: what a child does to answer requests within its limits.

It holds nothing that matters, so whatever a hostile file does to it, the asking process kills
it and starts another. An error that nobody foresaw ends it; its last words are read by the
asking process.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from index.errors import ReadError
from index.readers.pulse import heard_by
from index.readers.wire import encode_error, encode_pulse, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.readers.source import Limits

__all__ = ["Requests", "begin"]

_LONGEST_REQUEST = 1 << 20
_GRACE = 2.0  # the asking process kills first; this is for when it is gone


@dataclass(frozen=True, slots=True)
class Requests:
    """What the asking process wants, and how long one answer may take, or a page of it."""

    incoming: IO[bytes]
    outgoing: IO[bytes]
    seconds: float
    page_seconds: float

    def answer(self, how: Callable[[bytes], tuple[bytes, bytes]]) -> None:
        """Say that all is ready, then answer until the input ends.

        Args:
            how: from a request to header and body; a ReadError is an answer too.
        """
        send(self.outgoing, b"")
        while True:
            try:
                request, _ = receive(self.incoming, _LONGEST_REQUEST)
            except EOFError:
                return
            _alarm(self.seconds * _GRACE)
            try:
                with heard_by(self._live):
                    answer = how(request)
                send(self.outgoing, *answer)
            except ReadError as error:
                send(self.outgoing, encode_error(error))
            finally:
                _alarm(0.0)

    def _live(self, done: int, total: int) -> None:
        """Tell the asking process how far this is, and take the time of a page."""
        send(self.outgoing, encode_pulse(done, total))
        _alarm(self.page_seconds * _GRACE)


def begin(limits: Limits) -> Requests:
    """Bound this process and return what it is asked for; call before anything heavy."""
    incoming, outgoing = _streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's business
    _limit(limits)
    return Requests(incoming, outgoing, limits.seconds, limits.ocr_page_seconds)


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
