"""Fit how sure to be, and from where on to answer, on questions whose outcome is known.

The model is a logistic regression with an L2 penalty over standardised features: few
numbers, readable, hard to overfit. Everything that is reported about it, and every
threshold, comes from predictions out of fold, where folds keep questions of one document
together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assistant.confidence.calibration import NEVER, Calibration, Feature, RiskPoint
from assistant.errors import EvaluationError
from assistant.evaluate.measures import abstention
from assistant.evaluate.measures.adversarial import planted_answers
from assistant.evaluate.measures.answers import contains_gold, is_long
from assistant.evaluate.measures.gold import citation_gold, covered, groups_of
from assistant.evaluate.measures.score import is_right, judged, right_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from assistant.evaluate.types import Outcome, Place, Prediction, Question, QuestionSet

    Floats = NDArray[np.float64]

__all__ = ["Example", "Fit", "examples_of", "fit", "risk_points", "upper_bound"]

RISKS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
BOUND_CONFIDENCE = 0.975  # a bound is the upper end of an interval of 95 %, as elsewhere
FIRST_SHARE = 0.2  # of the questions, answered at the first threshold that is tested
FOLDS = 5
PENALTY = 1.0  # inverse strength of the L2 penalty, scikit-learn's C
LEAST_ANSWERED = 20  # a risk measured on fewer answers means nothing
HINT = "Calibrate on more questions; a third of them should not be answerable."


@dataclass(frozen=True, slots=True)
class Example:
    """A question with a known outcome."""

    features: Mapping[str, float]
    right: bool  # what was said, or held back, is right
    group: str  # examples of one group stay in one fold


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration, and what it says of every example when it has not seen its group."""

    calibration: Calibration
    out_of_fold: tuple[float, ...]


def examples_of(questions: QuestionSet, outcomes: Sequence[Outcome]) -> list[Example]:
    """Return an example for each judged question whose trace has features.

    An answer that was held back is judged by its draft, which is less than would have been
    shown: what the assistant would have answered is known only where it answers always.
    """
    by_id = {outcome.prediction.id: outcome for outcome in outcomes}
    asked = [q for q in questions.questions if q.id in by_id and judged(q)]
    groups = groups_of(asked)
    return [
        Example(
            by_id[q.id].trace.features,
            _would_be_right(q, by_id[q.id]),
            f"{questions.name}/{g}",
        )
        for q, g in zip(asked, groups, strict=True)
        if by_id[q.id].trace.features
    ]


def fit(examples: Sequence[Example], names: Sequence[str] = ()) -> Fit:
    """Fit the model, cross-validate it by group, and choose the thresholds.

    Args:
        examples: Known outcomes, from one set or several.
        names: The features to use; all that every example has by default.

    Raises:
        EvaluationError: There are too few examples, or all are right or all are wrong.
    """
    shared = set.intersection(*(set(e.features) for e in examples)) if examples else set()
    used = tuple(names) or tuple(sorted(shared))
    right = np.array([float(e.right) for e in examples])
    groups = [e.group for e in examples]
    if not used or not set(used) <= shared:
        raise EvaluationError("the questions share no features to calibrate with", HINT)
    few = min(right.sum(), len(right) - right.sum()) < FOLDS or len(set(groups)) < FOLDS
    if few:
        raise EvaluationError(
            f"{len(examples)} questions ({int(right.sum())} right) in {len(set(groups))} "
            "documents are too few to calibrate on",
            HINT,
        )
    x = np.array([[e.features[name] for name in used] for e in examples])
    if not np.isfinite(x).all():
        raise EvaluationError("a feature holds a value that is not a number", HINT)
    held_out = _out_of_fold(x, right, groups)
    mean, scale, coefficients, intercept = _fit(x, right)
    rows = zip(used, mean, scale, coefficients, strict=True)
    calibration = Calibration(
        features=tuple(Feature(n, float(m), float(s), float(c)) for n, m, s, c in rows),
        intercept=intercept,
        risks=risk_points(held_out, right),
        questions=len(examples),
        bound_confidence=BOUND_CONFIDENCE,
        metrics=_metrics(held_out, right),
    )
    return Fit(calibration, tuple(float(p) for p in held_out))


def risk_points(confidence: Floats, right: Floats) -> tuple[RiskPoint, ...]:
    """Choose a threshold for each risk, as low as that risk allows.

    First by fixed sequence testing (Angelopoulos et al., "Learn then Test", 2021): thresholds
    that answer 20, 21, 22 ... % of the questions are tested in that order with the exact
    binomial bound, until one fails; the last that passed is taken. Because the order is set
    beforehand each test may use the whole error probability, and with 97.5 % confidence the
    risk on new questions like these is at most the one chosen. Of few questions 20 % would
    never pass: the first test is of as many as would with half the errors allowed. Where it
    fails, the lowest threshold whose measured risk is small enough, on at least 20 answers; it
    is then marked as not guaranteed. Where there is none either: never answer.
    """
    return tuple(_risk_point(risk, confidence, right) for risk in RISKS)


