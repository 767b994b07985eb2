"""Exact nearest neighbours: the product of a vector with all others, held in memory."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import numpy as np

from index.schema import read_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.library import Library
    from index.types import Vectors

__all__ = ["Matrix", "best"]


class Matrix:
    """All vectors of a library, read once and then kept up with it."""

    def __init__(self, dimension: int) -> None:
        self._generation = -1
        self._numbers: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._vectors: Vectors = np.empty((0, dimension), dtype=np.float32)
        self._guard = threading.Lock()

    def query(
        self, library: Library, generation: int, vector: Vectors, k: int
    ) -> list[tuple[str, float]]:
        """Return the k best (id, cosine) pairs; inside a snapshot of that generation."""
        with self._guard:
            if generation != self._generation:
                self._catch_up(library, generation)
            numbers, vectors = self._numbers, self._vectors
        scores = vectors @ vector[0]
        first = _first(scores, k)
        with library.store.reading() as db:
            wanted = json.dumps(numbers[first].tolist())
            rows = db.execute(
                "SELECT number, id FROM chunks"
                " WHERE number IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
            names: dict[int, str] = dict(rows.fetchall())
        pairs = [(names[int(numbers[i])], float(scores[i])) for i in first]
        return _sorted(pairs)

    def _catch_up(self, library: Library, generation: int) -> None:
        last = int(self._numbers[-1]) if len(self._numbers) else 0
        with library.store.reading() as db:
            rows = db.execute(
                "SELECT number, vector FROM vectors WHERE number > ? ORDER BY number",
                (last,),
            ).fetchall()
            now = np.array(
                [
                    row[0]
                    for row in db.execute("SELECT number FROM vectors ORDER BY number")
                ],
                dtype=np.int64,
            )
        # Numbers are given once and only ever rise: what is kept was there before.
        kept = np.isin(self._numbers, now, assume_unique=True)
        fresh = read_vectors([row[1] for row in rows], library.dimension)
        self._vectors = np.concatenate([self._vectors[kept], fresh])
        self._numbers = now
        self._generation = generation


def best(
    ids: Sequence[str], vectors: Vectors, vector: Vectors, k: int
) -> list[tuple[str, float]]:
    """Return the k best (id, cosine) pairs of `vectors` (n, d) to `vector` (1, d)."""
    scores = vectors @ vector[0]
    return _sorted([(ids[i], float(scores[i])) for i in _first(scores, k)])


def _first(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return where the k highest scores stand, in no order."""
    if k >= len(scores):
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - k)[-k:] if k > 0 else np.arange(0)


def _sorted(pairs: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
