"""The library: one folder, and in it one SQLite file that is the record of truth.

    library.sqlite    documents, chunks, vectors, full text, the ledger of files
    vectors/          Chroma: a cache that can be rebuilt from library.sqlite at any time
    *.lock            who may touch what right now

Reading is done here. What changes a library is in ingest.py, what searches it by meaning in
dense.py, what looks for damage in check.py.
"""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from index.errors import LibraryError, LibraryMismatch, LibraryMissing
from index.layout import check_format, lay_out
from index.ledger import Chunking, Ledger, LedgerEntry, SourceInfo
from index.lock import Patience, ProcessLock
from index.packing import unpack_parts
from index.schema import read_chunk, read_document, read_vectors
from index.store import Store
from index.terms import match_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from index.types import Chunk, Document, Embedder

__all__ = ["FILE", "LOCKS", "Library"]

FILE = "library.sqlite"
VECTORS = "vectors"
LOCKS = ("vectors.lock", "sync.lock")
CALM, USUAL = Patience(), Chunking()


class Library:
    """An open library. Safe to use from several threads; close it when done."""

    def __init__(self, folder: Path, store: Store, patience: Patience) -> None:
        self.folder = folder
        self.patience = patience
        self.store = store
        self.vectors_lock, self.sync_lock = (ProcessLock(folder / name) for name in LOCKS)
        with store.reading() as db:
            meta = dict(db.execute("SELECT key, value FROM meta"))
        self.id: str = meta["id"]
        self.fingerprint: str = meta["embedder"]
        self.dimension = int(meta["dimension"])
        self.chunking = Chunking(int(meta["max_tokens"]), int(meta["overlap_tokens"]))
        self.vectors_url: str = meta["vectors_url"]

    @classmethod
    def open(cls, folder: Path, *, patience: Patience = CALM) -> Library:
        """Open the library in `folder`.

        Raises:
            LibraryMissing: If there is none.
            LibraryMismatch: If it has another format version.
            LibraryError: If it is damaged.
        """
        folder = folder.expanduser().resolve()
        if not cls.exists(folder):
            raise LibraryMissing(f"There is no library in {folder}.")
        store = Store(folder / FILE)
        try:
            check_format(store, folder)
            return cls(folder, store, patience)
        except BaseException:
            store.close()
            raise

    @classmethod
    def create(
        cls,
        folder: Path,
        embedder: Embedder,
        *,
        chunking: Chunking = USUAL,
        vectors_url: str = "",
        patience: Patience = CALM,
    ) -> Library:
        """Make a library in `folder`, or open the one that is there.

        Args:
            folder: Made if it is not there.
            embedder: What its vectors will be made with, always.
            chunking: How its documents will be cut; an existing library keeps its own.
            vectors_url: A Chroma server to keep the vector index in, "" for the folder.
            patience: How long to wait for other processes.

        Raises:
            LibraryMismatch: If the one that is there was made with another embedder.
            LibraryError: If the folder cannot be written.
        """
        folder = folder.expanduser().resolve()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"{folder} cannot be made: {error}", "Choose another."
            ) from error
        store = Store(folder / FILE)
        try:
            with store.writing() as db:
                lay_out(db, embedder, chunking, vectors_url)
        finally:
            store.close()
        library = cls.open(folder, patience=patience)
        try:
            library.expect(embedder)
        except LibraryMismatch:
            library.close()
            raise
        return library

    @staticmethod
    def exists(folder: Path) -> bool:
        """Say whether there is a library in `folder`."""
        return (folder.expanduser() / FILE).is_file()

    @classmethod
    def erase(cls, folder: Path) -> None:
        """Remove a library, and nothing else that may lie in `folder`.

        Whoever has it open is told so at the next look. The two lock files stay: others may
        be waiting at them.

        Raises:
            LibraryBusy: If a sync or a search goes on for too long.
        """
        folder = folder.expanduser().resolve()
        if not folder.is_dir():
            return
        with ExitStack() as held:
            for name in reversed(LOCKS):
                lock = ProcessLock(folder / name)
                held.callback(lock.close)
                held.enter_context(lock.exclusive(CALM))
            cls._remove_files(folder)

    @staticmethod
    def _remove_files(folder: Path) -> None:
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
            (folder / name).unlink(missing_ok=True)
        if (folder / VECTORS).is_dir():
            shutil.rmtree(folder / VECTORS)

    def expect(self, embedder: Embedder) -> None:
        """Make sure that `embedder` made this library's vectors.

        Raises:
            LibraryMismatch: If it did not: the two would never find each other's.
        """
        if embedder.fingerprint != self.fingerprint:
            raise LibraryMismatch(
                f"The library in {self.folder} was made with the embedding model"
                f" {self.fingerprint}, not with {embedder.fingerprint}."
            )

    @property
    def generation(self) -> int:
        """Goes up with every change of the documents."""
        return self.number("generation")

    def number(self, key: str) -> int:
        """Return one of the counters in `meta`."""
        with self.store.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read of this thread inside the block see one state of the library."""
        with self.store.reading():
            yield

    def sources(self) -> list[SourceInfo]:
        """Return what is known of every document but its text, by first path."""
        with self.store.reading() as db:
            rows = db.execute(f"{_SOURCES} GROUP BY documents.id ORDER BY min(path)")
            return [_source(row) for row in rows]

    def source(self, document_id: str) -> SourceInfo | None:
        """Return what is known of one document but its text."""
        with self.store.reading() as db:
            query = f"{_SOURCES} WHERE documents.id = ? GROUP BY documents.id"
            row = db.execute(query, (document_id,)).fetchone()
        return None if row is None else _source(row)

    def document(self, document_id: str) -> Document | None:
        """Return a whole document: its text, headings, and pages with their boxes."""
        with self.store.reading() as db:
            return read_document(db, document_id)

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return the chunks of those `ids` that are there."""
        with self.store.reading() as db:
            rows = db.execute(
                "SELECT id, document, start, end, text, heading FROM chunks"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
            return {row[0]: read_chunk(row[1:]) for row in rows}

    def chunks_of(self, document_id: str) -> list[Chunk]:
        """Return the chunks of a document in the order of its text."""
        with self.store.reading() as db:
            rows = db.execute(
                "SELECT document, start, end, text, heading FROM chunks WHERE document = ?"
                " ORDER BY start, end",
                (document_id,),
            )
            return [read_chunk(row) for row in rows]

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of those `ids` that are there, each of shape (dimension,)."""
        with self.store.reading() as db:
            rows = db.execute(
                "SELECT id, vector FROM chunks JOIN vectors USING (number)"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            ).fetchall()
        matrix = read_vectors([row[1] for row in rows], self.dimension)
        return {row[0]: vector for row, vector in zip(rows, matrix, strict=True)}

    def search_text(
        self, query: str, k: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return up to k (chunk id, BM25) pairs, best first, for any of the query's words.

        Args:
            query: Anything a person may type; none of it is read as query syntax.
            k: How many, at most.
            documents: The document ids to search in; None means all.
        """
        terms = match_terms(query)
        if not terms or k < 1:
            return []
        limit = "" if documents is None else _IN_DOCUMENTS
        with self.store.reading() as db:
            rows = db.execute(
                f"SELECT id, -bm25(fulltext) AS score FROM fulltext"
                " JOIN chunks ON chunks.number = fulltext.rowid"
                f" WHERE fulltext MATCH ?1 {limit} ORDER BY score DESC, id LIMIT ?2",
                (terms, k)
                if documents is None
                else (terms, k, json.dumps(list(documents))),
            )
            return [(row[0], row[1]) for row in rows]

    def holding(self, words: Sequence[str]) -> dict[str, int]:
        """Return how many chunks hold each word, in any of its forms."""
        count = "SELECT count(*) FROM fulltext WHERE fulltext MATCH ?"
        with self.store.reading() as db:
            return {word: db.execute(count, (f'"{word}"',)).fetchone()[0] for word in words}

    def ledger(self) -> Ledger:
        """Return what became of every file, and the sums."""
        with self.store.reading() as db:
            rows = db.execute(
                "SELECT path, state, reason, document, characters_read, characters_indexed,"
                " (SELECT count(*) FROM chunks WHERE chunks.document = paths.document), notes,"
                " parts"
                " FROM paths LEFT JOIN documents ON documents.id = paths.document ORDER BY path"
            )
            return Ledger(tuple(_entry(row) for row in rows))

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()
        self.vectors_lock.close()
        self.sync_lock.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


_SOURCES = (
    "SELECT documents.id, json_group_array(path), title, author, date, source, media_type,"
    " characters, (SELECT count(*) FROM chunks WHERE chunks.document = documents.id), notes,"
    " parts, name"
    " FROM documents JOIN paths ON paths.document = documents.id"
)
_IN_DOCUMENTS = "AND document IN (SELECT value FROM json_each(?3))"


def _source(
    row: tuple[str, str, str, str, str, str, str, int, int, str, str, str],
) -> SourceInfo:
    paths, notes = sorted(json.loads(row[1])), json.loads(row[9])
    parts = unpack_parts(json.loads(row[10]))
    return SourceInfo(
        row[0], tuple(paths), *row[2:9], notes=tuple(notes), parts=parts, name=row[11]
    )


def _entry(
    row: tuple[str, str, str, str | None, int, int, int, str | None, str | None],
) -> LedgerEntry:
    counts = (row[4] or 0, row[5] or 0, row[6])
    notes, parts = (json.loads(text or "[]") for text in row[7:])
    return LedgerEntry(*row[:4], *counts, notes=tuple(notes), parts=unpack_parts(parts))
