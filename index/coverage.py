"""How much of a question one single sentence of a chunk speaks of.

A chunk that holds the question's words scattered over ten sentences seldom answers it; one
sentence with most of them often does. Pure: no model. The sentences are rough, since nothing is
quoted here, and the stems are too: exact ones cost more than they find.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["coverage", "idf", "stem"]

_SENTENCE_END = re.compile(r"[.!?;:]\s|[\n。！？]")
_WORD = re.compile(r"\w+")
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
    text = text.lower()
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    spoken: dict[int, set[str]] = {}
    for word in weights:
        for place in _places(word, text):
            spoken.setdefault(bisect_right(ends, place), set()).add(word)
    # fsum: the words come in another order in every process, and the sum must not.
    shares = (math.fsum(weights[word] for word in words) for words in spoken.values())
    return max(shares, default=0.0) / total


def _places(wanted: str, text: str) -> Iterator[int]:
    """Yield where words with the stem `wanted` begin: a stem begins its word."""
    place = text.find(wanted)
    while place >= 0:
        if place == 0 or not text[place - 1].isalnum():
            word = _WORD.match(text, place)
            if word is not None and stem(word.group()) == wanted:
                yield place
        place = text.find(wanted, place + len(wanted))
