"""Options and arguments that several commands of `citewell evaluate` share."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.commands.terminal import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.evaluate.runs.plan import Watch

__all__ = ["PATH", "RUN", "watch_in_terminal", "with_plan"]

PATH = click.Path(path_type=Path)


class _Run(click.Path):
    """A run: the path of its folder, or its name as `citewell evaluate list` prints it."""

    name = "run"

    def convert(
        self, value: Any, _param: click.Parameter | None, _context: click.Context | None
    ) -> Path:
        from assistant.config import read_settings
        from assistant.evaluate.runs.listing import find_run
        from assistant.evaluate.session import runs_folder

        return find_run(runs_folder(read_settings()), value)


RUN = _Run(path_type=Path)


def with_plan(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is asked and how, and pass on `plan`, a dictionary."""
    names = ("search", "quotes_only", "limit", "seed", "skip_bad", "library")

    @click.option(
        "--mode",
        "search",
        type=click.Choice(["hybrid", "ranks", "dense", "lexical"]),
        default="hybrid",
        show_default=True,
        help="How passages are searched for.",
    )
    @click.option(
        "--quotes", "quotes_only", is_flag=True, help="Only quotations; no language model."
    )
    @click.option(
        "--limit", type=click.IntRange(1), help="Only so many questions, drawn by --seed."
    )
    @click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
    @click.option("--skip-bad", is_flag=True, help="Leave bad rows out and report them.")
    @click.option(
        "--library", type=PATH, metavar="DIR", help="Ask this library's documents."
    )
    @functools.wraps(command)
    def wrapped(**options: Any) -> Any:
        return command(plan={name: options.pop(name) for name in names}, **options)

    return wrapped


def watch_in_terminal() -> tuple[Progress, Watch]:
    """Return a line of progress and what keeps it up to date."""
    from assistant.evaluate.reports.summary import progress_line
    from assistant.evaluate.runs.plan import Watch

    progress = Progress()
    return progress, Watch(
        progress.update,
        lambda figures: progress.update(progress_line(figures)),
        lambda done, all_: progress.update(f"indexing {done} of {all_} documents ..."),
    )
