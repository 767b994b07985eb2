"""Retrieval measured against gold: recall, success, nDCG and MRR at k.

A passage counts as a hit when it shares at least one code point with a gold span of the
finest role given (`gold.retrieval_gold`). Documents are ranked by their best passage. All
figures lie between 0 and 1. The definitions are those of trec_eval
(https://github.com/usnistgov/trec_eval); the tests compare them with ir-measures, which
wraps it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assistant.evaluate.measures.gold import gold_documents, retrieval_gold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.evaluate.types import Place, Question, Ranked

__all__ = [
    "CUTOFFS",
    "document_ranking",
    "ndcg",
    "passage_gains",
    "rank_scores",
    "recall",
    "reciprocal_rank",
    "success",
]

CUTOFFS = (1, 5, 10)


def recall(first_ranks: Sequence[int | None], k: int) -> float:
    """Return the share of gold items found among the first k; ranks count from 1.

    Args:
        first_ranks: For each gold item the rank of the first hit on it, None if not found.
        k: How many of the ranking are looked at.
    """
    return sum(rank is not None and rank <= k for rank in first_ranks) / len(first_ranks)


def success(first_ranks: Sequence[int | None], k: int) -> float:
    """Return 1 if any gold item is found among the first k, else 0."""
    return float(any(rank is not None and rank <= k for rank in first_ranks))


def reciprocal_rank(first_ranks: Sequence[int | None], k: int) -> float:
    """Return 1 / rank of the first hit if that is at most k, else 0 (MRR is its mean)."""
    best = min((rank for rank in first_ranks if rank is not None), default=k + 1)
    return 1 / best if best <= k else 0.0


def ndcg(gains: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """Return DCG@k / ideal DCG@k with DCG = sum of gain / log2(rank + 1).

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
    ACM TOIS 20(4), 2002, in trec_eval's form (the gain is the grade itself).

    Args:
        gains: The gain at each rank, from rank 1.
        ideal: The gains of all relevant items, in any order.
        k: How many of the ranking are looked at.
    """
    best = _dcg(sorted(ideal, reverse=True)[:k])
    return _dcg(gains[:k]) / best if best else 0.0


def passage_gains(
    gold: Sequence[Place], ranking: Sequence[Place]
) -> tuple[list[float], list[float]]:
    """Return the gains of a ranking of passages, and those of its ideal order.

    A passage gains 1 if it hits a gold span that no earlier one hit: a second passage on
    the same span adds nothing. Spans first hit by one and the same passage are one relevant
    item, and a span never hit is one too, so that the ideal is reachable: 1 at the top for
    each.
    """
    open_spans = list(gold)
    gains = []
    for passage in ranking:
        left = [span for span in open_spans if not passage.overlaps(span)]
        gains.append(float(len(left) < len(open_spans)))
        open_spans = left
    return gains, [1.0] * (int(sum(gains)) + len(open_spans))


def document_ranking(retrieved: Sequence[Ranked]) -> list[str]:
    """Return the documents in the order of their first passage."""
    return list(dict.fromkeys(hit.doc for hit in retrieved))


def rank_scores(question: Question, retrieved: Sequence[Ranked]) -> dict[str, float]:
    """Return every retrieval figure of one question; empty without gold.

    Keys are `passage_recall@5`, `document_ndcg@10` and so on, and `all_documents@k`: 1 if
    every gold document is among the first k documents. A set that grades whole documents
    only has no passage figures.
    """
    scores: dict[str, float] = {}
    gold = retrieval_gold(question)
    if gold:
        places = [hit.place for hit in retrieved]
        ranks = [_first(span, places) for span in gold]
        gains, ideal = passage_gains(gold, places)
        scores |= _figures("passage", ranks, gains, ideal)
    grades = gold_documents(question)
    if grades:
        scores |= _document_figures(grades, document_ranking(retrieved))
    return scores


def _document_figures(
    grades: Mapping[str, int], ranking: Sequence[str]
) -> dict[str, float]:
    place = {doc: rank for rank, doc in enumerate(ranking, 1)}
    ranks = [place.get(doc) for doc in grades]
    gains = [float(grades.get(doc, 0)) for doc in ranking]
    scores = _figures("document", ranks, gains, [float(grade) for grade in grades.values()])
    for k in CUTOFFS:
        scores[f"all_documents@{k}"] = float(all(r is not None and r <= k for r in ranks))
    return scores


def _figures(
    unit: str, ranks: Sequence[int | None], gains: Sequence[float], ideal: Sequence[float]
) -> dict[str, float]:
    scores = {}
    for k in CUTOFFS:
        scores[f"{unit}_recall@{k}"] = recall(ranks, k)
        scores[f"{unit}_success@{k}"] = success(ranks, k)
        scores[f"{unit}_mrr@{k}"] = reciprocal_rank(ranks, k)
        scores[f"{unit}_ndcg@{k}"] = ndcg(gains, ideal, k)
    return scores


def _first(span: Place, ranking: Sequence[Place]) -> int | None:
    for rank, passage in enumerate(ranking, 1):
        if passage.overlaps(span):
            return rank
    return None


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
