"""What speaks for and against a claim, in numbers: the input of the learned verdict.

Every feature has a name; the weights lie in `weights.json` and are fitted by
`models.training.entailment`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from assistant.text.differences import differing
from assistant.text.opposites import contrasts
from assistant.text.words import content_words, coverage, holds_word, numbers
from assistant.verification.contradiction import (
    farther_names,
    is_displaced,
    is_unheard,
    word_set,
)
from assistant.verification.copy_check import changes, copied_share
from assistant.verification.window import cited_window
from index.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Collection

    from assistant.reading.extract import Extractor
    from assistant.types import Evidence
    from index.types import Embedder

__all__ = ["Features", "Models", "features_of", "said_share"]

MOST_LOGIT = 10.0  # the span model's log-odds are cut here
LEAST_SHARE = 0.003  # the least probability of which a logarithm is taken
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
    quoted: float  # share of the claim's content words that the cited words hold
    held: float  # share of them that the window and the title hold
    premise: float  # the same of the question's words
    differs: float  # names and words of the question that the window has others for
    copied: float  # share of the claim's words that run along a cited sentence
    fresh: float  # share of the claim's content words that the question does not hold
    invented: float  # words that neither window nor question hold
    alike: float  # likeness of the embeddings of claim and cited words
    apt: float  # likeness of the embeddings of question and cited words
    length: float  # of the claim
    farther: float  # names that stand only beside the cited words
    changed: float  # words changed in what is a copy otherwise
    displaced: float  # whether a number counts something else
    opposed: float  # words whose opposite is cited
    unheard: float  # whether a speaker is not one in the cited words

    def values(self) -> list[float]:
        """Return the numbers in the order of the fields."""
        return [getattr(self, field.name) for field in fields(self)]


def features_of(claim: str, evidence: Evidence, models: Models) -> Features:
    """Return what speaks for and against a claim."""
    window = cited_window(evidence.quotes, evidence.context)
    held = _reading(claim, evidence.question, window, models.extractor)
    held |= _words(claim, evidence, window)
    held |= _differences(claim, evidence, window)
    vectors = models.embedder.embed_queries([claim, evidence.question, *evidence.quotes])
    unrelated = models.embedder.unrelated
    alike, apt = ((vectors[2:] @ vectors[i]).max() for i in (0, 1))
    held["alike"] = likeness(float(alike), unrelated)
    held["apt"] = likeness(float(apt), unrelated) if evidence.question else 0.0
    return Features(**held)


def _reading(
    claim: str, question: str, window: str, extractor: Extractor
) -> dict[str, float]:
    """Return whether the window answers the question, and whether as the claim does."""
    reading = extractor.weigh(question, window) if question else None
    if reading is None:
        return {"answered": 0.0, "agreed": 0.0}
    said = sum(p * said_share(window[a:b], claim) for a, b, p in reading.ways)
    score = max(-MOST_LOGIT, min(MOST_LOGIT, reading.score))
    return {"answered": score / 3, "agreed": math.log(max(said, LEAST_SHARE))}


def said_share(words: str, claim: str) -> float:
    """Return how much of some words a claim says, numbers by their value: a share, squared."""
    wanted, counted = list(dict.fromkeys(content_words(words))), numbers(words)
    total = len(wanted) + len(counted)
    if not total:
        return 0.0
    held = frozenset(content_words(claim))
    said = sum(holds_word(held, word) for word in wanted) + len(counted & numbers(claim))
    return (said / total) ** 2


def _words(claim: str, evidence: Evidence, window: str) -> dict[str, float]:
    words, asked = content_words(claim), content_words(evidence.question)
    around = word_set((window, evidence.about, *evidence.in_full))
    own = [word for word in dict.fromkeys(words) if not holds_word(frozenset(asked), word)]
    strange = [word for word in own if not holds_word(around, word)]
    return {
        "quoted": coverage(words, word_set((*evidence.quotes, *evidence.in_full))),
        "held": coverage(words, around),
        "premise": coverage(asked, around),
        "copied": max(copied_share(claim, quote) for quote in evidence.quotes),
        "fresh": len(own) / max(len(set(words)), 1),
        "invented": _count(strange),
        "length": math.log1p(len(words) + len(numbers(claim))) / 3,
    }


def _differences(claim: str, evidence: Evidence, window: str) -> dict[str, float]:
    cited = "\n".join(evidence.quotes)
    return {
        "differs": _count(differing(evidence.question, window, evidence.about)),
        "farther": _count(farther_names(claim, evidence)),
        "changed": math.log1p(min(_changed(claim, evidence), MOST_COUNTED)),
        "displaced": float(is_displaced(claim, evidence)),
        "opposed": _count(contrasts(claim, f"{cited}\n{evidence.question}")),
        "unheard": float(is_unheard(claim, evidence)),
    }


def _changed(claim: str, evidence: Evidence) -> int:
    known = word_set((evidence.question, evidence.about))
    spelled = evidence.in_full or evidence.quotes
    return max(
        min(len(changes(claim, quote, known)), len(changes(claim, full, known)))
        for quote, full in zip(evidence.quotes, spelled, strict=True)
    )


def _count(found: Collection[object]) -> float:
    return math.log1p(min(len(found), MOST_COUNTED))
