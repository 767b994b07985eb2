"""The runs that lie in the folder of runs, finished or not."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluate.runs.metrics_file import METRICS_FILE, read_metrics
from assistant.evaluate.runs.run_info import read_info
from assistant.evaluate.runs.run import PREDICTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.evaluate.measures.figures import Figure
    from assistant.evaluate.runs.run_info import RunInfo

__all__ = ["Listed", "find_run", "list_runs"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A run as a list shows it."""

    folder: Path
    info: RunInfo
    done: int  # questions
    figures: Mapping[str, Figure]  # none while it is not finished

    @property
    def finished(self) -> bool:
        """Whether every question has been asked and scored."""
        return bool(self.figures)


def list_runs(runs: Path) -> list[Listed]:
    """Return the runs in a folder, the latest first; what is no run is passed over."""
    found = []
    for folder in runs.glob("*"):
        try:
            found.append(_listed(folder))
        except EvaluationError:
            continue
    return sorted(found, key=lambda run: (run.info.started, run.folder.name), reverse=True)


def find_run(runs: Path, name: str | Path) -> Path:
    """Return the folder of a run that is given by its path, or by its name in `runs`."""
    given = Path(name)
    return given if given.exists() or len(given.parts) != 1 else runs / given


def _listed(folder: Path) -> Listed:
    info = read_info(folder)
    metrics = folder / METRICS_FILE
    figures: Mapping[str, Figure] = {}
    if metrics.is_file():
        figures = _figures(metrics, metrics.stat().st_mtime_ns)
    rows = folder / PREDICTIONS
    done = rows.read_bytes().count(b"\n") if rows.is_file() else 0
    return Listed(folder, info, done, figures)


@functools.lru_cache(512)
def _figures(file: Path, written_ns: int) -> Mapping[str, Figure]:
    del written_ns  # a file that was written anew is another entry
    return read_metrics(file).figures
