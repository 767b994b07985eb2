"""From runs to a calibration file: their questions put together, fitted and written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluate.calibrate import examples_of, fit
from assistant.evaluate.session import questions_of
from assistant.models import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.confidence.calibration import Calibration
    from assistant.evaluate.calibrate import Example
    from assistant.evaluate.runs.run_info import RunInfo

__all__ = ["calibrate_runs"]

# Known before anything is written: what speaks for the finding that was taken and against it,
# and how sure the reader is of it and of no other place. Few on purpose: what says the same
# twice gets weights that cancel out and go wrong on documents unlike those it was fitted on,
# and the length of a question tells sets apart rather than right from wrong.
FEATURES = (
    *("place_share", "reader_total", "finding_search"),
    *("finding_opposed", "finding_unnumbered", "finding_bridged"),
)


# Where a language model scored what was found, its refusal as well. How likely it finds the
# words themselves (`model_answer`) added nothing to it.
SCORED = (*FEATURES, "model_refusal")


def calibrate_runs(folders: Sequence[Path], file: Path) -> Calibration:
    """Fit on all questions of these runs together and write the calibration.

    Where a language model scored what was found, only questions that it scored are fitted on,
    and its refusal is a feature. Otherwise the calibration fits quotations by any model.

    Raises:
        EvaluationError: There is too little to fit on, or the runs were made by different
            models, prompts or ways of answering.
    """
    infos: list[RunInfo] = []
    examples: list[Example] = []
    for folder in folders:
        done, questions = questions_of(folder)
        infos.append(done.info)
        examples += examples_of(questions, done.outcomes)
    _expect_alike(infos)
    first = infos[0]
    scored = [e for e in examples if SCORED[-1] in e.features]
    fitted = fit(scored, SCORED) if scored else fit(examples, FEATURES)
    calibration = replace(
        fitted.calibration,
        sets={info.set_name: info.set_sha256 for info in infos},
        model=str(first.model.get("name", "")),
        model_sha256=str(first.model.get("sha256", "")),
        prompts_sha256=first.prompts_sha256,
    )
    write_atomically(file, calibration.to_json().encode())
    return calibration


def _expect_alike(infos: Sequence[RunInfo]) -> None:
    first = infos[0]
    for info in infos[1:]:
        if _way(info) != _way(first):
            raise EvaluationError(
                f"the runs on {first.set_name} and {info.set_name} were made by different "
                "models, prompts or settings",
                "Calibrate on runs that were made alike.",
            )


def _way(info: RunInfo) -> tuple[object, ...]:
    """Return how a run's answers came about; from which confidence on is no part of that."""
    settings = {name: value for name, value in info.settings.items() if name != "risk"}
    return info.mode, info.model, settings, info.prompts_sha256
