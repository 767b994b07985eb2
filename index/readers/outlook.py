"""Messages saved by Outlook (.msg), read as the mail they were.

Such a file is an OLE container with a stream for each property (MS-OXMSG). What it says is put
into a message as the mail reader knows it, attachments and attached messages too.
"""

from __future__ import annotations

import datetime
import io
import struct
from dataclasses import replace
from email.message import EmailMessage, Message
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.mail import TECHNICAL, mail_document
from index.readers.message import parse
from index.readers.source import Limits, content_id, count_visible
from index.types import Part, PartState

if TYPE_CHECKING:
    from pathlib import Path

    from olefile import OleFileIO

    from index.types import Document

__all__ = ["outlook_message", "read_outlook"]

_TEXT, _BYTES_TEXT, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_SUBJECT, _BODY, _HTML, _HEADERS = "0037", "1000", "1013", "007D"
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = "0C1A", "0C1F", "5D01"
_TO, _CC = "0E04", "0E03"
_FILE_NAMES, _DATA = ("3707", "3704", "3001"), "3701"
_SENT = (0x00390040, 0x0E060040, 0x30070040)  # sent, delivered, made: times
_ATTACHED = "__attach_version1.0_"
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_HEADER_BYTES = {True: 32, False: 24}  # of the properties: of a file, of a message in it
_PROPERTY_BYTES = 16
_DEEPEST = 3
_MOST_ATTACHED = 2_000


def read_outlook(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a message saved by Outlook.

    Raises:
        ReadError: it is damaged, or no message.
    """
    del path
    document = mail_document(outlook_message(data, limits), content_id(data))
    # What a mail counts as its technical headers was made here.
    parts = tuple(part for part in document.parts if part.name != TECHNICAL)
    if not any(part.name == "text" and part.characters for part in parts):
        why = "only Outlook's own formatted text may be in it, which no reader knows"
        remedy = "Save the message again as HTML or .eml."
        parts += (Part("formatted text", PartState.NOT_READ, 0, why, remedy),)
    read = max(sum(part.characters for part in parts), count_visible(document.text))
    return replace(document, parts=parts, characters_read=read)


def outlook_message(data: bytes, limits: Limits) -> Message:
    """Return the message in `data` as a mail.

    Raises:
        ReadError: it is damaged, or no message.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return _Storage(ole, (), limits).message(0)
    except ReadError:
        raise
    except Exception as error:  # the library raises whatever a damaged file leads it to
        raise ReadError(
            "it is damaged, or no message of Outlook", "Save it again, as .eml."
        ) from error


class _Storage:
    """A folder of an OLE file: the message, one of its attachments, a message in it."""

    def __init__(self, ole: OleFileIO, path: tuple[str, ...], limits: Limits) -> None:
        self._ole = ole
        self._path = path
        self._limits = limits

    def message(self, depth: int) -> Message:
        """Return this message."""
        sender = self._text(_SENDER)
        addresses = (self._text(_SENDER_SMTP), self._text(_SENDER_ADDRESS))
        address = next((each for each in addresses if "@" in each), "")
        found = EmailMessage()
        known = parse(self._text(_HEADERS).encode("utf-8", "replace"))
        for name, value in (
            ("From", formataddr((sender, address)) if address else sender),
            ("To", self._text(_TO)),
            ("Cc", self._text(_CC)),
            ("Subject", self._text(_SUBJECT)),
            ("Date", self._date() or str(known.get("Date") or "")),
        ):
            if text := " ".join(value.split()):
                found.set_raw(
                    name, text
                )  # as it is: the policy refuses what real mails hold
        if not found.keys():
            raise ReadError("it is no message of Outlook", "Save it again, as .eml.")
        self._add_texts(found)
        for storage in self._attached():
            storage.attach_to(found, depth)
        return found

    def attach_to(self, message: EmailMessage, depth: int) -> None:
        """Add what this storage holds to the message that it is attached to."""
        name = next(filter(None, map(self._text, _FILE_NAMES)), "attachment")
        inner = f"__substg1.0_{_DATA}{_OBJECT}"
        if self._ole.exists([*self._path, inner]):
            if depth < _DEEPEST:
                storage = _Storage(self._ole, (*self._path, inner), self._limits)
                message.add_attachment(storage.message(depth + 1))
            return
        data = self._bytes(_DATA + _BINARY)
        message.add_attachment(data, "application", "octet-stream", filename=name)

    def _add_texts(self, message: EmailMessage) -> None:
        plain, page = self._text(_BODY), self._bytes(_HTML + _BINARY)
        if not page:
            page = self._text(_HTML).encode()
        message.set_content(plain, cte="base64")
        if page:
            message.add_alternative(page, "text", "html", cte="base64")

    def _attached(self) -> list[_Storage]:
        names = {
            entry[len(self._path)]
            for entry in self._ole.listdir(streams=True, storages=True)
            if tuple(entry[: len(self._path)]) == self._path
            and len(entry) > len(self._path)
            and entry[len(self._path)].startswith(_ATTACHED)
        }
        if len(names) > _MOST_ATTACHED:
            raise ReadError("it has too many attachments", "Save them as files.")
        return [
            _Storage(self._ole, (*self._path, name), self._limits) for name in sorted(names)
        ]

    def _text(self, name: str) -> str:
        wide = self._bytes(name + _TEXT)
        if wide:
            return wide.decode("utf-16-le", errors="replace").rstrip("\0")
        narrow = self._bytes(name + _BYTES_TEXT).rstrip(b"\0")
        return decode(narrow)[0] if narrow else ""

    def _bytes(self, name: str) -> bytes:
        stream = [*self._path, f"__substg1.0_{name}"]
        if not self._ole.exists(stream) or self._ole.get_type(stream) != _STREAM:
            return b""
        data: bytes = self._ole.openstream(stream).read(self._limits.file_bytes)
        return data

    def _date(self) -> str:
        """Return when the message was sent, as a mail says it."""
        stream = [*self._path, "__properties_version1.0"]
        data = self._ole.openstream(stream).read() if self._ole.exists(stream) else b""
        times: dict[int, int] = {}
        for at in range(_HEADER_BYTES[not self._path], len(data), _PROPERTY_BYTES):
            entry = data[at : at + _PROPERTY_BYTES]
            if len(entry) == _PROPERTY_BYTES:
                tag, _, value = struct.unpack("<IIQ", entry)
                times[tag] = value
        moment = next((times[tag] for tag in _SENT if times.get(tag)), 0)
        if not moment:
            return ""
        return format_datetime(_EPOCH + datetime.timedelta(microseconds=moment // 10))


_STREAM = 2  # olefile's word for a stream, as opposed to a folder
