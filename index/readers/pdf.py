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
from index.types import Document

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_pdf"]

_JUNK_TITLE = re.compile(
    r"(?:untitled|microsoft word - ).*|.*\.(?:docx?|pdf|tex|dvi|html?|indd|rtf|odt)|\W*",
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
        characters_read=sum(count_visible(sheet.glyphs.text) for sheet in scans.sheets),
        notes=(*notes, *scans.notes(silent)),
    )


def _date(stamp: str) -> str:
    """Return "D:20221010..." as "2022-10-10", "" if it is no date."""
    found = re.match(r"(?:D:)?(\d{4})-?(\d{2})-?(\d{2})", stamp.strip())
    return iso_date("-".join(found.groups())) if found else ""
