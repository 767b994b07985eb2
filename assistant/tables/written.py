"""Tables of a text whose reader gave none: lines with bars or tabs, or those of a CSV text.

Where it is not plain that the first row names the columns, the lines are taken for no table.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.types import Cell, Span, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["tables_in", "tables_of"]

LONGEST_ROW = 2000  # characters; a longer line is no row to show
LONGEST_FIGURE = 40  # characters
JUDGED = 20  # rows by which a first row is told from its like
_RULE = re.compile(r":?-+:?")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?")
_FIGURE = re.compile(r"\W*\d[\d.,:/\s%–-]*\w{0,3}\W*|[–-]")


def tables_in(text: str, *, csv_file: bool = False) -> tuple[Table, ...]:
    """Return the tables of a text, each with its first row as headings.

    Args:
        text: Of a document.
        csv_file: Whether the text is one table, with commas or semicolons between cells.
    """
    return tuple(
        table for rows in tables_of(text, csv_file=csv_file) if (table := _table(rows))
    )


def _table(rows: Sequence[Row]) -> Table | None:
    cells = tuple(
        Cell(row, column, one.span, heading=row == 0)
        for row, each in enumerate(rows)
        for column, one in enumerate(each)
    )
    spans = [cell.span for cell in cells if cell.span]
    if not spans:
        return None
    return Table(min(s.start for s in spans), max(s.end for s in spans), cells)


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """One cell of a table."""

    text: str
    span: Span | None  # in the text; None where it is empty


Row = tuple[WrittenCell, ...]


def tables_of(text: str, *, csv_file: bool = False) -> Iterator[list[Row]]:
    """Yield the tables whose first row names their columns: that row, then all below it.

    A row with more or fewer cells than the first is left out.

    Args:
        text: Of a passage or a document.
        csv_file: Whether the text is one table, with commas or semicolons between cells.
    """
    mark = _csv_mark(text.partition("\n")[0]) if csv_file else ""
    block: list[Row] = []
    for line in [*_lines(text), None]:
        row = _row(text, line, mark) if line else ()
        if len(row) > 1:
            block.append(row)
            continue
        if len(block) > 1 and _is_headed(block, csv_file=csv_file):
            first, *below = block
            yield [first, *(r for r in below if len(r) == len(first) and not _is_rule(r))]
        block = []


def _lines(text: str) -> Iterator[Span]:
    """Yield every line, a blank one too but not an empty one."""
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line) + 1)
        start += len(line) + 1


def _row(text: str, line: Span, csv_mark: str) -> Row:
    """Return the cells of a line; none where it is no row."""
    said = text[line.start : line.end - 1]
    if len(said) > LONGEST_ROW:
        return ()
    parts = _csv_cells(said, csv_mark) if csv_mark else _cells(said.strip())
    cells, place = [], line.start
    for part in parts:
        start = text.find(part, place, line.end) if part else -1
        span = Span(start, start + len(part)) if start >= 0 else None
        if part and span is None:
            place = line.end  # quotes inside quotes: what follows could be found in there
        place = span.end if span else place
        cells.append(WrittenCell(part, span))
    return tuple(cells)


def _is_headed(block: Sequence[Row], *, csv_file: bool) -> bool:
    first, *others = ([cell.text for cell in row] for row in block[: JUDGED + 1])
    return _are_names(first) if csv_file else _names_columns(first, *others)


def _is_rule(row: Row) -> bool:
    return all(_RULE.fullmatch(cell.text) for cell in row)


def _cells(row: str) -> list[str]:
    """Return what a row with bars or tabs has between them."""
    mark = "|" if "|" in row else "\t"
    barred = len(row) > 1 and row.startswith("|") and row.endswith("|")
    return [cell.strip() for cell in (row[1:-1] if barred else row).split(mark)]


def _names_columns(first: Sequence[str], *others: Sequence[str]) -> bool:
    """Say whether a first row is of another kind than those below it."""
    if others and all(map(_RULE.fullmatch, others[0])):
        return True  # Markdown's own mark of a heading
    if not _are_names(first):
        return False
    years = sum(bool(_YEAR.fullmatch(cell)) for cell in first)
    below = [cell for row in others for cell in row]
    figures = sum(map(_is_figure, below))
    periods = sum(bool(_YEAR.fullmatch(cell)) for cell in below)
    # Names over figures, or years over what are none.
    return figures > periods * bool(years) and figures * 4 >= len(below)


def _is_figure(cell: str) -> bool:
    return len(cell) <= LONGEST_FIGURE and bool(_FIGURE.fullmatch(cell))


def _are_names(cells: Sequence[str]) -> bool:
    named = [cell for cell in cells if cell]
    return len(set(named)) == len(named) > 1 and not any(
        _is_figure(cell) and not _YEAR.fullmatch(cell) for cell in named
    )


def _csv_mark(first_row: str) -> str:
    """Return what parts the cells of a file; "1,50" in a later row does not change it."""
    return max(",;\t|", key=first_row.count)


def _csv_cells(row: str, mark: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([row], delimiter=mark), [])]
    except csv.Error:
        return []
