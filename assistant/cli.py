"""The command line: parse, call, print. Nothing heavy is imported before it is needed.

Exit status: 0 answered, 1 an error with a message, 2 wrong usage, 3 the documents do not say.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.commands.options import json_option, print_json, with_answering, with_library
from assistant.commands.terminal import (
    Progress,
    interruptible,
    note,
    print_influences,
    show_answer,
)
from assistant.errors import CitewellError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.config import Settings
    from assistant.types import Answer

__all__ = ["main"]

NO_EVIDENCE_EXIT = 3
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
}


class _Commands(click.Group):
    """Shows our errors as a message and a hint; loads large command groups when named."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *_LATE})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in _LATE and name not in self.commands:
            self.add_command(_LATE[name](), name)
        return super().get_command(context, name)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except CitewellError as error:
            note(f"citewell: {error}")
            if error.hint:
                note(f"  {error.hint}")
            raise SystemExit(1) from error


_LATE: dict[str, Callable[[], click.Command]] = {}


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="citewell")
def main() -> None:
    """Ask your own documents, and see the exact words that every answer rests on."""
    os.environ.update(OFFLINE)  # before anything that could call home is imported


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--rebuild",
    is_flag=True,
    help="Make it anew; without PATHS, of its own files.",
)
@click.option("--force", is_flag=True, help="Read every file again, also unchanged ones.")
@click.option("--no-ocr", is_flag=True, help="Leave scans and pictures unread.")
@json_option
@with_library
def index(
    *,
    paths: tuple[Path, ...],
    rebuild: bool,
    force: bool,
    no_ocr: bool,
    as_json: bool,
    settings: Settings,
) -> None:
    """Bring the library up to date with files and folders."""
    from assistant.commands.indexing import run_index

    if not paths and not rebuild:
        raise click.UsageError("Name files or folders.")
    progress = Progress()
    ocr = settings.ocr and not no_ocr
    report = run_index(settings, paths, progress, rebuild=rebuild, force=force, ocr=ocr)
    if as_json:
        print_json(report)
        return
    for path, reason in report["failed"]:
        note(f"  not read: {path}: {reason}")
    click.echo(
        f"{report['documents']} documents, {report['chunks']} chunks in the library: "
        f"{report['added']} added, {report['changed']} changed, {report['moved']} moved, "
        f"{report['removed']} removed, {report['unchanged']} unchanged, "
        f"{len(report['failed'])} failed ({report['seconds']:.1f} s)."
    )


@main.command()
@click.argument("question")
@click.option(
    "--quotes", is_flag=True, help="Only exact quotations, not one generated word."
)
@click.option(
    "--in", "within", multiple=True, metavar="PATH", help="Only in this file or folder."
)
@click.option(
    "--used", is_flag=True, help="Say how much likelier each passage makes the answer."
)
@json_option
@with_answering
def ask(
    *,
    question: str,
    quotes: bool,
    within: tuple[str, ...],
    used: bool,
    as_json: bool,
    settings: Settings,
) -> None:
    """Ask one question."""
    from assistant.commands.asking import open_desk

    desk = open_desk(settings, note)
    if not quotes:
        desk.warm_up()
    with interruptible() as stopped:
        events = desk.stream(question, within=within, quotes_only=quotes, stopped=stopped)
        answer = desk.finish(events) if as_json else show_answer(events)
    found = desk.influences(answer) if used else None
    if as_json:
        print_json(desk.as_json(answer, found))
    elif found:
        print_influences(found)
    _exit(answer)


def _exit(answer: Answer) -> None:
    from assistant.types import Status

    if answer.status is Status.NO_EVIDENCE:
        sys.exit(NO_EVIDENCE_EXIT)


@main.command()
@click.option(
    "--quotes", is_flag=True, help="Only exact quotations, not one generated word."
)
@with_answering
def chat(*, quotes: bool, settings: Settings) -> None:
    """Ask question after question; each may lean on the ones before.

    A line "/new" forgets them, "/new QUESTION" asks without them.
    """
    from assistant.commands.asking import open_desk

    desk = open_desk(settings, note)
    if not quotes:
        desk.warm_up()
    note("Ask a question; /new before it if it has nothing to do with those before.")
    note("Ctrl-C stops an answer, an empty line or Ctrl-D ends.")
    while line := _read_line():
        question = desk.heard(line)
        if not question:
            note("What was asked before is forgotten.")
            continue
        with interruptible() as stopped:
            answer = show_answer(desk.stream(question, quotes_only=quotes, stopped=stopped))
        desk.remember(answer)
        click.echo()


