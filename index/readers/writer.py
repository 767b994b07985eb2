"""A document's text, written block by block, with the places of its headings and tables.

Used by the readers of formats that consist of blocks: office files, books, slides. The text is
brought into its normal form here, so that every place counted is one of the finished text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers.normalise import normalise, squeeze
from index.types import Cell, Heading, Place, Span, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["BlockWriter", "CellText"]

SEPARATOR = " | "  # between the cells of a row


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell before it is written; a merged one is named once, at its first row and column."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    heading: bool = False


@dataclass(slots=True)
class BlockWriter:
    """The text so far. Blocks are parted by a blank line, items of a list by a line break."""

    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _in_list: bool = False
    headings: list[Heading] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return what was written."""
        return "".join(self._parts)

    def add(self, text: str, *, item: bool = False) -> int | None:
        """Append a block and return where it starts, None if it is blank."""
        text = normalise(text).strip()
        if not text:
            return None
        gap = "\n" if item and self._in_list else "\n\n"
        start = self._length + len(gap) if self._length else 0
        self._parts += (gap[: start - self._length], text)
        self._length = start + len(text)
        self._in_list = item
        return start

    def end_list(self) -> None:
        """Let the next item begin a list of its own."""
        self._in_list = False

    def add_heading(self, text: str, level: int) -> int | None:
        """Append a heading, in force from here on; level 1 is the highest."""
        start = self.add(text)
        if start is not None:
            self.headings.append(Heading(start, level, squeeze(text)))
        return start

    def open_place(self, label: str) -> None:
        """Say what the part of the file is called that the next block begins.

        A place without a block gives way to the one that follows.
        """
        start = self._length + 2 if self._length else 0
        if self.places and self.places[-1].start == start:
            self.places.pop()
        self.places.append(Place(start, label))

    def add_properties(self, properties: Iterable[tuple[str, str]]) -> None:
        """Append what the file says about itself beside its text, one "Name: value" a line.

        Under a heading of its own, so that it can be searched for and cited. What already
        stands in the text is not said again.
        """
        said = squeeze(self.text).casefold()
        lines = [
            f"{name}: {squeeze(value)}"
            for name, value in properties
            if squeeze(value) and squeeze(value).casefold() not in said
        ]
        if lines:
            self.add_heading("Properties", 1)
            self.add("\n".join(lines))

    def add_table(self, cells: Iterable[CellText], name: str = "") -> int | None:
        """Append a table, one line a row, and return where it starts, None if it is blank.

        A cell's text is brought onto one line. Rows without text are left out of the text, and
        keep their number in the table.
        """
        rows: dict[int, list[CellText]] = {}
        for cell in sorted(cells, key=lambda cell: (cell.row, cell.column)):
            rows.setdefault(cell.row, []).append(cell)
        lines: list[str] = []
        placed: list[Cell] = []
        at = 0
        for row in rows.values():
            line, row_cells = _line(row, at)
            placed += row_cells
            if line:
                lines.append(line)
                at += len(line) + 1
        text = "\n".join(lines)
        start = self.add(text)
        if start is None:
            return None
        offset = start - (len(text) - len(text.lstrip()))
        shifted = tuple(_shifted(cell, offset) for cell in placed)
        self.tables.append(Table(start, self._length, shifted, squeeze(name)))
        return start


def _line(row: Sequence[CellText], at: int) -> tuple[str, list[Cell]]:
    """Return a row as a line that begins at `at`, and its cells.

    Every column up to the last one with text keeps its separator, so that a reader of the bare
    text sees the same columns; what a merged cell covers is left blank.
    """
    texts = [(cell, normalise(squeeze(cell.text))) for cell in row]
    last = max((cell.column for cell, text in texts if text), default=-1)
    line, cells, column = "", [], 0
    for cell, text in texts:
        if cell.column <= last:
            line += SEPARATOR * (cell.column - column)
            column = cell.column
        span = Span(at + len(line), at + len(line) + len(text)) if text else None
        line += text
        cells.append(
            Cell(cell.row, cell.column, span, cell.rows, cell.columns, cell.heading)
        )
    return line, cells


def _shifted(cell: Cell, offset: int) -> Cell:
    span = cell.span.shifted(offset) if cell.span else None
    return Cell(cell.row, cell.column, span, cell.rows, cell.columns, cell.heading)
