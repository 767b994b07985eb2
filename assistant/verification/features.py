"""What speaks for and against a claim, in numbers: the input of the learned verdict.

Every feature has a name; the weights lie in `weights.json` and are fitted by
`models.training.entailment`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from assistant.text.differences import differing
from assistant.text.language import languages_differ
from assistant.text.words import content_words, holds_word, numbers
from assistant.verification.contradiction import (
    word_set,
)
from assistant.verification.copy_check import changes, copied_share
from assistant.verification.window import cited_window
from index.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from assistant.reading.extract import Extractor
    from assistant.types import Evidence
    from index.types import Embedder

__all__ = ["Features", "Models", "features_of", "said_share"]

MOST_LOGIT = 10.0  # the span model's log-odds are cut here
LEAST_SHARE = 0.003  # the least probability of which a logarithm is taken
USUALLY_COPIED = 0.6  # share of the words of true claims
MOST_COUNTED = 3  # of anything that is counted


@dataclass(frozen=True, slots=True)
class Models:
    """The models that features come from."""

    extractor: Extractor
    embedder: Embedder


@dataclass(frozen=True, slots=True)
class Features:
    """Named numbers. The window is what is cited, with the sentences beside it."""

    answered: float  # the span model's log-odds that the window answers, in thirds
    agreed: float  # log share of its answers to the question that the claim says
    differs: float  # names and words of the question that the window has others for
    copied: float  # share of the claim's words that run along a cited sentence
    fresh: float  # share of the claim's content words that the question does not hold
    alike: float  # likeness of the embeddings of claim and cited words
    changed: float  # words changed in what is a copy otherwise

    def values(self) -> list[float]:
        """Return the numbers in the order of the fields."""
        return [getattr(self, field.name) for field in fields(self)]


def features_of(claim: str, evidence: Evidence, models: Models) -> Features:
    """Return what speaks for and against a claim."""
    window = cited_window(evidence.quotes, evidence.context)
    answered, agreed = _reading(claim, evidence.question, window, models.extractor)
    return Features(
        answered=answered,
        agreed=agreed,
        differs=_count(differing(evidence.question, window, evidence.about)),
        copied=_copied(claim, evidence.quotes),
        fresh=_fresh(claim, evidence.question),
        alike=_alike(claim, evidence.quotes, models.embedder),
        changed=math.log1p(min(_changed(claim, evidence), MOST_COUNTED)),
    )


def _alike(claim: str, quotes: Sequence[str], embedder: Embedder) -> float:
    vectors = embedder.embed_queries([claim, *quotes])
    return likeness(float((vectors[1:] @ vectors[0]).max()), embedder.unrelated)


def _reading(
    claim: str, question: str, window: str, extractor: Extractor
) -> tuple[float, float]:
    """Return whether the window answers the question, and whether as the claim does."""
    reading = extractor.weigh(question, window) if question else None
    if reading is None:
        return 0.0, 0.0
    said = sum(p * said_share(window[a:b], claim) for a, b, p in reading.ways)
    score = max(-MOST_LOGIT, min(MOST_LOGIT, reading.score))
    return score / 3, math.log(max(said, LEAST_SHARE))


def said_share(words: str, claim: str) -> float:
    """Return how much of some words a claim says, numbers by their value: a share, squared."""
    wanted, counted = list(dict.fromkeys(content_words(words))), numbers(words)
    total = len(wanted) + len(counted)
    if not total:
        return 0.0
    held = frozenset(content_words(claim))
    said = sum(holds_word(held, word) for word in wanted) + len(counted & numbers(claim))
    return (said / total) ** 2


def _fresh(claim: str, question: str) -> float:
    """Return the share of the claim's content words that the question does not hold."""
    words, asked = dict.fromkeys(content_words(claim)), content_words(question)
    fresh = [word for word in words if not holds_word(asked, word)]
    return len(fresh) / max(len(words), 1)


def _copied(claim: str, quotes: Collection[str]) -> float:
    """Return how much of a claim is copied; a usual share where no word could be."""
    if languages_differ(claim, "\n".join(quotes)):
        return USUALLY_COPIED
    return max(copied_share(claim, quote) for quote in quotes)


def _changed(claim: str, evidence: Evidence) -> int:
    known = word_set((evidence.question, evidence.about))
    spelled = evidence.in_full or evidence.quotes
    return max(
        min(len(changes(claim, quote, known)), len(changes(claim, full, known)))
        for quote, full in zip(evidence.quotes, spelled, strict=True)
    )


def _count(found: Collection[object]) -> float:
    return math.log1p(min(len(found), MOST_COUNTED))
