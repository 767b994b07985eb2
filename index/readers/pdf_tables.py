"""Tables on a page, by where their characters stand: rows by height, columns by place. Pure.

A line is cut where nothing stands for nearly the height of a letter. Lines whose parts are
figures, or three and more short texts, in columns that nothing else crosses, make a table; the
short lines above them that stand over its columns are its headings. What does not plainly line
up stays text. These rules have no outside source; they were tried on companies' reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from index.readers.reflow import UNDRAWN, Glyphs, compose
from index.readers.writer import SEPARATOR
from index.types import Cell, Span, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.readers.reflow import Boxes, Line

__all__ = ["TableBlock", "find_tables", "laid_out"]

_GAP = 0.8  # heights of a letter: a blank between words is a third of one
_FIGURE_GAP = 0.45  # the same, behind a figure and before another or a sign
_WORD_GAP = 0.12
_TOUCH = 0.1  # between columns
_LEAST_ROWS = 3  # with figures, or with three parts
_LEAST_PARTS = 3  # of a row without figures
_LONGEST_PART = 30  # characters, of the usual part of a row without figures
_PROSE = 60  # characters of a part that crosses columns
_MOST_HEADINGS = 5  # rows above the first figures
_MOST_BETWEEN = 5  # rows without figures in a table
_STEP = (
    2.6  # heights from one row to the next, beyond which what stands above is no heading
)
_PARTED = 5.0  # the same, beyond which a table ends
_FIGURE = re.compile(
    r"[$€£¥]?\s?\(?[$€£¥+−–-]?\s?\d[\d,.\s/:]*\s?\)?\s?%?\)?|[$€£¥]?\s?[-–—]{1,3}\s?%?|n/?[am]\.?",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"(?:(?:1[89]|20)\d\d\W{0,3})+|(?:[A-Z][a-zä]{2,8}\.?\s+\d{1,2},?\s*(?:(?:19|20)\d\d)?)|"
    r"(?:Q[1-4]|H[12]|FY)\W?(?:\d\d){1,2}",
)
_SIGN = re.compile(r"[$€£¥]|[A-Z]{3}")
_TAIL = re.compile(r"[)%]{1,2}")
_LEADERS = re.compile(r"(?:\.\s?){4,}|_{4,}")


@dataclass(slots=True)
class _Part:
    """A run of characters without a gap."""

    text: str
    rows: list[int]
    left: float
    right: float
    size: float
    line: int  # the number of the line it is cut from

    @property
    def is_figure(self) -> bool:
        return _FIGURE.fullmatch(self.text) is not None and not self.is_period

    @property
    def is_period(self) -> bool:
        return _PERIOD.fullmatch(self.text) is not None

    def join(self, other: _Part) -> None:
        self.text += f" {other.text}"
        self.rows += [UNDRAWN, *other.rows]
        self.right = max(self.right, other.right)


@dataclass(slots=True)
class _Row:
    parts: list[_Part]
    middle: float
    size: float

    @property
    def figures(self) -> int:
        return sum(part.is_figure for part in self.parts)

    @property
    def tells(self) -> bool:
        """Whether it is a row of a table by itself."""
        if any(len(part.text) > _PROSE for part in self.parts[1:]):
            return False  # a note behind its number
        if self.figures and len(self.parts) > 1:
            return True
        short = float(np.median([len(part.text) for part in self.parts])) <= _LONGEST_PART
        return len(self.parts) >= _LEAST_PARTS and short

    @property
    def is_prose(self) -> bool:
        """Whether it is a line of running text: long, and no row of a table."""
        return not self.tells and any(len(part.text) > _PROSE for part in self.parts)


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table, and the numbers of the lines that it is made of."""

    lines: frozenset[int]
    cells: tuple[tuple[int, int, int, bool, Glyphs], ...] = field(repr=False)
    # row, column, columns covered, whether a heading, characters


def find_tables(lines: Sequence[Line], boxes: Boxes) -> list[TableBlock]:
    """Return the tables of a page, from the top.

    Args:
        lines: of the page, without running heads.
        boxes: of its characters, set straight.
    """
    rows = _rows(lines, boxes)
    found, free = [], 0
    for first, last in _runs(rows):
        block = _table(rows, first, last, free)
        if block is not None:
            found.append(block)
            free = last + 1
    return found


