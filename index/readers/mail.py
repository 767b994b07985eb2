"""Mail: the lines a person looks at, then its texts, each quoted part under who wrote it.

What is attached is named here; it becomes a document of its own (`index.readers.members`).
"""

from __future__ import annotations

from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.message import Contents, Text, contents, header, parse
from index.readers.quoted import attributed
from index.readers.source import Limits, content_id, count_visible
from index.readers.writer import BlockWriter
from index.types import Cell, Document, Heading, Part, PartState, Place, Table

if TYPE_CHECKING:
    import datetime
    from email.message import Message
    from pathlib import Path

    from index.types import Span

__all__ = ["TECHNICAL", "mail_document", "read_mail"]

TECHNICAL = "technical headers"  # a part of a mail

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def read_mail(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a saved message (.eml).

    Raises:
        ReadError: it is no message.
    """
    del path, limits
    return mail_document(parse(data), content_id(data))


def mail_document(message: Message, identity: str) -> Document:
    """Return a message as a document.

    Raises:
        ReadError: it is no message.
    """
    fields = {name: header(message, name) for name in _SHOWN}
    if not fields["From"] and not fields["Date"]:
        raise ReadError("it is no mail message", "Save the message again, as .eml.")
    found = contents(message)
    names = [name for name, _ in found.attachments if name]
    shown = [f"{name}: {value}" for name, value in fields.items() if value]
    shown += [f"Attachments: {', '.join(names)}"] if names else []
    writer = BlockWriter()
    writer.add("\n".join(shown))
    parts = [Part("headers", PartState.READ, count_visible(writer.text))]
    name, address = parseaddr(fields["From"])
    sent = _moment(fields["Date"])
    day = f"{sent.day} {_MONTHS[sent.month - 1]} {sent.year}" if sent else ""
    sender = ", ".join(filter(None, (name or address, day)))
    for text in found.texts:
        _add_text(writer, text, sender)
        parts += text.parts
    parts += [*_travelled(message), *found.parts, *_beside(found)]
    return Document(
        id=identity,
        text=writer.text,
        media_type="message/rfc822",
        title=fields["Subject"],
        author=name or address,
        date=sent.date().isoformat() if sent else "",
        headings=tuple(sorted(writer.headings, key=lambda heading: heading.start)),
        tables=tuple(writer.tables),
        places=tuple(writer.places),
        parts=tuple(parts),
        characters_read=max(
            sum(part.characters for part in parts), count_visible(writer.text)
        ),
        notes=tuple(note for text in found.texts for note in text.notes),
    )


def _add_text(writer: BlockWriter, text: Text, sender: str) -> None:
    """Write a text with a heading and a place wherever another person begins to speak.

    They name who and when, and begin at the line that says so.
    """
    lines = [line.text for line in text.lines]
    whole = text.page.text if text.page else "\n".join(lines)
    start = writer.add(whole)
    if start is None:
        return
    shift = start - (len(whole) - len(whole.lstrip()))
    places = [0]
    for line in lines:
        places.append(places[-1] + len(line) + 1)
    for mark in attributed(text.lines, sender):
        writer.headings.append(Heading(places[mark.line] + shift, 1, mark.title))
        writer.places.append(Place(places[mark.line] + shift, mark.title))
    if text.page is not None:
        writer.headings += (
            Heading(h.start + shift, h.level + 1, h.title) for h in text.page.headings
        )
        writer.tables += (_shifted(table, shift) for table in text.page.tables)


def _shifted(table: Table, shift: int) -> Table:
    def moved(span: Span | None) -> Span | None:
        return span.shifted(shift) if span else None

    cells = tuple(
        Cell(c.row, c.column, moved(c.span), c.rows, c.columns, c.heading)
        for c in table.cells
    )
    return Table(table.start + shift, table.end + shift, cells, table.name)


def _travelled(message: Message) -> list[Part]:
    """Count the headers that nobody looks at."""
    others = (
        count_visible(f"{key}{value}")
        for key, value in message.raw_items()
        if key.title() not in _SHOWN
    )
    size = sum(others)
    why = "they say how the message travelled and is put together"
    return [Part(TECHNICAL, PartState.SET_ASIDE, size, why)] if size else []


def _beside(found: Contents) -> list[Part]:
    aside = [
        Part(f"attachment {name}", PartState.SET_ASIDE, 0, "it is a document of its own")
        for name, _ in found.attachments
    ]
    pictures = [
        Part(f"picture {name}", PartState.NOT_READ, 0, "it stands inside the text")
        for name in found.inline
    ]
    return [*aside, *pictures]


def _moment(stamp: str) -> datetime.datetime | None:
    try:
        return parsedate_to_datetime(stamp)
    except (
        ValueError,
        TypeError,
        IndexError,
        OverflowError,
    ):  # absent, or of no known form
        return None
