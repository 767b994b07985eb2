"""CSV and TSV: the text as it stands, since quoting a cell is quoting the file.

Only the normal form is applied; the delimiters stay: nothing is lost, nothing invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.readers.decode import decode
from index.readers.normalise import normalise
from index.readers.source import Limits, content_id, count_visible
from index.types import Document

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_table"]


def read_table(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a table of text, one row a line."""
    del limits
    raw, notes = decode(data)
    text = normalise(raw)
    tabbed = path.suffix.lower() == ".tsv"
    return Document(
        id=content_id(data),
        text=text,
        media_type="text/tab-separated-values" if tabbed else "text/csv",
        characters_read=count_visible(text),
        notes=notes,
    )
