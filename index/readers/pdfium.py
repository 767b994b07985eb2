"""PDFium: a PDF's bytes to the characters and boxes of its pages, in points as shown.

One thread at a time: PDFium is not made for more. Makes no sense of what it reads; see `pdf`.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ReadError
from index.readers.reflow import HYPHEN, UNDRAWN, Glyphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

    from index.readers.reflow import Boxes
    from index.readers.source import Limits

__all__ = ["Sheet", "read_sheets"]

_PDFIUM = Lock()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as PDFium gives it; sizes in points, after rotation."""

    glyphs: Glyphs
    boxes: Boxes
    width: float
    height: float


def read_sheets(
    data: bytes, limits: Limits
) -> tuple[list[Sheet], dict[str, str], tuple[str, ...]]:
    """Return a PDF's pages, its metadata and notes on pages that could not be read.

    Raises:
        ReadError: it is damaged, wants a password or has too many pages.
    """
    with _PDFIUM:
        return _read(data, limits)


def _read(
    data: bytes, limits: Limits
) -> tuple[list[Sheet], dict[str, str], tuple[str, ...]]:
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


def _sheets(pdf: PdfDocument, count: int) -> tuple[list[Sheet], list[int]]:
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
            sheets.append(Sheet(Glyphs("", ()), np.empty((1, 4), np.float32), 0.0, 0.0))
    return sheets, broken


def _sheet(page: PdfPage) -> Sheet:
    textpage = page.get_textpage()
    try:
        glyphs, boxes = _characters(textpage)
    finally:
        textpage.close()
    width, height = page.get_size()
    return Sheet(
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
