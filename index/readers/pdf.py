"""PDF by PDFium: the text of every page and where each of its characters is drawn.

Reads the text layer only. A page without one is named in the notes: it may be a scan, and
nothing here recognises letters in pictures.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ReadError
from index.readers.boxes import pack
from index.readers.margins import without_margins
from index.readers.normalise import squeeze
from index.readers.pdfium import Sheet, read_sheets
from index.readers.reflow import HYPHEN, joiner, lines_of, reflow
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date
from index.types import Document, Heading, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from index.readers.reflow import Boxes

__all__ = ["read_pdf"]

_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_BLOCK = re.compile(r"\S(?:[^\n]|\n(?!\n))*")
_JUNK_TITLE = re.compile(
    r"(?:untitled|microsoft word - ).*|.*\.(?:docx?|pdf|tex|dvi|html?|indd|rtf|odt)|\W*",
    re.IGNORECASE,
)
_JUNK_AUTHORS = {"anonymous", "(anonymous)", "unknown", "author", "admin", "user"}
_HEADING_CHARS = 200
_HEADING_GROWTH = 1.15  # of the usual letter's height


def read_pdf(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a PDF's text layer, its boxes and its metadata.

    Raises:
        ReadError: it is damaged, wants a password, has no text or too many pages.
    """
    del path
    sheets, about, notes = read_sheets(data, limits)
    text, pages, heights = _flow(sheets)
    if not text:
        raise ReadError(
            "none of its pages holds text: it may be a scan",
            "Recognise its text first, with an OCR program, and add the result.",
        )
    found = _headings(text, heights)
    title, author = squeeze(about.get("Title", "")), squeeze(about.get("Author", ""))
    silent = [page.number for page in pages if page.start == page.end]
    return Document(
        id=content_id(data),
        text=text,
        media_type="application/pdf",
        title=_first_heading(found, pages) if _JUNK_TITLE.fullmatch(title) else title,
        author="" if author.lower() in _JUNK_AUTHORS else author,
        date=_date(about.get("CreationDate", "")),
        pages=pages,
        headings=found,
        characters_read=sum(count_visible(sheet.glyphs.text) for sheet in sheets),
        notes=(*notes, *_silent_note(silent)),
    )


def _flow(sheets: Sequence[Sheet]) -> tuple[str, tuple[Page, ...], Boxes]:
    """Join the pages' texts; the last value is every character's height in points."""
    words = {
        word.lower()
        for sheet in sheets
        for word in _HYPHENATED.findall(sheet.glyphs.text.replace(HYPHEN, " "))
    }
    lines = [lines_of(sheet.glyphs, sheet.boxes) for sheet in sheets]
    bodies = without_margins(lines, [sheet.height for sheet in sheets])
    pages: list[Page] = []
    parts: list[str] = [""]
    heights: list[Boxes] = []
    length = 0
    for number, (sheet, body) in enumerate(zip(sheets, bodies, strict=True), start=1):
        flowed = reflow(body, words)
        gap = joiner(parts[-1], flowed.text)
        boxes = sheet.boxes[np.asarray(flowed.rows, dtype=np.intp)]
        start = length + len(gap)
        end = start + len(flowed.text)
        pages.append(Page(number, start, end, sheet.width, sheet.height, pack(boxes)))
        if flowed.text:
            parts += (gap, flowed.text)
            heights += (np.full(len(gap), np.nan, np.float32), boxes[:, 3] - boxes[:, 1])
            length = end
    joined = np.concatenate(heights) if heights else np.empty(0, np.float32)
    return "".join(parts), tuple(pages), joined


def _headings(text: str, heights: Boxes) -> tuple[Heading, ...]:
    """Return the short blocks set in clearly larger letters; the largest are level 1."""
    usual = float(np.nanmedian(heights)) if np.isfinite(heights).any() else 0.0
    found: list[tuple[int, str, float]] = []
    for block in _BLOCK.finditer(text):
        title = squeeze(block[0])
        drawn = heights[block.start() : block.end()]
        drawn = drawn[np.isfinite(drawn)]
        size = float(np.median(drawn)) if len(drawn) else 0.0
        lettered = any(map(str.isalpha, title))
        if size > usual * _HEADING_GROWTH and len(title) <= _HEADING_CHARS and lettered:
            found.append((block.start(), title, size))
    levels = _levels(sorted({size for *_, size in found}, reverse=True))
    return tuple(Heading(start, levels[size], title) for start, title, size in found)


def _levels(sizes: Sequence[float]) -> dict[float, int]:
    """Number falling sizes from 1 to 6; sizes within a tenth are one level."""
    levels: dict[float, int] = {}
    level, largest = 0, float("inf")
    for size in sizes:
        if size < largest * 0.9:
            level, largest = level + 1, size
        levels[size] = min(level, 6)
    return levels


def _first_heading(found: Sequence[Heading], pages: Sequence[Page]) -> str:
    first = [heading for heading in found if heading.start < pages[0].end]
    return min(first, key=lambda heading: heading.level).title if first else ""


def _date(stamp: str) -> str:
    """Return "D:20221010..." as "2022-10-10", "" if it is no date."""
    found = re.match(r"(?:D:)?(\d{4})-?(\d{2})-?(\d{2})", stamp.strip())
    return iso_date("-".join(found.groups())) if found else ""


def _silent_note(numbers: Sequence[int]) -> Iterator[str]:
    """Name the pages without text, runs of them as "3-7"."""
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ]
    named = ", ".join(
        f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs
    )
    if len(numbers) == 1:
        yield f"page {named} has no text: it may be a scan"
    elif numbers:
        yield f"pages {named} have no text: they may be scans"
