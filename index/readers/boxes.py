"""Where the characters of a page are drawn: packed for storage, merged for showing."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from index.types import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.types import Document, Page, Span

__all__ = ["boxes_of", "pack", "unpack"]

_SAME_LINE = (
    0.5  # of the smaller height: so much must two characters share to be neighbours
)


def pack(boxes: NDArray[np.float32]) -> bytes:
    """Return boxes (n, 4) as zlib-compressed little-endian float32; of none, b""."""
    if not len(boxes):
        return b""
    # A hundredth of a point is finer than any screen, and round figures compress well.
    return zlib.compress(np.round(boxes, 2).astype("<f4").tobytes(), 6)


def unpack(page: Page) -> NDArray[np.float32]:
    """Return the boxes of a page, float32 (page.end - page.start, 4).

    Raises:
        ValueError: they are damaged, or are not as many as the page has characters.
    """
    size = (page.end - page.start) * 16
    inflater = zlib.decompressobj()
    try:
        # One byte more than there may be: a forged length cannot fill the memory.
        raw = inflater.decompress(page.boxes, size + 1) if page.boxes else b""
    except zlib.error as error:
        raise ValueError(f"the boxes of page {page.number} are damaged") from error
    if len(raw) != size:
        raise ValueError(f"the boxes of page {page.number} do not fit its text")
    return np.frombuffer(raw, dtype="<f4").astype(np.float32, copy=False).reshape(-1, 4)


def boxes_of(document: Document, span: Span) -> tuple[Box, ...]:
    """Return one box for every line that `span` touches; () where nothing is drawn."""
    merged: list[Box] = []
    for page in document.pages:
        start, end = max(span.start, page.start), min(span.end, page.end)
        if start < end and page.boxes:
            merged += _lines(
                unpack(page)[start - page.start : end - page.start], page.number
            )
    return tuple(merged)


def _lines(boxes: NDArray[np.float32], page: int) -> list[Box]:
    merged: list[Box] = []
    for left, top, right, bottom in boxes[~np.isnan(boxes).any(axis=1)].tolist():
        box = Box(page, left, top, right, bottom)
        if merged and _continues(merged[-1], box):
            merged[-1] = _union(merged[-1], box)
        else:
            merged.append(box)
    return merged


def _continues(line: Box, box: Box) -> bool:
    shared = min(line.bottom, box.bottom) - max(line.top, box.top)
    least = min(line.bottom - line.top, box.bottom - box.top)
    return shared >= _SAME_LINE * least


def _union(one: Box, other: Box) -> Box:
    return Box(
        one.page,
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )
