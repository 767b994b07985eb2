"""The cell that a question asks for: where a row and a column cross that it names.

"What was the stock of wick in Norrby?" names a row by two of its cells and a column by its
heading. What the table's name, the heading over it and the document's title say of the question
need not stand in the table.
What the table says of the question in other rows and columns is not said of a cell: a
neighbour's figure is worse than silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.tables.grid import Grid
from assistant.tables.written import tables_in
from assistant.text.other_names import names_asked
from assistant.text.words import content_words, numbers, same_word
from index.table_headings import is_figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from assistant.types import CellPlace
    from index.types import Cell, Document, Span

    Term = str | Decimal
    Terms = frozenset[Term]

__all__ = ["FoundCell", "Tables", "cells_asked_for"]

# What asks for more than a cell: to count, to add, to sort, to compare.
_HOW_MANY = re.compile(r"\b(?:how (?:many|much)|wie ?viele?)\b", re.IGNORECASE)
_RECKONING = re.compile(
    r"\b(?:after|before|most|least|fewest|highest|lowest|largest|smallest|longest|shortest|best|"
    r"worst|average|mean|sum|difference|between|both|(?:more|less|fewer|higher|lower) than|"
    r"at least|at most|nach|vor|meisten|wenigsten|höchste[nrs]?|niedrigste[nrs]?|größte[nrs]?|"
    r"kleinste[nrs]?|durchschnittlich\w*|zwischen|mehr als|weniger als|mindestens|höchstens)\b",
    re.IGNORECASE,
)
LEAST_COVERED = 0.5  # of the question's words and numbers
_TOKEN = re.compile(r"[^\W_]+")
_NOTE = re.compile(r"\(\w\)|\[\w{1,2}\]")  # the mark of one
FAULT = 0.1  # a year that is not asked for, or is and is not told; a share; a change
_SHARE = re.compile(
    r"%|\b(?:per ?cent\w*|share|rate|margin|prozent\w*|anteil|quote)\b", re.IGNORECASE
)
_CHANGE = re.compile(
    r"\b(?:changes?|increases?|decreases?|growth|(?:ver)?änderung\w*|zunahme|abnahme)\b",
    re.IGNORECASE,
)
_YEARS = range(1500, 2101)
PRECISION = 0.3  # weight of the share of a row's own words that the question has
MOST = 2  # cells that hold different things
LARGER = 1.2  # times the rows of another table
EQUAL = 0.02  # scores that differ by less are taken for equal


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell that a question asks for."""

    document: Document = field(repr=False)
    span: Span  # what it holds
    row: Span  # from the row's first to its last cell
    score: float  # share of the question that is named, and how exactly the row is
    rows: int = 0  # of its table
    in_full: bool = False  # whether its row is called exactly what is asked for

    @property
    def text(self) -> str:
        """What the cell holds."""
        return self.span.text_of(self.document.text)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, and what it can be found by."""

    grid: Grid
    number: int
    words: frozenset[str]  # of its cells and the sections over it, without a plural's s
    text: str


@dataclass(frozen=True)
class Tables:
    """The tables of one document, ready to be looked up in."""

    document: Document = field(repr=False)
    about: str = ""  # the document's title, outlet, file name

    @classmethod
    def of(cls, document: Document, about: str, *, csv_file: bool = False) -> Tables:
        """Return the tables of a document, those in its mere text if its reader gave none.

        Args:
            document: With its text.
            about: What it is called, and where it appeared.
            csv_file: Whether a text without tables is one, with commas or semicolons.
        """
        if not document.tables:
            written = tables_in(document.text, csv_file=csv_file)
            document = replace(document, tables=written)
        return cls(document, about)

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """All of them."""
        return tuple(Grid(self.document, table) for table in self.document.tables)

    @cached_property
    def rows(self) -> tuple[_Row, ...]:
        """The rows that say something of several things, in order."""
        return tuple(
            _Row(grid, row, frozenset(map(_singular, content_words(text))), text)
            for grid in self.grids
            for row, cells in grid.rows.items()
            if len(cells) > 1 and row not in grid.heading_rows
            for text in [grid.texts([*grid.sections.get(row, []), *cells])]
        )

    @cached_property
    def together(self) -> str:
        """What the document is called, without what is no letter or digit."""
        return "".join(filter(str.isalnum, self.about.casefold()))

    @cached_property
    def context(self) -> dict[int, str]:
        """What stands over each table, by where it starts: its name and the headings."""
        context = {}
        for table in self.document.tables:
            over = [h.title for h in self.document.headings if h.start <= table.start]
            context[table.start] = "\n".join([table.name, *over[-1:], self.about])
        return context

    def place_of(self, words: Span) -> CellPlace | None:
        """Return where in a table some words stand, None outside of cells."""
        grid = self.grid_at(words)
        return grid.place_of(words) if grid else None

    def grid_at(self, words: Span) -> Grid | None:
        """Return the table that holds some words."""
        table = self.document.table_at(words.start)
        return next((grid for grid in self.grids if grid.table is table), None)

    def holds(self, words: Span) -> bool:
        """Say whether some words stand in a table."""
        return self.grid_at(words) is not None

    def says_all_asked(self, question: str, words: Span) -> bool:
        """Say whether what names some words is all of the question that their table says.

        A figure that is named by less is another one's.
        """
        place, grid = self.place_of(words), self.grid_at(words)
        if place is None or grid is None:
            return False
        asked = _Asked(question)
        context = asked.held(self.context[grid.table.start])
        text, row = self.document.text, place.row
        beside = asked.named(text[row.start : words.start] + text[words.end : row.end])
        named = asked.held(self.names_of(words)) | beside
        told = _Search(grid, asked, context).told
        return bool(named) and told <= named | context

    def names_of(self, words: Span) -> str:
        """Return what names the row and the column of some words, one a line, or ""."""
        place = self.place_of(words)
        spans = (*place.headings, *place.names) if place else ()
        return "\n".join(span.text_of(self.document.text) for span in spans)


class _Asked:
    """The words and numbers of a question, and which words of a table are theirs."""

    def __init__(self, question: str) -> None:
        plain = _HOW_MANY.sub(" ", question)
        self.question = question
        self.wants_number = plain != question
        self.words = tuple(dict.fromkeys(content_words(plain)))
        self.numbers = numbers(plain)
        self.names = [frozenset(content_words(name)) for name in names_asked(question)]
        self._tokens = {_singular(word) for word in _TOKEN.findall(question.casefold())}
        self._singular = frozenset(map(_singular, self.words))
        self._digits = re.findall(r"\d+", plain)
        self._forms: dict[str, Terms] = {}
        self._alike: dict[str, Terms] = {}

    def __len__(self) -> int:
        return len(self.words) + len(self.numbers)

    def exactness(self, text: str) -> float:
        """Return the share of a text's words that the question has, small ones included."""
        words = _TOKEN.findall(_NOTE.sub(" ", text.casefold()))
        said = set(map(_singular, words))
        return len(said & self._tokens) / len(said) if said else 0.0

    def in_order(self, name: frozenset[str]) -> list[str]:
        """Return the words of a name in the question's order."""
        return [word for word in self.words if word in name]

    def names_in(self, together: str) -> Terms:
        """Return the words of those names that a text without blanks holds."""
        held = (n for n in self.names if n and "".join(self.in_order(n)) in together)
        return frozenset(word for name in held for word in name)

    def may_be_of(self, row: _Row) -> bool:
        """Say whether a row has anything of the question; quick, and never wrongly no."""
        return not self._singular.isdisjoint(row.words) or any(
            digits in row.text for digits in self._digits
        )

    def held(self, text: str) -> Terms:
        """Return the terms that a text has, words in any form."""
        return self._terms(text, self._forms, same_word)

    def named(self, text: str) -> Terms:
        """Return the terms that a text has to the letter, but for the s of a plural.

        Names of people, places and things often differ in their endings alone.
        """
        return self._terms(text, self._alike, _spelled_alike)

    def _terms(
        self, text: str, known: dict[str, Terms], alike: Callable[[str, str], bool]
    ) -> Terms:
        found: set[Term] = set(self.numbers & numbers(text)) if self.numbers else set()
        for said in content_words(text):
            if said not in known:
                known[said] = frozenset(word for word in self.words if alike(said, word))
            found |= known[said]
        return frozenset(found)


