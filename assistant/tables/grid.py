"""A table as rows and columns: what names each row and each column.

Merged cells count in every row and column that they cover. Where the file does not say which
cells are headings, a first row of words over figures is taken for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.text.lines import line_of
from assistant.types import CellPlace
from index.table_headings import first_row_names_columns, is_figure
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.types import Cell, Document, Table

__all__ = ["Grid"]

LONGESTLONGEST_NAME = 60
LINES_ABOVE = 3
LONGEST_NAME = 60  # characters
LINES_ABOVE = 3
_ASIDE = re.compile(r"\([^()]{3,80}\)")
_SCALE = re.compile(
    r"\b(?:millions?|thousands?|billions?|hundreds|mio|mill?ionen|tausend|tsd|mrd|milliarden)\b|"
    r"\b[TM](?:€|EUR|USD)",
    re.IGNORECASE,
)


def _spans(cells: Sequence[Cell]) -> tuple[Span, ...]:
    return tuple(cell.span for cell in cells if cell.span)


@dataclass(frozen=True)
class Grid:
    """One table of a document."""

    document: Document = field(repr=False)
    table: Table = field(repr=False)

    @cached_property
    def cells(self) -> dict[tuple[int, int], Cell]:
        """The cell at each row and column that one covers."""
        return {
            (row, column): cell
            for cell in self.table.cells
            for row in range(cell.row, cell.row + min(cell.rows, self.height))
            for column in range(cell.column, cell.column + min(cell.columns, self.width))
        }

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        return 1 + max((cell.column for cell in self.table.cells), default=-1)

    @cached_property
    def height(self) -> int:
        """How many rows there are."""
        return 1 + max((cell.row for cell in self.table.cells), default=-1)

    def text(self, cell: Cell | None) -> str:
        """Return what stands in a cell."""
        return cell.span.text_of(self.document.text) if cell and cell.span else ""

    @cached_property
    def rows(self) -> dict[int, list[Cell]]:
        """The cells of each row that hold text, those that reach into it included."""
        rows: dict[int, list[Cell]] = {}
        for (row, _), cell in sorted(self.cells.items()):
            if cell.span and cell not in rows.setdefault(row, []):
                rows[row].append(cell)
        return {row: cells for row, cells in rows.items() if cells}

    @cached_property
    def heading_rows(self) -> frozenset[int]:
        """The rows that name columns: those of nothing but headings."""
        stated = frozenset(
            row
            for row, cells in self.rows.items()
            if len(cells) > 1 and all(cell.heading for cell in cells)
        )
        return stated or self._first_row_if_it_names()

    def _first_row_if_it_names(self) -> frozenset[int]:
        """Return the first row of several cells if it is of another kind than those below."""
        full = [row for row, cells in self.rows.items() if len(cells) > 1]
        texts = [[self.text(cell) for cell in self.rows[row]] for row in full]
        return frozenset(full[:1]) if first_row_names_columns(texts) else frozenset()

    def column_headings(self, row: int, column: int) -> list[Cell]:
        """Return what names a column where it passes a row, outermost first.

        That is the nearest run of heading rows above.
        """
        above = [r for r in self.heading_rows if r < row]
        run: list[int] = []
        for r in sorted(above, reverse=True):
            if run and run[-1] - r > 1 and any(r < other < run[-1] for other in self.rows):
                break
            run.append(r)
        cells = [self.cells.get((r, column)) for r in reversed(run)]
        return list(dict.fromkeys(cell for cell in cells if cell and cell.span))

    def label(self, row: int) -> list[Cell]:
        """Return the cells that name a row: its headings, else its first one with words."""
        cells = self.rows.get(row, [])
        stated = [cell for cell in cells if cell.heading]
        worded = [cell for cell in cells if not is_figure(self.text(cell))]
        return stated or worded[:1] or cells[:1]

    @cached_property
    def sections(self) -> dict[int, list[Cell]]:
        """The rows of one single cell that stand over each row: "Current assets:"."""
        sections: dict[int, list[Cell]] = {}
        current: list[Cell] = []
        opened = False
        for row, cells in self.rows.items():
            if row in self.heading_rows:
                continue
            alone = len(cells) == 1 and not is_figure(self.text(cells[0]))
            if alone and self.width > 1:
                current = [*current, cells[0]] if opened else [cells[0]]
            opened = alone
            sections[row] = [cell for cell in current if cell is not cells[0]]
        return sections

    def place_of(self, words: Span) -> CellPlace | None:
        """Return where in the table some words of one cell stand, None outside of cells."""
        for (row, column), cell in self.cells.items():
            if cell.span and cell.span.contains(words):
                headings = self.column_headings(row, column)
                names = [c for c in self._names(row, column) if c is not cell]
                unit = None if _SCALE.search(self.texts(headings)) else self.unit
                return CellPlace(_spans(names), _spans(headings), self.line_of(row), unit)
        return None

    @cached_property
    def unit(self) -> Span | None:
        """What says for the whole table that figures are in thousands: "(in millions)".

        A cell above the first figures, or one of the lines right above the table.
        """
        for row, cells in self.rows.items():
            for cell in cells:
                if cell.span and _SCALE.search(self.text(cell)):
                    return cell.span
            if any(is_figure(self.text(cell)) for cell in cells[1:]) and (
                row not in self.heading_rows
            ):
                break
        return self._unit_above()

    def _unit_above(self) -> Span | None:
        end = self.table.start
        for _ in range(LINES_ABOVE):
            text = self.document.text[:end].rstrip()
            if not text:
                return None
            line = line_of(text, Span(len(text) - 1, len(text)))
            said = line.text_of(text)
            for aside in _ASIDE.finditer(said):
                if _SCALE.search(aside[0]):
                    return Span(*aside.span()).shifted(line.start)
            if len(said) <= LONGEST_NAME * 2 and _SCALE.search(said):
                return line
            end = line.start
        return None

    def _names(self, row: int, column: int) -> list[Cell]:
        """Return what names a row for one of its columns: also the words that stand before."""
        label = self.label(row)
        before = [
            cell
            for cell in self.rows[row]
            if cell.column < column and cell not in label and self._is_name(cell)
        ]
        return [*self.sections.get(row, []), *label, *before]

    def _is_name(self, cell: Cell) -> bool:
        text = self.text(cell)
        return len(text) <= LONGEST_NAME and not is_figure(text)

    def line_of(self, row: int) -> Span:
        """Return a row from its first to its last cell, without those that reach into it."""
        cells = self.rows[row]
        spans = _spans([cell for cell in cells if cell.row == row] or cells)
        return Span(spans[0].start, max(span.end for span in spans))

    def texts(self, cells: Sequence[Cell]) -> str:
        """Return what several cells hold, one a line."""
        return "\n".join(self.text(cell) for cell in cells)
