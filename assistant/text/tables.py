"""Which row of a table names its columns: a row quoted alone is a row of riddles.

Rows are lines with bars or tabs between the cells, as Markdown has them and as tables of web
pages and Word files are written down, or the lines of a CSV file. Where it is not plain that
the first row names columns, no row is taken for one that does.
"""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Cell", "Row", "column_names", "is_row", "is_table", "tables_of"]

MOST_ROWS = 5000  # looked at above a row, for its table's first one
LONGEST_ROW = 2000  # characters; a longer line is no row to show
LONGEST_FIGURE = 40  # characters
JUDGED = 20  # rows by which a first row is told from its like
_RULE = re.compile(r":?-+:?")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?")
_FIGURE = re.compile(r"\W*\d[\d.,:/\s%–-]*\w{0,3}\W*|[–-]")


def is_table(path: str) -> bool:
    """Say whether a file is one table, with commas, semicolons or tabs between cells."""
    return path.lower().endswith((".csv", ".tsv"))


def is_row(line: str, path: str) -> bool:
    """Say whether a line of a file looks like a row of a table."""
    return "|" in line or "\t" in line or is_table(path)


def column_names(text: str, words: Span, *, csv_file: bool = False) -> Span | None:
    """Return the row that names the columns of the row some words stand in.

    None where they stand in no table, in its first row, or in a table whose first row may
    well be one like the others.

    Args:
        text: Of the document.
        words: In `text`.
        csv_file: Whether the text is one table, with commas or semicolons between cells.
    """
    own = _line(text, words.start)
    if own is None:
        return None
    if csv_file:
        first = _line(text, 0)
        return (
            first if first and first < own and _is_head_of_csv(text, first, own) else None
        )
    rows = list(itertools.islice(_rows_up(text, own), MOST_ROWS))
    if len(rows) in {0, 1, MOST_ROWS}:
        return None
    judged = [_cells(row.text_of(text)) for row in (rows[-1], *rows[-2 : -2 - JUDGED : -1])]
    return rows[-1] if _names_columns(*judged) else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    text: str
    span: Span | None  # in the text; None where it is empty


Row = tuple[Cell, ...]


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
        cells.append(Cell(part, span))
    return tuple(cells)


def _is_headed(block: Sequence[Row], *, csv_file: bool) -> bool:
    first, *others = ([cell.text for cell in row] for row in block[: JUDGED + 1])
    return _are_names(first) if csv_file else _names_columns(first, *others)


def _is_rule(row: Row) -> bool:
    return all(_RULE.fullmatch(cell.text) for cell in row)


def _line(text: str, place: int) -> Span | None:
    """Return the line that a place is in, without blanks; None if it is too long or empty."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    end = len(text) if end < 0 else end
    line = text[start : min(end, start + LONGEST_ROW + 1)]
    if len(line) > LONGEST_ROW or not line.strip():
        return None
    start += len(line) - len(line.lstrip())
    return Span(start, start + len(line.strip()))


def _rows_up(text: str, row: Span | None) -> Iterator[Span]:
    """Yield a table's rows from one of them up to its first."""
    while row is not None and len(_cells(row.text_of(text))) > 1:
        yield row
        before = text.rfind("\n", 0, row.start)
        row = _line(text, before - 1) if before > 0 and text[before - 1] != "\n" else None


def _cells(row: str) -> list[str]:
    """Return what a row with bars or tabs has between them."""
    mark = "|" if "|" in row else "\t"
    return [cell.strip() for cell in row.strip("|").split(mark)]


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


def _is_head_of_csv(text: str, first: Span, row: Span) -> bool:
    mark = _csv_mark(first.text_of(text))
    names, cells = (_csv_cells(line.text_of(text), mark) for line in (first, row))
    return 1 < len(names) == len(cells) and _are_names(names)


def _csv_mark(first_row: str) -> str:
    """Return what parts the cells of a file; "1,50" in a later row does not change it."""
    return max(",;\t|", key=first_row.count)


def _csv_cells(row: str, mark: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([row], delimiter=mark), [])]
    except csv.Error:
        return []
