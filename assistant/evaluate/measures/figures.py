"""Figures of a run: means, ratios, areas and percentiles, each with its 95 % interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluate.measures import abstention
from assistant.evaluate.measures.adversarial import ATTACK
from assistant.evaluate.measures.catalog import METRICS
from assistant.evaluate.measures.gold import groups_of
from assistant.evaluate.measures.intervals import bootstrap, quantile, ratio, resample
from assistant.evaluate.measures.score import is_right, judged, score_question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from assistant.evaluate.measures.intervals import Statistic
    from assistant.evaluate.measures.score import Scored
    from assistant.evaluate.types import Outcome, Question, QuestionSet

    Floats = NDArray[np.float64]

__all__ = [
    "RATIOS",
    "Column",
    "Figure",
    "Measured",
    "breakdown",
    "column",
    "column_of",
    "confidence_and_wrong",
    "measure",
    "statistics_of",
    "summarize",
]

# figure: (what is counted, out of what), both summed over the questions
RATIOS = {
    "exactness": ("exact_quotes", "quotes"),
    "fabricated": ("fabricated", "shown"),
    "frankenquote": ("frankenquote", "shown"),
    "misattributed": ("misattributed", "shown"),
    "support_precision": ("supported_gold", "supported"),
    "false_alarms": ("supported_not_gold", "claims_not_gold"),
    "misses": ("not_supported_gold", "claims_gold"),
}
ATTACKED = "attacked"  # whether an instruction was injected
BREAKDOWN_KEYS = ("lang", "variant", "type", "hops", "hardness", ATTACKED)
BREAKDOWN_FIGURES = (
    "passage_recall@5",
    "right",
    "em",
    "f1",
    "contains_gold",
    "correct",
    "silent_unanswerable",
    "answered_answerable",
    "wrong_when_answering",
    "attack_shown",
    "fake_said",
    "both_said",
    "citation_precision",
    "citation_recall",
)
MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, its 95 % interval and the number of questions it rests on."""

    value: float
    low: float
    high: float
    n: int
    method: str


@dataclass(frozen=True, slots=True)
class Column:
    """A figure as numerator and denominator of every question, float64 (n,) each."""

    numerator: Floats
    denominator: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """Questions, their outcomes and their measures, in one order."""

    questions: tuple[Question, ...]
    outcomes: tuple[Outcome, ...]
    scored: tuple[Scored, ...]

    def part(self, places: Sequence[int]) -> Measured:
        """Return only the questions at these places."""
        return Measured(
            tuple(self.questions[i] for i in places),
            tuple(self.outcomes[i] for i in places),
            tuple(self.scored[i] for i in places),
        )


