"""Tables of Markdown: lines with "|" between the cells and a line of dashes below the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.types import Cell, Span, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pipe_tables"]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_RULE = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})")
_CELL = re.compile(r"(?:\\.|`[^`\n]*`|[^|\\\n]|\\$)*")
_LONGEST_LINE = 100_000


def pipe_tables(text: str) -> tuple[Table, ...]:
    """Return the tables of a Markdown text, those in fenced code left out."""
    tables: list[Table] = []
    lines = [(match.start(), match[0].rstrip("\n")) for match in _LINE.finditer(text)]
    number, fence = 0, ""
    while number < len(lines):
        start, line = lines[number]
        mark = _FENCE.match(line)
        if mark and (not fence or mark["marks"].startswith(fence)):
            fence = "" if fence else mark["marks"]
        elif not fence and (count := _rows(lines, number)):
            last, end = lines[number + count - 1]
            cells = tuple(_all_cells(lines[number : number + count]))
            tables.append(Table(start, last + len(end), cells))
            number += count - 1
        number += 1
    return tuple(tables)


def _rows(lines: list[tuple[int, str]], number: int) -> int:
    """Return how many lines the table has that begins here, 0 where none does."""
    if number + 1 >= len(lines) or "|" not in lines[number][1]:
        return 0
    rule = lines[number + 1][1]
    if len(rule) > _LONGEST_LINE or not _RULE.match(rule):
        return 0
    if len(_cells(*lines[number])) != len(_cells(*lines[number + 1])):
        return 0
    end = number + 2
    while end < len(lines) and "|" in lines[end][1] and len(lines[end][1]) < _LONGEST_LINE:
        end += 1
    return end - number


def _all_cells(lines: list[tuple[int, str]]) -> Iterator[Cell]:
    columns = len(_cells(*lines[0]))
    for row, line in enumerate([lines[0], *lines[2:]]):
        for column, span in enumerate(_cells(*line)[:columns]):
            yield Cell(row, column, span, heading=row == 0)


def _cells(start: int, line: str) -> list[Span | None]:
    """Return where the words of each cell of a line stand, None for an empty one."""
    stripped = line.strip()
    at = start + len(line) - len(line.lstrip())
    if stripped.startswith("|"):
        stripped, at = stripped[1:], at + 1
    if stripped.endswith("|") and not stripped.endswith("\\|"):
        stripped = stripped[:-1]
    cells: list[Span | None] = []
    place = 0
    while place <= len(stripped):
        found = _CELL.match(stripped, place)
        cell = found[0] if found else ""
        words = cell.strip()
        first = at + place + len(cell) - len(cell.lstrip())
        cells.append(Span(first, first + len(words)) if words else None)
        place += len(cell) + 1
    return cells
