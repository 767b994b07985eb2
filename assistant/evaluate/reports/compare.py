"""Two runs over the same questions: what changed, whether it is chance, and where.

Every difference is taken question by question, so what both runs find hard does not blur
it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from assistant.errors import EvaluationError
from assistant.evaluate.measures.catalog import METRICS, SHOWN
from assistant.evaluate.measures.figures import (
    RATIOS,
    Column,
    column,
    measure,
    statistics_of,
)
from assistant.evaluate.measures.gold import groups_of
from assistant.evaluate.measures.intervals import (
    bootstrap,
    bootstrap_p_value,
    mcnemar,
    ratio,
    resample,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assistant.evaluate.measures.figures import Measured
    from assistant.evaluate.measures.intervals import Resamples, Statistic
    from assistant.evaluate.types import Outcome, Question, QuestionSet

    Floats = NDArray[np.float64]

__all__ = [
    "Comparison",
    "Difference",
    "Flip",
    "compare",
    "difference",
    "in_words",
    "main_differences",
]

ALPHA = 0.05
FLIPPED_BY = ("correct", "passage_success@5", "document_success@5")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in both runs, and second minus first with its 95 % interval.

    A mean is taken over the questions that have it in both runs, so that it is paired; a
    ratio over all questions of both.
    """

    name: str
    first: float
    second: float
    low: float  # of the difference
    high: float
    p: float  # two-sided: McNemar where every value is 0 or 1, else paired bootstrap
    test: Literal["mcnemar", "bootstrap"]
    n: int
    gained: int  # questions on which the second run is higher
    lost: int

    @property
    def value(self) -> float:
        """Second minus first."""
        return self.second - self.first

    @property
    def certain(self) -> bool:
        """Say whether the test rejects "no difference" at 5 % and the interval does too.

        McNemar's test takes questions for independent; the interval keeps those of one
        document together.
        """
        return self.p < ALPHA and not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one run has right and the other has not."""

    question: Question
    gained: bool  # the second run has it
    first: Outcome
    second: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, and the questions that flipped between right and wrong."""

    n: int
    differences: dict[str, Difference]
    flips: tuple[Flip, ...]


def compare(
    questions: QuestionSet, first: Sequence[Outcome], second: Sequence[Outcome]
) -> Comparison:
    """Compare two runs on the questions that both have answered.

    A question flips when `correct` changes; on a set without answers, when only one run has
    evidence among its first five passages or documents.

    Raises:
        EvaluationError: The runs have no question in common.
    """
    ids = {o.prediction.id for o in first} & {o.prediction.id for o in second}
    a = measure(questions, [o for o in first if o.prediction.id in ids])
    b = measure(questions, [o for o in second if o.prediction.id in ids])
    if not a.questions:
        raise EvaluationError(
            "the two runs have no question in common", "Compare runs of the same set."
        )
    resamples = resample(groups_of(a.questions))
    found = {}
    for name in METRICS:
        one, two = column(a, name), column(b, name)
        made = difference(name, one, two, resamples)
        if made is not None:
            found[name] = made
    found |= _others(a, b, resamples, set(found))
    found = {name: found[name] for name in METRICS if name in found}
    return Comparison(len(a.questions), found, _flips(a, b))


def difference(
    name: str, first: Column, second: Column, resamples: Resamples
) -> Difference | None:
    """Return the paired difference of one figure; None where no question has it in both."""
    if name not in RATIOS:
        both = first.denominator * second.denominator
        first = Column(first.numerator * both, both)
        second = Column(second.numerator * both, both)
    if not first.denominator.any() or not second.denominator.any():
        return None
    before = ratio(first.numerator, first.denominator)
    after = ratio(second.numerator, second.denominator)

    def change(weights: Floats) -> Floats:
        return after(weights) - before(weights)

    interval = bootstrap(change, resamples)
    has = (first.denominator > 0) & (second.denominator > 0)
    step = (second.numerator - first.numerator)[has]
    gained, lost = int((step > 0).sum()), int((step < 0).sum())
    values = np.r_[first.numerator[has], second.numerator[has]]
    binary = name not in RATIOS and bool(np.isin(values, (0.0, 1.0)).all())
    return Difference(
        name=name,
        first=float(before(resamples.whole)[0]),
        second=float(after(resamples.whole)[0]),
        low=interval.low,
        high=interval.high,
        p=mcnemar(gained, lost) if binary else bootstrap_p_value(change, resamples),
        test="mcnemar" if binary else "bootstrap",
        n=int(has.sum()),
        gained=gained,
        lost=lost,
    )


def _others(
    first: Measured, second: Measured, resamples: Resamples, done: set[str]
) -> dict[str, Difference]:
    """Return the differences of areas and percentiles, which no single question has."""
    before = {name: s for name, s, _, _ in statistics_of(first) if name not in done}
    found = {}
    for name, after, n, _ in statistics_of(second):
        if name in before:
            one = before[name]

            def change(
                weights: Floats, one: Statistic = one, two: Statistic = after
            ) -> Floats:
                return two(weights) - one(weights)

            interval = bootstrap(change, resamples)
            found[name] = Difference(
                name=name,
                first=float(one(resamples.whole)[0]),
                second=float(after(resamples.whole)[0]),
                low=interval.low,
                high=interval.high,
                p=bootstrap_p_value(change, resamples),
                test="bootstrap",
                n=n,
                gained=0,
                lost=0,
            )
    return found


def main_differences(comparison: Comparison) -> Comparison:
    """Leave only the figures in that matter most."""
    main = {n: d for n, d in comparison.differences.items() if n in SHOWN}
    return replace(comparison, differences=main)


def in_words(comparison: Comparison) -> list[str]:
    """Say what changed beyond chance, one sentence a figure, and how much did not."""
    lines = []
    for name, d in comparison.differences.items():
        if d.certain:
            changed = d.gained + d.lost > 0
            counts = f"; {d.gained} questions up, {d.lost} down" if changed else ""
            better = "better" if d.value * METRICS[name].better > 0 else "worse"
            lines.append(
                f"{METRICS[name].label}: {d.first:.3f} to {d.second:.3f}, {better} "
                f"({d.value:+.3f}, 95 % interval {d.low:+.3f} to {d.high:+.3f}{counts}; "
                f"p = {d.p:.2g})."
            )
    rest = len(comparison.differences) - len(lines)
    lines.append(
        f"{rest} of {len(comparison.differences)} figures differ by no more than chance "
        f"over {comparison.n} questions; {len(comparison.flips)} questions flipped. About "
        "one figure in twenty crosses that line by chance alone."
    )
    return lines


def _flips(a: Measured, b: Measured) -> tuple[Flip, ...]:
    flips = []
    for i, question in enumerate(a.questions):
        one, two = a.scored[i].means, b.scored[i].means
        key = next((name for name in FLIPPED_BY if name in one), None)
        if key is not None and one[key] != two[key]:
            flips.append(Flip(question, two[key] > one[key], a.outcomes[i], b.outcomes[i]))
    return tuple(flips)
