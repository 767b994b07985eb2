"""Confidence in an answer, from a small fitted model that anyone can read.

The model is a logistic regression over a few features of an answer, fitted by
`citewell evaluate calibrate` and stored as JSON. Applying it takes nothing but arithmetic.
What is not here: fitting it (`assistant.evaluate.calibrate`).
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "NEVER",
    "SHIPPED",
    "Calibration",
    "Feature",
    "RiskPoint",
    "log_sum",
    "probability",
]

FORMAT = 1
SHIPPED = Path(__file__).parent / "default_calibration.json"
NEVER = 1.01  # a threshold that no confidence reaches
HINT = "Make it anew with: citewell evaluate calibrate SET"


def probability(log_odds: float) -> float:
    """Return the probability that has these log-odds; no value is too large or too small."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(max(log_odds, -700.0))
    return odds / (1 + odds)


def log_sum(logs: Sequence[float]) -> float:
    """Return the logarithm of the sum of what these, at least one, are logarithms of."""
    top = max(logs)
    return top + math.log(sum(math.exp(each - top) for each in logs))


@dataclass(frozen=True, slots=True)
class Feature:
    """One term: coefficient * (value - mean) / scale."""

    name: str
    mean: float
    scale: float  # above 0
    coefficient: float


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """From which confidence on to answer, so that at most `max_risk` of the answers are wrong.

    `risk` and `coverage` are measured out of fold. `upper` bounds the risk from above with
    the confidence the file names; `guaranteed` says whether that bound is at most
    `max_risk`. Where it is not, the threshold rests on the measured risk alone.
    """

    max_risk: float
    threshold: float
    coverage: float  # share of the questions answered
    risk: float  # share of those wrong
    upper: float
    guaranteed: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """P(the answer is there and right) from features, and thresholds for a risk."""

    features: tuple[Feature, ...]
    intercept: float
    risks: tuple[RiskPoint, ...] = ()  # by rising `max_risk`
    sets: Mapping[str, str] = field(default_factory=dict)  # name -> SHA-256
    model: str = ""  # the language model it was fitted for, by name
    model_sha256: str = ""
    prompts_sha256: str = ""
    questions: int = 0
    bound_confidence: float = 0.0  # with which `upper` bounds a risk
    metrics: Mapping[str, float] = field(default_factory=dict)  # out of fold

    def confidence(self, features: Mapping[str, float]) -> float:
        """Return the probability, 0 to 1, that the answer is there and right.

        Raises:
            ConfigError: A feature that the model was fitted with is missing or not finite.
        """
        total = self.intercept
        for feature in self.features:
            value = features.get(feature.name, math.nan)
            if not math.isfinite(value):
                raise ConfigError(
                    f"the calibration needs the feature {feature.name!r}", HINT
                )
            total += feature.coefficient * (value - feature.mean) / feature.scale
        return probability(total)

    def at_risk(self, max_risk: float) -> RiskPoint | None:
        """Return the point of the largest fitted risk that is at most `max_risk`, if any."""
        found = None
        for point in self.risks:
            if point.max_risk <= max_risk + 1e-9:
                found = point
        return found

    def threshold(self, max_risk: float) -> float:
        """Return the confidence from which to answer; never (above 1) where none will do."""
        point = self.at_risk(max_risk)
        return NEVER if point is None else point.threshold

    def to_json(self) -> str:
        """Return the readable file."""
        return (
            json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=2)
            + "\n"
        )

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read a calibration.

        Raises:
            ConfigError: It is missing, damaged, or of another version.
        """
        try:
            row = json.loads(path.read_text("utf-8"))
            if row.pop("format") != FORMAT:
                raise ConfigError(f"{path}: is a calibration of another version", HINT)
            features = tuple(Feature(**f) for f in row.pop("features"))
            risks = tuple(RiskPoint(**r) for r in row.pop("risks"))
            made = cls(features=features, risks=risks, **row)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})", HINT) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"{path}: is not a calibration ({error})", HINT) from error
        numbers = [made.intercept, *(n for f in features for n in (f.mean, f.coefficient))]
        if any(not math.isfinite(n) for n in numbers) or any(
            f.scale <= 0 for f in features
        ):
            raise ConfigError(f"{path}: holds a number that cannot be", HINT)
        return made
