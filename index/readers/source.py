"""A path to the bytes of a plain file, read once, within limits.

What stands behind a path may be a folder, a pipe that never ends or a link to itself; each
is refused with its name. Knows nothing about formats.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import ReadError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Limits", "content_id", "count_visible", "read_bytes"]

_WHAT = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_WHY = {
    errno.ENOENT: ("there is no such file", "Check the path."),
    errno.EACCES: ("it may not be read", "Give yourself the right to read it."),
    errno.EPERM: ("it may not be read", "Give yourself the right to read it."),
    errno.ELOOP: ("its link points to itself", "Remove the link."),
    errno.ENXIO: ("it is a socket or pipe, not a file", "Save what it holds as a file."),
    errno.ENAMETOOLONG: ("its name is too long", "Shorten the name."),
    errno.ENOTDIR: ("a part of its path is not a folder", "Check the path."),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost before it is given up."""

    seconds: float = 60.0  # wall clock, for the whole file but what is read by OCR
    memory_bytes: int = 2 << 30  # address space of the reading process, where it can be set
    file_bytes: int = 200 << 20
    unpacked_bytes: int = 400 << 20  # of what a compressed file holds
    pages: int = 5_000
    characters: int = 40_000_000  # of the resulting text
    ocr_pages: int = 1_000  # pages and pictures whose writing is recognised; 0: none
    ocr_page_seconds: float = 180.0  # wall clock; some 5 on two idle cores
    ocr_seconds: float = 7200.0  # for all of these; what is left then is named


def read_bytes(path: Path, limits: Limits) -> bytes:
    """Return what the plain file at `path` holds.

    Raises:
        ReadError: it is missing, no plain file, unreadable, empty or over `file_bytes`.
    """
    # A pipe without a writer would block open(); O_NONBLOCK does nothing to plain files.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_dir():  # Windows would call it a lack of permission
            raise ReadError("it is a folder", "Name a file.")
        with os.fdopen(os.open(path, flags), "rb") as file:
            _check(os.fstat(file.fileno()), limits)
            data = file.read(limits.file_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        number = error.errno if isinstance(error, OSError) else None
        why, hint = _WHY.get(number or 0, (str(error), "Check the path and the disk."))
        raise ReadError(why, hint) from error
    if len(data) > limits.file_bytes:
        raise _too_large(len(data), limits)
    if not data:
        raise ReadError("it is empty", "Remove it, or save it again.")
    return data


def _check(found: os.stat_result, limits: Limits) -> None:
    for test, what in _WHAT:
        if test(found.st_mode):
            raise ReadError(f"it is {what}, not a file", "Save what it holds as a file.")
    if found.st_size > limits.file_bytes:
        raise _too_large(found.st_size, limits)


def _too_large(size: int, limits: Limits) -> ReadError:
    most = limits.file_bytes / 2**20
    return ReadError(
        f"it has {size / 2**20:.0f} MB, and the limit is {most:.0f} MB",
        "Split it into parts.",
    )


def content_id(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits: the document's id."""
    return hashlib.sha256(data).hexdigest()


def count_visible(text: str) -> int:
    """Return how many characters of `text` are not blank."""
    return sum(map(len, text.split()))
