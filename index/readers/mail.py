"""Mail: the four lines a person looks at, then the body; attachments are named, not read."""

from __future__ import annotations

import email
from dataclasses import replace
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.html import read_html
from index.readers.normalise import normalise, squeeze
from index.readers.source import Limits, content_id, count_visible
from index.types import Document, Heading

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

__all__ = ["read_mail"]

_SHOWN = ("From", "To", "Date", "Subject")


def read_mail(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a saved message (.eml): its plain body, else its HTML one.

    Raises:
        ReadError: it is no message.
    """
    message = email.message_from_bytes(data)
    fields = {name: _field(message, name) for name in _SHOWN}
    if not fields["From"] and not fields["Date"]:
        raise ReadError("it is no mail message", "Save the message again, as .eml.")
    head = "\n".join(f"{name}: {value}" for name, value in fields.items() if value) + "\n\n"
    body = _body(message, path, limits)
    name, address = parseaddr(fields["From"])
    left_out = [squeeze(part.get_filename() or "") for part in message.walk()]
    return Document(
        id=content_id(data),
        text=head + body.text,
        media_type="message/rfc822",
        title=fields["Subject"],
        author=name or address,
        date=_date(fields["Date"]),
        headings=tuple(
            Heading(h.start + len(head), h.level, h.title) for h in body.headings
        ),
        characters_read=count_visible(head) + body.characters_read,
        notes=(*body.notes, *(f"attachment {it} was not read" for it in left_out if it)),
    )


def _field(message: Message, name: str) -> str:
    raw = str(message.get(name) or "")
    try:
        return squeeze(str(make_header(decode_header(raw))))
    except (HeaderParseError, LookupError, ValueError):  # ValueError: undecodable words
        return squeeze(raw)


def _body(message: Message, path: Path, limits: Limits) -> Document:
    """Return the first plain part as a document, else the first HTML one, else an empty one."""
    for kind in ("text/plain", "text/html"):
        for part in message.walk():
            if part.get_content_type() != kind or part.get_filename():
                continue
            data = part.get_payload(decode=True)
            if not isinstance(data, bytes) or not data.strip():
                continue
            if kind == "text/html":
                return replace(read_html(data, path, limits), media_type=kind)
            raw, notes = decode(data, part.get_content_charset() or "")
            text = normalise(raw)
            return Document(
                "", text, kind, characters_read=count_visible(text), notes=notes
            )
    return Document("", "", "text/plain")


def _date(stamp: str) -> str:
    try:
        return parsedate_to_datetime(stamp).date().isoformat()
    except (ValueError, TypeError, IndexError):  # absent, or no date of any known form
        return ""
