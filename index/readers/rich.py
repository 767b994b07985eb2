"""Rich text (RTF), by striprtf."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.normalise import normalise
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import stated
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_rich"]

_ROWS = re.compile(r"(?m)[ \t]+$|\|(?=\n|$)")


def read_rich(data: bytes, path: Path, limits: Limits) -> Document:
    """Read an RTF file.

    Raises:
        ReadError: it is no RTF.
    """
    from striprtf.striprtf import rtf_to_text

    del path, limits
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReadError("it is no RTF", "Save it again as .rtf.")
    try:
        raw: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except Exception as error:  # whatever striprtf stumbles over
        raise ReadError(f"it is damaged ({error})", "Save it again as .rtf.") from error
    text = re.sub(r"\n{3,}", "\n\n", _ROWS.sub("", normalise(raw))).strip()
    own, count = stated(text), count_visible(text)
    pictures = data.count(b"{\\pict")
    parts = [Part("text", PartState.READ, count)]
    if pictures:
        why, remedy = "pictures in it are not read", "Save it as PDF."
        parts.append(Part(f"{pictures} pictures", PartState.NOT_READ, 0, why, remedy))
    return Document(
        id=content_id(data),
        text=text,
        media_type="application/rtf",
        title=own.title,
        author=own.author,
        date=own.date,
        parts=tuple(parts),
        characters_read=count,
    )
