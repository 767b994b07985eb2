"""Office files are ZIP archives of XML: open them without being blown up by one.

What an archive claims about itself is not believed: the bytes that come out are counted.
Entities are never expanded, nothing is ever fetched.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from index.errors import ReadError

if TYPE_CHECKING:
    from lxml.etree import _Element

    from index.readers.source import Limits

__all__ = ["Package"]

_MOST_ENTRIES = 20_000
_MOST_RATIO = 200  # unpacked to packed, above _FREE_BYTES: prose packs 3 to 30 times
_FREE_BYTES = 16 << 20
_PIECE = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
)


class Package:
    """The parts of an office file, each read once, together never over the limits."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Open the archive in `data`.

        Raises:
            ReadError: it is encrypted, damaged or has too many entries.
        """
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            raise ReadError(
                "it is encrypted, or an old office file under a new name",
                "Save a copy as .docx without a password.",
            )
        self._limits = limits
        self._packed = len(data)
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise ReadError(f"it is damaged ({error})", "Save it again.") from error
        if len(self._zip.infolist()) > _MOST_ENTRIES:
            raise ReadError("it holds too many parts", "Save it again as .docx.")

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return self._zip.namelist()

    def part(self, name: str) -> bytes:
        """Return a part's bytes, b"" if there is none of that name.

        Raises:
            ReadError: it is damaged, encrypted, or unpacks to more than the limits allow.
        """
        pieces: list[bytes] = []
        try:
            with self._zip.open(name) as file:
                while piece := file.read(_PIECE):
                    pieces.append(piece)
                    self._count(len(piece))
        except KeyError:
            return b""
        except RuntimeError as error:  # zipfile's word for a password
            raise ReadError("it is encrypted", "Save a copy without a password.") from error
        except _DAMAGED as error:
            raise ReadError(
                f"{name} in it is damaged ({error})", "Save it again."
            ) from error
        return b"".join(pieces)

    def xml(self, name: str) -> _Element | None:
        """Return a part as a tree, None if there is none of that name.

        Raises:
            ReadError: as `part`, and where it is no XML or declares entities.
        """
        from lxml import etree

        data = self.part(name)
        if not data:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise ReadError(
                f"{name} in it is damaged ({error})", "Save it again."
            ) from error
        if root.getroottree().docinfo.doctype:
            raise ReadError(f"{name} in it declares entities", "Save it again as .docx.")
        return root

    def _count(self, size: int) -> None:
        self._unpacked += size
        over = self._unpacked > self._limits.unpacked_bytes
        bomb = self._unpacked > max(_FREE_BYTES, _MOST_RATIO * self._packed)
        if over or bomb:
            raise ReadError(
                f"it unpacks to more than {self._unpacked >> 20} MB, and no honest file of "
                f"{max(self._packed >> 10, 1)} KB does",
                "Save it again as .docx.",
            )
