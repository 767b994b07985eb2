"""A gate for continuous integration: has a run become worse than its baseline?

The baseline is the `metrics.json` of an earlier run, or a small file of your own that names
figures and what they must reach: `{"contains_gold": 0.70}`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import EvaluationError
from assistant.evaluate.measures.catalog import METRICS
from assistant.evaluate.measures.figures import (
    Column,
    column,
    column_of,
    measure,
    summarize,
)
from assistant.evaluate.measures.gold import groups_of
from assistant.evaluate.measures.intervals import resample
from assistant.evaluate.reports.compare import difference
from assistant.evaluate.runs.metrics_file import read_metrics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from assistant.evaluate.measures.figures import Measured
    from assistant.evaluate.runs.metrics_file import MetricsFile
    from assistant.evaluate.types import Outcome, QuestionSet

__all__ = ["Drop", "Gate", "check"]


@dataclass(frozen=True, slots=True)
class Drop:
    """A figure that is worse than the baseline beyond chance."""

    name: str
    baseline: float
    value: float
    low: float  # 95 % interval: of the difference, or of the figure against a bare number
    high: float
    questions: tuple[str, ...]  # the ids that became worse; those below 1 for a bare number


@dataclass(frozen=True, slots=True)
class Gate:
    """What was checked and what failed."""

    checked: tuple[str, ...]
    drops: tuple[Drop, ...]

    @property
    def passed(self) -> bool:
        """Say whether nothing has become worse beyond chance."""
        return not self.drops


def check(questions: QuestionSet, outcomes: Sequence[Outcome], baseline: Path) -> Gate:
    """Compare a run with a baseline; costs are left out, since they depend on the machine.

    Against a `metrics.json`, a figure fails when the 95 % interval of its paired difference
    lies wholly on the worse side of 0. Against a bare number, it fails when its own
    interval lies wholly on the worse side of that number.

    Raises:
        EvaluationError: The baseline is unreadable, names an unknown figure, or is of a set
            with no question in common.
    """
    measured = measure(questions, outcomes)
    targets = _targets(baseline)
    if targets is not None:
        return _against_numbers(measured, targets)
    return _against_run(measured, read_metrics(baseline))


def _against_run(measured: Measured, before: MetricsFile) -> Gate:
    places = [i for i, s in enumerate(measured.scored) if s.id in before.means]
    if not places:
        raise EvaluationError(
            "the baseline has no question in common with this run",
            "Name the baseline of the same set.",
        )
    now = measured.part(places)
    resamples = resample(groups_of(now.questions))
    means = [before.means[s.id] for s in now.scored]
    counts = [before.counts[s.id] for s in now.scored]
    checked, drops = [], []
    for name, metric in METRICS.items():
        old, new = column_of(name, means, counts), column(now, name)
        found = difference(name, old, new, resamples)
        if found is None:
            continue
        checked.append(name)
        if (found.high if metric.better > 0 else -found.low) < 0:
            worse = _worse(now, old, new, metric.better)
            drops.append(
                Drop(name, found.first, found.second, found.low, found.high, worse)
            )
    return Gate(tuple(checked), tuple(drops))


def _against_numbers(measured: Measured, targets: Mapping[str, float]) -> Gate:
    figures = summarize(measured, tuple(targets))
    checked, drops = [], []
    for name, target in targets.items():
        figure = figures.get(name)
        if figure is None:
            raise EvaluationError(
                f'the run has no figure "{name}"', "Take it out of the baseline."
            )
        checked.append(name)
        better = METRICS[name].better
        if (figure.high < target) if better > 0 else (figure.low > target):
            values = column(measured, name)
            full = Column(values.denominator * (better > 0), values.denominator)
            worse = _worse(measured, full, values, better)
            drops.append(Drop(name, target, figure.value, figure.low, figure.high, worse))
    return Gate(tuple(checked), tuple(drops))


def _worse(measured: Measured, old: Column, new: Column, better: int) -> tuple[str, ...]:
    with np.errstate(invalid="ignore", divide="ignore"):
        step = new.numerator / new.denominator - old.numerator / old.denominator
    ids = (q.id for q in measured.questions)
    return tuple(name for name, s in zip(ids, step, strict=True) if s * better < 0)


def _targets(path: Path) -> dict[str, float] | None:
    """Return the named numbers of a small baseline; None where it is a `metrics.json`."""
    if path.is_dir():
        return None
    try:
        row = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EvaluationError(
            f"{path}: cannot be read ({error.strerror})", "Name a metrics.json."
        ) from error
    except ValueError as error:
        raise EvaluationError(f"{path}: is not JSON ({error})", "Correct it.") from error
    if not isinstance(row, dict) or "figures" in row:
        return None
    for name, value in row.items():
        if (
            name not in METRICS
            or isinstance(value, bool)
            or not isinstance(value, int | float)
        ):
            raise EvaluationError(
                f'{path}: "{name}" is not a figure with a number',
                "Name figures as in a run's metrics.json.",
            )
    return {name: float(value) for name, value in row.items()}
