"""What is to be run, and who watches it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from assistant.evaluate.types import Mode
from index.search import Mode as Search

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.evaluate.runs.progress import Progress
    from assistant.evaluate.runs.run_info import RunInfo

__all__ = ["Plan", "Watch", "plan_of"]

SEARCHES: tuple[Search, ...] = get_args(Search)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run."""

    path: Path  # of the set
    mode: Mode = Mode.DOCUMENTS
    search: Search = "hybrid"
    quotes_only: bool = False
    limit: int | None = None
    seed: int = 0
    skip_bad: bool = False
    library: Path | None = None  # ask this library instead of the set's own documents
    output: Path | None = None


def _nobody(*_told: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Whoever wants to know how it goes; all are called often."""

    say: Callable[[str], None] = _nobody  # what is being prepared
    figures: Callable[[Progress], None] = _nobody  # how far the questions are
    documents: Callable[[int, int], None] = _nobody  # how many of the set's are indexed


def plan_of(info: RunInfo, folder: Path) -> Plan:
    """Return the plan that a run was made by, to read its set again or to go on with it."""
    library = info.settings.get("library")
    search = info.settings.get("search")
    return Plan(
        Path(info.set_path),
        mode=info.mode,
        search=next((s for s in SEARCHES if s == search), "hybrid"),
        quotes_only=bool(info.settings.get("quotes_only")),
        limit=info.limit,
        seed=info.seed,
        skip_bad=bool(info.skipped),
        library=Path(str(library)) if library else None,
        output=folder,
    )
