"""What an evaluation says in a terminal: a line while it runs, a table when it is done."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from assistant.evaluate.measures.catalog import METRICS, SHOWN
from assistant.evaluate.measures.failure import failure_of
from assistant.evaluate.measures.figures import breakdown, measure, summarize
from assistant.evaluate.reports.report_figures import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assistant.confidence.calibration import Calibration, RiskPoint
    from assistant.evaluate.measures.failure import Failure
    from assistant.evaluate.measures.figures import Figure, Measured
    from assistant.evaluate.reports.check import Gate
    from assistant.evaluate.runs.listing import Listed
    from assistant.evaluate.runs.progress import Progress
    from assistant.evaluate.runs.run import Run
    from assistant.evaluate.types import Outcome, Question, QuestionSet

__all__ = [
    "calibration_text",
    "duration",
    "gate_text",
    "lost",
    "progress_line",
    "run_line",
    "summary_json",
    "summary_text",
]

PART_SHOWN = (
    *("right", "f1", "silent_unanswerable", "wrong_when_answering"),
    *("attack_shown", "fake_said", "both_said"),
)
MINUTE, HOUR = 60, 3600
LISTED = ("right", "silent_unanswerable", "wrong_when_answering")
NAMED = 5  # questions named for each figure that failed


def progress_line(progress: Progress) -> str:
    """Return one line: how far, how long still, how it is doing."""
    parts = [f"{progress.done} of {progress.total} questions"]
    if progress.left_s is not None and progress.done < progress.total:
        parts.append(f"about {duration(progress.left_s)} left")
    for label, share in (
        ("answered", progress.answered),
        ("rightly silent", progress.silent),
        ("wrong", progress.wrong),
    ):
        if share is not None:
            parts.append(f"{label} {share:.0%}")
    if progress.median_s is not None:
        parts.append(f"{progress.median_s:.1f} s each")
    return ", ".join(parts)


def summary_text(run: Run, questions: QuestionSet) -> str:
    """Return the figures that matter most, where questions were lost, and where to look."""
    measured = measure(questions, run.outcomes)
    figures = summarize(measured)
    lines = [f"{run.info.set_name}, {len(run.outcomes)} questions ({run.info.mode})"]
    lines += [
        f"  {METRICS[name].label:32}{_interval(figures[name], METRICS[name].unit)}"
        for name in SHOWN
        if name in figures
    ]
    lines += _part_lines(measured)
    lost = ", ".join(f"{n} {name}" for name, n in _losses(run, questions).items())
    lines.append(f"  lost: {lost or 'none'}")
    failed = sum(bool(outcome.trace.error) for outcome in run.outcomes)
    if failed:
        lines.append(f"  {failed} questions failed with an error; see details.jsonl")
    lines += [f"  left out: {row['where']}: {row['reason']}" for row in run.info.skipped]
    lines.append(f"report: {run.folder / 'report.html'}")
    return "\n".join(lines)


def _part_lines(measured: Measured) -> list[str]:
    """Say for each part of a set that has parts what was answered, and how."""
    lines = []
    for key, values in breakdown(measured).items():
        for value, part in values.items():
            told = [
                f"{METRICS[name].label} {shown(part[name].value, METRICS[name].unit)}"
                for name in PART_SHOWN
                if name in part
            ]
            lines.append(f"  {key} {value}: {', '.join(told)}")
    return lines


def summary_json(run: Run, questions: QuestionSet) -> dict[str, Any]:
    """Return the same as data, with every figure."""
    figures = _figures(run, questions)
    return {
        "version": 1,
        "set": run.info.set_name,
        "mode": run.info.mode.value,
        "questions": len(run.outcomes),
        "folder": str(run.folder),
        "figures": {
            name: {
                "value": _number(figure.value),
                "low": _number(figure.low),
                "high": _number(figure.high),
                "n": figure.n,
            }
            for name, figure in figures.items()
        },
        "lost": _losses(run, questions),
        "skipped": [dict(row) for row in run.info.skipped],
    }


def lost(run: Run, questions: QuestionSet) -> list[tuple[Question, Outcome, Failure]]:
    """Return every question that did not go well, and where it was lost."""
    by_id = {question.id: question for question in questions.questions}
    pairs = [(by_id[o.prediction.id], o) for o in run.outcomes]
    found = [
        (question, outcome, failure_of(question, outcome)) for question, outcome in pairs
    ]
    return [(question, outcome, f) for question, outcome, f in found if f is not None]


def run_line(listed: Listed) -> str:
    """Return a run in one line: its name, how far it is and how it did."""
    parts = [listed.folder.name, f"{listed.done} of {listed.info.questions} questions"]
    parts += [
        f"{METRICS[name].label} {shown(listed.figures[name].value, METRICS[name].unit)}"
        for name in LISTED
        if name in listed.figures
    ]
    return ", ".join(parts)


def gate_text(gate: Gate) -> str:
    """Return what was checked, and for each drop the questions that became worse."""
    if gate.passed:
        return f"passed: none of {len(gate.checked)} figures is worse beyond chance"
    lines = [f"failed: {len(gate.drops)} of {len(gate.checked)} figures are worse"]
    for drop in gate.drops:
        unit = METRICS[drop.name].unit
        named = ", ".join(drop.questions[:NAMED])
        more = len(drop.questions) - NAMED
        lines.append(
            f"  {METRICS[drop.name].label}: {shown(drop.baseline, unit)} before, now "
            f"{shown(drop.value, unit)}; {named}"
            + (f" and {more} more" if more > 0 else "")
        )
    return "\n".join(lines)


def calibration_text(calibration: Calibration, risk: float, file: Path) -> str:
    """Return what a calibration promises at each risk, and what it was fitted on."""
    metrics = calibration.metrics
    lines = [
        f"fitted on {calibration.questions} questions of {', '.join(calibration.sets)}; out "
        f"of fold: AUC {metrics['auc']:.2f}, calibration error {metrics['ece']:.3f}, right "
        f"without a threshold {metrics['share_right']:.0%}",
        "  wrong at most   answers   wrong, measured   bound",
    ]
    for point in calibration.risks:
        mark = "  <" if point is calibration.at_risk(risk) else ""
        lines.append(_risk_row(point) + mark)
    lines.append(f"written to {file}")
    return "\n".join(lines)


def _risk_row(point: RiskPoint) -> str:
    if not point.coverage:
        return f"{point.max_risk:15.0%}   never"
    bound = f"{point.upper:.0%}" + ("" if point.guaranteed else " (not guaranteed)")
    return f"{point.max_risk:15.0%}{point.coverage:10.0%}{point.risk:18.1%}   {bound}"


def _figures(run: Run, questions: QuestionSet) -> dict[str, Figure]:
    return summarize(measure(questions, run.outcomes))


def _losses(run: Run, questions: QuestionSet) -> Mapping[str, int]:
    failures = (failure for _, _, failure in lost(run, questions))
    return dict(Counter(failure.value for failure in failures).most_common())


def _interval(figure: Figure, unit: str) -> str:
    reach = f"{shown(figure.low, unit)} to {shown(figure.high, unit)}"
    return f"{shown(figure.value, unit):>8}  ({reach}; n = {figure.n})"


def _number(value: float) -> float | None:
    return value if value == value else None  # noqa: PLR0124 - JSON has no NaN


def duration(seconds: float) -> str:
    """Return a time as a person says it."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < HOUR else f"{seconds / HOUR:.1f} h"