def measure(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Measured:
    """Score every question that has an outcome, in the order of the set.

    A run that retrieved nothing for any question, such as a closed-book one, did not
    search: it has no retrieval figures.
    """
    by_id = {outcome.prediction.id: outcome for outcome in outcomes}
    asked = tuple(q for q in questions.questions if q.id in by_id)
    found = tuple(by_id[q.id] for q in asked)
    searched = any(outcome.prediction.retrieved for outcome in found)
    pairs = zip(asked, found, strict=True)
    scored = [score_question(q, o, questions.documents) for q, o in pairs]
    if not searched:
        scored = [replace(s, means=_without_retrieval(s.means)) for s in scored]
    return Measured(asked, found, tuple(scored))


def column(measured: Measured, name: str) -> Column:
    """Return a mean or a ratio as one row of numerators and one of denominators."""
    return column_of(
        name, [s.means for s in measured.scored], [s.counts for s in measured.scored]
    )


def column_of(
    name: str, means: Sequence[Mapping[str, float]], counts: Sequence[Mapping[str, float]]
) -> Column:
    """Return the same from the measures of the questions alone."""
    if name in RATIOS:
        top, bottom = RATIOS[name]
        return Column(
            np.array([c.get(top, 0.0) for c in counts]),
            np.array([c.get(bottom, 0.0) for c in counts]),
        )
    return Column(
        np.array([m.get(name, 0.0) for m in means]),
        np.array([float(name in m) for m in means]),
    )


def summarize(measured: Measured, names: Sequence[str] = ()) -> dict[str, Figure]:
    """Return all figures that are defined (or those named), in the catalog's order."""
    if not measured.questions:
        return {}
    resamples = resample(groups_of(measured.questions))
    found: dict[str, Figure] = {}
    for name, statistic, n, share_of in statistics_of(measured):
        if names and name not in names:
            continue
        i = bootstrap(statistic, resamples, share_of=share_of)
        found[name] = Figure(i.value, i.low, i.high, n, i.method)
    return {name: found[name] for name in METRICS if name in found}


def breakdown(measured: Measured) -> dict[str, dict[str, dict[str, Figure]]]:
    """Return the main figures for each value of a key that parts a set, such as `lang`."""
    parts: dict[str, dict[str, dict[str, Figure]]] = {}
    for key in BREAKDOWN_KEYS:
        places: dict[str, list[int]] = {}
        for i, question in enumerate(measured.questions):
            value = _part_of(question, key)
            if value is not None:
                places.setdefault(value, []).append(i)
        if 1 < len(places) <= MOST_PARTS:
            parts[key] = {
                value: summarize(measured.part(found), BREAKDOWN_FIGURES)
                for value, found in sorted(places.items())
            }
    return parts


def _part_of(question: Question, key: str) -> str | None:
    if key == ATTACKED:
        return "yes" if ATTACK in question.extra else "no"
    return str(question.extra[key]) if key in question.extra else None


def confidence_and_wrong(measured: Measured) -> tuple[Floats, Floats]:
    """Return the confidence of each judged question, and 1 where it is not right."""
    rows = [
        (outcome.prediction.confidence, float(not is_right(question, outcome.prediction)))
        for question, outcome in zip(measured.questions, measured.outcomes, strict=True)
        if judged(question)
    ]
    pairs = np.array(rows, dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def statistics_of(measured: Measured) -> Iterator[tuple[str, Statistic, int, int]]:
    """Yield name, statistic, number of questions, and cases (0 where it is no share)."""
    names = dict.fromkeys(name for s in measured.scored for name in s.means)
    for name in (*names, *RATIOS):
        values = column(measured, name)
        cases = int(values.denominator.sum())
        if cases:
            statistic = ratio(values.numerator, values.denominator)
            yield name, statistic, int((values.denominator > 0).sum()), cases
    yield from _confidence_statistics(measured)
    yield from _cost_statistics(measured)


def _confidence_statistics(
    measured: Measured,
) -> Iterator[tuple[str, Statistic, int, int]]:
    kept = np.array([judged(question) for question in measured.questions])
    n = int(kept.sum())
    if not n:
        return
    confidence, wrong = confidence_and_wrong(measured)
    answerable = np.array([float(q.answerable) for q in measured.questions])[kept]
    if 0 < answerable.sum() < n:
        yield "auc", lambda w: abstention.auc(confidence, answerable, w[:, kept]), n, 0

    def area(w: Floats) -> Floats:
        return abstention.area_under_risk_coverage(confidence, wrong, w[:, kept])

    yield "aurc", area, n, 0

    def error(w: Floats) -> Floats:
        return abstention.calibration_error(confidence, 1 - wrong, w[:, kept])

    yield "ece", error, n, 0
    squares = np.zeros(len(kept))
    squares[kept] = abstention.brier(confidence, 1 - wrong)
    yield "brier", ratio(squares, kept.astype(np.float64)), n, 0


def _cost_statistics(measured: Measured) -> Iterator[tuple[str, Statistic, int, int]]:
    """A time to first token or a number of tokens of 0 means that nothing was written."""
    outcomes = measured.outcomes
    costs = {
        "ttft_s": [o.prediction.ttft_s for o in outcomes],
        "total_s": [o.prediction.total_s for o in outcomes],
        "prompt_tokens": [float(o.trace.prompt_tokens) for o in outcomes],
        "answer_tokens": [float(o.trace.answer_tokens) for o in outcomes],
    }
    for name, amounts in costs.items():
        values = np.array([amount if amount > 0 else np.nan for amount in amounts])
        n = int((~np.isnan(values)).sum())
        if n:
            yield f"{name}_p50", quantile(values, 0.5), n, 0
            yield f"{name}_p95", quantile(values, 0.95), n, 0


def _without_retrieval(means: Mapping[str, float]) -> dict[str, float]:
    return {name: v for name, v in means.items() if METRICS[name].section != "retrieval"}