def upper_bound(wrong: int, answered: int, error: float) -> float:
    """Return the exact upper confidence bound of a share (Clopper and Pearson 1934).

    Args:
        wrong: How many are wrong.
        answered: Out of how many.
        error: The probability that the bound is too low.
    """
    from scipy.stats import beta

    if wrong >= answered:
        return 1.0
    return float(beta.ppf(1 - error, wrong + 1, answered - wrong))


def _risk_point(max_risk: float, confidence: Floats, right: Floats) -> RiskPoint:
    found: RiskPoint | None = None
    falling = np.sort(confidence)[::-1]
    step = max(1, len(falling) // 100)
    for answered in range(_first_tested(max_risk, len(falling)), len(falling) + 1, step):
        point = _point(max_risk, float(falling[answered - 1]), confidence, right)
        if not point.guaranteed:
            break
        found = point
    if found is not None:
        return found
    for threshold in np.unique(confidence):  # rising: the first answers everything
        point = _point(max_risk, float(threshold), confidence, right)
        if point.coverage * len(right) < LEAST_ANSWERED:
            break
        if point.risk <= max_risk:
            return replace(point, guaranteed=False)
    return RiskPoint(max_risk, NEVER, 0.0, 0.0, 1.0, guaranteed=False)


def _first_tested(max_risk: float, questions: int) -> int:
    """Return how many answers the first test is of; it may not look at any outcome."""
    answered = math.ceil(FIRST_SHARE * questions)
    while answered <= questions and (
        upper_bound(int(answered * max_risk / 2), answered, 1 - BOUND_CONFIDENCE) > max_risk
    ):
        answered += 1
    return answered


def _point(
    max_risk: float, threshold: float, confidence: Floats, right: Floats
) -> RiskPoint:
    answered = confidence >= threshold
    n = int(answered.sum())
    wrong = n - int(right[answered].sum())
    upper = upper_bound(wrong, n, 1 - BOUND_CONFIDENCE)
    return RiskPoint(
        max_risk, threshold, n / len(right), wrong / n, upper, upper <= max_risk
    )


def _fit(x: Floats, right: Floats) -> tuple[Floats, Floats, Floats, float]:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    model = LogisticRegression(C=PENALTY, max_iter=1000).fit((x - mean) / scale, right)
    return mean, scale, model.coef_[0], float(model.intercept_[0])


def _out_of_fold(x: Floats, right: Floats, groups: Sequence[str]) -> Floats:
    from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

    held_out = np.zeros(len(right))
    for train, test in GroupKFold(FOLDS).split(x, right, groups):
        if len(np.unique(right[train])) == 1:
            held_out[test] = right[train].mean()
            continue
        mean, scale, coefficients, intercept = _fit(x[train], right[train])
        total = ((x[test] - mean) / scale) @ coefficients + intercept
        held_out[test] = 1 / (1 + np.exp(-total))
    return held_out


def _metrics(confidence: Floats, right: Floats) -> dict[str, float]:
    ones = np.ones((1, len(right)))
    return {
        "auc": float(abstention.auc(confidence, right, ones)[0]),
        "aurc": float(abstention.area_under_risk_coverage(confidence, 1 - right, ones)[0]),
        "ece": float(abstention.calibration_error(confidence, right, ones)[0]),
        "brier": float(abstention.brier(confidence, right).mean()),
        "share_right": float(right.mean()),
    }


def _places(prediction: Prediction) -> list[Place]:
    return [quote.place for quote in prediction.citations]


def _would_be_right(question: Question, outcome: Outcome) -> bool:
    """Say whether the answer, given or held back, is what the documents say.

    A planted answer is: nobody who only reads the documents can know better. What is cited
    counts as said, so that a sentence in the model's words is judged as its quotation would
    be. Where people wrote whole paragraphs, an exact sentence never says all they say; it is
    right if it is one of those that theirs rest on.
    """
    prediction, planted = outcome.prediction, planted_answers(question)
    text = outcome.trace.draft if prediction.abstained else prediction.answer
    if contains_gold(text, planted):
        return True
    if prediction.abstained:
        return right_text(text, question)
    if question.answerable and all(is_long(answer) for answer in question.answers):
        return any(covered(citation_gold(question), _places(prediction)))
    cited = " ".join(quote.text for quote in prediction.citations)
    return is_right(question, prediction) or right_text(cited, question)
