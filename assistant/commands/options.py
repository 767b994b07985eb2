"""Command-line options that several commands share."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.config import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "json_option",
    "print_json",
    "with_answering",
    "with_judging",
    "with_library",
    "with_place",
    "with_settings",
]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_RISK = click.option(
    "--risk", type=click.FloatRange(0, 1), help="What share of the answers may be wrong."
)
_NO_VERIFY = click.option(
    "--no-verify", "verify", flag_value=False, type=bool, default=None,
    help="Do not hold claims against what they cite; they are shown as unchecked.",
)  # fmt: skip
_POLICY = click.option(
    "--policy",
    type=click.Choice(["extractive", "guided", "free"]),
    help="How far the model may write: quotations only, phrase what was found, or freely.",
)
_LIBRARY = click.option("--library", metavar="DIR", help="The library to use.")
_SETTINGS = (
    click.option(
        "--model", metavar="FILE", help="A GGUF file, or one in the models folder."
    ),
    click.option("--prompts", metavar="DIR", help="Prompt files of your own."),
    click.option(
        "--settings", "file", type=Path, metavar="FILE", help="A settings file (TOML)."
    ),
)


def print_json(data: Any) -> None:
    """Print data as JSON, text in its own script."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def with_place(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--settings` alone, and pass on `settings`."""
    return _with(command, _SETTINGS[-1:], ())


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name model and settings, and pass on `settings`."""
    return _with(command, _SETTINGS, ("model", "prompts"))


def with_library(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the same and `--library`; it stands in `settings` too."""
    return _with(command, (_LIBRARY, *_SETTINGS), ("library", "model", "prompts"))


def with_answering(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the same, `--risk`, `--policy` and `--no-verify`."""
    flags = ("library", "model", "prompts", "risk", "policy", "verify")
    return _with(command, (_LIBRARY, _RISK, _POLICY, _NO_VERIFY, *_SETTINGS), flags)


def with_judging(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the same without `--library`."""
    flags = ("model", "prompts", "risk", "policy", "verify")
    return _with(command, (_RISK, _POLICY, _NO_VERIFY, *_SETTINGS), flags)


def _with(
    command: Callable[..., Any],
    options: tuple[Callable[..., Any], ...],
    flags: tuple[str, ...],
) -> Callable[..., Any]:
    @functools.wraps(command)
    def wrapped(*, file: Path | None, **given: Any) -> Any:
        values = {name: given.pop(name) for name in flags}
        return command(settings=read_settings(file, values), **given)

    for option in reversed(options):
        option(wrapped)
    return wrapped
