"""Cells of tables: found where a question names one row and one column, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.lookup import Lookup
from assistant.reading.table_lookup import cell_asked_for, columns_over
from assistant.text.tables import column_names, tables_of
from assistant.types import Passage, Source
from index.types import Chunk, Document, Hit, Span
from tests.assistant.fakes import FixedRetriever

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDALS = """# Games of 1998

| Rank | Nation | Gold | Silver | Bronze | Total |
| --- | --- | --- | --- | --- | --- |
| 1 | Norland | 13 | 18 | 12 | 43 |
| 2 | Venedia | 9 | 11 | 14 | 34 |
| 3 | Ostmark | 5 | 2 | 3 | 10 |
"""
BUDGET = "Department | 2024 | 2025\nRoads | 4,200 | 4,900\nSchools | 7,150 | 7,300\n"
STAFF = "Name,Role,Started\nAda Fenn,Librarian,2014-03-02\nBo Hale,Gardener,2019-07-15\n"


def passage(text: str, *, path: str = "a.md", start: int = 0, columns: str = "") -> Passage:
    chunk = Chunk("d", Span(start, start + len(text)), text)
    return Passage(1, chunk, Source("d", path, "Marrow"), columns=columns)


def asked(question: str, text: str, *, path: str = "a.md") -> str | None:
    cell = cell_asked_for(question, passage(text, path=path))
    return cell.text_of(text) if cell else None


@pytest.mark.parametrize(
    ("question", "text", "cell"),
    [
        ("How many gold medals did Venedia win?", MEDALS, "9"),
        ("How many bronze medals did Ostmark win?", MEDALS, "3"),
        ("Which nation won 10 medals in total?", MEDALS, "Ostmark"),
        ("What is the Schools department of Marrow given for 2025?", BUDGET, "7,300"),
        ("Which department got 4,200 in 2024?", BUDGET, "Roads"),
    ],
)
def test_the_cell_where_a_named_row_and_column_cross(
    question: str, text: str, cell: str
) -> None:
    assert asked(question, text) == cell


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many medals did Venedia win?", MEDALS),  # no column
        ("How many gold medals were won?", MEDALS),  # no row
        ("How many gold medals did Sudmark win?", MEDALS),
        ("Which nation won the most gold medals after Norland?", MEDALS),  # to be sorted
        ("How many gold and silver medals did Venedia win?", MEDALS),  # two columns
        ("How many nations are named Venedia?", MEDALS),  # to be counted
        ("What did the council of Marrow say about Schools in June 2026?", BUDGET),
        ("Is Venedia gold?", "Venedia is a country of gold and silver.\nIt has 9 mines."),
    ],
)
def test_no_cell_where_the_question_names_none_or_several(question: str, text: str) -> None:
    assert asked(question, text) is None


def test_cells_of_a_csv_file() -> None:
    assert asked("When did Bo Hale start?", STAFF, path="staff.CSV") == "2019-07-15"
    assert asked("What is Ada Fenn's role?", STAFF, path="staff.csv") == "Librarian"
    assert asked("When did Bo Hale start?", STAFF) is None  # in prose commas part no cells


def test_the_first_row_says_what_parts_cells() -> None:
    prices = "Ware;Preis\nBrot;1,50\nButter, mild, gut;2,80\n"
    assert asked("Welcher Preis gilt für Brot?", prices, path="a.csv") == "1,50"
    assert asked("Welcher Preis gilt für Butter?", prices, path="a.csv") == "2,80"


def test_a_name_is_taken_to_the_letter_and_whole() -> None:
    staff = "Name,Pay\nFay Dornman,10\nFay Dornsen,20\nBo Dornova,30\n"
    assert asked("What is the pay of Fay Dornsen?", staff, path="a.csv") == "20"
    assert asked("What is the pay of Fay Dornova?", staff, path="a.csv") is None
    assert asked("What is the pay of Bo Dornova?", staff, path="a.csv") == "30"


def test_names_of_columns_that_stand_before_the_chunk() -> None:
    row = "Bo Hale,Gardener,2019-07-15"
    later = passage(row, path="staff.csv", start=500, columns="Name,Role,Started")
    cell = cell_asked_for("When did Bo Hale start?", later)
    assert cell is not None
    assert cell.shifted(-500).text_of(row) == "2019-07-15"
    assert columns_over(later, Span(500, 502)) == "Name,Role,Started"
    unnamed = passage(f"{row}\n{row}", path="staff.csv", start=500)
    assert cell_asked_for("When did Bo Hale start?", unnamed) is None
    assert columns_over(unnamed, Span(500 + len(row) + 1, 500 + len(row) + 2)) == ""


class OneDocument:
    """One document, with a title and a path."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path

    def about(self, document_id: str) -> Source:
        return Source(document_id, self.path, "")

    def document(self, document_id: str) -> Document:
        return Document(document_id, self.text, "text/plain")

    def holding(self, words: Sequence[str]) -> dict[str, int]:
        return dict.fromkeys(words, 1)


@pytest.mark.parametrize(
    ("text", "path", "columns"),
    [
        (STAFF, "staff.csv", "Name,Role,Started"),
        (MEDALS, "medals.md", "| Rank | Nation | Gold | Silver | Bronze | Total |"),
        ("A line.\nAnother one.\nA third.", "a.txt", ""),
    ],
)
def test_a_chunk_inside_a_table_knows_its_columns(
    text: str, path: str, columns: str
) -> None:
    start = text.rindex("\n", 0, -1) + 1
    chunk = Chunk("d", Span(start, len(text)), text[start:])
    hits = [
        Hit(chunk, 1.0, similarity=0.9),
        Hit(Chunk("d", Span(0, start), text[:start]), 0.9),
    ]
    lookup = Lookup(FixedRetriever(hits), OneDocument(text, path), None, 5, 10, 20)
    found = lookup.find("Who?", None).passages
    assert [p.columns for p in found] == [columns, ""]


TABLES = st.lists(
    st.lists(st.text("abc 12", max_size=6), min_size=1, max_size=4).map(" | ".join),
    max_size=6,
).map("\n".join)


@given(TABLES, st.text("abc 12", max_size=20), st.booleans())
def test_cells_are_slices_below_their_columns(text: str, question: str, csv: bool) -> None:
    for names, *rows in tables_of(text, csv_file=csv):
        for cell in (cell for row in (names, *rows) for cell in row):
            assert cell.span is None or cell.span.text_of(text) == cell.text
    if text:
        cell_found = cell_asked_for(question, passage(text))
        if cell_found is not None:
            names_row = column_names(text, cell_found)
            assert names_row is None or names_row.end <= cell_found.start
