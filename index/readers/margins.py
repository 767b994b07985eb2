"""Running heads, feet and page numbers: found by their repetition and set aside.

They stand in the middle of sentences that run over a page end, and say nothing. What stands
at a page's edge only once is text.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.readers.reflow import Line

__all__ = ["without_foot_notes", "without_margins"]

_EDGE = 0.12  # of a page's height, above and below
_SHARE = 0.4  # of the pages: left and right pages may have heads of their own
_SMALL = 0.92  # of the usual size
_NOTE = re.compile(r"\[?(?:\d{1,3}|[*†‡§]|\(?[a-z]\))\]?\s*\S?")
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")


def without_margins(
    pages: Sequence[Sequence[Line]], heights: Sequence[float]
) -> list[list[Line]]:
    """Return the pages without the lines at their edges that return on other pages.

    Args:
        pages: the lines of every page.
        heights: of the pages, in points.
    """
    keys = [
        [_key(line, height) for line in lines]
        for lines, height in zip(pages, heights, strict=True)
    ]
    seen = Counter(key for page in keys for key in set(page) if key)
    least = max(2, _SHARE * sum(1 for lines in pages if lines))
    return [
        [
            line
            for line, key in zip(lines, page, strict=True)
            if not key or seen[key] < least
        ]
        for lines, page in zip(pages, keys, strict=True)
    ]


def without_foot_notes(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines of a page, and apart from them the notes at its foot.

    Notes are smaller than the text, stand last, and begin with a mark.
    """
    drawn = [line for line in lines if line.drawn]
    if not drawn:
        return list(lines), []
    usual = _usual_size(drawn)
    first = len(lines)
    while first and lines[first - 1].drawn and lines[first - 1].size < _SMALL * usual:
        first -= 1
    starts = [n for n in range(first, len(lines)) if _NOTE.match(lines[n].text)]
    if not starts or starts[0] != first or first == 0:
        return list(lines), []
    return list(lines[:first]), list(lines[first:])


def _usual_size(lines: Sequence[Line]) -> float:
    """Return the size of the letters that most characters have."""
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return max(sizes, key=lambda size: sizes[size])


def _key(line: Line, height: float) -> tuple[str, int] | None:
    """Return what a line at the edge has in common with its like; None inside the page."""
    if (
        not line.drawn
        or _EDGE * height < (line.top + line.bottom) / 2 < (1 - _EDGE) * height
    ):
        return None
    return _DIGITS.sub("#", line.text.lower()), round(line.top / 6)