def _rows(lines: Sequence[Line], boxes: Boxes) -> list[_Row]:
    """Return what stands level as rows, from the top, each cut into parts."""
    order = sorted(
        (n for n, line in enumerate(lines) if line.drawn),
        key=lambda n: lines[n].top + lines[n].bottom,
    )
    rows: list[_Row] = []
    for number in order:
        line = lines[number]
        middle, parts = (line.top + line.bottom) / 2, _parts(line, boxes, number)
        if rows and abs(middle - rows[-1].middle) < 0.4 * min(line.size, rows[-1].size):
            rows[-1].parts += parts
        else:
            rows.append(_Row(parts, middle, line.size))
    for row in rows:
        row.parts = _signed(sorted(row.parts, key=lambda part: part.left))
    return rows


def _parts(line: Line, boxes: Boxes, number: int) -> list[_Part]:
    """Cut a line where nothing stands for nearly the height of a letter."""
    parts: list[_Part] = []
    blank = False
    for letter, row in zip(line.text, line.rows, strict=True):
        box = boxes[row] if row != UNDRAWN else None
        if letter.isspace() or box is None or not np.isfinite(box[0]):
            blank = True
            continue
        left, right = float(box[0]), float(box[2])
        gap = left - parts[-1].right if parts else np.inf
        figures = blank and bool(parts) and _may_part(parts[-1].text, letter)
        least = (_FIGURE_GAP if figures else _GAP) * line.size
        if not parts or gap > least or gap < -2 * line.size:
            parts.append(_Part(letter, [row], left, right, line.size, number))
        else:
            last = parts[-1]
            if blank or gap > _WORD_GAP * 2.5 * line.size:
                last.text += " "
                last.rows.append(UNDRAWN)
            last.text += letter
            last.rows.append(row)
            last.right = max(last.right, right)
        blank = False
    return parts


def _may_part(before: str, letter: str) -> bool:
    """Say whether a figure ends before a letter that may begin another one."""
    begins = letter.isdigit() or letter in "$€£¥(—–-−"
    return begins and _FIGURE.fullmatch(before) is not None and before[-1:] not in "$€£¥(-"


def _signed(parts: list[_Part]) -> list[_Part]:
    """Join a currency's sign with the figure behind it, and a figure with its bracket."""
    joined: list[_Part] = []
    for part in parts:
        before = joined[-1] if joined else None
        sign = before is not None and _SIGN.fullmatch(before.text) is not None
        tail = _TAIL.fullmatch(part.text) is not None
        if before is not None and ((sign and (part.is_figure or part.is_period)) or tail):
            before.join(part)
        else:
            joined.append(part)
    return joined


