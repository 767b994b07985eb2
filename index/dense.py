"""Search by meaning over a library: Chroma's graph, or an exact product where it is better.

What Chroma has not been told yet stands in `pending`, and a search looks at those vectors
itself: what is committed is found, always. When Chroma's files are torn, fail, or hold too
few vectors, the exact product answers in their place.

Up to some thousand vectors the exact product is as fast as the graph, needs no second of
loading and misses nothing. A process that asks once needs no graph until there are far more.
"""

from __future__ import annotations

import json
import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.clients import borrow, give_back
from index.errors import LibraryError
from index.exact import Matrix, best
from index.graph_files import require_intact
from index.schema import read_vectors
from index.upkeep import IndexState, read_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.library import Library
    from index.types import Vectors

__all__ = ["DenseIndex"]

EXACT_WARM = 8_192  # vectors; above it the graph is faster, once it is loaded
EXACT_COLD = 65_536  # vectors; above it even loading the graph is faster than reading them
EXACT_FILTER = 2_048  # vectors of the wanted documents; above it Chroma filters

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Unknown:
    """What Chroma has not been told yet, at one state of the library."""

    state: IndexState
    ids: tuple[str, ...]
    vectors: Vectors
    gone: frozenset[str]


class DenseIndex:
    """The vectors of one library. Safe to use from several threads; close it when done."""

    def __init__(
        self,
        library: Library,
        *,
        exact_warm: int = EXACT_WARM,
        exact_cold: int = EXACT_COLD,
    ) -> None:
        self._library = library
        self._limits = {True: exact_warm, False: exact_cold}
        self._warm = False
        self._matrix = Matrix(library.dimension)
        self._local = threading.local()
        self._unknown: _Unknown | None = None
        self._intact = -1  # the stamp of the graph files that were looked at

    @contextmanager
    def steady(self) -> Iterator[IndexState]:
        """Hold rows and vectors still for this thread; nested calls share one state.

        Raises:
            LibraryBusy: If a writer keeps the vectors too long.
        """
        state: IndexState | None = getattr(self._local, "state", None)
        if state is not None:
            yield state
            return
        library = self._library
        with library.vectors_lock.shared(library.patience), library.snapshot():
            self._local.state = read_state(library)
            try:
                yield self._local.state
            finally:
                self._local.state = None

    def query(
        self, vector: Vectors, k: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return up to k (chunk id, cosine) pairs, best first, for one vector (1, d)."""
        if k < 1 or (documents is not None and not documents):
            return []
        with self.steady() as state:
            if documents is not None:
                few = self._in_documents(vector, k, documents)
                if few is not None:
                    return few
            elif state.chunks <= self._limits[self._warm]:
                return self._matrix.query(self._library, state.generation, vector, k)
            if not state.torn:
                try:
                    return self._from_graph(state, vector, k, documents)
                except LibraryError as error:
                    log.warning("Searching without the vector index: %s", error)
            if documents is not None:
                found = self._in_documents(vector, k, documents, limit=None)
                return found if found is not None else []
            return self._matrix.query(self._library, state.generation, vector, k)

    def size(self) -> int:
        """Return how many vectors there are."""
        with self.steady() as state:
            return state.chunks

    def warm(self) -> None:
        """Load what searches need, so that the first of many need not wait for it."""
        self._warm = True
        unit = np.full((1, self._library.dimension), self._library.dimension**-0.5)
        self.query(unit.astype(np.float32), 1)

    def close(self) -> None:
        """Let go of Chroma's files."""
        give_back(self)

    def _in_documents(
        self,
        vector: Vectors,
        k: int,
        documents: Sequence[str],
        limit: int | None = EXACT_FILTER,
    ) -> list[tuple[str, float]] | None:
        """Search some documents exactly; None if they hold more than `limit` chunks."""
        wanted = json.dumps(list(documents))
        with self._library.store.reading() as db:
            count = db.execute(f"SELECT count(*) {_IN_DOCUMENTS}", (wanted,)).fetchone()[0]
            if limit is not None and count > limit:
                return None
            rows = db.execute(
                f"SELECT id, vector {_IN_DOCUMENTS.replace('chunks', _WITH_VECTORS)}",
                (wanted,),
            ).fetchall()
        vectors = read_vectors([row[1] for row in rows], self._library.dimension)
        return best([row[0] for row in rows], vectors, vector, k)

    def _from_graph(
        self, state: IndexState, vector: Vectors, k: int, documents: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        """Ask Chroma, and add what it does not know yet.

        Raises:
            LibraryError: If Chroma fails, or gives fewer than it must hold.
        """
        unknown = self._not_told(state)
        if state.stamp != self._intact:
            require_intact(state.place[0], state.files)
            self._intact = state.stamp
        graph = borrow(*state.place, state.stamp, self)
        give_back(self, keep=state.place)
        wanted = k + len(unknown.gone)
        told = graph.query(vector, wanted, documents)
        if documents is None and len(told) < min(wanted, state.chunks - len(unknown.ids)):
            raise LibraryError(
                f"it found {len(told)} vectors where {wanted} were asked for"
            )
        fresh = best(unknown.ids, unknown.vectors, vector, k) if documents is None else []
        if documents is not None and unknown.ids:
            chunks = self._library.chunks(unknown.ids)
            among = set(documents)
            rows = [i for i, c in enumerate(unknown.ids) if chunks[c].document_id in among]
            fresh = best([unknown.ids[i] for i in rows], unknown.vectors[rows], vector, k)
        both = {name: cosine for name, cosine in told if name not in unknown.gone} | dict(
            fresh
        )
        return sorted(both.items(), key=lambda pair: (-pair[1], pair[0]))[:k]

    def _not_told(self, state: IndexState) -> _Unknown:
        if self._unknown is not None and self._unknown.state == state:
            return self._unknown
        with self._library.store.reading() as db:
            changes = dict(db.execute("SELECT id, change FROM pending").fetchall())
        fresh = self._library.vectors([i for i, c in changes.items() if c == "upsert"])
        vectors = np.array(list(fresh.values()), dtype=np.float32)
        gone = frozenset(i for i, change in changes.items() if change == "delete")
        shaped = vectors.reshape(len(fresh), self._library.dimension)
        self._unknown = _Unknown(state, tuple(fresh), shaped, gone)
        return self._unknown


_IN_DOCUMENTS = "FROM chunks WHERE document IN (SELECT value FROM json_each(?))"
_WITH_VECTORS = "chunks JOIN vectors USING (number)"
