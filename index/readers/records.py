"""JSON, JSON Lines: every record a passage, with its keys before its values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.normalise import squeeze
from index.readers.source import Limits, content_id, count_visible
from index.readers.writer import BlockWriter
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["read_records"]

_DEEPEST = 100
_LINES = {".jsonl", ".ndjson"}


def read_records(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a JSON file, or one with a JSON value on each line.

    Raises:
        ReadError: it is no JSON, or nested too deeply.
    """
    del limits
    raw, notes = decode(data)
    try:
        if path.suffix.lower() in _LINES:
            records: Any = [json.loads(line) for line in raw.splitlines() if line.strip()]
        else:
            records = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"it is no JSON ({error})", "Save it again.") from error
    writer = BlockWriter()
    listed = records if isinstance(records, list) else [records]
    for number, record in enumerate(listed, start=1):
        if len(listed) > 1:
            writer.open_place(f"record {number}")
        lines = [
            f"{key}: {value}" if key else value for key, value in _lines(record, "", 0)
        ]
        writer.add("\n".join(lines))
    if not writer.text:
        raise ReadError("it holds no values", "See whether it opens in another program.")
    counted = sum(count_visible(value) for _, value in _lines(records, "", 0))
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type="application/json",
        places=tuple(writer.places),
        parts=(Part("values", PartState.READ, counted),),
        characters_read=count_visible(writer.text),
        notes=notes,
    )


def _lines(value: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield each value that is no list and no object, with the keys that lead to it."""
    if depth > _DEEPEST:
        raise ReadError("it is nested too deeply", "Split it into parts.")
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, f"{key} {squeeze(name)}".strip(), depth + 1)
    elif isinstance(value, list):
        if all(not isinstance(inner, dict | list) for inner in value):
            yield key, ", ".join(map(_said, value))
        else:
            for inner in value:
                yield from _lines(inner, key, depth + 1)
    elif value is not None and value != "":
        yield key, _said(value)


def _said(value: Any) -> str:
    return squeeze(value) if isinstance(value, str) else json.dumps(value)