def _runs(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Yield first and last row of each stretch in which most rows tell of a table."""
    number = 0
    while number < len(rows):
        if not rows[number].tells:
            number += 1
            continue
        first = last = number
        for next_ in range(number + 1, len(rows)):
            row, before = rows[next_], rows[next_ - 1]
            far = row.middle - before.middle > _STEP * max(row.size, before.size)
            prose = row.is_prose and (before.is_prose or far)
            if prose or next_ - last > _MOST_BETWEEN or (far and _is_far(row, before)):
                break
            if row.tells:
                last = next_
        if sum(row.tells for row in rows[first : last + 1]) >= _LEAST_ROWS:
            yield first, last
        number = last + 1


def _is_far(row: _Row, before: _Row) -> bool:
    return row.middle - before.middle > _PARTED * max(row.size, before.size)


def _table(rows: Sequence[_Row], first: int, last: int, free: int) -> TableBlock | None:
    """Return the table of some rows and of its headings above, from row `free` on."""
    body = [row for row in rows[first : last + 1] if row.tells]
    if any(_LEADERS.search(part.text) for row in body for part in row.parts):
        return None
    columns = _columns(body)
    if len(columns) < 2:
        return None
    first = _with_headings(rows, first, columns, free)
    placed = [_placed(row, columns) for row in rows[first : last + 1]]
    placed = _joined_labels(placed)
    heads = _heads(placed)
    cells = [
        (number, column, wide, number in heads, compose(Glyphs(part.text, part.rows)))
        for number, row in enumerate(placed)
        for column, wide, part in row
    ]
    lines = frozenset(part.line for row in rows[first : last + 1] for part in row.parts)
    return TableBlock(lines, tuple(cells))


def _columns(body: Sequence[_Row]) -> list[tuple[float, float]]:
    """Return left and right edge of each column: what the parts of the rows cover together.

    Where enough rows have figures, only these count: headings are wider than their columns.
    """
    figured = [row for row in body if row.figures]
    spans = sorted(
        (part.left, part.right)
        for row in (figured if len(figured) >= _LEAST_ROWS else body)
        for part in row.parts
    )
    size = float(np.median([row.size for row in body]))
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1] + _TOUCH * size:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    return columns


def _with_headings(
    rows: Sequence[_Row], first: int, columns: Sequence[tuple[float, float]], free: int
) -> int:
    """Return the first of the rows above that stand over the columns."""
    start = first
    for number in range(first - 1, max(first - 1 - _MOST_HEADINGS, free - 1), -1):
        row, below = rows[number], rows[number + 1]
        far = below.middle - row.middle > _STEP * max(row.size, below.size)
        if far or row.is_prose:
            break
        over = [part for part in row.parts if part.right > columns[1][0]]
        if over and all(len(part.text) <= _PROSE for part in over):
            start = number
        elif len(row.parts) > 1 or start - number > _MOST_BETWEEN:
            break
    return start


_Placed = list[tuple[int, int, _Part]]  # column, columns covered, part


def _placed(row: _Row, columns: Sequence[tuple[float, float]]) -> _Placed:
    """Return the parts of a row with the columns that they stand in."""
    placed: _Placed = []
    for part in row.parts:
        inside = [
            number
            for number, (left, right) in enumerate(columns)
            if part.left < right and left < part.right
        ]
        if not inside:
            middles = [
                abs((left + right) - (part.left + part.right)) for left, right in columns
            ]
            inside = [int(np.argmin(middles))]
        if inside[0] == 0 and len(inside) > 1 and part.left <= columns[0][1]:
            inside = inside[:1]  # a long label reaches over what its row leaves blank
        if placed and placed[-1][0] + placed[-1][1] > inside[0]:
            placed[-1][2].join(part)
            continue
        placed.append((inside[0], inside[-1] - inside[0] + 1, part))
    return placed


def _joined_labels(rows: list[_Placed]) -> list[_Placed]:
    """Return the rows with labels of two lines in one: "and other current" "liabilities 12"."""
    joined: list[_Placed] = []
    for row in rows:
        before = joined[-1] if joined else []
        alone = len(before) == 1 and before[0][0] == 0
        goes_on = bool(row) and row[0][0] == 0 and row[0][2].text[:1].islower()
        if alone and goes_on and not before[0][2].text.endswith((":", ".")):
            before[0][2].join(row[0][2])
            joined[-1] = [before[0], *row[1:]]
        else:
            joined.append(row)
    return joined


def _heads(rows: Sequence[_Placed]) -> set[int]:
    """Return which rows name columns: those above the first figures, and rows of periods."""
    heads: set[int] = set()
    begun = False
    for number, row in enumerate(rows):
        beside = [part for column, _, part in row if column > 0]
        periods = bool(beside) and all(part.is_period for part in beside)
        begun |= any(part.is_figure for part in beside)
        if beside and (periods or not begun):
            heads.add(number)
        elif not begun and row and heads:
            begun = True  # a section before the first figures
    if not begun and len(heads) == len(rows):
        return {0}
    return heads


def laid_out(block: TableBlock, start: int) -> tuple[Glyphs, Table]:
    """Return a table as text that begins at `start`, and as cells in it."""
    text: list[str] = []
    rows: list[int] = []
    cells: list[Cell] = []
    last_row = column = 0
    for row, at, wide, heading, glyphs in block.cells:
        if row != last_row and text:
            _add(text, rows, "\n")
            column = 0
        last_row = row
        if at > column:
            _add(
                text,
                rows,
                (SEPARATOR if rows and text[-1] != "\n" else " | ") * (at - column),
            )
            column = at
        span = Span(start + len(rows), start + len(rows) + len(glyphs.text))
        cells.append(Cell(row, at, span, 1, wide, heading))
        text += glyphs.text
        rows += glyphs.rows
    table = Table(start, start + len(rows), tuple(cells))
    return Glyphs("".join(text), rows), table


def _add(text: list[str], rows: list[int], more: str) -> None:
    text += more
    rows += [UNDRAWN] * len(more)
