"""Reads how many parameters a GGUF file has, without loading it.

The layout is that of the GGUF specification (ggml, docs/gguf.md), versions 2 and 3: a header,
keys with values, and a directory of tensors. The file is not trusted: whatever is read is
bounded, and a file that breaks a bound has no known number of parameters.
"""

from __future__ import annotations

import math
import re
import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["is_gguf", "parameters_of"]

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_KEYS, MOST_TENSORS, MOST_DIMENSIONS = 10_000, 100_000, 8
LONGEST_NAME, LONGEST_TEXT, LONGEST_ARRAY = 2**16, 2**24, 2**24
MOST_PARAMETERS = 10**14
TEXT, ARRAY = 8, 9
NUMBERS = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?",
    10: "Q", 11: "q", 12: "d",
}  # fmt: skip
COUNT, LABEL, SPLIT = "general.parameter_count", "general.size_label", "split.count"
UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_LABEL = re.compile(r"(?:(\d+)x)?(\d+(?:\.\d+)?)([KMBT])\b")


class _BrokenError(Exception):
    """The file is not what the specification says, or larger than it should be."""


def is_gguf(path: Path) -> bool:
    """Say whether a file begins as a GGUF does."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def parameters_of(path: Path) -> int | None:
    """Return how many parameters a GGUF file has, None where it does not say.

    What the file says of itself holds if its tensors have about as many numbers: a file
    cannot claim to be a larger model than it is. They may hold more, as embeddings that two
    layers share can be stored twice. Of a file that is split into several, only what it says
    is known.
    """
    said: dict[str, int | str] = {}
    counted = 0
    try:
        with path.open("rb") as file:
            reader = _Reader(file)
            counted = reader.parameters(reader.metadata(said))
    except (OSError, struct.error, UnicodeDecodeError, _BrokenError):
        return None
    claimed = _said(said)
    if said.get(SPLIT, 1) in {0, 1} and not counted / 2 <= claimed <= counted * 2:
        claimed = counted
    return claimed if 0 < claimed <= MOST_PARAMETERS else None


def _said(said: dict[str, int | str]) -> int:
    count = said.get(COUNT, 0)
    if isinstance(count, int) and count > 0:
        return count
    label = _LABEL.search(str(said.get(LABEL, "")).upper().replace("X", "x"))
    if label is None:
        return 0
    experts, number, unit = label.groups()
    return round(int(experts or 1) * float(number) * UNITS[unit])


class _Reader:
    """Reads the parts of a file one after another."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def metadata(self, said: dict[str, int | str]) -> int:
        """Read header and keys; keep what matters in `said`; return the number of tensors."""
        if self._take(len(MAGIC)) != MAGIC or self._number("I") not in VERSIONS:
            raise _BrokenError
        tensors = _bounded(self._number("Q"), MOST_TENSORS)
        for _ in range(_bounded(self._number("Q"), MOST_KEYS)):
            key = self._text(LONGEST_NAME)
            kind = self._number("I")
            if key in {COUNT, SPLIT} and kind in NUMBERS:
                said[key] = int(self._number(NUMBERS[kind]))
            elif key == LABEL and kind == TEXT:
                said[key] = self._text(LONGEST_NAME)
            else:
                self._skip(kind)
        return tensors

    def parameters(self, tensors: int) -> int:
        """Read the directory of tensors; return how many numbers they hold together."""
        total = 0
        for _ in range(tensors):
            self._text(LONGEST_NAME)
            dimensions = _bounded(self._number("I"), MOST_DIMENSIONS)
            total += math.prod(self._number("Q") for _ in range(dimensions))
            self._take(4 + 8)  # type and place
        return total

    def _skip(self, kind: int) -> None:
        if kind == TEXT:
            self._pass(_bounded(self._number("Q"), LONGEST_TEXT))
        elif kind == ARRAY:
            self._skip_array()
        else:
            self._pass(_size(kind))

    def _skip_array(self) -> None:
        kind, count = self._number("I"), _bounded(self._number("Q"), LONGEST_ARRAY)
        if kind == TEXT:
            for _ in range(count):
                self._skip(TEXT)
        else:  # arrays of arrays occur nowhere: _size refuses them
            self._pass(count * _size(kind))

    def _pass(self, size: int) -> None:
        self._file.seek(size, 1)

    def _take(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise _BrokenError
        return data

    def _number(self, form: str) -> int:
        return int(struct.unpack(f"<{form}", self._take(struct.calcsize(f"<{form}")))[0])

    def _text(self, longest: int) -> str:
        return self._take(_bounded(self._number("Q"), longest)).decode("utf-8")


def _size(kind: int) -> int:
    if kind not in NUMBERS:
        raise _BrokenError
    return struct.calcsize(f"<{NUMBERS[kind]}")


def _bounded(number: int, most: int) -> int:
    if number > most:
        raise _BrokenError
    return number
