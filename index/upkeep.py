"""Keeping Chroma in step with SQLite: telling it what is new, building it anew.

Whoever calls these holds the library's sync lock. Chroma is written in short steps under an
exclusive lock, so that a search waits for tenths of a second at most. While a step runs the
index is marked as torn; a process that dies in it leaves the mark, and from then on nobody
touches those files (Chroma rewrites its graph in place) until they are built anew.
"""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.clients import advance, borrow, give_back
from index.errors import LibraryBusy, LibraryError
from index.graph_files import require_intact, survey
from index.schema import read_vectors

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from index.library import Library
    from index.vectors import ChromaVectors

__all__ = ["IndexState", "flush", "read_state", "rebuild", "set_meta"]

STEP = 250  # vectors told in one exclusive step
TOMBSTONES = 0.25  # Chroma never takes back deleted places: beyond this share, build anew
FEW = 1_000  # deleted places that are not worth it
FOLDER = "vectors"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexState:
    """Where rows and vectors stand: equal states find equal things."""

    generation: int
    stamp: int
    torn: bool
    told: int  # how many vectors Chroma must hold
    dead: int  # places of deleted vectors in the graph
    chunks: int
    place: tuple[Path | str, str]  # where the vector index is, and its name there
    files: str  # the files of its graph, as `survey` saw them last


def read_state(library: Library) -> IndexState:
    """Return the state of the library now, or in the snapshot the caller holds."""
    with library.store.reading() as db:
        meta = dict(db.execute("SELECT key, value FROM meta"))
        chunks: int = db.execute("SELECT count(*) FROM chunks").fetchone()[0]
    return IndexState(
        generation=int(meta["generation"]),
        stamp=int(meta["vectors_stamp"]),
        torn=meta["vectors_torn"] != "0",
        told=int(meta["vectors_told"]),
        dead=int(meta["vectors_dead"]),
        chunks=chunks,
        place=_place(library, int(meta["vectors_name"])),
        files=meta["vectors_files"],
    )


def flush(library: Library) -> int:
    """Tell the vector index all it has not been told; return how many changes that were.

    An index that turns out to be torn, damaged or full of deleted places is built anew.

    Raises:
        LibraryBusy: If a reader does not let go.
        LibraryError: If Chroma cannot be written at all.
    """
    state = read_state(library)
    if state.torn or state.dead > max(FEW, TOMBSTONES * state.chunks):
        return rebuild(library)
    told, user = 0, object()
    try:
        while step := _tell(library, user):
            told += step
    except LibraryBusy:
        raise
    except LibraryError as error:
        log.warning("Building the vector index anew: %s", error)
        give_back(user)
        return rebuild(library)
    finally:
        give_back(user)
    return told


def rebuild(library: Library) -> int:
    """Build the vector index anew beside the old one, then swap; return its size.

    Searches go on meanwhile, on the old one, or exactly where that is torn.

    Raises:
        LibraryBusy: If a reader does not let go.
        LibraryError: If Chroma cannot be written.
    """
    old = read_state(library)
    with library.store.reading() as db:
        query = "SELECT value FROM meta WHERE key = 'vectors_name'"
        number = int(db.execute(query).fetchone()[0]) + 1
    place, user = _place(library, number), object()
    _discard(library, keep=old.place)
    try:
        fresh = borrow(*place, old.stamp + 1, user)
        with library.store.reading() as db:
            for ids, blobs, documents in _batches(db):
                fresh.upsert(ids, read_vectors(blobs, library.dimension), documents)
        with (
            library.vectors_lock.exclusive(library.patience),
            library.store.writing() as db,
        ):
            db.execute("DELETE FROM pending")
            set_meta(db, "vectors_name", number)
            set_meta(db, "vectors_torn", 0)
            set_meta(db, "vectors_dead", 0)
            set_meta(db, "vectors_told", old.chunks)
            set_meta(db, "vectors_stamp", old.stamp + 1)
            set_meta(db, "vectors_files", survey(place[0]))
    finally:
        give_back(user)
    _discard(library, keep=place)
    return old.chunks


