"""How much of a question one single sentence of a chunk speaks of.

A chunk that holds the question's words scattered over ten sentences seldom answers it; one
sentence with most of them often does. Pure: no model. The sentences are rough, since nothing is
quoted here, and the stems are too: exact ones cost more than they find.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["coverage", "idf", "stem"]

_SENTENCE_END = re.compile(r"(?<=[.!?;:。！？])\s+|\n+")
_SUFFIX = re.compile(r"(?:ations?|ings?|edly|ed|ies|ly|es|s|e|y)$")
SHORTEST = 3  # letters that a stem keeps


def stem(word: str) -> str:
    """Cut the commonest English endings off a word in lower case.

    >>> [stem(word) for word in ("opened", "opening", "opens", "this")]
    ['open', 'open', 'open', 'thi']
    """
    cut = _SUFFIX.sub("", word)
    return cut if len(cut) >= SHORTEST else word


def idf(chunks: int, holding: int) -> float:
    """Return ln(1 + (N - n + 0.5) / (n + 0.5)): how telling a word in n of N chunks is."""
    return math.log(1 + (max(chunks, holding) - holding + 0.5) / (holding + 0.5))


def coverage(weights: Mapping[str, float], text: str) -> float:
    """Return the best share of the question's weight that one sentence of `text` holds.

    Args:
        weights: Stems of the question's words, and how telling each is.
        text: A chunk's.

    Returns:
        0 (no word of it) to 1 (all of them in one sentence).
    """
    total = sum(weights.values())
    if total <= 0:
        return 0.0
    # A stem begins its word, so only words that begin like one need to be cut.
    alike = re.compile(rf"\b(?:{'|'.join(map(re.escape, weights))})\w*")
    best = 0.0
    for sentence in _SENTENCE_END.split(text.lower()):
        found = {stem(word) for word in alike.findall(sentence)}
        best = max(best, sum(weights.get(word, 0.0) for word in found))
    return best / total
