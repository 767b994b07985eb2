"""Tables of Word files: merged cells resolved, headings as the file or its look says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.readers.docx_xml import attribute, child, tag, value
from index.readers.normalise import squeeze
from index.readers.writer import CellText
from index.table_headings import first_row_names_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

__all__ = ["Grids"]

_AROUND = {"sdt", "sdtContent", "ins", "customXml", "smartTag"}
_MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Grids:
    """Reads tables; `line` gives the text of a paragraph."""

    line: Callable[[_Element], str]

    def cells(self, table: _Element) -> list[CellText]:
        """Return the cells of a table, each merged one once."""
        open_: dict[
            int, int
        ] = {}  # column -> place of the cell that reaches down from above
        cells: list[CellText] = []
        headed: set[int] = set()
        for row, element in enumerate(_within(table, "tr")):
            properties = child(element, "trPr")
            if child(properties, "tblHeader") is not None:
                headed.add(row)
            column = _number(value(properties, "gridBefore"))
            for cell in _within(element, "tc"):
                about = child(cell, "tcPr")
                wide = max(_number(value(about, "gridSpan")), 1)
                down = child(about, "vMerge")
                if (
                    down is not None
                    and attribute(down, "val") != "restart"
                    and column in open_
                ):
                    above = open_[column]
                    cells[above] = replace(cells[above], rows=row - cells[above].row + 1)
                else:
                    if down is not None:
                        open_[column] = len(cells)
                    else:
                        open_.pop(column, None)
                    cells.append(CellText(row, column, self._text(cell), 1, wide))
                column = min(column + wide, _MOST_COLUMNS)
        return _headed(cells, headed)

    def _text(self, cell: _Element) -> str:
        lines = (
            self.line(paragraph)
            for paragraph in cell.iter("{*}p")  # those of tables and boxes inside it too
            if all(tag(outer) != "Fallback" for outer in paragraph.iterancestors())
        )
        return squeeze(" ".join(lines))


def _headed(cells: list[CellText], headed: set[int]) -> list[CellText]:
    """Return the cells with the headings marked: as stated, else the first row by its look."""
    rows: dict[int, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell.text)
    first = min(rows, default=0)
    if not headed and first_row_names_columns(list(rows.values())):
        headed = {first}
    return [replace(cell, heading=cell.row in headed) for cell in cells]


def _within(parent: _Element, name: str) -> Iterator[_Element]:
    """Yield the rows of a table or cells of a row, also inside content controls."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if tag(element) == name:
            yield element
        elif tag(element) in _AROUND:
            waiting.extend(reversed(element))


def _number(text: str) -> int:
    return min(int(text), _MOST_COLUMNS) if text.isdigit() else 0
