"""Which pages of a document were read by OCR: a picture says more than what was read of it."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.types import Document

__all__ = ["read_by_ocr"]

# As `index.readers.scans` writes it into the notes of a document.
_NOTE = re.compile(r"pages? (?P<pages>\d[\d, -]*) (?:was|were) read by OCR")


def read_by_ocr(document: Document) -> frozenset[int]:
    """Return the numbers of the pages whose text comes from a picture."""
    found = filter(None, map(_NOTE.fullmatch, document.notes))
    return frozenset(chain.from_iterable(_numbers(note["pages"]) for note in found))


def _numbers(written: str) -> list[int]:
    """Read numbers and runs of them.

    >>> _numbers("3-5, 9")
    [3, 4, 5, 9]
    """
    numbers: list[int] = []
    for part in written.split(","):
        first, _, last = part.strip().partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers
