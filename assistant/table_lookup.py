"""The cell of a table that a question asks for: where its row and its column are both named.

The extractor was trained on sentences and cannot read tables. "How many gold medals did Venedia
win?" names one row (Venedia) and one column (Gold); the cell is where they cross. Where the
question fits two rows or two columns equally well, there is no cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.tables import Row, tables_of
from assistant.words import content_words, holds_word, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from index.types import Span

    Terms = frozenset[str | Decimal]

__all__ = ["cell_asked_for"]

# What asks for more than a cell: to count, to add, to sort, to compare.
_RECKONING = re.compile(
    r"\b(?:after|before|most|least|fewest|highest|lowest|largest|smallest|longest|shortest|best|"
    r"worst|average|mean|sum|difference|between|both|(?:more|less|fewer|higher|lower) than|"
    r"at least|at most|nach|vor|meisten|wenigsten|höchste[nrs]?|niedrigste[nrs]?|größte[nrs]?|"
    r"kleinste[nrs]?|durchschnittlich\w*|zwischen|mehr als|weniger als|mindestens|höchstens)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\b(?:how (?:many|much)|wie ?viele?)\b", re.IGNORECASE)
LEAST_NAMED = 0.5  # of a question's words and numbers: by row, column names or title


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words and numbers of a question."""

    words: frozenset[str]
    numbers: frozenset[Decimal]

    def held(self, text: str) -> Terms:
        """Return those that a text has."""
        said = frozenset(content_words(text))
        words = frozenset(word for word in self.words if holds_word(said, word))
        return words | (self.numbers & numbers(text))

    def __len__(self) -> int:
        return len(self.words) + len(self.numbers)


def cell_asked_for(
    question: str, text: str, title: str = "", *, csv_file: bool = False
) -> Span | None:
    """Return the one cell of a text's tables that a question names by row and column.

    Args:
        question: As it was asked.
        text: Of a passage; a table whose first row it lacks is passed over.
        title: Of its document; what it says need not stand in the table.
        csv_file: Whether commas or semicolons part the cells.
    """
    if _RECKONING.search(question):
        return None
    counted = _HOW_MANY.search(question)
    plain = _HOW_MANY.sub(" ", question)
    asked = _Asked(frozenset(content_words(plain)), numbers(plain))
    about = asked.held(title)
    best: list[tuple[int, Span]] = []
    for names, *rows in tables_of(text, csv_file=csv_file):
        best += _crossings(asked, about, names, rows)
    most = max((named for named, _ in best), default=0)
    cells = [cell for named, cell in best if named == most]
    if len(cells) != 1 or (counted and not numbers(cells[0].text_of(text))):
        return None
    return cells[0]


def _crossings(
    asked: _Asked,
    about: Terms,
    names: Row,
    rows: Sequence[Row],
) -> list[tuple[int, Span]]:
    """Return the cells where a named row and a named column of one table cross.

    Each comes with how much of the question is named by its row, its column or the title.
    """
    columns = [asked.held(cell.text) for cell in names]
    in_head = _all(columns)
    keys = [[asked.held(cell.text) - in_head for cell in row] for row in rows]
    said = [_all(row) for row in keys]
    found = []
    for row, held, key in zip(rows, said, keys, strict=True):
        if not held - about or sum(held <= other for other in said) > 1:
            continue  # nothing of the question, or another row has it too
        open_ = [
            i for i, cell in enumerate(row) if not key[i] and cell.span and i < len(columns)
        ]
        most = max((len(columns[i]) for i in open_), default=0)
        crossing = [i for i in open_ if len(columns[i]) == most]
        named = held | in_head | about
        if most and len(crossing) == 1 and len(named) >= LEAST_NAMED * len(asked):
            span = row[crossing[0]].span
            assert span is not None
            found.append((len(named), span))
    return found


def _all(parts: Iterable[Terms]) -> Terms:
    return frozenset(term for part in parts for term in part)
