"""The process that reads: takes paths on its input, answers with documents.

Asked for it, it answers with what lies in a file.

    python -m index.readers.worker LIMITS READERS

Not called by hand; see `guard.ReaderProcess`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from index.readers import Limits, read
from index.readers.child import begin
from index.readers.members import list_members
from index.readers.wire import LIST, encode_document, encode_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.readers import Reader

__all__ = ["main"]


def main(arguments: list[str]) -> None:
    """Answer requests until the input ends."""
    limits = Limits(**json.loads(arguments[0]))
    requests = begin(limits)
    readers = _readers(arguments[1])

    def document(request: bytes) -> tuple[bytes, bytes]:
        if request.startswith(LIST):
            path = Path(os.fsdecode(request.removeprefix(LIST)))
            return encode_members(list_members(path, limits)), b""
        return encode_document(read(Path(os.fsdecode(request)), limits, readers))

    requests.answer(document)


def _readers(name: str) -> Mapping[str, Reader]:
    module, _, attribute = name.partition(":")
    found: Mapping[str, Reader] = getattr(importlib.import_module(module), attribute)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
