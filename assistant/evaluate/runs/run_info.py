"""`run.json`: what was run, so that it can be run again and is never mixed with another."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.errors import EvaluationError
from assistant.evaluate.runs.environment import machine, versions
from assistant.evaluate.files import write_text
from assistant.evaluate.sets.load import documents_sha256, set_sha256
from assistant.evaluate.types import Json, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assistant.evaluate.types import QuestionSet

__all__ = ["RunInfo", "describe_run", "read_info", "same_run", "write_info"]

FORMAT = 1
INFO = "run.json"
IDENTITY = ("set_sha256", "mode", "limit", "seed", "settings", "model", "prompts_sha256")


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Everything that decides the predictions, and where they were made.

    Two sittings are one run when set, mode, limit, seed, settings, model and prompts agree.
    """

    set_name: str
    set_path: str
    set_sha256: str
    documents_sha256: str
    questions: int
    skipped: tuple[Mapping[str, str], ...] = ()
    mode: Mode = Mode.DOCUMENTS
    limit: int | None = None
    seed: int = 0
    settings: Mapping[str, Json] = field(
        default_factory=dict
    )  # retrieval, context, threads
    model: Mapping[str, Json] = field(
        default_factory=dict
    )  # name, sha256, quantization, build
    prompts_sha256: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, Json] = field(default_factory=dict)
    started: str = ""  # UTC, ISO 8601
    format: int = FORMAT


def describe_run(questions: QuestionSet, **fields: Any) -> RunInfo:
    """Return the info of a run of `questions` here and now.

    Args:
        questions: The questions that will be asked.
        **fields: `mode`, `limit`, `seed`, `settings`, `model`, `prompts_sha256`, `started`.
    """
    return RunInfo(
        set_name=questions.name,
        set_path=str(questions.path or ""),
        set_sha256=set_sha256(questions),
        documents_sha256=documents_sha256(questions.documents),
        questions=len(questions.questions),
        skipped=tuple({"where": s.where, "reason": s.reason} for s in questions.skipped),
        versions=versions(),
        machine=machine(),
        **fields,
    )


def write_info(folder: Path, info: RunInfo) -> RunInfo:
    """Write `run.json`, or keep the one that is there if it is the same run.

    Raises:
        EvaluationError: The folder holds another run.
    """
    if not (folder / INFO).exists():
        write_text(
            folder / INFO, json.dumps(asdict(info), ensure_ascii=False, indent=2) + "\n"
        )
        return info
    before = read_info(folder)
    differing = _differing(info, before)
    if differing:
        raise EvaluationError(
            f"{folder}: holds another run; these differ: {', '.join(differing)}",
            "Name another folder: --output DIR",
        )
    return before


def same_run(one: RunInfo, other: RunInfo) -> bool:
    """Say whether two sittings ask the same questions of the same assistant."""
    return not _differing(one, other)


def _differing(one: RunInfo, other: RunInfo) -> list[str]:
    mine, theirs = (json.loads(json.dumps(asdict(info))) for info in (one, other))
    return [key for key in IDENTITY if mine[key] != theirs[key]]


def read_info(folder: Path) -> RunInfo:
    """Read `run.json`.

    Raises:
        EvaluationError: It is missing or damaged.
    """
    try:
        row = json.loads((folder / INFO).read_text("utf-8"))
        info = RunInfo(
            **row | {"skipped": tuple(row["skipped"]), "mode": Mode(row["mode"])}
        )
    except FileNotFoundError as error:
        raise EvaluationError(
            f"{folder}: holds no run", "Make one with: citewell evaluate run SET"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise EvaluationError(
            f"{folder / INFO}: is damaged ({error})", "Run it anew into another folder."
        ) from error
    return info
