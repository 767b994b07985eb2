"""Spreadsheets (XLSX): every sheet under its name, every block of cells a table.

What a cell shows is read, not its formula: the value that the program kept, in its number
format. Rows without cells part one table from the next.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
from typing import TYPE_CHECKING, Any

from index.errors import ReadError
from index.readers.docx_xml import tag, within
from index.readers.normalise import squeeze
from index.readers.package import Package
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date
from index.readers.writer import BlockWriter, CellText
from index.table_headings import first_row_names_columns
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["add_sheet", "read_sheets"]

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LARGE = 40 << 20  # bytes of a sheet's XML, from which merged cells are not looked for
_CURRENCY = re.compile(r'"([^"]{1,4})"|\[\$([^\]\-]{1,4})')
_DECIMALS = re.compile(r"0\.(0+)")


def read_sheets(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a workbook.

    Raises:
        ReadError: it is damaged, encrypted, a bomb, or no workbook.
    """
    del path
    package = Package(data, limits)
    sizes = {name: len(package.part(name)) for name in package.names()}
    if not any(name.startswith("xl/worksheets/") for name in sizes):
        raise ReadError("it holds no sheets", "Save it again as .xlsx.")
    book = _open(data, light=max(sizes.values()) > _LARGE)
    writer, parts = BlockWriter(), list[Part]()
    for sheet in book.worksheets:
        cells, unread = (
            _cells(sheet),
            _without_value(sheet, data, light=max(sizes.values()) > _LARGE),
        )
        add_sheet(writer, sheet.title, cells)
        held = sum(count_visible(cell.text) for cell in cells)
        hidden = " (hidden)" if sheet.sheet_state != "visible" else ""
        parts.append(Part(f"sheet {sheet.title}{hidden}", PartState.READ, held))
        if unread:
            why, remedy = (
                "they were never calculated",
                "Open and save it in a spreadsheet program.",
            )
            parts.append(Part(f"{unread} formulas", PartState.NOT_READ, 0, why, remedy))
    drawings = sum(name.startswith("xl/charts/chart") for name in sizes)
    if drawings:
        parts.append(
            Part(f"{drawings} charts", PartState.SET_ASIDE, 0, "they draw the cells")
        )
    core = package.xml("docProps/core.xml")  # openpyxl makes up what is not there
    about = {tag(e): squeeze(e.text or "") for e in within(core) if tag(e)}
    author, title = about.get("creator", ""), about.get("title", "")
    writer.add_properties((("Author", author), ("Title", title)))
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type=_TYPE,
        title=title,
        author=author,
        date=iso_date(about.get("created", "")[:10]),
        headings=tuple(writer.headings),
        tables=tuple(writer.tables),
        places=tuple(writer.places),
        parts=tuple(parts),
        characters_read=count_visible(writer.text),
    )


def _open(data: bytes, *, light: bool, values: bool = True) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load_workbook(io.BytesIO(data), read_only=light, data_only=values)
        except (
            Exception
        ) as error:  # openpyxl raises whatever the file makes it stumble over
            raise ReadError(
                f"it is damaged ({error})", "Save it again as .xlsx."
            ) from error


def _without_value(sheet: Any, data: bytes, *, light: bool) -> int:
    """Return how many formulas have no kept value: what the page would show is not known."""
    if light or any(c.value is not None for row in sheet.iter_rows() for c in row):
        return 0
    formulas = _open(data, light=False, values=False)[sheet.title]
    return sum(c.data_type == "f" for row in formulas.iter_rows() for c in row)


def _cells(sheet: Any) -> list[CellText]:
    """Return the cells of a sheet, merged ones once, and comments behind what they are on."""
    spans = {}
    for area in getattr(getattr(sheet, "merged_cells", None), "ranges", ()):
        rows, columns = area.max_row - area.min_row + 1, area.max_col - area.min_col + 1
        spans[area.min_row - 1, area.min_col - 1] = (rows, columns)
    cells = []
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            place = (cell.row - 1, cell.column - 1)
            comment = getattr(cell, "comment", None)
            note = f" ({squeeze(comment.text)})" if comment is not None else ""
            cells.append(
                CellText(*place, f"{shown(cell)}{note}", *spans.get(place, (1, 1)))
            )
    return cells


def shown(cell: Any) -> str:
    """Return a value as its number format shows it, near enough to be found and read."""
    value, form = cell.value, str(cell.number_format or "")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        day = value.time() == datetime.time()
        return value.date().isoformat() if day else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value, form)
    return str(value)


def _number(value: float, form: str) -> str:
    form = form.partition(";")[0]
    percent = "%" in form
    value = value * 100 if percent else value
    decimals = _DECIMALS.search(form)
    if form in {"General", "@", ""}:
        text = f"{value:.10g}"
    else:
        text = f"{value:{',' if '#,##' in form else ''}.{len(decimals[1]) if decimals else 0}f}"
    currency = _CURRENCY.search(form)
    sign = (currency[1] or currency[2] or "").strip() if currency else ""
    return f"{text}{' %' if percent else ''}{f' {sign}' if sign else ''}"


def add_sheet(writer: BlockWriter, title: str, cells: Iterable[CellText]) -> None:
    """Write a sheet under its name, each block of rows as a table."""
    blocks = list(_blocks(cells))
    if not blocks:
        return
    writer.open_place(f"sheet {squeeze(title)}")
    writer.add_heading(title, 1)
    for block in blocks:
        first, last = block[0].row, max(cell.row + cell.rows for cell in block)
        writer.open_place(f"sheet {squeeze(title)}, rows {first + 1}–{last}")
        left = min(cell.column for cell in block)
        heads = first_row_names_columns(list(_texts(block, left)))
        writer.add_table(
            (
                CellText(
                    cell.row - first, cell.column - left, cell.text, cell.rows, cell.columns,
                    heads and cell.row == first,
                )
                for cell in block
            ),
            title,
        )  # fmt: skip


def _texts(block: list[CellText], left: int) -> Iterator[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in block:
        row = rows.setdefault(cell.row, [])
        row += [""] * (cell.column - left - len(row)) + [cell.text]
    return iter(rows.values())


def _blocks(cells: Iterable[CellText]) -> Iterator[list[CellText]]:
    """Yield the cells in blocks that blank rows or blank columns part, top to bottom."""
    waiting = [list(cells)]
    found: list[list[CellText]] = []
    while waiting:
        block = waiting.pop()
        for parts in (_apart(block, _rows_of), _apart(block, _columns_of)):
            if len(parts) > 1:
                waiting += parts
                break
        else:
            found.append(sorted(block, key=lambda cell: (cell.row, cell.column)))
    yield from sorted((b for b in found if b), key=lambda b: (b[0].row, b[0].column))


def _rows_of(cell: CellText) -> tuple[int, int]:
    return cell.row, cell.row + cell.rows


def _columns_of(cell: CellText) -> tuple[int, int]:
    return cell.column, cell.column + cell.columns


def _apart(
    cells: list[CellText], extent: Callable[[CellText], tuple[int, int]]
) -> list[list[CellText]]:
    """Return the cells in groups between which there is a blank row, or a blank column."""
    groups: list[list[CellText]] = []
    reaches = -1
    for cell in sorted(cells, key=extent):
        first, last = extent(cell)
        if not groups or first > reaches:
            groups.append([])
        groups[-1].append(cell)
        reaches = max(reaches, last)
    return groups
