"""Cells of tables: found where a question names one row and one column, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Question
from assistant.tables.lookup import FoundCell, Tables, cells_asked_for
from index.readers.writer import BlockWriter, CellText
from index.types import Document
from tests.assistant.fakes import FixedReader, ScriptedGenerator, reading_assistant

MEDALS = """# Games of 1998

| Rank | Nation | Gold | Silver | Bronze | Total |
| --- | --- | --- | --- | --- | --- |
| 1 | Norland | 13 | 18 | 12 | 43 |
| 2 | Venedia | 9 | 11 | 14 | 34 |
| 3 | Ostmark | 5 | 2 | 3 | 10 |
"""
BUDGET = "Department | 2024 | 2025\nRoads | 4,200 | 4,900\nSchools | 7,150 | 7,300\n"
STAFF = "Name,Role,Started\nAda Fenn,Librarian,2014-03-02\nBo Hale,Gardener,2019-07-15\n"


def found(question: str, text: str, *, path: str = "a.md") -> list[FoundCell]:
    csv_file = path.lower().endswith(".csv")
    tables = Tables.of(Document("d", text, "text/plain"), "Marrow", csv_file=csv_file)
    return cells_asked_for(question, [tables])


def texts_of(cells: list[FoundCell]) -> list[str]:
    return [cell.text for cell in cells]


def asked(question: str, text: str, *, path: str = "a.md") -> str | None:
    cells = texts_of(found(question, text, path=path))
    assert len(cells) < 2
    return cells[0] if cells else None


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
        ("What was the budget of Schools in 2023?", BUDGET),
        ("Is Venedia gold?", "Venedia is a country of gold and silver.\nIt has 9 mines."),
    ],
)
def test_no_cell_where_the_question_names_none_or_several(question: str, text: str) -> None:
    assert asked(question, text) is None


def test_cells_of_a_csv_text() -> None:
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


def written(rows: list[list[CellText | str]], name: str = "") -> Tables:
    writer = BlockWriter()
    cells = [
        cell if isinstance(cell, CellText) else CellText(r, c, cell, heading=r == 0)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
        if not isinstance(cell, str) or cell
    ]
    writer.add_table(cells, name)
    document = Document("d", writer.text, "text/plain", tables=tuple(writer.tables))
    return Tables.of(document, "Depots")


MERGED = written(
    [
        ["Depot", "Article", "Stock", "Shelf"],
        [CellText(1, 0, "Lowfold", rows=2), "rope", "120", "A1"],
        ["", "tar", "40", "A2"],
        [CellText(3, 0, "Highfold", rows=2), "rope", "75", "B1"],
        ["", "tar", "310", "B2"],
    ]
)


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("What is the stock of tar in Highfold?", "310"),
        ("What is the stock of tar in Lowfold?", "40"),
        ("On which shelf is the tar in Highfold?", "B2"),
        ("Which depot has 310 tar?", "Highfold"),
        ("What is the stock of tar?", "40 310"),  # of two depots, both are told
        ("What is the stock of tar in Midfold?", ""),
    ],
)
def test_a_merged_cell_names_every_row_that_it_covers(question: str, cells: str) -> None:
    assert texts_of(cells_asked_for(question, [MERGED])) == cells.split()


STATEMENT = written(
    [
        ["In millions", "2019", "2018"],
        ["Current assets:"],
        ["Cash", "4,466", "4,249"],
        ["Total current assets", "16,525", "15,134"],
        ["Liabilities:"],
        ["Cash owed", "17", "18"],
        ["Total current liabilities", "7,866", "6,040"],
    ],
    name="Balance sheet",
)


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("What was the total of current assets in 2018?", "15,134"),
        ("What were total current liabilities in 2019?", "7,866"),
        ("How much cash was there in 2019?", "4,466"),  # the row that says nothing else
        ("What were total current assets in 2017?", ""),
        ("What were total current assets?", ""),  # of which year?
    ],
)
def test_years_over_columns_and_rows_that_say_exactly_what_is_asked(
    question: str, cells: str
) -> None:
    assert texts_of(cells_asked_for(question, [STATEMENT])) == cells.split()


def test_of_two_documents_the_one_that_is_named_is_taken() -> None:
    rows: list[list[CellText | str]] = [["Item", "2019"], ["Revenue", "11"]]
    other: list[list[CellText | str]] = [["Item", "2019"], ["Revenue", "22"]]
    both = [
        Tables(written(rows).document, "Quillon 2019"),
        Tables(written(other).document, "Tarnbeck 2019"),
    ]
    asked_for = "What was the revenue of Tarnbeck in 2019?"
    assert texts_of(cells_asked_for(asked_for, both)) == ["22"]
    assert texts_of(cells_asked_for("What was the revenue in 2019?", both)) == ["11", "22"]
    assert cells_asked_for("What was the revenue of Overby in 2019?", both) == []


def test_the_place_of_a_cell_is_its_names_headings_and_row() -> None:
    text = MERGED.document.text
    (cell,) = cells_asked_for("What is the stock of tar in Highfold?", [MERGED])
    place = MERGED.place_of(cell.span)
    assert place is not None
    assert [span.text_of(text) for span in place.names] == ["Highfold", "tar"]
    assert [span.text_of(text) for span in place.headings] == ["Stock"]
    assert place.row.text_of(text) == "tar | 310 | B2"
    assert MERGED.place_of(type(cell.span)(0, 1)) is not None  # "D" of the first heading


def test_an_answer_from_a_table_quotes_the_row_and_what_names_it() -> None:
    built = reading_assistant({"games": MEDALS}, FixedReader({}), ScriptedGenerator(""))
    answer = built.ask(Question("How many gold medals did Venedia win?", quotes_only=True))
    assert answer.short == "9"
    assert [citation.quote for citation in answer.citations] == [
        "| Rank | Nation | Gold | Silver | Bronze | Total |",
        "2 | Venedia | 9 | 11 | 14 | 34",
    ]


def test_a_row_that_does_not_say_what_is_asked_is_no_neighbours_answer() -> None:
    texts = {"depots": MERGED.document.text}  # as plain text: what was merged is lost
    reader = FixedReader({"120": 3.0, "40": 2.0})
    built = reading_assistant(texts, reader, ScriptedGenerator(""))
    answer = built.ask(Question("What is the stock of tar in Lowfold?", quotes_only=True))
    assert answer.short != "120"


TABLES = st.lists(
    st.lists(st.text("abc 12", max_size=6), min_size=1, max_size=4).map(" | ".join),
    max_size=6,
).map("\n".join)


@given(TABLES, st.text("abc 12", max_size=20), st.booleans())
def test_a_cell_is_a_slice_inside_its_row(text: str, question: str, csv: bool) -> None:
    for cell in found(question, text, path="a.csv" if csv else "a.md"):
        assert cell.row.contains(cell.span)
        assert cell.text
