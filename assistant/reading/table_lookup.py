"""The cell of a table that a question asks for: where its row and its column are both named.

The extractor was trained on sentences and cannot read tables. "How many gold medals did Venedia
win?" names one row (Venedia) and one column (Gold); the cell is where they cross. Where the
question fits two rows or two columns equally well, there is no cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.text.tables import Row, column_names, is_row, is_table, tables_of
from assistant.text.words import content_words, holds_word, numbers, spelled_alike

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from assistant.types import Passage
    from index.types import Span

    Terms = frozenset[str | Decimal]

__all__ = ["cell_asked_for", "columns_over"]

# What asks for more than a cell: to count, to add, to sort, to compare.
_RECKONING = re.compile(
    r"\b(?:after|before|most|least|fewest|highest|lowest|largest|smallest|longest|shortest|best|"
    r"worst|average|mean|sum|difference|between|both|(?:more|less|fewer|higher|lower) than|"
    r"at least|at most|nach|vor|meisten|wenigsten|höchste[nrs]?|niedrigste[nrs]?|größte[nrs]?|"
    r"kleinste[nrs]?|durchschnittlich\w*|zwischen|mehr als|weniger als|mindestens|höchstens)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\b(?:how (?:many|much)|wie ?viele?)\b", re.IGNORECASE)
_CAPITALISED = re.compile(r"[^\W\d_a-zäöüß][\w’'-]*(?: [^\W\d_a-zäöüß][\w’'-]*)+")
LEAST_NAMED = 0.5  # of a question's words and numbers: by row, column names or title


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words and numbers of a question."""

    words: frozenset[str]
    numbers: frozenset[Decimal]
    names: tuple[frozenset[str], ...]  # the words of each run of capitalised words

    def held(self, text: str) -> Terms:
        """Return those that a text has in any of their forms."""
        said = frozenset(content_words(text))
        words = frozenset(word for word in self.words if holds_word(said, word))
        return words | (self.numbers & numbers(text))

    def named(self, text: str) -> Terms:
        """Return those that a text has to the letter."""
        return spelled_alike(self.words, text) | (self.numbers & numbers(text))

    def __len__(self) -> int:
        return len(self.words) + len(self.numbers)


def cell_asked_for(question: str, passage: Passage) -> Span | None:
    """Return the one cell of a passage's tables that a question names by row and column.

    It is a span of the document. What the document's title says need not stand in the table.
    """
    table = is_row(passage.chunk.text, passage.source.path)
    if not table or _lacks_its_head(passage) or _RECKONING.search(question):
        return None
    plain = _HOW_MANY.sub(" ", question)
    _, _, behind = plain.partition(" ")  # the first word is a capital in any case
    runs = (frozenset(content_words(run)) for run in _CAPITALISED.findall(behind))
    asked = _Asked(
        frozenset(content_words(plain)), numbers(plain), tuple(run for run in runs if run)
    )
    about = asked.held(passage.source.title)
    text, shift = _with_columns(passage)
    best: list[tuple[int, Span]] = []
    for names, *rows in tables_of(text, csv_file=is_table(passage.source.path)):
        best += _crossings(asked, about, names, rows)
    most = max((named for named, _ in best), default=0)
    cells = [cell for named, cell in best if named == most]
    if len(cells) != 1 or (plain != question and not numbers(cells[0].text_of(text))):
        return None
    return cells[0].shifted(shift)


def columns_over(passage: Passage, words: Span) -> str:
    """Return the row that names the columns over some words of a passage's document, or ""."""
    if _lacks_its_head(passage):
        return ""
    text, shift = _with_columns(passage)
    csv_file = is_table(passage.source.path)
    names = column_names(text, words.shifted(-shift), csv_file=csv_file)
    return names.text_of(text) if names else ""


def _lacks_its_head(passage: Passage) -> bool:
    """Say whether it is of a CSV file whose first line is elsewhere and names no columns."""
    inside = is_table(passage.source.path) and passage.chunk.span.start > 0
    return inside and not passage.columns


def _with_columns(passage: Passage) -> tuple[str, int]:
    """Return a passage's text with the names of the columns that it goes on with in front.

    With it comes what has to be added to a place in it to get one of the document.
    """
    start, text = passage.chunk.span.start, passage.chunk.text
    if not passage.columns:
        return text, start
    rule = "" if is_table(passage.source.path) else "--- | ---\n"
    front = f"{passage.columns}\n{rule}"
    return front + text, start - len(front)


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
    keys = [[asked.named(cell.text) - in_head for cell in row] for row in rows]
    said = [_all(row) for row in keys]
    found = []
    for row, held, key in zip(rows, said, keys, strict=True):
        if not held - about or sum(held <= other for other in said) > 1:
            continue  # nothing of the question, or another row has it too
        if any(name & held and not name <= held | about for name in asked.names):
            continue  # "Ada Fenn" is not in "Ada Hale"
        open_ = [
            (len(column), cell.span)
            for cell, names_row, column in zip(row, key, columns, strict=True)
            if cell.span and not names_row
        ]
        most = max((fits for fits, _ in open_), default=0)
        spans = [span for fits, span in open_ if fits == most]
        named = held | in_head | about
        if most and len(spans) == 1 and len(named) >= LEAST_NAMED * len(asked):
            found.append((len(named), spans[0]))
    return found


def _all(parts: Iterable[Terms]) -> Terms:
    return frozenset(term for part in parts for term in part)