def _read_line() -> str:
    with contextlib.suppress(ImportError):  # Windows has its own line editing
        import readline  # noqa: F401 - arrow keys and history
    try:
        return input("? ").strip()
    except (EOFError, KeyboardInterrupt):
        click.echo(err=True)
        return ""


@main.command()
@json_option
@with_library
def status(*, as_json: bool, settings: Settings) -> None:
    """Say what the library holds, file by file."""
    from assistant.commands.report import status_json, status_text

    data = status_json(settings)
    print_json(data) if as_json else click.echo(status_text(data))


@main.command()
@click.argument("citation", metavar="NUMBER|PATH:START-END")
@click.option("--around", default=400, show_default=True, help="Characters of context.")
@json_option
@with_library
def show(*, citation: str, around: int, as_json: bool, settings: Settings) -> None:
    """Show a citation in its context: one of the last answer's, or any span of a file."""
    from assistant.commands.report import show_json, show_text

    data = show_json(settings, citation, around)
    print_json(data) if as_json else click.echo(show_text(data))


@main.command()
@click.option("--repair", is_flag=True, help="Rebuild what can be rebuilt.")
@json_option
@with_library
def check(*, repair: bool, as_json: bool, settings: Settings) -> None:
    """Check that every chunk, vector and file is what the library says."""
    from assistant.commands.report import check_json, check_text

    data = check_json(settings, repair=repair)
    print_json(data) if as_json else click.echo(check_text(data))
    if not data["ok"]:
        sys.exit(1)


@main.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option("--no-ocr", is_flag=True, help="Leave scans and pictures unread.")
@with_library
def watch(*, paths: tuple[Path, ...], no_ocr: bool, settings: Settings) -> None:
    """Keep the library in step with files and folders until Ctrl-C."""
    from assistant.commands.watching import watch as keep_in_step

    try:
        keep_in_step(settings, paths, Progress(), ocr=settings.ocr and not no_ocr)
    except KeyboardInterrupt:
        note("ended; what was read stays")


@main.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@with_library
def backup(*, target: Path, settings: Settings) -> None:
    """Write the library to one FILE, also while it is in use."""
    from index.backup import back_up
    from index.library import Library

    with Library.open(settings.library_folder) as library:
        size = back_up(library, target)
    click.echo(
        f"{target}: {size / 2**20:.1f} MB. Bring it back with: citewell restore {target}"
    )


@main.command()
@click.argument(
    "kept", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option("--force", is_flag=True, help="Replace the library that is there.")
@with_library
def restore(*, kept: Path, force: bool, settings: Settings) -> None:
    """Make a library of a backup FILE."""
    from index.backup import restore as bring_back

    chunks = bring_back(kept, settings.library_folder, replace=force)
    click.echo(f"{settings.library_folder}: {chunks} chunks restored.")


@main.command()
@json_option
@with_library
def doctor(*, as_json: bool, settings: Settings) -> None:
    """Say what this machine has: versions, processor, GPU, models, memory."""
    from assistant.commands.doctor import doctor_json, doctor_text

    data = doctor_json(settings)
    print_json(data) if as_json else click.echo(doctor_text(data))


@main.command()
@click.option("--force", is_flag=True, help="Fetch and prepare everything again.")
@click.option("--tiny", is_flag=True, help="Make do with the smallest language model.")
@with_library
def setup(*, force: bool, tiny: bool, settings: Settings) -> None:
    """Fetch the models, once, and fit everything to this machine.

    Takes the best language model that fits; --model NAME takes another one of the catalog
    ("citewell models" lists them). Only this command and "models pull" use the network.
    """
    from assistant.commands.fetching import watch_in_terminal
    from assistant.commands.preparing import prepare

    for line in prepare(settings, force=force, tiny=tiny, watching=watch_in_terminal):
        note(line)


def _late(name: str, load: Callable[[], click.Command]) -> None:
    _LATE[name] = load


_late("evaluate", lambda: import_module("assistant.evaluate.command").evaluate)
_late("models", lambda: import_module("assistant.commands.models").models)
_late("web", lambda: import_module("assistant.web.command").web)
