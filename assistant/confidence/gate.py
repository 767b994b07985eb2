"""How sure somebody has to be before anything is said, and how sure one can be of what."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.confidence.calibration import probability
from assistant.confidence.features import features
from assistant.reading.said import same_words
from assistant.types import LookedUp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.protocols import Judge
    from assistant.types import Event, ModelScores, Retrieved, Side, Stepwise

__all__ = ["Gate"]

RECORDED = 0.95  # that a document is right about its own author and date; not fitted
_STATED = frozenset({LookedUp.RECORD, LookedUp.OVERVIEW})


@dataclass(frozen=True, slots=True)
class Gate:
    """How sure somebody has to be before anything is said."""

    judge: Judge | None = None  # None: the reader's own score, uncalibrated
    least_confidence: float = 0.5

    def confidence(
        self, question: str, found: Retrieved, scores: ModelScores | None = None
    ) -> float:
        """Return the probability that the answer is there.

        Args:
            question: as it was searched for.
            found: by searching and reading.
            scores: the language model's, for a judge that was fitted with them.
        """
        if found.told and all(f.looked_up in _STATED for f in found.told):
            return RECORDED
        if self.judge is not None:
            seen: list[Event] = [found] if scores is None else [found, scores]
            return self.judge.confidence(features(question, seen))
        return probability(min((f.score for f in found.told), default=-math.inf))

    @property
    def fitted_for(self) -> str:
        """The language model that the judge was fitted with, "" if with none."""
        return str(getattr(self.judge, "model", ""))

    def of_parts(self, parts: Sequence[Side]) -> list[float]:
        """Return the confidence in each of several questions in one.

        One that is about what the first one found is no surer than the first.
        """
        known = [self.confidence(part.question, part.found) for part in parts]
        return [
            min(own, known[0]) if part.rests_on_first else own
            for own, part in zip(known, parts, strict=True)
        ]

    def of_steps(
        self, found: Retrieved, steps: Stepwise, at_once: float
    ) -> tuple[float, float]:
        """Return the confidence in what was found at once, and in all steps together.

        What only a step before the last one asks for is no answer to the whole, and where a
        document that tells of such a step says something else than the last step found, it
        says it of what is described.

        Args:
            found: For the question as it was asked.
            steps: What was found step by step.
            at_once: The confidence in the former by itself.
        """
        first, last, stepwise = found.findings[0], steps.last, 1.0
        for step in steps.before:
            known = self.confidence(step.question, step.found)
            stepwise *= known
            if same_words(step.finding, first):
                at_once = min(at_once, 1 - known)
        stepwise *= self.confidence(last.question, last.found) if last else 0.0
        there = found.passage_of(first).source.id
        described = any(step.passage.source.id == there for step in steps.before)
        if last and described and not same_words(last.finding, first):
            at_once = min(at_once, 1 - stepwise)
        return at_once, stepwise
