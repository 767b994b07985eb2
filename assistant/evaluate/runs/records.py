"""Predictions and traces as JSON lines, one row a question.

`predictions.jsonl` holds what another scorer needs and nothing else. Its two times come
last in a row, so that rows can be compared without them.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.evaluate.types import ClaimTrace, Place, Prediction, Quote, Ranked, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

__all__ = [
    "TIMES",
    "prediction_from_row",
    "prediction_row",
    "predictions_digest",
    "trace_from_row",
    "trace_row",
]

LINE_ENDS = re.compile("[\x85\u2028\u2029]")
TIMES = ("ttft_s", "total_s")


def prediction_row(prediction: Prediction) -> str:
    """Return one line of `predictions.jsonl`, without its line break."""
    return _line(asdict(prediction))


def prediction_from_row(line: str) -> Prediction:
    """Read one line of `predictions.jsonl`.

    Raises:
        ValueError: The line is not JSON.
        KeyError: A key is missing.
        TypeError: A value has another type or there is an unknown key.
    """
    row = json.loads(line)
    citations = tuple(Quote(**quote) for quote in row.pop("citations"))
    retrieved = tuple(Ranked(**hit) for hit in row.pop("retrieved"))
    return Prediction(citations=citations, retrieved=retrieved, **row)


def trace_row(trace: Trace) -> str:
    """Return one line of `details.jsonl`, without its line break."""
    row = asdict(trace)
    row["features"] = dict(sorted(trace.features.items()))
    return _line(row)


def trace_from_row(line: str) -> Trace:
    """Read one line of `details.jsonl`; raises as `prediction_from_row` does."""
    row = json.loads(line)
    claims = tuple(
        ClaimTrace(c["start"], c["end"], c["support"], tuple(c["citations"]))
        for c in row.pop("claims")
    )
    prompt = tuple(Place(**place) for place in row.pop("prompt"))
    nearest = tuple(Quote(**quote) for quote in row.pop("nearest"))
    return Trace(claims=claims, prompt=prompt, nearest=nearest, **row)


def predictions_digest(predictions: Iterable[Prediction]) -> str:
    """Return the SHA-256 of all rows without their times: equal for equal runs."""
    digest = hashlib.sha256()
    for prediction in predictions:
        row = {k: v for k, v in asdict(prediction).items() if k not in TIMES}
        digest.update(_line(row).encode("utf-8", "backslashreplace") + b"\n")
    return digest.hexdigest()


def _line(row: Mapping[str, Any]) -> str:
    """Escape also what other readers take for the end of a line."""
    line = json.dumps(row, ensure_ascii=False, allow_nan=False)
    return LINE_ENDS.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
