"""Does a claim follow from the words it cites? Judged without the model that wrote it.

Asking the same model again about the same words changes nothing. What is independent of it:
hard facts, which must stand in the evidence (`contradiction`), and models that were trained to
read (`entailment`, the span model), whose judgements are weighed into one probability.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.types import Support, Verdict
from assistant.verification.contradiction import ELSE, UNCITED, contradiction
from assistant.verification.copy_check import is_verbatim
from assistant.verification.features import Features, Models, features_of, said_share
from assistant.verification.window import cited_window

if TYPE_CHECKING:
    from assistant.types import Evidence

__all__ = ["ClaimVerifier", "Models", "Weights", "load_weights"]

SHIPPED = Path(__file__).with_name("weights.json")
LEAST_ANSWER = 0.0  # log-odds from which on the cited words answer the question


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over features, and the probability that is enough."""

    weights: dict[str, float]
    bias: float
    threshold: float

    def probability(self, found: Features) -> float:
        """Return P(supported), 0 to 1."""
        total = self.bias + sum(
            weight * getattr(found, name) for name, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class ClaimVerifier:
    """Holds claims against the cited words.

    A whole sentence of the source follows from it, whatever was asked. `without` names rules of
    `contradiction.RULES` that do not decide; "verbatim" is this one.
    """

    models: Models
    weights: Weights
    without: frozenset[str] = field(default=frozenset())

    def verify(self, claim: str, evidence: Evidence) -> Verdict:
        """Return supported or unsupported with P(supported) and the reason, or uncited."""
        if not evidence.quotes:
            return Verdict(Support.UNCITED, UNCITED)
        reason = contradiction(claim, evidence, self.without)
        if reason:
            return Verdict(Support.UNSUPPORTED, reason)
        score = self.weights.probability(features_of(claim, evidence, self.models))
        copied = "verbatim" not in self.without and is_verbatim(claim, evidence.quotes)
        if copied or score >= self.weights.threshold:
            return Verdict(Support.SUPPORTED, score=score)
        return Verdict(Support.UNSUPPORTED, self._reason(claim, evidence), score)

    def _reason(self, claim: str, evidence: Evidence) -> str:
        """Return for a person why a claim is unlikely: another answer, or other words."""
        if not evidence.question:
            return ELSE
        window = cited_window(evidence.quotes, evidence.context)
        reading = self.models.extractor.weigh(evidence.question, window)
        if reading is None or not reading.ways:
            return ELSE
        if reading.score < LEAST_ANSWER:
            return "the cited words do not seem to answer this question"
        start, end, _ = reading.ways[0]
        if said_share(window[start:end], claim) == 1:
            return ELSE
        return f"to this question, the cited words rather answer “{window[start:end]}”"


def load_weights(path: Path = SHIPPED) -> Weights:
    """Read the weights, those that come with the program by default."""
    held = json.loads(path.read_text("utf-8"))
    return Weights(held["weights"], held["bias"], held["threshold"])
