"""Rows of tables: which row names the columns, and where none does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.tables import MOST_ROWS, column_names, tables_of
from index.types import Span

MARKDOWN = """Some words before.

| Rank | Nation | Gold |
| --- | --- | --- |
| 1 | Norland | 13 |
| 2 | Venedia | 9 |

Some words after.
"""
PAGE = (
    "Budget\n\nDepartment | 2024 | 2025\nRoads | 4,200 | 4,900\nSchools | 7,150 | 7,300\n"
)
CORNER = "2024 | 2025\nRoads | 4,200 | 4,900\nSchools | 7,150 | 7,300"
MIXED = "Year | Film | Role\n1994 | The Pier | Ann\n1996 | Tarn | Bea"
STAFF = 'Name;Role;Started\nAda Fenn;Librarian;2014\n"Hale; Bo";Gardener;2019\n'


def names_over(text: str, words: str, *, csv_file: bool = False) -> str | None:
    start = text.index(words)
    span = column_names(text, Span(start, start + len(words)), csv_file=csv_file)
    return span.text_of(text) if span else None


@pytest.mark.parametrize(
    ("text", "words", "names"),
    [
        (MARKDOWN, "Venedia", "| Rank | Nation | Gold |"),
        (MARKDOWN, "13", "| Rank | Nation | Gold |"),
        (PAGE, "7,300", "Department | 2024 | 2025"),
        (CORNER, "Schools", "2024 | 2025"),  # a first cell without words was left out
        (MIXED, "Bea", "Year | Film | Role"),
        (MIXED.replace(" | ", "\t"), "Bea", "Year\tFilm\tRole"),
    ],
)
def test_the_first_row_names_the_columns(text: str, words: str, names: str) -> None:
    assert names_over(text, words) == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MARKDOWN, "Nation"),  # itself
        (MARKDOWN, "words after"),
        (PAGE, "Budget"),
        ("Born | 1950\nDied | 2001", "2001"),  # a row like the others
        ("1994 | The Pier | Ann\n1996 | Tarn | Bea", "Tarn"),
        ("Home | News | Sport\nAbout | Contact | Help", "Contact"),
        ("no table\nat all", "all"),
        ("x" * 5000 + " | y\n1 | 2", "2"),
    ],
)
def test_where_no_row_names_columns_none_is_taken(text: str, words: str) -> None:
    assert names_over(text, words) is None


def test_the_first_line_of_a_csv_file_names_its_columns() -> None:
    assert names_over(STAFF, "Gardener", csv_file=True) == "Name;Role;Started"
    assert names_over(STAFF, "Role", csv_file=True) is None
    assert names_over("3;4;5\n1;2;6\n", "6", csv_file=True) is None
    assert names_over(f"{STAFF}a note in two cells;only\n", "only", csv_file=True) is None


def test_the_last_row_of_an_endless_table_is_found_quickly() -> None:
    rows = "\n".join(f"row {n} | {n}" for n in range(20 * MOST_ROWS))
    assert names_over(f"Name | Count\n{rows}", "row 7 ") == "Name | Count"
    assert names_over(f"Name | Count\n{rows}", f"row {20 * MOST_ROWS - 1} ") is None


def test_cells_of_a_csv_row_stand_where_they_stand() -> None:
    text = 'Name,Note,Count\n"Hale, Bo","says ""1"" now",1\nAda,,2\n'
    ((_, first, second),) = tables_of(text, csv_file=True)
    assert [cell.text for cell in first] == ["Hale, Bo", 'says "1" now', "1"]
    assert first[0].span is not None
    assert [cell.span for cell in first[1:]] == [None, None]  # rather none than a wrong one
    assert [cell.span and cell.span.text_of(text) for cell in second] == ["Ada", None, "2"]


@pytest.mark.parametrize("cell", ["1" + " " * 1900 + "x" * 9, "-" * 1900, "1," * 900])
def test_long_cells_cost_no_time(cell: str) -> None:
    text = "\n".join(["Name | Count", *[f"a | {cell}"] * 50])
    for _ in range(20):
        names_over(text, "a ")


@given(st.text("ab1 |\t\n,-", min_size=1, max_size=60), st.data(), st.booleans())
def test_column_names_are_a_line_above(text: str, data: st.DataObject, csv: bool) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    names = column_names(text, Span(start, start + 1), csv_file=csv)
    if names is not None:
        said = names.text_of(text)
        assert said == said.strip()
        assert said in (line.strip() for line in text.split("\n"))
        assert "\n" in text[names.end : start + 1]
