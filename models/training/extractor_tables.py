"""Tables and lists of details, made by rule, with questions about one of their cells.

People ask their documents for a figure that stands in a table: a length, a price, a date, who
is responsible. The pool has no table. The rows have names of the pool, the figures are drawn;
some questions ask for a row or a column that the table does not have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.training.extractor_questions import SENTENCE

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from models.training.extractor_data import Row

__all__ = ["Tables"]

DRAWN = 0.05  # of all questions
AS_LIST = 0.35  # one thing with its details, a line each
ANOTHER_ROW = 0.15  # asked for, and not there
ANOTHER_COLUMN = 0.15
PLAIN = 0.4  # "What is the length of ...?" instead of "How long is ...?"
BESIDE_TEXT = 0.7

_NAMED = re.compile(r"(?:[Tt]he )?[A-Z][\w'’\-]+(?: (?:of )?[A-Z][\w'’\-]+){0,2}")
_PERSON = re.compile(r"[A-Z][a-z]+ (?!of)[A-Z][a-z]+")
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
).split("|")
_FIRST = "Name|Place|Site|Item|Station|Subject|Project|Party|Sample|Contract|".split("|")


@dataclass(frozen=True, slots=True)
class _Column:
    """A detail that things have: its name, how it is asked for, and how it is given."""

    name: str
    asked: tuple[str, ...]
    given: tuple[str, ...]  # {n} a small number, {m} a large one, {y} a year, {d}, {p}


_COLUMNS = (
    _Column("Length", ("How long is {it}?",), ("{m} metres", "{n} km", "{m} m", "{n} miles")),
    _Column("Height", ("How high is {it}?", "How tall is {it}?"), ("{m} m", "{n} feet")),
    _Column("Opened", ("When was {it} opened?", "When did {it} open?"), ("{y}", "{d}")),
    _Column("Built", ("When was {it} built?", "How old is {it}?"), ("{y}",)),
    _Column("Closed", ("When was {it} closed?",), ("{d}", "{y}")),
    _Column(
        "Cost",
        ("How much did {it} cost?", "What did {it} cost?"),
        ("{n} million euros", "${m}", "{m} crowns", "£{n}.5 million"),
    ),
    _Column("Price", ("How much is {it}?", "What does {it} cost?"), ("{n}.50", "€{n}", "${m}")),
    _Column("Rent", ("How much is the rent of {it}?",), ("{m} euros a month", "${m}")),
    _Column("Owner", ("Who owns {it}?", "Who does {it} belong to?"), ("{p}",)),
    _Column("Responsible", ("Who is responsible for {it}?",), ("{p}",)),
    _Column("Leader", ("Who leads {it}?", "Who is in charge of {it}?"), ("{p}",)),
    _Column("Contact", ("Whom do I ask about {it}?", "Who is the contact for {it}?"), ("{p}",)),
    _Column("Deadline", ("When is {it} due?", "What is the deadline for {it}?"), ("{d}",)),
    _Column("Start", ("When does {it} start?", "When did {it} begin?"), ("{d}",)),
    _Column("End", ("When does {it} end?", "Until when does {it} last?"), ("{d}",)),
    _Column(
        "Notice period",
        ("How long is the notice period of {it}?",),
        ("{n} weeks", "{n} months", "{n} days"),
    ),
    _Column("Duration", ("How long does {it} take?",), ("{n} hours", "{n} days", "{n} min")),
    _Column("Inhabitants", ("How many people live in {it}?",), ("{m}", "{n},{m}")),
    _Column("Employees", ("How many people work for {it}?",), ("{m}", "{n}")),
    _Column("Visitors", ("How many people visited {it}?",), ("{m}", "{n},{m}")),
    _Column("Dose", ("What is the dose of {it}?",), ("{n} mg", "{m} mg", "{n} ml twice daily")),
    _Column("Result", ("What was the result of {it}?",), ("negative", "{n}.4 mmol/l")),
    _Column("Temperature", ("How warm was {it}?", "How hot was {it}?"), ("{n} °C",)),
    _Column("Weight", ("How heavy is {it}?", "How much does {it} weigh?"), ("{n} kg", "{m} t")),
    _Column("Share", ("What share does {it} have?",), ("{n} per cent", "{n} %")),
)  # fmt: skip

_NO_NOUNS = frozenset(("Opened", "Built", "Closed", "Responsible"))


class Tables:
    """Draws tables; what their rows are called are answers of the pool."""

    def __init__(self, rows: Sequence[Row]) -> None:
        answers = sorted({answer for row in rows for answer in row.answers})
        self._things = [answer for answer in answers if _NAMED.fullmatch(answer)]
        self._people = [answer for answer in answers if _PERSON.fullmatch(answer)]

    def drawn(self, row: Row, rng: random.Random) -> Row | None:
        """Return the row with a table and a question about it, now and then; else None."""
        if rng.random() >= DRAWN:
            return None
        columns = rng.sample(_COLUMNS, rng.randint(2, 6))
        listed = rng.random() < AS_LIST
        things = rng.sample(self._things, 1 if listed else rng.randint(2, 6))
        cells = [[self._cell(column, rng) for column in columns[1:]] for _ in things]
        asked = rng.randrange(len(things)), rng.randrange(len(columns) - 1)
        write = _as_list if listed else _as_table
        table, place = write(things, columns[1:], cells, asked, rng)
        named, column = things[asked[0]], columns[1 + asked[1]]
        missing = rng.random()
        if missing < ANOTHER_ROW:
            named = rng.choice(self._things)
        elif missing < ANOTHER_ROW + ANOTHER_COLUMN:
            column = columns[0]
        told = named in things and column is not columns[0]
        text = _some_text(row.paragraph, rng) if rng.random() < BESIDE_TEXT else ""
        start = len(text) + place
        span = start, start + len(cells[asked[0]][asked[1]])
        paragraph = text + table
        return replace(
            row,
            paragraph=paragraph,
            question=_question(column, named, rng),
            answers=(paragraph[slice(*span)],) if told else (),
            spans=(span,) if told else (),
        )

    def _cell(self, column: _Column, rng: random.Random) -> str:
        return rng.choice(column.given).format(
            n=rng.randint(2, 90),
            m=rng.randint(100, 999),
            y=rng.randint(1870, 2025),
            d=f"{rng.randint(1, 28)} {rng.choice(_MONTHS)}",
            p=rng.choice(self._people),
        )


def _question(column: _Column, named: str, rng: random.Random) -> str:
    if column.name not in _NO_NOUNS and rng.random() < PLAIN:
        return f"What is the {column.name.lower()} of {named}?"
    return rng.choice(column.asked).format(it=named)


def _as_table(
    things: Sequence[str],
    columns: Sequence[_Column],
    cells: Sequence[Sequence[str]],
    asked: tuple[int, int],
    rng: random.Random,
) -> tuple[str, int]:
    """Return a table as documents are read, cells between bars, and where a cell stands."""
    text = " | ".join([rng.choice(_FIRST), *(column.name for column in columns)])
    place = 0
    for number, (thing, row) in enumerate(zip(things, cells, strict=True)):
        text += f"\n{thing}"
        for at, cell in enumerate(row):
            text += " | "
            if (number, at) == asked:
                place = len(text)
            text += cell
    return text, place


def _as_list(
    things: Sequence[str],
    columns: Sequence[_Column],
    cells: Sequence[Sequence[str]],
    asked: tuple[int, int],
    rng: random.Random,
) -> tuple[str, int]:
    """Return the details of one thing, a line each, and where the one asked for stands."""
    between, begin = rng.choice((": ", " | ", " - ")), rng.choice(("", "- "))
    text, place = things[0], 0
    for at, (column, cell) in enumerate(zip(columns, cells[0], strict=True)):
        text += f"\n{begin}{column.name}{between}"
        if at == asked[1]:
            place = len(text)
        text += cell
    return text, place


def _some_text(paragraph: str, rng: random.Random) -> str:
    """Return a few sentences of the paragraph, to stand above the table."""
    ends = [m.end() for m in SENTENCE.finditer(paragraph)][:4]
    return paragraph[: rng.choice(ends)] + "\n" if ends else ""
