"""Read the rows of a set: a bad one is refused by its file and line, or left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluate.types import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from assistant.evaluate.types import Json

__all__ = ["RowError", "Rows", "integer", "text", "texts"]

SKIP_HINT = "Correct that row, or run without the bad rows: --skip-bad"


class RowError(ValueError):
    """A row lacks something or has a value that cannot be; never leaves this package."""


class Rows:
    """Collects the rows left out; raises at the first one unless told to skip."""

    def __init__(self, *, skip_bad: bool = False) -> None:
        self.skip_bad = skip_bad
        self.skipped: list[Skipped] = []

    def refuse(self, where: str, reason: str) -> None:
        """Note a bad row.

        Raises:
            EvaluationError: Unless bad rows are to be skipped.
        """
        if not self.skip_bad:
            raise EvaluationError(f"{where}: {reason}", SKIP_HINT)
        self.skipped.append(Skipped(where, reason))

    def lines(self, path: Path) -> Iterator[tuple[str, str]]:
        """Yield (file and line, text) of every line that is not blank.

        A line that is not UTF-8 is a bad row. A byte order mark is taken away.
        """
        for number, raw in enumerate(read_bytes(path).split(b"\n"), 1):
            where = f"{path.name}, line {number}"
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                self.refuse(where, f"not UTF-8 text ({error.reason})")
                continue
            if line.strip():
                yield where, line

    def objects(self, path: Path) -> Iterator[tuple[str, dict[str, Json]]]:
        """Yield (file and line, object) of a file with one JSON object a line."""
        for where, line in self.lines(path):
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                self.refuse(where, f"not JSON: {error.msg} (column {error.colno})")
                continue
            if not isinstance(row, dict):
                self.refuse(where, "not a JSON object")
                continue
            yield where, row


def read_bytes(path: Path) -> bytes:
    """Read a file of a set.

    Raises:
        EvaluationError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvaluationError(
            f"{path}: cannot be read ({error.strerror})",
            "Check the path and its permissions.",
        ) from error


def text(row: Mapping[str, Json], key: str, default: str | None = None) -> str:
    """Return a string of a row; an id may also be a whole number.

    Raises:
        RowError: It is missing (without a default), not a string, or blank.
    """
    value = row.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool) and key in {"id", "_id"}:
        value = str(value)
    if not isinstance(value, str):
        raise RowError(f'"{key}" is missing' if value is None else f'"{key}" is not a text')
    if default is None and not value.strip():
        raise RowError(f'"{key}" is empty')
    return value


def texts(row: Mapping[str, Json], key: str) -> tuple[str, ...]:
    """Return a list of strings of a row; empty where the key is missing.

    Raises:
        RowError: It is not a list of strings.
    """
    value = row.get(key, [])
    if not isinstance(value, list):
        raise RowError(f'"{key}" is not a list')
    found = [item for item in value if isinstance(item, str)]
    if len(found) != len(value):
        raise RowError(f'"{key}" holds something that is not a text')
    return tuple(found)


def integer(row: Mapping[str, Json], key: str) -> int:
    """Return a whole number of a row.

    Raises:
        RowError: It is missing or not a whole number.
    """
    value = row.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RowError(f'"{key}" is not a whole number')
    return value
