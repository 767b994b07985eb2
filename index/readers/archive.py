"""ZIP archives: the files in them, and a document that lists them."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.normalise import squeeze
from index.readers.source import Limits, content_id, count_visible
from index.readers.writer import BlockWriter
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["open_archive", "read_archive", "unpack_archive"]

_MOST_RATIO = 200  # unpacked to packed, above _FREE_BYTES: prose packs 3 to 30 times
_FREE_BYTES = 16 << 20
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
    IndexError,
)


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open an archive.

    Raises:
        ReadError: it is damaged.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED as error:
        raise ReadError(f"it is damaged ({error})", "Make the archive again.") from error


def unpack_archive(data: bytes) -> Iterator[tuple[str, bytes | ReadError]]:
    """Yield each file of an archive: its name as it stands there, and what it holds.

    Raises:
        ReadError: it is damaged, or unpacks to more than an honest archive does.
    """
    archive = open_archive(data)
    left = max(_FREE_BYTES, _MOST_RATIO * len(data))
    for info in archive.infolist():
        if info.is_dir():
            continue
        try:
            found: bytes | ReadError = _unpacked(archive, info, left)
        except ReadError as error:
            found = error
        if isinstance(found, bytes):
            left -= len(found)
        if left < 0:
            raise _bomb(data)
        yield _name(info), found


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Return a file of an archive, cut off one byte beyond `most`.

    Raises:
        ReadError: it is encrypted, damaged or a link.
    """
    if info.flag_bits & _ENCRYPTED:
        raise ReadError("it is encrypted", "Unpack the archive with its password.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ReadError("it is a link", "Put the file itself into the archive.")
    try:
        with archive.open(info) as file:
            return file.read(most + 1)
    except RuntimeError as error:  # zipfile's word for a password
        raise ReadError(
            f"it cannot be unpacked ({error})", "Unpack the archive."
        ) from error
    except _DAMAGED as error:
        raise ReadError(f"it is damaged ({error})", "Make the archive again.") from error


def read_archive(data: bytes, path: Path, limits: Limits) -> Document:
    """Read an archive as the list of what it holds; its files are documents of their own.

    Raises:
        ReadError: it is damaged, or holds no file.
    """
    del limits
    names = [_name(info) for info in open_archive(data).infolist() if not info.is_dir()]
    if not names:
        raise ReadError("it holds no file", "Make the archive again.")
    writer = BlockWriter()
    writer.add_heading("Files in this archive", 1)
    for name in names:
        writer.add(f"- {squeeze(name)}", item=True)
    size = count_visible(writer.text)
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type="application/zip",
        title=path.stem,
        headings=tuple(writer.headings),
        parts=(Part("names of files", PartState.READ, size),),
        characters_read=size,
    )


def _name(info: zipfile.ZipInfo) -> str:
    """Return a name; an old one without an encoding is guessed, not taken for cp437."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        return decode(info.filename.encode("cp437"))[0]
    except (UnicodeEncodeError, ReadError):
        return info.filename


def _bomb(data: bytes) -> ReadError:
    return ReadError(
        f"it unpacks to more than an honest archive of {max(len(data) >> 10, 1)} KB does",
        "Unpack it yourself, if you trust it, and index the folder.",
    )
