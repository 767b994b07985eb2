"""Does the first row of a table name its columns, where the file does not say?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["first_row_names_columns", "is_figure"]

_LONGEST_FIGURE = 40  # characters
_JUDGED = 50  # rows below
_FIGURE = re.compile(r"\W*\d[\d.,:/\s%–-]*\w{0,3}\W*|[–—-]+")
_YEAR = re.compile(r"\W*(?:1[5-9]|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?\W*")


def is_figure(text: str) -> bool:
    """Say whether a cell holds a figure, or a mark for none, and no words."""
    return len(text) <= _LONGEST_FIGURE and _FIGURE.fullmatch(text) is not None


def first_row_names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first of these rows names the columns of the others.

    It does if it has different words in all cells, or years over figures that are none.
    """
    first, below = (rows[0] if rows else ()), rows[1 : 1 + _JUDGED]
    named = [cell for cell in first if cell]
    if not below or not 1 < len(named) == len(set(named)):
        return False
    if len(named) < max(len(row) for row in below) - 1:
        return False
    if any(is_figure(cell) and not _YEAR.fullmatch(cell) for cell in named):
        return False
    years = any(_YEAR.fullmatch(cell) for cell in named)
    return not years or not any(_YEAR.fullmatch(cell) for row in below for cell in row)
