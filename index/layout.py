"""A new library laid out, and an old one looked at before it is read.

The tables are those of schema.py; `meta` holds what is true of the library as a whole.
"""

from __future__ import annotations

import sqlite3
import uuid
from typing import TYPE_CHECKING

from index.errors import LibraryError, LibraryMismatch, LibraryMissing
from index.schema import FORMAT, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.ledger import Chunking
    from index.store import Store
    from index.types import Embedder

__all__ = ["check_format", "lay_out"]


def check_format(store: Store, folder: Path) -> None:
    """Make sure that a library can be read.

    Raises:
        LibraryMissing: If its making was broken off.
        LibraryError: If it is none.
        LibraryMismatch: If it has another format version.
    """
    with store.reading() as db:
        tables = _tables(db)
        if not tables:
            raise LibraryMissing(f"The library in {folder} was never finished.")
        if "meta" not in tables:
            raise LibraryError(f"{store.path} is not a library.", "Choose another folder.")
        row = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    found = row[0] if row else "?"
    if found != str(FORMAT):
        raise LibraryMismatch(
            f"The library in {folder} has format {found}; this version reads {FORMAT}."
        )


def lay_out(
    db: sqlite3.Connection, embedder: Embedder, chunking: Chunking, vectors_url: str
) -> None:
    """Make the tables of a new library; one that has tables is left as it is."""
    if _tables(db):
        return
    for statement in _statements(SCHEMA):
        db.execute(statement)
    meta = {
        "format": FORMAT,
        "id": uuid.uuid4().hex,
        "embedder": embedder.fingerprint,
        "dimension": embedder.dimension,
        "max_tokens": chunking.max_tokens,
        "overlap_tokens": chunking.overlap_tokens,
        "vectors_url": vectors_url,
        "generation": 0,
        "vectors_stamp": 0,  # goes up with every change of the vector index
        "vectors_name": 1,  # goes up when the vector index is built anew
        "vectors_told": 0,  # how many vectors the vector index must hold
        "vectors_dead": 0,  # how many deleted ones still take up a place in it
        "vectors_files": "{}",  # size, time and checksum of the files of its graph
        "vectors_torn": 0,  # 1 while the vector index is being written
    }
    db.executemany("INSERT INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in meta.items()])


def _tables(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master")}


def _statements(script: str) -> Iterator[str]:
    """Split a script; `executescript` would commit, and then it would not be all or nothing."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
