"""PDFium: a PDF's bytes to the characters and boxes of its pages, in points as shown.

One thread at a time: PDFium is not made for more. Makes no sense of what it reads; see `pdf`.
"""

from __future__ import annotations

import ctypes
import math
import sys
import unicodedata
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ReadError
from index.readers.pages import Sheet
from index.readers.pdf_annotations import remarks_on
from index.readers.reflow import HYPHEN, UNDRAWN, Glyphs
from index.readers.source import count_visible

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

    from index.readers.pdf_annotations import Remark
    from index.readers.reflow import Boxes
    from index.readers.source import Limits
    from index.readers.writing import Image

__all__ = ["draw_pages", "is_nonsense", "read_sheets"]

_PDFIUM = Lock()
_PER_MILLE = (
    "e130 a90 i80 n78 t75 r70 o67 s65 l46 d43 u38 c34 m30 h30 p24 g20 b14 f14 v14 k14 w12 y10 "
    "z10 j5 q4 x3"
)
_BITS = {item[0]: -math.log2(int(item[1:]) / 1000) for item in _PER_MILLE.split()}
_ENOUGH = 100  # visible characters: a stamp over a scan has fewer, a page of text more
_PICTURED_SHARE = 0.3  # of a page with a few characters, for its pictures to be read
_MOST_PICTURES = 500
_STRANGE = {"Cc", "Cn", "Co", "Cs", "So"}  # what broken fonts make of letters
_STRANGE_SHARE = 0.4
_REMARK_HEIGHT = 10.0  # points at most: a high field makes no large letters
_COVERED_SHARE = 0.6  # of a page, by pictures, for more text than that to be a stamp
_STAMP = 400  # visible characters
_MOST_BITS = 4.8  # a letter
_LEAST_LETTERS = 100
_THINNEST = 16  # pixels: a page that is drawn thinner shows nothing


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
        pdf.init_forms()
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


def draw_pages(
    data: bytes, numbers: Sequence[int], scale: float, longest: int
) -> Generator[Image | None]:
    """Draw pages one by one.

    Args:
        data: a PDF that `read_sheets` could read.
        numbers: of the pages, from 1.
        scale: pixels for a point.
        longest: pixels of the longer side; a larger page is drawn smaller.

    Yields:
        A picture, uint8 (height, width, 3) in the order blue, green, red; None for a page
        that cannot be drawn.
    """
    import pypdfium2

    with _PDFIUM:
        pdf = pypdfium2.PdfDocument(data)
        try:
            for number in numbers:
                yield _drawn(pdf, number, scale, longest)
        finally:
            pdf.close()


def _drawn(pdf: PdfDocument, number: int, scale: float, longest: int) -> Image | None:
    import pypdfium2
    from pypdfium2 import raw

    try:
        page = pdf[number - 1]
        try:
            width, height = page.get_size()
            scale = min(scale, longest / max(width, height, 1.0))
            if min(width, height) * scale < _THINNEST:
                return None
            bitmap = page.render(scale=scale, force_bitmap_format=raw.FPDFBitmap_BGR)
            picture: Image = bitmap.to_numpy().copy()
            bitmap.close()
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError):
        return None
    return picture


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
    nonsense = is_nonsense(glyphs.text)
    pictured = nonsense or _is_pictured(page, glyphs.text)
    remarks = remarks_on(page)
    drawn = len(glyphs.text)
    glyphs, boxes = _with_remarks(glyphs, boxes, remarks)
    upright = _upright(boxes, page.get_bbox(), page.get_rotation())
    return Sheet(
        glyphs,
        upright,
        width,
        height,
        pictured,
        nonsense=nonsense,
        drawn=count_visible(glyphs.text[:drawn]),
        fields=sum(count_visible(each.text) for each in remarks if each.is_field),
        remarks=len(remarks),
        notes=sum(count_visible(each.text) for each in remarks if not each.is_field),
    )


def _with_remarks(
    glyphs: Glyphs, boxes: Boxes, remarks: Sequence[Remark]
) -> tuple[Glyphs, Boxes]:
    """Return a page's characters with its remarks behind them, each in its own box."""
    if not remarks:
        return glyphs, boxes
    text, rows, edges = [glyphs.text], list(glyphs.rows), [boxes[:-1]]
    for remark in remarks:
        first = sum(map(len, edges))
        edges.append(_spread(remark))
        text.append(f"\n{remark.text}")
        rows += [UNDRAWN]
        rows += [UNDRAWN if c == " " else first + n for n, c in enumerate(remark.text)]
    return Glyphs("".join(text), rows), np.concatenate([*edges, boxes[-1:]])


def _spread(remark: Remark) -> Boxes:
    """Return a box for each character, side by side in the remark's own."""
    left, top, right, bottom = remark.box
    count = len(remark.text)
    at = left + (right - left) * np.arange(count + 1, dtype=np.float32) / count
    middle, half = (top + bottom) / 2, min(top - bottom, _REMARK_HEIGHT) / 2
    low = np.full(count, middle - half, np.float32)
    high = np.full(count, middle + half, np.float32)
    return np.stack([at[:-1], high, at[1:], low], axis=1).astype(np.float32)


def _is_pictured(page: PdfPage, text: str) -> bool:
    """Say whether the text layer holds next to nothing of what the page may show."""
    from pypdfium2 import raw

    visible = "".join(text.split())
    left, bottom, right, top = page.get_bbox()
    shown = max((right - left) * (top - bottom), 1.0)
    if len(visible) >= _ENOUGH:
        if len(visible) < _STAMP and _pictured_area(page) > _COVERED_SHARE * shown:
            return True
        strange = [unicodedata.category(letter) in _STRANGE for letter in visible]
        return sum(strange) > _STRANGE_SHARE * len(visible)
    if not visible:  # an empty page has no objects; letters may also be drawn as shapes
        return int(raw.FPDFPage_CountObjects(page.raw)) > 0
    return bool(_pictured_area(page) > _PICTURED_SHARE * shown)


def is_nonsense(text: str) -> bool:
    """Say whether a text layer is no language, as a font with a wrong map makes it.

    Judged by the cross entropy of its Latin letters against their mean frequencies in European
    languages: 6,114 stretches of real text in several languages have 4.6 bits at most, texts
    whose letters were exchanged by chance 5.3 on average.
    """
    letters = [
        letter for letter in unicodedata.normalize("NFD", text.lower()) if letter in _BITS
    ]
    if len(letters) < _LEAST_LETTERS:
        return False
    return sum(_BITS[letter] for letter in letters) > _MOST_BITS * len(letters)


def _pictured_area(page: PdfPage) -> float:
    """Return how much of a page its pictures cover, in square points, overlaps twice."""
    from pypdfium2 import raw

    pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    bounds = [picture.get_bounds() for picture in islice(pictures, _MOST_PICTURES)]
    return float(
        sum((right - left) * (top - bottom) for left, bottom, right, top in bounds)
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
