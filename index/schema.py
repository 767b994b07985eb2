"""The tables of a library and how a document is laid down in them.

The text of a document and the boxes of its pages are compressed; everything a person or a
search asks for is a plain column. A chunk's words are stored beside its span: they are what
the full-text index is built on, and `check` compares the two.

`pending` is what the vector index has not been told yet. A commit here and the news of it
there cannot be one transaction, so the news is written down in the same commit.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import LibraryError
from index.packing import (
    pack_headings,
    pack_parts,
    pack_places,
    pack_tables,
    unpack_headings,
    unpack_parts,
    unpack_places,
    unpack_tables,
)
from index.types import Chunk, Document, Page, Span

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from index.types import Vectors

__all__ = [
    "FORMAT",
    "SCHEMA",
    "covered",
    "delete_document",
    "insert_document",
    "read_chunk",
    "read_document",
    "read_vectors",
]

FORMAT = 2  # goes up when a library written before can no longer be read

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, media_type TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL,
    date TEXT NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, text BLOB NOT NULL,
    characters INTEGER NOT NULL,
    headings TEXT NOT NULL, tables BLOB NOT NULL, places BLOB NOT NULL, parts TEXT NOT NULL,
    notes TEXT NOT NULL, characters_read INTEGER NOT NULL,
    characters_indexed INTEGER NOT NULL, read_at TEXT NOT NULL
);
CREATE TABLE pages (
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    number INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    width REAL NOT NULL, height REAL NOT NULL, boxes BLOB NOT NULL,
    PRIMARY KEY (document, number)
);
CREATE TABLE paths (
    path TEXT PRIMARY KEY,
    document TEXT REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ok', 'failed')), reason TEXT NOT NULL DEFAULT '',
    CHECK ((state = 'ok') = (document IS NOT NULL))
);
CREATE INDEX paths_document ON paths(document);
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL REFERENCES documents(id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX chunks_document ON chunks(document, start);
CREATE TABLE vectors (
    number INTEGER PRIMARY KEY REFERENCES chunks(number) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE TABLE pending (
    id TEXT PRIMARY KEY, change TEXT NOT NULL CHECK (change IN ('upsert', 'delete'))
) WITHOUT ROWID;
CREATE VIEW entries AS
    SELECT chunks.number AS number, documents.title || ' ' || documents.name AS title,
           chunks.heading AS heading, chunks.text AS text
    FROM chunks JOIN documents ON documents.id = chunks.document;
CREATE VIRTUAL TABLE fulltext USING fts5(
    title, heading, text, content='entries', content_rowid='number',
    tokenize="porter unicode61 remove_diacritics 2"
);
CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
    INSERT INTO fulltext(rowid, title, heading, text)
    SELECT number, title, heading, text FROM entries WHERE number = new.number;
END;
CREATE TRIGGER chunk_gone BEFORE DELETE ON chunks BEGIN
    INSERT INTO fulltext(fulltext, rowid, title, heading, text)
    SELECT 'delete', number, title, heading, text FROM entries WHERE number = old.number;
END;
"""


def insert_document(
    db: sqlite3.Connection,
    document: Document,
    chunks: Sequence[Chunk],
    vectors: Vectors,
    read_at: str,
) -> None:
    """Write a document, its chunks and their vectors of shape (len(chunks), d)."""
    row = (
        document.id,
        document.media_type,
        document.title,
        document.author,
        document.date,
        document.source,
        document.name,
        zlib.compress(document.text.encode(), 6),
        len(document.text),
        json.dumps(pack_headings(document.headings), ensure_ascii=False),
        _packed(pack_tables(document.tables)),
        _packed(pack_places(document.places)),
        json.dumps(pack_parts(document.parts), ensure_ascii=False),
        json.dumps(document.notes, ensure_ascii=False),
        document.characters_read,
        covered(document.text, chunks),
        read_at,
    )
    db.execute(f"INSERT INTO documents VALUES ({','.join('?' * len(row))})", row)
    pages = (
        (
            document.id,
            page.number,
            page.start,
            page.end,
            page.width,
            page.height,
            page.boxes,
        )
        for page in document.pages
    )
    db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)", pages)
    for chunk, vector in zip(chunks, vectors, strict=True):
        _insert_chunk(db, chunk, np.ascontiguousarray(vector, dtype="<f4").tobytes())


