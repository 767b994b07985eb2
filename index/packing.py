"""What a document consists of beside its text, as JSON and back.

Used between the reading process and the library, and in the library's own file. What comes
back is checked: the reading process has just read a file that anybody may have made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.types import Cell, Heading, Part, PartState, Place, Span, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "pack_headings",
    "pack_parts",
    "pack_places",
    "pack_tables",
    "unpack_headings",
    "unpack_parts",
    "unpack_places",
    "unpack_tables",
]

_CELL_FIELDS = 7
_MOST_CELLS = 1 << 20  # rows or columns that a table may have: a spreadsheet's most rows


def pack_headings(headings: Sequence[Heading]) -> list[list[Any]]:
    """Return headings as lists of start, level and title."""
    return [[heading.start, heading.level, heading.title] for heading in headings]


def unpack_headings(items: Any, length: int) -> tuple[Heading, ...]:
    """Return the headings of a text of `length` code points.

    Raises:
        ValueError, TypeError: they make no sense.
    """
    headings = [
        Heading(int(start), int(level), str(title)) for start, level, title in items
    ]
    _require_inside((heading.start for heading in headings), length)
    return tuple(headings)


def pack_places(places: Sequence[Place]) -> list[list[Any]]:
    """Return places as lists of start and label."""
    return [[place.start, place.label] for place in places]


def unpack_places(items: Any, length: int) -> tuple[Place, ...]:
    """Return the places of a text of `length` code points, in its order.

    Raises:
        ValueError, TypeError: they make no sense.
    """
    places = [Place(int(start), str(label)) for start, label in items]
    _require_inside((place.start for place in places), length)
    return tuple(sorted(places, key=lambda place: place.start))


def pack_parts(parts: Sequence[Part]) -> list[list[Any]]:
    """Return parts as lists of their fields."""
    return [[p.name, p.state.value, p.characters, p.reason, p.remedy] for p in parts]


def unpack_parts(items: Any) -> tuple[Part, ...]:
    """Return the parts.

    Raises:
        ValueError, TypeError: they make no sense.
    """
    return tuple(
        Part(str(name), PartState(state), int(characters), str(reason), str(remedy))
        for name, state, characters, reason, remedy in items
    )


def pack_tables(tables: Sequence[Table]) -> list[list[Any]]:
    """Return tables as lists: start, end, name, and the fields of all cells in one list."""
    return [
        [table.start, table.end, table.name, [v for c in table.cells for v in _cell(c)]]
        for table in tables
    ]


def _cell(cell: Cell) -> tuple[int, ...]:
    span = (cell.span.start, cell.span.end) if cell.span else (0, 0)
    return (cell.row, cell.column, *span, cell.rows, cell.columns, int(cell.heading))


def unpack_tables(items: Any, length: int) -> tuple[Table, ...]:
    """Return the tables of a text of `length` code points, in its order.

    Raises:
        ValueError, TypeError: they overlap, or a cell lies outside its table.
    """
    tables = [_table(start, end, name, numbers) for start, end, name, numbers in items]
    tables.sort(key=lambda table: table.start)
    end = 0
    for table in tables:
        if not end <= table.start < table.end <= length:
            raise ValueError("a table lies outside the text or in another")
        end = table.end
    return tuple(tables)


def _table(start: int, end: int, name: str, numbers: list[int]) -> Table:
    cells = []
    for at in range(0, len(numbers), _CELL_FIELDS):
        row, column, first, last, rows, columns, heading = map(
            int, numbers[at : at + _CELL_FIELDS]
        )
        inside = first == last == 0 or start <= first < last <= end
        if not inside or not _sane(row, column, rows, columns):
            raise ValueError("a cell lies outside its table")
        span = Span(first, last) if last else None
        cells.append(Cell(row, column, span, rows, columns, bool(heading)))
    return Table(int(start), int(end), tuple(cells), str(name))


def _sane(row: int, column: int, rows: int, columns: int) -> bool:
    return min(row, column) >= 0 < min(rows, columns) and (
        max(row, column, rows, columns) <= _MOST_CELLS
    )


def _require_inside(starts: Any, length: int) -> None:
    if any(not 0 <= start < length for start in starts):
        raise ValueError("a heading or place lies outside the text")
