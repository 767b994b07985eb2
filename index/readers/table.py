"""CSV and TSV: a table by the grammar of the format, one line of text a row.

What parts the cells is found by trying: with the right mark most rows have equally many cells.
A cell with line breaks in it stays one cell; quotation marks that only hold it together go.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.normalise import normalise
from index.readers.source import Limits, content_id, count_visible
from index.readers.writer import BlockWriter, CellText
from index.table_headings import first_row_names_columns
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["read_table"]

_MARKS = ",;\t|"
_JUDGED = 100  # rows by which the mark is found
_LONGEST_CELL = 1 << 20  # characters; the csv module's own limit is 131,072


def read_table(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a table of text.

    Raises:
        ReadError: a cell has more than a million characters.
    """
    del limits
    raw, notes = decode(data)
    text = normalise(raw)
    mark = "\t" if path.suffix.lower() == ".tsv" and "\t" in text else _mark(text)
    try:
        rows = [[cell.strip() for cell in row] for row in _rows(text, mark)]
    except csv.Error as error:
        raise ReadError(f"it is no table ({error})", "Save it again as .csv.") from error
    heads = first_row_names_columns(rows)
    writer = BlockWriter()
    writer.add_table(
        CellText(r, c, cell, heading=heads and r == 0)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
    )
    cells = sum(count_visible(cell) for row in rows for cell in row)
    tabbed = path.suffix.lower() == ".tsv"
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type="text/tab-separated-values" if tabbed else "text/csv",
        tables=tuple(writer.tables),
        parts=_parts(text, cells),
        characters_read=count_visible(writer.text),
        notes=notes,
    )


def _parts(text: str, cells: int) -> tuple[Part, ...]:
    between = count_visible(text) - cells
    parts = [Part("cells", PartState.READ, cells)]
    if between > 0:
        name, why = "separators and quotation marks", "they only hold the cells apart"
        parts.append(Part(name, PartState.SET_ASIDE, between, why))
    return tuple(parts)


def _rows(text: str, mark: str) -> Iterator[list[str]]:
    """Yield the rows that are not blank."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return (row for row in reader if any(cell.strip() for cell in row))


def _mark(text: str) -> str:
    """Return what parts the cells: with it the most rows have the commonest number of cells."""
    return max(_MARKS, key=lambda mark: _fit(text, mark))


def _fit(text: str, mark: str) -> tuple[float, int]:
    """Return the share of rows with the commonest number of cells, and that number."""
    try:
        widths = Counter(len(row) for row in islice(_rows(text, mark), _JUDGED))
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (count / widths.total() if width > 1 else 0.0), width