def _insert_chunk(db: sqlite3.Connection, chunk: Chunk, vector: bytes) -> None:
    number = db.execute(
        "INSERT INTO chunks (id, document, start, end, heading, text)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            chunk.id,
            chunk.document_id,
            chunk.span.start,
            chunk.span.end,
            chunk.heading,
            chunk.text,
        ),
    ).lastrowid
    db.execute("INSERT INTO vectors VALUES (?, ?)", (number, vector))
    db.execute("INSERT OR REPLACE INTO pending VALUES (?, 'upsert')", (chunk.id,))


def delete_document(db: sqlite3.Connection, document_id: str) -> None:
    """Remove a document with all that hangs on it, and note its vectors as pending."""
    db.execute(
        "INSERT OR REPLACE INTO pending SELECT id, 'delete' FROM chunks WHERE document = ?",
        (document_id,),
    )
    # The chunks go first: the full-text index still needs the document's title to forget them.
    db.execute("DELETE FROM chunks WHERE document = ?", (document_id,))
    db.execute("DELETE FROM documents WHERE id = ?", (document_id,))


def read_document(db: sqlite3.Connection, document_id: str) -> Document | None:
    """Return the whole document, None if there is no such one.

    Raises:
        LibraryError: If its text is damaged.
    """
    row = db.execute(
        "SELECT id, text, media_type, title, author, date, source, headings,"
        " tables, places, parts, characters_read, notes, name FROM documents WHERE id = ?",
        (document_id,),
    ).fetchone()
    if row is None:
        return None
    pages = db.execute(
        "SELECT number, start, end, width, height, boxes FROM pages WHERE document = ?"
        " ORDER BY number",
        (document_id,),
    )
    try:
        text = zlib.decompress(row[1]).decode()
        tables = unpack_tables(_unpacked(row[8]), len(text))
        places = unpack_places(_unpacked(row[9]), len(text))
    except (zlib.error, ValueError, TypeError) as error:
        raise LibraryError(f"The text of document {document_id} is damaged.") from error
    return Document(
        id=row[0],
        text=text,
        media_type=row[2],
        title=row[3],
        author=row[4],
        date=row[5],
        source=row[6],
        pages=tuple(Page(*page) for page in pages),
        headings=unpack_headings(json.loads(row[7]), len(text)),
        tables=tables,
        places=places,
        parts=unpack_parts(json.loads(row[10])),
        characters_read=row[11],
        notes=tuple(json.loads(row[12])),
        name=row[13],
    )


def _packed(items: list[list[Any]]) -> bytes:
    return zlib.compress(json.dumps(items, ensure_ascii=False).encode(), 6)


def _unpacked(blob: bytes) -> Any:
    return json.loads(zlib.decompress(blob))


def read_chunk(row: tuple[str, int, int, str, str]) -> Chunk:
    """Return the chunk of a row (document, start, end, text, heading)."""
    return Chunk(row[0], Span(row[1], row[2]), row[3], row[4])


def read_vectors(blobs: Sequence[bytes], dimension: int) -> Vectors:
    """Return the blobs as one read-only float32 array of shape (len(blobs), dimension)."""
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dimension)


def covered(text: str, chunks: Sequence[Chunk]) -> int:
    """Count the non-blank characters of `text` that lie in at least one chunk."""
    count, done = 0, 0
    for chunk in sorted(chunks, key=lambda chunk: chunk.span):
        if chunk.span.end > done:
            fresh = text[max(done, chunk.span.start) : chunk.span.end]
            count += sum(map(len, fresh.split()))
            done = chunk.span.end
    return count