def _spelled_alike(one: str, other: str) -> bool:
    return _singular(one) == _singular(other)


def _singular(word: str) -> str:
    return word.removesuffix("s")


def cells_asked_for(question: str, documents: Sequence[Tables]) -> list[FoundCell]:
    """Return the cell of the documents' tables that a question names.

    Two, where two fit equally well and hold different words; none, where more do. Of cells that
    hold the same words the first is taken, so the documents come best first.
    """
    rest = question
    for name in names_asked(question):
        rest = rest.replace(name, " ")
    if _RECKONING.search(rest):
        return []
    found = [cell for tables in documents for cell in _cells(question, tables)]
    best = max((cell.score for cell in found), default=0.0)
    equal = [cell for cell in found if cell.score > best - EQUAL]
    different: dict[str, list[FoundCell]] = {}
    for cell in equal:
        different.setdefault(_plain(cell.text), []).append(cell)
    return [cells[0] for cells in _told_most(list(different.values()))]


def _plain(text: str) -> str:
    """Return a cell's words without what figures are dressed in."""
    return "".join(text.split()).strip("$€£¥")


def _told_most(groups: list[list[FoundCell]]) -> list[list[FoundCell]]:
    """Return the cells that hold one thing, where more of them do, or in the largest table.

    A report tells its main figures several times, and longest in its main tables. Two things
    that are told equally, or in two documents, are both returned; of more, none is.
    """
    if len(groups) < 2:  # noqa: PLR2004
        return groups
    groups.sort(key=lambda cells: (-len(cells), -max(cell.rows for cell in cells)))
    first, second = groups[:2]
    if not {c.document.id for c in second} <= {c.document.id for c in first}:
        return groups if len(groups) <= MOST else []  # two documents disagree
    clear = len(first) > len(second) or (
        max(c.rows for c in first) >= LARGER * max(c.rows for c in second)
    )
    if clear:
        return groups[:1]
    return groups if len(groups) <= MOST else []


