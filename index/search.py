"""A question to the chunks that may answer it: by meaning and by words.

    question -> vector -> dense ranking  ┐
    question -> words  -> lexical ranking┴> blended -> best sentences -> what is new -> Hits

Everything after the vector happens in one state of the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from index.coverage import coverage, idf, stem
from index.dense import DenseIndex
from index.likeness import likeness
from index.novelty import Novelty
from index.terms import telling_words
from index.types import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from index.library import Library
    from index.types import Chunk, Embedder, Vectors

__all__ = ["HybridRetriever", "Mode", "blend", "fuse"]

Scored = tuple[str, float]  # a chunk id and its score
Mode = Literal["hybrid", "ranks", "dense", "lexical"]

DEPTH = 100  # how far down each ranking is read, and at least 5 for every hit wanted
LEXICAL = 0.25  # of a blended score; anything from 0.2 to 0.3 finds the same
LOOKED_AT = 40  # of the best, for the sentence that speaks most of the question
SENTENCE = 0.3  # the weight of that sentence


class HybridRetriever:
    """The `Retriever` of a library. Safe to use from several threads; close it when done."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        *,
        mode: Mode = "hybrid",
        dense: DenseIndex | None = None,
    ) -> None:
        """Bind a library to the embedder it was made with.

        Args:
            library: Open; it stays open when the retriever is closed.
            embedder: Makes the questions' vectors.
            mode: "hybrid" blends the scores of both rankings, "ranks" fuses their ranks;
                the others use one ranking alone.
            dense: Where vectors are searched; one of its own if None.

        Raises:
            LibraryMismatch: If it was made with another one.
        """
        library.expect(embedder)
        self._library = library
        self._embedder = embedder
        self._mode = mode
        self._dense = DenseIndex(library) if dense is None else dense

    def retrieve(
        self, question: str, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return up to k hits, best first; `documents` limits the search to those ids.

        Every hit knows its likeness to the question. A chunk whose words the better hits have
        already said is left out, so there can be fewer than k although more would match.

        Raises:
            LibraryBusy: If a writer keeps the library for too long.
            LibraryError: If it is damaged.
        """
        if k < 1 or not question.strip():
            return []
        vector = self._embedder.embed_queries([question])
        depth = max(DEPTH, 5 * k)
        with self._dense.steady():
            dense = self._dense_ranking(vector, depth, documents)
            lexical = self._lexical_ranking(question, depth, documents)
            similarities = dict(dense) | self._other_similarities(vector, dense, lexical)
            scores = self._scores(dense, lexical, similarities)
            if self._mode == "hybrid":
                scores = self._by_sentence(question, scores)
            chosen = self._novel(scores, k)
        dense_ranks, lexical_ranks = _ranks(dense), _ranks(lexical)
        return [
            Hit(
                chunk=chunk,
                score=score,
                similarity=min(1.0, max(-1.0, similarities[chunk.id])),
                dense_rank=dense_ranks.get(chunk.id),
                lexical_rank=lexical_ranks.get(chunk.id),
            )
            for chunk, score in chosen
        ]

    def warm(self) -> None:
        """Load what searches need, so that the first of many need not wait for it."""
        self._dense.warm()

    def close(self) -> None:
        """Let go of the vector index; the library stays open."""
        self._dense.close()

    def _dense_ranking(
        self, vector: Vectors, depth: int, documents: Sequence[str] | None
    ) -> list[Scored]:
        if self._mode == "lexical":
            return []
        unrelated = self._embedder.unrelated
        found = self._dense.query(vector, depth, documents)
        return [(name, likeness(cosine, unrelated)) for name, cosine in found]

    def _lexical_ranking(
        self, question: str, depth: int, documents: Sequence[str] | None
    ) -> list[Scored]:
        if self._mode == "dense":
            return []
        return self._library.search_text(question, depth, documents)

    def _other_similarities(
        self, vector: Vectors, dense: list[Scored], lexical: list[Scored]
    ) -> dict[str, float]:
        """Return the likeness of every chunk that only its words have found."""
        known, unrelated = dict(dense), self._embedder.unrelated
        vectors = self._library.vectors([name for name, _ in lexical if name not in known])
        return {
            name: likeness(float(np.dot(row, vector[0])), unrelated)
            for name, row in vectors.items()
        }

    def _scores(
        self, dense: list[Scored], lexical: list[Scored], similarities: dict[str, float]
    ) -> list[Scored]:
        if self._mode == "dense":
            return dense
        if self._mode == "lexical":
            return lexical
        if self._mode == "ranks":
            return fuse([[name for name, _ in dense], [name for name, _ in lexical]])
        return blend(similarities, dict(lexical))

    def _by_sentence(self, question: str, scores: list[Scored]) -> list[Scored]:
        """Raise those of the best in which one sentence speaks of much of the question."""
        words = telling_words(question)
        held, total = self._library.holding(words), self._dense.size()
        weights: dict[str, float] = {}
        for word in words:
            weight = idf(total, held[word])
            weights[stem(word)] = max(weight, weights.get(stem(word), 0.0))
        chunks = self._library.chunks([name for name, _ in scores[:LOOKED_AT]])
        raised = [
            (name, score + SENTENCE * coverage(weights, chunks[name].text))
            for name, score in scores[:LOOKED_AT]
            if name in chunks
        ]
        return sorted(raised, key=lambda pair: (-pair[1], pair[0])) + scores[LOOKED_AT:]

    def _novel(self, scores: list[Scored], k: int) -> list[tuple[Chunk, float]]:
        """Return the first k that say something the ones before them do not."""
        novelty, chosen = Novelty(), list[tuple["Chunk", float]]()
        for chunk, score in self._chunks(scores, 2 * k):
            if novelty.admits(chunk.text):
                chosen.append((chunk, score))
                if len(chosen) == k:
                    break
        return chosen

    def _chunks(self, scores: list[Scored], page: int) -> Iterator[tuple[Chunk, float]]:
        """Read chunks in their order, a page at a time: mostly the first is enough."""
        for start in range(0, len(scores), page):
            part = scores[start : start + page]
            chunks = self._library.chunks([name for name, _ in part])
            yield from ((chunks[name], score) for name, score in part if name in chunks)


def blend(
    similarities: Mapping[str, float], words: Mapping[str, float], weight: float = LEXICAL
) -> list[Scored]:
    """Merge scores: (1 - weight) * likeness + weight * BM25 / highest BM25 of this question.

    A weighted sum keeps what ranks throw away, how far one is ahead of the next. On long
    documents it finds clearly more than reciprocal ranks do.

    Args:
        similarities: The likeness of every chunk that either ranking holds.
        words: BM25, higher is better, of those that hold a word of the question.
        weight: Of the words, 0 to 1.

    Returns:
        (chunk id, score) pairs, best first.
    """
    highest = max(words.values(), default=0.0) or 1.0
    scores = {
        name: (1 - weight) * similarity + weight * words.get(name, 0.0) / highest
        for name, similarity in similarities.items()
    }
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def fuse(
    rankings: Sequence[Sequence[str]], k: int = 60, weights: Sequence[float] | None = None
) -> list[Scored]:
    """Merge rankings by reciprocal rank fusion: score = sum of weight / (k + rank).

    Ranks count from 1; a ranking that does not hold an item adds nothing to it. Equal scores
    are put in the order of their names, so that the result never depends on chance.

    Args:
        rankings: Items, best first, each at most once in a ranking.
        k: How little the first places stand out; at least 1.
        weights: One for each ranking, not negative; None means 1 for all.

    Returns:
        (item, score) pairs, best first.

    Raises:
        ValueError: If k < 1, or the weights do not fit.

    Source: G. V. Cormack, C. L. A. Clarke and S. Buettcher, Reciprocal rank fusion
    outperforms Condorcet and individual rank learning methods, SIGIR 2009.
    """
    weights = [1.0] * len(rankings) if weights is None else weights
    if k < 1 or len(weights) != len(rankings) or any(weight < 0 for weight in weights):
        raise ValueError(
            "k must be positive, and every ranking needs a weight of 0 or more"
        )
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def _ranks(ranking: list[Scored]) -> dict[str, int]:
    return {name: rank for rank, (name, _) in enumerate(ranking, start=1)}
