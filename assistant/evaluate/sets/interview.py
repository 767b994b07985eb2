"""`citewell evaluate new`: a person reads passages and writes questions about them."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import click

from assistant.commands.terminal import note, plain
from assistant.errors import EvaluationError
from assistant.evaluate.sets.write_set import (
    Draft,
    append_row,
    find_words,
    propose,
    row_from_feedback,
    row_of,
)
from assistant.evaluate.types import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.evaluate.types import Json, SetDocument

__all__ = ["from_feedback", "interview"]

AROUND = 40  # characters shown on either side of words to choose from
GUIDE = (
    "Type a question about the passage; an empty line shows another one, Ctrl-D ends. Then "
    "type the words of the answer exactly as they stand in the passage; an empty line says "
    "that the documents do not answer the question."
)


def interview(
    path: Path,
    documents: Mapping[str, SetDocument],
    passages: Sequence[Place],
    seed: int | None,
) -> int:
    """Propose passages, ask for questions and answers, append rows; return how many."""
    order = random.SystemRandom().randrange(2**32) if seed is None else seed
    note(GUIDE)
    written = 0
    for place in propose(passages, order):
        document = documents[place.doc]
        words = plain(document.text[place.start : place.end])
        click.echo(f"\n{plain(document.title or place.doc)}\n\n{words}\n")
        try:
            while question := _line("question"):
                draft = Draft(question, place, _answers(place, document))
                append_row(path, row_of(draft, documents), documents)
                written += 1
        except (click.Abort, EOFError):
            break
    return written


def from_feedback(path: Path, file: Path, documents: Mapping[str, SetDocument]) -> int:
    """Make rows of the answers that a person judged wrong; return how many.

    `file` holds an object a line: `question`, `good` (only those that are false are used),
    `note` (what the answer should have been, or what was wrong) and `citations` with
    `start`, `end` and a `path`, there or in their `document`, as `citewell ask --json` and
    `citewell evaluate feedback` print them.
    """
    written = 0
    for number, row in _rows(file):
        if row.get("good", False):
            continue
        question, right = str(row.get("question", "")), str(row.get("note") or "")
        if not question.strip():
            raise EvaluationError(f'{file}:{number}: "question" is missing', "Add it.")
        made = row_from_feedback(question, right, _cited(row), documents)
        if not made["evidence"]:
            made = _confirmed(question, right)
        if made:
            append_row(path, made | {"confirmed": True}, documents)
            written += 1
    return written


def _answers(place: Place, document: SetDocument) -> tuple[Place, ...]:
    """Ask for the words of the answer until they stand in the passage."""
    while words := _line("answer"):
        found = find_words(words, place, document)
        if found:
            return (found[0] if len(found) == 1 else _chosen(found, document),)
        note("  These words do not stand in the passage. Copy them exactly.")
    return ()


def _chosen(found: Sequence[Place], document: SetDocument) -> Place:
    for number, place in enumerate(found, start=1):
        low = max(0, place.start - AROUND)
        around = document.text[low : place.end + AROUND]
        note(f"  {number}: … {' '.join(around.split())} …")
    number = click.prompt("  which", type=click.IntRange(1, len(found)), err=True)
    return found[int(number) - 1]


def _line(label: str) -> str:
    answer: str = click.prompt(label, default="", show_default=False, err=True)
    return answer.strip()


def _confirmed(question: str, right: str) -> dict[str, Json]:
    """Ask what nobody can know from the note alone; return an empty row where it is no."""
    asked = f"{plain(question)}\n"
    answer = f"{asked}  Is this the right answer: {plain(right.strip())}?"
    nothing = f"{asked}  Do the documents really not answer this?"
    if right.strip() and click.confirm(answer, default=False, err=True):
        return row_from_feedback(question, right, (), {})
    if click.confirm(nothing, default=False, err=True):
        return row_from_feedback(question, "", (), {})
    return {}


def _cited(row: Mapping[str, Any]) -> list[Place]:
    try:
        return [
            Place(
                str(c["path"] if "path" in c else c["document"]["path"]),
                int(c["start"]),
                int(c["end"]),
            )
            for c in (*row.get("citations", ()), *row.get("nearest", ()))
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise EvaluationError(
            f"a citation of the feedback lacks a place ({error})",
            "Each needs path, start and end.",
        ) from error


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{file}: cannot be read ({error})", "Name a file."
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise EvaluationError(
                f"{file}:{number}: is not JSON ({error})", "Correct the line."
            ) from error
        if isinstance(row, dict):
            yield number, row
