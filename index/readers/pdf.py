"""PDF by PDFium: the text of every page and where each of its characters is drawn.

Reads the text layer only. A page without one is named in the notes: it may be a scan, and
nothing here recognises letters in pictures. One thread at a time, as PDFium demands.
"""

from __future__ import annotations

import ctypes
import re
import sys
from dataclasses import dataclass
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ReadError
from index.readers.boxes import pack
from index.readers.margins import without_margins
from index.readers.normalise import squeeze
from index.readers.reflow import HYPHEN, UNDRAWN, Glyphs, joiner, lines_of, reflow
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date
from index.types import Document, Heading, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

    from index.readers.reflow import Boxes

__all__ = ["read_pdf"]

_PDFIUM = Lock()
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_BLOCK = re.compile(r"\S(?:[^\n]|\n(?!\n))*")
_JUNK_TITLE = re.compile(
    r"(?:untitled|microsoft word - ).*|.*\.(?:docx?|pdf|tex|dvi|html?|indd|rtf|odt)|\W*",
    re.IGNORECASE,
)
_JUNK_AUTHORS = {"anonymous", "(anonymous)", "unknown", "author", "admin", "user"}
_HEADING_CHARS = 200
_HEADING_GROWTH = 1.15  # of the usual letter's height


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as PDFium gives it; sizes in points, after rotation."""

    glyphs: Glyphs
    boxes: Boxes
    width: float
    height: float


def read_pdf(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a PDF's text layer, its boxes and its metadata.

    Raises:
        ReadError: it is damaged, wants a password, has no text or too many pages.
    """
    del path
    with _PDFIUM:
        sheets, about, notes = _read(data, limits)
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


def _read(
    data: bytes, limits: Limits
) -> tuple[list[_Sheet], dict[str, str], tuple[str, ...]]:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise ReadError(
                "it is encrypted and wants a password", "Save a copy without a password."
            ) from error
        raise ReadError(
            f"it is no readable PDF ({error})", "Save or print it anew."
        ) from error
    try:
        count = len(pdf)
        if count > limits.pages:
            raise ReadError(
                f"it has {count} pages, and the limit is {limits.pages}",
                "Split it into parts.",
            )
        sheets, broken = _sheets(pdf, count)
        notes = tuple(
            f"page {number} is damaged and was left out" for number in broken[:20]
        )
        return sheets, pdf.get_metadata_dict(skip_empty=True), notes
    finally:
        pdf.close()


def _sheets(pdf: PdfDocument, count: int) -> tuple[list[_Sheet], list[int]]:
    import pypdfium2

    sheets, broken = [], []
    for index in range(count):
        try:
            page = pdf[index]
            try:
                sheets.append(_sheet(page))
            finally:
                page.close()
        except pypdfium2.PdfiumError:
            broken.append(index + 1)
            sheets.append(_Sheet(Glyphs("", ()), np.empty((1, 4), np.float32), 0.0, 0.0))
    return sheets, broken


def _sheet(page: PdfPage) -> _Sheet:
    textpage = page.get_textpage()
    try:
        glyphs, boxes = _characters(textpage)
    finally:
        textpage.close()
    width, height = page.get_size()
    return _Sheet(
        glyphs, _upright(boxes, page.get_bbox(), page.get_rotation()), width, height
    )


def _characters(textpage: PdfTextPage) -> tuple[Glyphs, Boxes]:
    """Return a page's characters, and boxes as PDFium has them with a last row of NaN."""
    from pypdfium2 import raw

    count = max(textpage.count_chars(), 0)
    boxes = np.full((count + 1, 4), np.nan, dtype=np.float32)
    codes: list[int] = []
    rect = raw.FS_RECTF()
    where = ctypes.byref(rect)
    for index in range(count):
        code = raw.FPDFText_GetUnicode(textpage.raw, index)
        codes.append(code if code <= sys.maxunicode else 0)
        drawn = code > 0x20 or code == ord(HYPHEN)
        # The loose box is as high as the line: a marker over it looks like one.
        if drawn and raw.FPDFText_GetLooseCharBox(textpage.raw, index, where):
            boxes[index] = (rect.left, rect.top, rect.right, rect.bottom)
    boxes[~np.isfinite(boxes).all(axis=1)] = np.nan
    rows = [
        index if boxes[index, 0] == boxes[index, 0] else UNDRAWN for index in range(count)
    ]
    return _paired(codes, rows), boxes


def _paired(codes: Sequence[int], rows: Sequence[int]) -> Glyphs:
    """Join the halves of characters beyond U+FFFF, which PDFium counts as two."""
    text: list[str] = []
    kept: list[int] = []
    for index, code in enumerate(codes):
        before = codes[index - 1] if index else 0
        if 0xDC00 <= code < 0xE000 and 0xD800 <= before < 0xDC00:
            text[-1] = chr(0x10000 + ((before - 0xD800) << 10) + (code - 0xDC00))
            continue
        bullet = code == 0xF0B7  # the Symbol font's, in the private area
        text.append("•" if bullet else "\ufffd" if 0xD800 <= code < 0xE000 else chr(code))
        kept.append(rows[index])
    return Glyphs("".join(text), kept)


def _upright(boxes: Boxes, bbox: tuple[float, float, float, float], turned: int) -> Boxes:
    """Turn page space, from the bottom left, to points from the top left as shown.

    Args:
        boxes: (n, 4) left, top, right, bottom with y growing upwards, before rotation.
        bbox: left, bottom, right, top of the shown part of the page, before rotation.
        turned: the page's rotation clockwise, in degrees.
    """
    left, top, right, bottom = boxes.T
    x0, y0, x1, y1 = bbox
    corners = {
        0: (left - x0, y1 - top, right - x0, y1 - bottom),
        90: (bottom - y0, left - x0, top - y0, right - x0),
        180: (x1 - right, bottom - y0, x1 - left, top - y0),
        270: (y1 - top, x1 - right, y1 - bottom, x1 - left),
    }[turned % 360]
    across, down = (
        np.sort(np.stack(corners[0::2]), axis=0),
        np.sort(np.stack(corners[1::2]), axis=0),
    )
    return np.stack([across[0], down[0], across[1], down[1]], axis=1).astype(np.float32)


def _flow(sheets: Sequence[_Sheet]) -> tuple[str, tuple[Page, ...], Boxes]:
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
