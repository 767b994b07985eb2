"""Writing files into a library: the rows of a path, of its document, and their end.

Every function here works inside a transaction of its caller, and leaves the library whole:
no document without a path, no path without a document or a reason.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.schema import delete_document, insert_document

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from index.events import Change
    from index.types import Chunk, Document, Vectors

__all__ = ["File", "Known", "Record", "forget", "known_files", "record", "record_failure"]

SETTLED_NS = (
    2_000_000_000  # the coarsest clock of a file system in use ticks every two seconds
)


@dataclass(frozen=True, slots=True)
class File:
    """A file on the disk, with its size and time from before it was read.

    One that lies in another file has that one's time, and its hash is known.
    """

    path: Path
    size: int
    mtime_ns: int
    content: str = ""  # SHA-256, where it is known without reading the file

    @property
    def stamp_ns(self) -> int:
        """The time to remember: 0 for a file so fresh that it may change without a trace."""
        return self.mtime_ns if time.time_ns() - self.mtime_ns > SETTLED_NS else 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the library holds under a path."""

    document: str | None  # None for a file that could not be read
    size: int
    mtime_ns: int
    reason: str = ""  # why it could not be read


@dataclass(frozen=True, slots=True)
class Record:
    """A file that is ready to be written; `document` is None if its content is there."""

    file: File
    document_id: str
    change: Change
    document: Document | None = None
    chunks: tuple[Chunk, ...] = ()


def known_files(db: sqlite3.Connection) -> dict[str, Known]:
    """Return every path of the library."""
    rows = db.execute("SELECT path, document, size, mtime_ns, reason FROM paths")
    return {row[0]: Known(*row[1:]) for row in rows}


def record(
    db: sqlite3.Connection, batch: Sequence[Record], vectors: Vectors
) -> dict[str, Known]:
    """Write a batch, with the vectors (n, d) of all its chunks in their order."""
    written: dict[str, Known] = {}
    left: set[str | None] = set()
    start, read_at = 0, time.strftime("%Y-%m-%dT%H:%M:%S%z")
    for work in batch:
        end = start + len(work.chunks)
        if work.document is not None:
            delete_document(db, work.document_id)  # there only if it was read once more
            insert_document(db, work.document, work.chunks, vectors[start:end], read_at)
        start = end
        known = Known(work.document_id, work.file.size, work.file.stamp_ns)
        left.add(_point(db, str(work.file.path), known, ""))
        written[str(work.file.path)] = known
    _drop_unused(db, left)
    _bump(db)
    return written


def record_failure(db: sqlite3.Connection, file: File, reason: str) -> Known:
    """Note that a file cannot be read, and forget what it said before."""
    known = Known(None, file.size, file.stamp_ns, reason)
    _drop_unused(db, {_point(db, str(file.path), known, reason)})
    _bump(db)
    return known


def forget(db: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Forget paths, and the documents that no other path leads to."""
    left: set[str | None] = set()
    for path in paths:
        row = db.execute("SELECT document FROM paths WHERE path = ?", (path,)).fetchone()
        db.execute("DELETE FROM paths WHERE path = ?", (path,))
        left.add(row[0] if row else None)
    _drop_unused(db, left)
    if paths:
        _bump(db)


def _point(db: sqlite3.Connection, path: str, known: Known, reason: str) -> str | None:
    """Let a path lead to its document, and return the one it led to before."""
    row = db.execute("SELECT document FROM paths WHERE path = ?", (path,)).fetchone()
    state = "failed" if known.document is None else "ok"
    db.execute(
        "INSERT OR REPLACE INTO paths VALUES (?, ?, ?, ?, ?, ?)",
        (path, known.document, known.size, known.mtime_ns, state, reason),
    )
    return row[0] if row else None


def _drop_unused(db: sqlite3.Connection, document_ids: set[str | None]) -> None:
    """Drop those documents that no path leads to any more."""
    for document_id in document_ids - {None}:
        used = db.execute(
            "SELECT 1 FROM paths WHERE document = ?", (document_id,)
        ).fetchone()
        if document_id is not None and used is None:
            delete_document(db, document_id)


def _bump(db: sqlite3.Connection) -> None:
    db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
