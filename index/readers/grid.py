"""The cells of an HTML table in its rows and columns, merged ones named once.

A table that only arranges a page (one column, headings or tables in its cells) is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

__all__ = ["GridCell", "caption", "grid", "is_data", "stray"]

_MOST_COLUMNS = 1000  # as in the HTML standard
_MOST_ROWS = 65_534
_SECTIONS = frozenset("thead tbody tfoot".split())
_CELLS = frozenset("td th".split())
_NAMED = frozenset("th thead caption".split())
_PAGE_PARTS = frozenset("table h1 h2 h3 h4 h5 h6 article section form hr".split())
_LONGEST_CELL = 1000  # characters; what is longer and has no heading is a page's column


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell and the place it fills."""

    element: _Element
    row: int
    column: int
    rows: int
    columns: int
    heading: bool


@dataclass(slots=True)
class _Filling:
    """The columns that cells of earlier rows reach into: (first, end, rows left)."""

    taken: list[tuple[int, int, int]] = field(default_factory=list)

    def next_free(self, column: int) -> int:
        for first, end, _ in self.taken:
            if first <= column < end:
                column = end
        return column

    def end_row(self, fresh: list[tuple[int, int, int]]) -> None:
        left = [(a, b, n - 1) for a, b, n in self.taken if n > 1]
        self.taken = sorted([*left, *fresh])


def is_data(table: _Element) -> bool:
    """Say whether a table holds data, and is not there to arrange the page."""
    if table.get("role") in {"presentation", "none"}:
        return False
    rows = [_cells(row) for section in _sections(table) for row in section]
    if max(map(len, rows), default=0) < 2 or len(rows) < 2:
        return False
    own = list(_own(table))
    if any(element.tag in _NAMED for element in own):
        return True
    if any(element.tag in _PAGE_PARTS for element in own):
        return False
    longest = max(
        (len("".join(cell.itertext())) for row in rows for cell in row), default=0
    )
    return longest <= _LONGEST_CELL


def caption(table: _Element) -> _Element | None:
    """Return the table's caption."""
    return next((child for child in table if child.tag == "caption"), None)


def stray(table: _Element) -> str:
    """Return the text between rows and cells, which a browser shows above the table."""
    rows = [row for section in _sections(table) for row in section]
    sections = [child for child in table if child.tag in _SECTIONS]
    around = [table, *sections, *rows]
    texts = [each.text for each in around]
    texts += [child.tail for each in around for child in each]
    return " ".join(" ".join(text.split()) for text in texts if text and text.strip())


def grid(table: _Element) -> list[GridCell]:
    """Return the cells of a table, by row, then column."""
    cells: list[GridCell] = []
    row = 0
    for section in _sections(table):
        filling = _Filling()
        for number, element in enumerate(section):
            left = len(section) - number
            cells += _row(element, row, left, filling)
            row += 1
    if not any(cell.heading for cell in cells):
        cells = _with_first_row_as_headings(cells)
    return cells


def _row(element: _Element, row: int, left: int, filling: _Filling) -> Iterator[GridCell]:
    parent = element.getparent()
    in_head = parent is not None and parent.tag == "thead"
    column, fresh = 0, []
    for cell in _cells(element):
        column = filling.next_free(column)
        columns = min(_number(cell, "colspan") or 1, max(1, _MOST_COLUMNS - column))
        rows = min(_number(cell, "rowspan", 1) or left, left)
        yield GridCell(cell, row, column, rows, columns, in_head or cell.tag == "th")
        if rows > 1:
            fresh.append((column, column + columns, rows - 1))
        column += columns
    filling.end_row(fresh)


def _with_first_row_as_headings(cells: list[GridCell]) -> list[GridCell]:
    """Take a first row of words above rows with figures, or one in bold, for headings."""
    first = [cell for cell in cells if cell.row == 0]
    texts = ["".join(cell.element.itertext()).strip() for cell in first]
    wordy = all(text and not any(map(str.isdigit, text)) for text in texts[1:])
    figures = any(
        any(map(str.isdigit, "".join(cell.element.itertext())))
        for cell in cells
        if cell.row == 1 and cell.column
    )
    bold = all(
        next(cell.element.iter("b", "strong"), None) is not None
        for cell, text in zip(first, texts, strict=True)
        if text
    )
    if not (any(texts) and (bold or (wordy and figures))):
        return cells
    return [
        GridCell(c.element, c.row, c.column, c.rows, c.columns, c.row == 0) for c in cells
    ]


def _sections(table: _Element) -> list[list[_Element]]:
    """Return the rows of a table, those of its head first and of its foot last."""
    named: dict[str, list[list[_Element]]] = {"thead": [], "tbody": [], "tfoot": []}
    loose: list[_Element] = []
    for child in table:
        if child.tag == "tr":
            if not loose:
                named["tbody"].append(loose)
            loose.append(child)
        elif child.tag in _SECTIONS:
            named[child.tag].append([row for row in child if row.tag == "tr"])
            loose = []
    return [section for sections in named.values() for section in sections if section]


def _cells(row: _Element) -> list[_Element]:
    return [cell for cell in row if cell.tag in _CELLS]


def _own(table: _Element) -> Iterator[_Element]:
    """Yield the elements below a table, the insides of inner tables left out."""
    waiting = list(table)
    while waiting:
        element = waiting.pop()
        if isinstance(element.tag, str):
            yield element
            if element.tag != "table":
                waiting += list(element)


def _number(cell: _Element, name: str, default: int = 1) -> int:
    """Return a span; 0 where it says "to the end"."""
    text = (cell.get(name) or "").strip()
    if not (text.isascii() and text.isdigit()):
        return default
    return min(int(text[:6]), _MOST_ROWS)