def _tell(library: Library, user: object) -> int:
    """Tell Chroma up to STEP changes, in one exclusive step."""
    with library.store.reading() as db:
        if db.execute("SELECT 1 FROM pending").fetchone() is None:
            return 0
    with library.vectors_lock.exclusive(library.patience):
        state = read_state(library)
        with library.store.reading() as db:
            changes = db.execute(_CHANGES, (STEP,)).fetchall()
        with library.store.writing() as db:
            set_meta(db, "vectors_torn", 1)
        require_intact(state.place[0], state.files)
        index = borrow(*state.place, state.stamp, user)
        if index.count() != state.told:
            raise LibraryError(f"it holds {index.count()} vectors and not {state.told}")
        gone = _apply(index, library.dimension, changes)
        with library.store.writing() as db:
            done = json.dumps([change[0] for change in changes])
            db.execute(
                "DELETE FROM pending WHERE id IN (SELECT value FROM json_each(?))", (done,)
            )
            set_meta(db, "vectors_torn", 0)
            set_meta(db, "vectors_told", index.count())
            set_meta(db, "vectors_dead", state.dead + gone)
            set_meta(db, "vectors_stamp", state.stamp + 1)
            set_meta(db, "vectors_files", survey(state.place[0], state.files))
        advance(*state.place, state.stamp + 1)
    return len(changes)


def _apply(
    index: ChromaVectors,
    dimension: int,
    changes: Sequence[tuple[str, str, bytes | None, str | None]],
) -> int:
    """Write the changes, (id, change, vector, document), and count the places given up."""
    gone = [chunk_id for chunk_id, change, _, _ in changes if change == "delete"]
    before = index.count()
    if gone:
        index.delete(gone)
    after = index.count()
    fresh = [
        (i, vector, document) for i, _, vector, document in changes if vector and document
    ]
    if fresh:
        vectors = read_vectors([vector for _, vector, _ in fresh], dimension)
        index.upsert(
            [i for i, _, _ in fresh], vectors, [document for _, _, document in fresh]
        )
    return before - after


def _batches(
    db: sqlite3.Connection,
) -> Iterator[tuple[list[str], list[bytes], list[str]]]:
    rows = db.execute("SELECT id, vector, document FROM chunks JOIN vectors USING (number)")
    while batch := rows.fetchmany(STEP):
        yield (
            [row[0] for row in batch],
            [row[1] for row in batch],
            [row[2] for row in batch],
        )


def _place(library: Library, number: int) -> tuple[Path | str, str]:
    if library.vectors_url:
        return library.vectors_url, f"citewell-{library.id}-{number}"
    return library.folder / FOLDER / str(number), "chunks"


def _discard(library: Library, keep: tuple[Path | str, str]) -> None:
    """Remove the vector indexes of this library but for the one in use."""
    if library.vectors_url:
        user = object()
        number = int(keep[1].rsplit("-", 1)[1])
        for other in (number - 1, number + 1):  # the last one, and one never finished
            place = _place(library, other)
            borrow(*place, 0, user).drop()
        give_back(user)
        return
    folder = library.folder / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if path != keep[0]:
            # Where files in use cannot be removed, the next rebuild will find them.
            shutil.rmtree(path, ignore_errors=True)


def set_meta(db: sqlite3.Connection, key: str, value: int | str) -> None:
    """Set one of the entries of `meta`."""
    db.execute("UPDATE meta SET value = ? WHERE key = ?", (str(value), key))


_CHANGES = (
    "SELECT pending.id, change, vector, document FROM pending"
    " LEFT JOIN chunks ON chunks.id = pending.id LEFT JOIN vectors USING (number)"
    " ORDER BY pending.id LIMIT ?"
)
