"""A Document as bytes between two processes: a JSON header, then the boxes of the pages.

No pickle: the sending process has just read a hostile file, and what it says is checked
like any other input.
"""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from index.errors import ReadError, UnsupportedFormat
from index.packing import (
    pack_headings,
    pack_parts,
    pack_places,
    pack_tables,
    unpack_headings,
    unpack_parts,
    unpack_places,
    unpack_tables,
)
from index.readers.members import Listed
from index.types import Document, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "LIST",
    "decode_members",
    "decode_pulse",
    "decode_reply",
    "encode_document",
    "encode_error",
    "encode_members",
    "encode_pulse",
    "receive",
    "send",
]

LIST = b"\0list "  # before a path: what lies in the file is asked for; no path begins so
_LENGTH_BYTES = 8
_PULSE = b"pulse "  # no JSON begins like that
_TEXT_FIELDS = ("id", "text", "media_type", "title", "author", "date", "source", "name")


def send(stream: IO[bytes], header: bytes, body: bytes = b"") -> None:
    """Write one message: two lengths, header, body."""
    lengths = [len(part).to_bytes(_LENGTH_BYTES, "little") for part in (header, body)]
    stream.write(b"".join((*lengths, header, body)))
    stream.flush()


def receive(stream: IO[bytes], most: int) -> tuple[bytes, bytes]:
    """Read one message.

    Raises:
        EOFError: the other side is gone.
        ValueError: the message is over `most` bytes.
    """
    lengths = _exactly(stream, 2 * _LENGTH_BYTES)
    header = int.from_bytes(lengths[:_LENGTH_BYTES], "little")
    body = int.from_bytes(lengths[_LENGTH_BYTES:], "little")
    if header + body > most:
        raise ValueError("the message is too large")
    return _exactly(stream, header), _exactly(stream, body)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def encode_document(document: Document) -> tuple[bytes, bytes]:
    """Return a document as header and body."""
    fields: dict[str, Any] = {name: getattr(document, name) for name in _TEXT_FIELDS}
    fields |= {
        "pages": [
            [page.number, page.start, page.end, page.width, page.height, len(page.boxes)]
            for page in document.pages
        ],
        "headings": pack_headings(document.headings),
        "tables": pack_tables(document.tables),
        "places": pack_places(document.places),
        "parts": pack_parts(document.parts),
        "characters_read": document.characters_read,
        "notes": document.notes,
    }
    body = b"".join(page.boxes for page in document.pages)
    return json.dumps({"document": fields}).encode(), body


def encode_error(error: ReadError) -> bytes:
    """Return an error as a header."""
    kind = "unsupported" if isinstance(error, UnsupportedFormat) else "read"
    return json.dumps({"error": kind, "message": str(error), "hint": error.hint}).encode()


def encode_members(members: Sequence[Listed]) -> bytes:
    """Return the list of what lies in a file as a header."""
    rows = [[each.path, each.size, each.hash, each.reason] for each in members]
    return json.dumps({"members": rows}).encode()


def decode_members(header: bytes) -> list[Listed]:
    """Return the list that a reply holds.

    Raises:
        ReadError: the reply is an error.
        ValueError, KeyError, TypeError: it is not a reply.
    """
    reply = _without_error(header)
    return [
        Listed(str(path), int(size), str(digest), str(reason))
        for path, size, digest, reason in reply["members"]
    ]


def encode_pulse(done: int, total: int) -> bytes:
    """Return how far an answer is as a header of its own, before that of the answer."""
    return _PULSE + b"%d %d" % (done, total)


def decode_pulse(header: bytes) -> tuple[int, int] | None:
    """Return how many pages of how many are read, None if `header` is an answer's.

    Raises:
        ValueError: it makes no sense.
    """
    if not header.startswith(_PULSE):
        return None
    done, total = header.removeprefix(_PULSE).split()
    return int(done), int(total)


def decode_reply(header: bytes, body: bytes) -> Document:
    """Return the document that a reply holds.

    Raises:
        ReadError: the reply is an error.
        ValueError, KeyError, TypeError: it is not a reply.
    """
    reply = _without_error(header)
    fields = reply["document"]
    text = str(fields["text"])
    return Document(
        **{name: str(fields[name]) for name in _TEXT_FIELDS},
        pages=_pages(fields["pages"], body, len(text)),
        headings=unpack_headings(fields["headings"], len(text)),
        tables=unpack_tables(fields["tables"], len(text)),
        places=unpack_places(fields["places"], len(text)),
        parts=unpack_parts(fields["parts"]),
        characters_read=int(fields["characters_read"]),
        notes=tuple(map(str, fields["notes"])),
    )


def _without_error(header: bytes) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(header)
    if "error" in reply:
        kind = UnsupportedFormat if reply["error"] == "unsupported" else ReadError
        raise kind(str(reply["message"]), str(reply["hint"]))
    return reply


def _pages(items: list[list[Any]], body: bytes, length: int) -> tuple[Page, ...]:
    pages = []
    at = end = 0
    for number, first, last, width, height, size in items:
        boxes = body[at : at + int(size)]
        page = Page(int(number), int(first), int(last), float(width), float(height), boxes)
        at += int(size)
        if not end <= page.start <= page.end <= length:
            raise ValueError("a page lies outside the text")
        end = page.end
        pages.append(page)
    return tuple(pages)
