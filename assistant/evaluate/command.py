"""`citewell evaluate`: measure the assistant on questions with known answers.

Commands parse, call and print; everything heavy is imported where it is needed.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from assistant.commands.options import json_option, print_json, with_judging, with_settings
from assistant.commands.terminal import note
from assistant.evaluate.options import PATH, RUN, watch_in_terminal, with_plan
from assistant.evaluate.types import Mode

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.config import Settings

__all__ = ["evaluate"]


@click.group()
def evaluate() -> None:
    """Measure the assistant on questions with known answers, without a judge model.

    A set is a folder with questions.jsonl and either docs.jsonl or a folder called documents;
    or a questions.jsonl or questions.csv beside one of those, or asked of a --library; or a
    SQuAD JSON file; or a folder in BEIR's layout.
    """


@evaluate.command()
@click.argument("path", metavar="SET", type=PATH)
@click.option(
    "--output",
    type=PATH,
    metavar="DIR",
    help="Folder of the run [SET-TIME, kept in the home folder].",
)
@click.option("--closed-book", "given", flag_value="closed_book", help="Give no documents.")
@click.option(
    "--oracle", "given", flag_value="oracle", help="Give the gold passages; do not search."
)
@click.option(
    "--withhold",
    "given",
    flag_value="withheld",
    help="Keep the gold passages from the search: then only silence is right.",
)
@with_plan
@json_option
@with_judging
def run(
    *,
    path: Path,
    output: Path | None,
    given: str | None,
    plan: dict[str, Any],
    as_json: bool,
    settings: Settings,
) -> None:
    """Ask every question of SET and write figures and a report.

    A run that was interrupted goes on where it was when the same command is given again.
    """
    from assistant.evaluate.reports.summary import summary_json, summary_text
    from assistant.evaluate.runs.plan import Plan
    from assistant.evaluate.session import evaluate as evaluate_set

    mode = Mode(given or Mode.DOCUMENTS)
    if mode is Mode.CLOSED_BOOK and plan["quotes_only"]:
        raise click.UsageError("--closed-book has nothing to quote: leave out --quotes.")
    progress, watch = watch_in_terminal()
    done, questions = evaluate_set(Plan(path, mode, output=output, **plan), settings, watch)
    progress.clear()
    if as_json:
        print_json(summary_json(done, questions))
    else:
        click.echo(summary_text(done, questions))


@evaluate.command("list")
def list_() -> None:
    """List the runs that are kept in the home folder, also those made in the page."""
    from assistant.config import read_settings
    from assistant.evaluate.reports.summary import run_line
    from assistant.evaluate.runs.listing import list_runs
    from assistant.evaluate.session import runs_folder

    folder = runs_folder(read_settings())
    for listed in list_runs(folder):
        click.echo(run_line(listed))
    note(f"in {folder}")


@evaluate.command()
@click.argument("first", metavar="RUN_A", type=RUN)
@click.argument("second", metavar="RUN_B", type=RUN)
@click.option("--output", type=PATH, metavar="HTML", help="Write a page side by side.")
@json_option
def compare(*, first: Path, second: Path, output: Path | None, as_json: bool) -> None:
    """Say what changed from RUN_A to RUN_B, and whether it is more than chance.

    The page and the JSON hold every figure; what is printed, the ones that matter most.
    """
    from dataclasses import asdict

    from assistant.evaluate.reports.compare import in_words, main_differences
    from assistant.evaluate.reports.compare_report import write_comparison
    from assistant.evaluate.session import compare_runs

    comparison, questions = compare_runs(first, second)
    if output is not None:
        write_comparison(comparison, questions, (first.name, second.name), output)
    if as_json:
        rows = {name: asdict(d) for name, d in comparison.differences.items()}
        flips = {f.question.id: "gained" if f.gained else "lost" for f in comparison.flips}
        print_json({"questions": comparison.n, "differences": rows, "flips": flips})
        return
    for line in in_words(main_differences(comparison)):
        click.echo(line)


@evaluate.command()
@click.argument("folder", metavar="RUN", type=RUN)
@click.option(
    "--against",
    type=PATH,
    required=True,
    metavar="BASELINE",
    help='A metrics.json, or a JSON file like {"contains_gold": 0.7}.',
)
@json_option
def check(*, folder: Path, against: Path, as_json: bool) -> None:
    """Exit with 1 if RUN is worse than a baseline beyond chance; for automatic checks."""
    from dataclasses import asdict

    from assistant.evaluate.reports.check import check as check_run
    from assistant.evaluate.reports.summary import gate_text
    from assistant.evaluate.session import questions_of

    done, questions = questions_of(folder)
    gate = check_run(questions, done.outcomes, against)
    if as_json:
        print_json(asdict(gate) | {"passed": gate.passed})
    else:
        click.echo(gate_text(gate))
    if not gate.passed:
        sys.exit(1)


@evaluate.command()
@click.argument("path", metavar="QUESTIONS.jsonl", type=PATH)
@click.option(
    "--library", type=PATH, metavar="DIR", help="The library to write questions about."
)
@click.option("--seed", type=click.IntRange(0), help="Propose passages in this order.")
@click.option(
    "--feedback", type=PATH, metavar="FILE", help="Make rows of answers judged wrong."
)
@with_settings
def new(
    *,
    path: Path,
    library: Path | None,
    seed: int | None,
    feedback: Path | None,
    settings: Settings,
) -> None:
    """Write a set of your own: read a passage, type a question, mark the answer in it."""
    from assistant.evaluate.sets.documents import open_passages
    from assistant.evaluate.sets.interview import from_feedback, interview

    documents, passages = open_passages(library or settings.library_folder)
    if feedback is not None:
        count = from_feedback(path, feedback, documents)
    else:
        count = interview(path, documents, passages, seed)
    note(f"{count} questions written to {path}.")


@evaluate.command()
@click.option("--user", metavar="NAME", help="Only what this person said, who logged in.")
def feedback(*, user: str | None) -> None:
    """Print what people thought of answers in the page, for `new --feedback FILE`."""
    from assistant.config import read_settings
    from assistant.web.services.conversations import Conversations
    from assistant.web.services.feedback import as_lines

    kept = Conversations(read_settings().data_folder / "conversations.sqlite")
    click.echo(as_lines(kept.judged(user)), nl=False)


@evaluate.command()
@click.argument("paths", metavar="SET...", nargs=-1, type=PATH)
@click.option(
    "--run",
    "runs",
    multiple=True,
    type=RUN,
    metavar="RUN",
    help="Use this run too, best one made with --risk 1.",
)
@click.option(
    "--risk",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.1,
    show_default=True,
    help="The share of answers that may be wrong.",
)
@click.option(
    "--output", type=PATH, metavar="FILE", help="Where the calibration is written."
)
@with_plan
@with_settings
def calibrate(
    *,
    paths: tuple[Path, ...],
    runs: tuple[Path, ...],
    risk: float,
    output: Path | None,
    plan: dict[str, Any],
    settings: Settings,
) -> None:
    """Fit how sure to be on SETs whose answers are known, and when to stay silent.

    Every question is answered for it, however unsure, so that all answers are judged as they
    would be shown. At least a few hundred questions, a third of them without an answer, say
    enough.
    """
    from assistant.evaluate.calibrating import calibrate_runs
    from assistant.evaluate.reports.summary import calibration_text
    from assistant.evaluate.runs.plan import Plan
    from assistant.evaluate.session import evaluate as evaluate_set

    if not paths and not runs:
        raise click.UsageError("Name at least one SET, or a --run.")
    progress, watch = watch_in_terminal()
    always = replace(settings, risk=1.0)
    made = [evaluate_set(Plan(path, **plan), always, watch)[0] for path in paths]
    progress.clear()
    folders = [*runs, *(done.folder for done in made)]
    file = output or settings.data_folder / "calibration.json"
    click.echo(calibration_text(calibrate_runs(folders, file), risk, file))
