"""A run is a folder, written row by row, so that one that was killed goes on where it was.

run.json            what was run: set, settings, model, versions, machine
predictions.jsonl   what a person was shown, one row a question (`records`)
details.jsonl       what went on behind it
metrics.json        the figures, and every question's measures
report.html         all of it for a person (`report`)
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from assistant.errors import EvaluationError
from assistant.evaluate.runs.environment import peak_memory_bytes
from assistant.evaluate.runs.metrics_file import write_metrics
from assistant.evaluate.runs.progress import Progress, Tally
from assistant.evaluate.runs.records import (
    prediction_from_row,
    prediction_row,
    trace_from_row,
    trace_row,
)
from assistant.evaluate.runs.run_info import RunInfo, read_info, write_info
from assistant.evaluate.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.evaluate.types import Answerer, Question, QuestionSet

__all__ = ["Run", "load_run", "run"]

PREDICTIONS = "predictions.jsonl"
DETAILS = "details.jsonl"
ROW_ERRORS = (ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it lies on disk."""

    folder: Path
    info: RunInfo
    outcomes: tuple[Outcome, ...]


def run(
    questions: QuestionSet,
    answerer: Answerer,
    folder: Path,
    info: RunInfo,
    *,
    on_progress: Callable[[Progress], None] | None = None,
) -> Run:
    """Ask every question that has no row yet, then write the figures.

    Each row is on disk before the next question is asked. A half-written last line is taken
    away, so that a run that was killed at any moment ends in the same predictions.

    Args:
        questions: The questions to ask (a `sample` where there is a limit).
        answerer: Answers one question.
        folder: The folder of the run; made if it is not there.
        info: What is run; must agree with what the folder already holds.
        on_progress: Called before the first question and after each.

    Raises:
        EvaluationError: The folder holds another run, or one that is being written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            info = write_info(folder, info)
            outcomes = _resumed(folder, questions.questions)
            tally = Tally(questions, outcomes, on_progress)
            _ask(questions.questions[len(outcomes) :], answerer, folder, tally)
            done = load_run(folder)
            write_metrics(folder, questions, done.outcomes, peak_memory_bytes())
    except Timeout as error:
        raise EvaluationError(
            f"{folder}: another process is writing this run",
            "Wait, or name another --output.",
        ) from error
    return done


def load_run(folder: Path) -> Run:
    """Read a run; rows that were only half written are left out.

    Raises:
        EvaluationError: The folder holds no run.
    """
    info = read_info(folder)
    outcomes, _ = _rows(folder)
    return Run(folder, info, tuple(outcomes))


def _ask(
    questions: tuple[Question, ...], answerer: Answerer, folder: Path, tally: Tally
) -> None:
    with (
        (folder / DETAILS).open("ab") as details,
        (folder / PREDICTIONS).open("ab") as rows,
    ):
        for question in questions:
            began = time.perf_counter()
            outcome = answerer(question)
            _check(question, outcome)
            for file, row in (
                (details, trace_row(outcome.trace)),
                (rows, prediction_row(outcome.prediction)),
            ):
                file.write(row.encode("utf-8", "backslashreplace") + b"\n")
                file.flush()
                os.fsync(file.fileno())
            tally.add(question, outcome, time.perf_counter() - began)


def _check(question: Question, outcome: Outcome) -> None:
    """Stop at an outcome that contradicts itself: that is a mistake of the answerer."""
    prediction, trace = outcome.prediction, outcome.trace
    if {prediction.id, trace.id} != {question.id}:
        raise ValueError(f"the outcome of {question.id!r} bears another id")
    if any(
        not 0 <= i < len(prediction.citations) for c in trace.claims for i in c.citations
    ):
        raise ValueError(f"a claim of {question.id!r} cites what is not there")
    if not 0 <= prediction.confidence <= 1:
        raise ValueError(f"the confidence of {question.id!r} is not between 0 and 1")


def _resumed(folder: Path, questions: tuple[Question, ...]) -> list[Outcome]:
    """Return what is done, and cut both files to exactly that."""
    outcomes, sizes = _rows(folder)
    for question, outcome in zip(questions, outcomes, strict=False):
        if question.id != outcome.prediction.id:
            raise EvaluationError(
                f"{folder / PREDICTIONS}: holds {outcome.prediction.id!r} where "
                f"{question.id!r} was asked",
                "The file was changed. Begin anew in another folder: --output DIR",
            )
    for name, size in sizes.items():
        if (folder / name).exists():
            os.truncate(folder / name, size)
    return outcomes


def _rows(folder: Path) -> tuple[list[Outcome], dict[str, int]]:
    """Return the outcomes whose two rows are whole, and their bytes in each file."""
    lines = {
        name: _lines(folder / name) if (folder / name).exists() else []
        for name in (PREDICTIONS, DETAILS)
    }
    outcomes: list[Outcome] = []
    sizes = dict.fromkeys(lines, 0)
    for shown, behind in zip(lines[PREDICTIONS], lines[DETAILS], strict=False):
        try:
            prediction = prediction_from_row(shown.decode())
            trace = trace_from_row(behind.decode())
        except ROW_ERRORS:
            break
        if prediction.id != trace.id:
            break
        outcomes.append(Outcome(prediction, trace))
        sizes[PREDICTIONS] += len(shown) + 1
        sizes[DETAILS] += len(behind) + 1
    return outcomes, sizes


def _lines(path: Path) -> list[bytes]:
    """Return the whole lines; what follows the last line break is torn."""
    return path.read_bytes().split(b"\n")[:-1]
