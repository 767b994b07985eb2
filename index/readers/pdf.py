"""PDF by PDFium: the text of every page and where each of its characters is drawn.

Pages with a text layer are read from it. The writing on the others is recognised, as `scans`
has it, and the notes name these pages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.readers.normalise import squeeze
from index.readers.pages import first_heading, flow, headings_of
from index.readers.pdfium import read_sheets
from index.readers.scans import read_scans
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.readers.pages import Sheet
    from index.readers.scans import Scans

__all__ = ["read_pdf"]

_JUNK_TITLE = re.compile(
    r"(?:\(?anonymous\)?|untitled|microsoft word - ).*|"
    r".*\.(?:docx?|pdf|tex|dvi|html?|indd|rtf|odt)|\W*",
    re.IGNORECASE,
)
_JUNK_AUTHORS = {"anonymous", "(anonymous)", "unknown", "author", "admin", "user"}


def read_pdf(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a PDF's text, its boxes and its metadata.

    Raises:
        ReadError: it is damaged, wants a password, has no text or too many pages.
    """
    del path
    layers, about, notes = read_sheets(data, limits)
    scans = read_scans(data, layers, limits)
    flowed = flow(scans.sheets)
    text, pages = flowed.text, flowed.pages
    if not text:
        raise scans.silence
    found = headings_of(text, flowed.heights)
    title, author = squeeze(about.get("Title", "")), squeeze(about.get("Author", ""))
    silent = [page.number for page in pages if page.start == page.end]
    return Document(
        id=content_id(data),
        text=text,
        media_type="application/pdf",
        title=first_heading(found, pages) if _JUNK_TITLE.fullmatch(title) else title,
        author="" if author.lower() in _JUNK_AUTHORS else author,
        date=_date(about.get("CreationDate", "")),
        pages=pages,
        headings=found,
        tables=flowed.tables,
        parts=_parts(layers, scans, flowed.set_aside),
        characters_read=sum(count_visible(sheet.glyphs.text) for sheet in scans.sheets),
        notes=(*notes, *scans.notes(silent)),
    )


def _parts(layers: Sequence[Sheet], scans: Scans, set_aside: int) -> tuple[Part, ...]:
    """Return what the file holds, counted from PDFium's own characters."""
    read = set(scans.read)
    numbered = list(enumerate(layers, start=1))
    counted = (
        ("text", sum(s.drawn for n, s in numbered if n not in read) - set_aside),
        ("form fields", sum(s.fields for _, s in numbered)),
        ("annotations", sum(s.notes for _, s in numbered)),
    )
    parts = [Part(name, PartState.READ, count) for name, count in counted if count > 0]
    if set_aside:
        why = "they return on other pages"
        name = "running heads and page numbers"
        parts.append(Part(name, PartState.SET_ASIDE, set_aside, why))
    for number in scans.read:
        seen = count_visible(scans.sheets[number - 1].glyphs.text)
        parts.append(Part(f"picture of page {number}", PartState.READ, seen))
        if layers[number - 1].drawn:
            why = "OCR of the page's picture says more"
            name = f"text layer of page {number}"
            parts.append(Part(name, PartState.SET_ASIDE, layers[number - 1].drawn, why))
    why, what = scans.reason, scans.hint
    parts += [
        Part(f"picture of page {number}", PartState.NOT_READ, 0, why, what)
        for number in scans.left
    ]
    return tuple(parts)


def _date(stamp: str) -> str:
    """Return "D:20221010..." as "2022-10-10", "" if it is no date."""
    found = re.match(r"(?:D:)?(\d{4})-?(\d{2})-?(\d{2})", stamp.strip())
    return iso_date("-".join(found.groups())) if found else ""