def _cells(question: str, tables: Tables) -> Iterator[FoundCell]:
    """Yield the cells of a document that a question may ask for."""
    asked = _Asked(question)
    searches: dict[int, _Search] = {}
    for row in tables.rows:
        if not asked.may_be_of(row):
            continue
        start = row.grid.table.start
        if start not in searches:
            context = asked.held(tables.context[start])
            context |= asked.names_in(tables.together)
            searches[start] = _Search(row.grid, asked, context, tables.together)
        yield from searches[start].cells(row.number)


@dataclass(frozen=True)
class _Search:
    """A question and one table."""

    grid: Grid
    asked: _Asked
    context: Terms  # what the table's surroundings say of the question
    together: str = ""  # the document's title and name without blanks

    @cached_property
    def columns(self) -> Terms:
        """What any heading of a column says of the question."""
        cells = [cell for row in self.grid.heading_rows for cell in self.grid.rows[row]]
        return self.asked.held(self.grid.texts(cells))

    @cached_property
    def told(self) -> Terms:
        """What the table says of the question: names of rows and headings of columns."""
        grid = self.grid
        rows = (
            grid.texts([c for c in cells if not is_figure(grid.text(c))])
            for row, cells in grid.rows.items()
            if row not in grid.heading_rows
        )
        return self.columns.union(*map(self.asked.named, rows))

    def cells(self, row: int) -> Iterator[FoundCell]:
        """Yield the cells of a row that may be asked for."""
        for cell in self.grid.rows[row]:
            found = self._said(row, cell) or self._named(row, cell)
            if found:
                yield found

    def _said(self, row: int, cell: Cell) -> FoundCell | None:
        """Return what a row says, if words that name it and its column are asked for."""
        grid, asked = self.grid, self.asked
        label = grid.label(row)
        if cell in label:
            return None
        words = [c for c in grid.rows[row] if c is not cell and not is_figure(grid.text(c))]
        names = [c for c in words if c in label or asked.named(grid.text(c))]
        sections = grid.sections.get(row, [])
        own, over = asked.named(grid.texts(names)), asked.named(grid.texts(sections))
        headings = grid.column_headings(row, cell.column)
        heading = asked.held(grid.texts(headings))
        alone = len(grid.rows[row]) == len(label) + 1
        if (
            not own - self.columns
            or not (alone or heading - own)
            or asked.held(grid.text(cell))
        ):
            return None
        covered = own | over | heading | self._headings_of(row, [*label, *names])
        return self._found(row, cell, names, own, covered)

    def _named(self, row: int, cell: Cell) -> FoundCell | None:
        """Return what names a row, where it is asked for by a figure that the row holds."""
        grid, asked = self.grid, self.asked
        if not asked.numbers or is_figure(grid.text(cell)) or asked.held(grid.text(cell)):
            return None
        headings = grid.column_headings(row, cell.column)
        if cell not in grid.label(row) and not asked.held(grid.texts(headings)):
            return None
        rest = [other for other in grid.rows[row] if other is not cell]
        said = asked.named(grid.texts(rest))
        if not asked.numbers & said:
            return None
        names = [other for other in rest if asked.named(grid.text(other))]
        covered = said | self._headings_of(row, [cell, *names])
        if not asked.numbers <= covered | self.context:
            return None
        return self._found(row, cell, names, said, covered)

    def _headings_of(self, row: int, cells: Sequence[Cell]) -> Terms:
        """Return what the headings over some cells of a row say of the question."""
        over = [self.grid.column_headings(row, cell.column) for cell in cells]
        return self.asked.held("\n".join(map(self.grid.texts, over)))

    def _found(
        self, row: int, cell: Cell, names: Sequence[Cell], own: Terms, covered: Terms
    ) -> FoundCell | None:
        """Return a cell, if what names it holds enough of the question.

        What another row or column says of the question is not said of this one.
        """
        grid, asked = self.grid, self.asked
        covered = covered | (self.context - self.columns)
        missed = (self.told - covered) | self._missed_names(covered)
        share = len(covered) / max(len(asked), 1)
        named = own - asked.names_in(self.together)  # more than whose document it is
        if missed or not named or share < LEAST_COVERED or not cell.span:
            return None
        if asked.wants_number and not numbers(grid.text(cell)):
            return None
        exact = asked.exactness(grid.texts(names))
        against = self._against(row, cell)
        return FoundCell(
            grid.document,
            cell.span,
            grid.line_of(row),
            share + PRECISION * exact - against,
            len(grid.rows),
            in_full=exact >= 1.0 and not against and asked.numbers <= covered,
        )

    def _against(self, row: int, cell: Cell) -> float:
        """Return what counts against a cell: other years, a share or a change unasked for."""
        grid, question = self.grid, self.asked.question
        heading = grid.texts(grid.column_headings(row, cell.column))
        told = {n for n in numbers(heading) if n in _YEARS}
        asked = {n for n in self.asked.numbers if n in _YEARS}
        over = grid.texts([*grid.sections.get(row, []), *grid.label(row)])
        share = "%" in f"{grid.text(cell)}{over}{heading}" and not _SHARE.search(question)
        change = _CHANGE.search(over) is not None and not _CHANGE.search(question)
        faults = bool(told - asked) + bool(asked - told) + share + change
        return FAULT * float(faults)

    def _missed_names(self, covered: Terms) -> Terms:
        """Return the parts of asked names that are not covered, which are words here.

        Files are named without blanks: "GENERALMILLS" covers "General Mills".
        """
        return frozenset(
            word
            for name in self.asked.names
            if "".join(self.asked.in_order(name)) not in self.together
            for word in name - covered
        )
