"""How answers, sources and progress look in a terminal.

Answers go to stdout, everything else to stderr. Text from documents is stripped of control
characters first: a file must not be able to move the cursor or rename the window.
"""

from __future__ import annotations

import contextlib
import math
import re
import shutil
import signal
import sys
import textwrap
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.types import Checked, Finished, Quoted, Status, Support

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from assistant.llm.influence import Influence
    from assistant.types import Answer, Citation, Claim, Difference, Event

__all__ = [
    "Progress",
    "interruptible",
    "note",
    "place",
    "plain",
    "print_answer",
    "print_influences",
    "show_answer",
]

NO_EVIDENCE = "The documents do not say."
MOST_UNREAD = 3  # parts named below a silent answer
SHOWN_OF_PASSAGE = 60  # characters
UNCHECKED = "not checked"
ALTERNATIVE = "Or, says another place"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Take out control characters and the marks that turn writing around."""
    return _CONTROL.sub("", text)


def note(text: str) -> None:
    """Tell the person something that is not the answer."""
    click.echo(plain(text), err=True)


@contextlib.contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a yes to "stopped?"; a second one interrupts as usual."""
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def first(_signal: int, _frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    if threading.current_thread() is not threading.main_thread():
        yield stop.is_set
        return
    signal.signal(signal.SIGINT, first)
    try:
        yield stop.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def show_answer(events: Iterable[Event]) -> Answer:
    """Print an answer claim by claim, as each one is checked, and its sources at the end."""
    answer = None
    shown = False
    for event in events:
        if isinstance(event, Checked) and event.claim.support.stands:
            click.echo(_wrapped(_labelled(event.claim, event.shown)))
            shown = True
        elif isinstance(event, Quoted):
            for citation in event.citations:
                note(_wrapped(f"found: “{_one_line(citation.quote)}” ({place(citation)})"))
        elif isinstance(event, Checked):
            note(f"  left out, {event.claim.reason}: {event.claim.text}")
        elif isinstance(event, Finished):
            answer = event.answer
    assert answer is not None
    if not shown:
        print_answer(answer)
    else:
        _print_searched(answer)
        _print_sources(answer.citations)
    return answer


def print_answer(answer: Answer) -> None:
    """Print a finished answer with its sources."""
    if answer.status is Status.NO_EVIDENCE:
        click.echo(NO_EVIDENCE)
        _print_searched(answer)
        _print_unread(answer)
        if answer.nearest:
            for difference in answer.differences:
                click.echo(_wrapped(_differing(difference)))
            click.echo("\nNearest passages:")
            _print_sources(answer.nearest)
        return
    for claim in answer.claims:
        click.echo(_wrapped(_marked(answer, claim)))
    _print_searched(answer)
    _print_sources(answer.citations)


def print_influences(found: Sequence[Influence]) -> None:
    """Print for each passage how much likelier it makes a word of the answer."""
    click.echo("\nUsed (by how much the passage makes each word of the answer likelier):")
    for influence in found:
        passage = influence.passage
        start = " ".join(plain(passage.chunk.text).split())[:SHOWN_OF_PASSAGE]
        said = f"{math.exp(influence.nats):.1f} times" if influence.used else "not at all"
        click.echo(_wrapped(f'{said}: {_short(passage.source.path)}, "{start}…"', "    "))


def _print_unread(answer: Answer) -> None:
    """Print what was not read of the documents that were looked at."""
    for source, part in answer.unread[:MOST_UNREAD]:
        why = f"{part.reason}. {part.remedy}".strip(". ")
        said = f"{_short(source.path)}: {part.name} not read" + (f", {why}" if why else "")
        click.echo(_wrapped(f"({plain(said)})"))
    more = len(answer.unread) - MOST_UNREAD
    if more > 0:
        click.echo(f"({more} more parts were not read; see: citewell status)")


def _print_searched(answer: Answer) -> None:
    """Print what was searched for on the way, and of what nothing was found."""
    for step in answer.steps:
        click.echo(_wrapped(f"(First: {plain(step.question)} {plain(step.found)})"))
    if answer.standalone:
        click.echo(_wrapped(f"(Searched for: {plain(answer.standalone)})"))
    for name in answer.missing:
        click.echo(_wrapped(f"(Nothing was found about “{plain(name)}”.)"))


def _differing(difference: Difference) -> str:
    if not difference.said:
        return f"(The nearest passage does not name {difference.asked}.)"
    return f"(The nearest passage says “{difference.said}”, not “{difference.asked}”.)"


def _marked(answer: Answer, claim: Claim) -> str:
    if claim.support.stands:
        return _labelled(claim, answer.text[claim.start : claim.end])
    return f"(left out, {claim.reason}: {claim.text})"


def _labelled(claim: Claim, shown: str) -> str:
    if claim.support is Support.UNCHECKED:
        return f"({UNCHECKED}) {shown}"
    return f"{ALTERNATIVE}: {shown}" if claim.alternative else shown


def _print_sources(citations: Iterable[Citation]) -> None:
    click.echo()
    for citation in citations:
        quote = _one_line(citation.quote)
        click.echo(_wrapped(f'[{citation.number}] {place(citation)}, "{quote}"', "    "))


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())


def place(citation: Citation) -> str:
    """Say where a citation stands: file and page, or file and line."""
    where = f"page {citation.page}" if citation.page else f"line {citation.line}"
    where = citation.place or where
    return f"{plain(_short(citation.source.path))}, {where}"


def _short(path: str) -> str:
    """Return the path as seen from here if it lies below, else the whole."""
    with contextlib.suppress(ValueError):
        return str(Path(path).relative_to(Path.cwd()))
    return path


def _wrapped(text: str, indent: str = "") -> str:
    width = min(shutil.get_terminal_size().columns, 100)
    return textwrap.fill(
        plain(text),
        width,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


class Progress:
    """One line on stderr that says how far a long task is; quiet where nobody watches."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._width = 0

    def update(self, text: str) -> None:
        """Replace the line."""
        if self._live:
            columns = shutil.get_terminal_size().columns - 1
            shown = plain(text)[:columns]
            click.echo(f"\r{shown.ljust(self._width)}", err=True, nl=False)
            self._width = len(shown)

    def note(self, text: str) -> None:
        """Print a line that stays, above the moving one."""
        self.clear()
        note(text)

    def clear(self) -> None:
        """Take the moving line away."""
        if self._live and self._width:
            click.echo(f"\r{' ' * self._width}\r", err=True, nl=False)
            self._width = 0
