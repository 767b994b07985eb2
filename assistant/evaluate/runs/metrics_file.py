"""`metrics.json`: the figures of a run, and every question's measures, for other runs."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluate.measures.figures import Figure, breakdown, measure, summarize
from assistant.evaluate.files import write_text
from assistant.evaluate.runs.records import predictions_digest
from assistant.evaluate.sets.load import set_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from assistant.evaluate.types import Outcome, QuestionSet

__all__ = ["MetricsFile", "read_metrics", "write_metrics"]

METRICS_FILE = "metrics.json"


@dataclass(frozen=True, slots=True)
class MetricsFile:
    """What `metrics.json` says."""

    set_name: str
    set_sha256: str
    questions: int
    predictions_digest: str  # SHA-256 of the predictions without their times
    peak_memory_bytes: int | None
    figures: Mapping[str, Figure]
    means: Mapping[str, Mapping[str, float]]  # question id -> measure -> value
    counts: Mapping[str, Mapping[str, float]]  # question id -> what is counted -> how many


def write_metrics(
    folder: Path,
    questions: QuestionSet,
    outcomes: Sequence[Outcome],
    peak_memory_bytes: int | None = None,
) -> MetricsFile:
    """Score a run and write `metrics.json`."""
    measured = measure(questions, outcomes)
    metrics = MetricsFile(
        set_name=questions.name,
        set_sha256=set_sha256(questions),
        questions=len(measured.questions),
        predictions_digest=predictions_digest(o.prediction for o in outcomes),
        peak_memory_bytes=peak_memory_bytes,
        figures=summarize(measured),
        means={s.id: s.means for s in measured.scored},
        counts={s.id: s.counts for s in measured.scored},
    )
    row = asdict(metrics) | {"parts": _plain(breakdown(measured))}
    write_text(folder / METRICS_FILE, json.dumps(_plain(row), ensure_ascii=False, indent=1))
    return metrics


def read_metrics(path: Path) -> MetricsFile:
    """Read a `metrics.json`, or the one in a run's folder.

    Raises:
        EvaluationError: It is missing or not what this version writes.
    """
    file = path / METRICS_FILE if path.is_dir() else path
    try:
        row = json.loads(file.read_text("utf-8"))
        row.pop("parts", None)
        figures = {name: _figure(f) for name, f in row.pop("figures").items()}
        return MetricsFile(figures=figures, **row)
    except OSError as error:
        raise EvaluationError(
            f"{file}: cannot be read ({error.strerror})", "Name a run's metrics.json."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(
            f"{file}: is not the metrics.json of a run ({error})",
            "Score the run again with this version.",
        ) from error


def _figure(row: Mapping[str, Any]) -> Figure:
    values = {k: math.nan if row[k] is None else row[k] for k in ("value", "low", "high")}
    return Figure(n=row["n"], method=row["method"], **values)


def _plain(value: Any) -> Any:
    """Turn figures into dictionaries, and what is not a number into null."""
    if isinstance(value, Figure):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
