"""Mailboxes (MBOX): the messages one after the other, and a document that lists them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.message import header, parse
from index.readers.normalise import squeeze
from index.readers.source import Limits, content_id, count_visible
from index.readers.writer import BlockWriter
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["messages", "read_mailbox"]

# The line above each message: "From ada@lamp.example Mon May  4 19:20:00 2026".
_BEGIN = re.compile(rb"^From [^\r\n]*\d{1,2}:\d{2}[^\r\n]*\r?\n", re.MULTILINE)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def messages(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of each message."""
    begins = list(_BEGIN.finditer(data))
    for number, begin in enumerate(begins, 1):
        end = begins[number].start() if number < len(begins) else len(data)
        body = _ESCAPED.sub(rb"\1", data[begin.end() : end])
        yield f"{number:05d} {_subject(body)[:60]}".strip() + ".eml", body


def read_mailbox(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a mailbox as the list of its messages, which are documents of their own.

    Raises:
        ReadError: it is no mailbox.
    """
    del limits
    writer = BlockWriter()
    writer.add_heading("Messages in this mailbox", 1)
    count = 0
    for _, body in messages(data):
        message = parse(_head(body))
        fields = (header(message, name) for name in ("Date", "From", "Subject"))
        writer.add(f"- {', '.join(filter(None, fields))}", item=True)
        count += 1
    if not count:
        raise ReadError("it is no mailbox", "Export it again, as MBOX.")
    size = count_visible(writer.text)
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type="application/mbox",
        title=squeeze(path.stem),
        headings=tuple(writer.headings),
        parts=(Part("dates, senders and subjects", PartState.READ, size),),
        characters_read=size,
    )


def _subject(body: bytes) -> str:
    return re.sub(r"[/\\:]+", " ", header(parse(_head(body)), "Subject"))


def _head(body: bytes) -> bytes:
    """Return the headers of a message: the rest is not looked at to list it."""
    end = re.search(rb"\r?\n\r?\n", body)
    return body[: end.end()] if end else body
