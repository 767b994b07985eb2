"""Rows of tables: which row names the columns, and where none does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.tables.written import tables_in, tables_of

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
MIXED = "Year | Film | Role\n1994 | The Pier | Ann\n1996 | Tarn | Bea"
STAFF = 'Name;Role;Started\nAda Fenn;Librarian;2014\n"Hale; Bo";Gardener;2019\n'


def headings(text: str, *, csv_file: bool = False) -> list[list[str]]:
    """Return the first row of each table."""
    return [
        [c.span.text_of(text) for c in table.cells if c.heading and c.span]
        for table in tables_in(text, csv_file=csv_file)
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (MARKDOWN, ["Rank", "Nation", "Gold"]),
        (PAGE, ["Department", "2024", "2025"]),
        (MIXED, ["Year", "Film", "Role"]),
        (MIXED.replace(" | ", "\t"), ["Year", "Film", "Role"]),
    ],
)
def test_the_first_row_names_the_columns(text: str, names: list[str]) -> None:
    assert headings(text) == [names]


@pytest.mark.parametrize(
    "text",
    [
        "Born | 1950\nDied | 2001",  # a row like the others
        "1994 | The Pier | Ann\n1996 | Tarn | Bea",
        "Home | News | Sport\nAbout | Contact | Help",
        "no table\nat all",
        "x" * 5000 + " | y\n1 | 2",
    ],
)
def test_where_no_row_names_columns_there_is_no_table(text: str) -> None:
    assert headings(text) == []


def test_the_first_line_of_a_csv_text_names_its_columns() -> None:
    assert headings(STAFF, csv_file=True) == [["Name", "Role", "Started"]]
    assert headings("3;4;5\n1;2;6\n", csv_file=True) == []


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
        headings(text)


@given(st.text("ab1 |\t\n,-", min_size=1, max_size=60), st.booleans())
def test_tables_do_not_overlap_and_hold_their_cells(text: str, csv: bool) -> None:
    end = 0
    for table in tables_in(text, csv_file=csv):
        assert end <= table.start < table.end <= len(text)
        end = table.end
        for cell in table.cells:
            assert (
                cell.span is None or table.start <= cell.span.start < cell.span.end <= end
            )
