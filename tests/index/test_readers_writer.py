"""A text written block by block: every heading, place and cell is where it says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.packing import (
    pack_parts,
    pack_places,
    pack_tables,
    unpack_parts,
    unpack_places,
    unpack_tables,
)
from index.readers.normalise import normalise, squeeze
from index.readers.writer import BlockWriter, CellText
from index.types import Document, Part, PartState

words = st.text(st.characters(codec="utf-8"), max_size=12)
grids = st.lists(st.lists(words, max_size=5), max_size=5)


@given(words, grids)
def test_every_cell_is_at_its_span(before: str, grid: list[list[str]]) -> None:
    writer = BlockWriter()
    writer.add(before)
    texts = {(r, c): text for r, row in enumerate(grid) for c, text in enumerate(row)}
    writer.add_table(CellText(*place, text) for place, text in texts.items())
    for table in writer.tables:
        assert [(c.row, c.column) for c in table.cells] == list(texts)
        for cell in table.cells:
            expected = normalise(squeeze(texts[cell.row, cell.column]))
            assert (cell.span.text_of(writer.text) if cell.span else "") == expected
    assert unpack_tables(pack_tables(writer.tables), len(writer.text)) == tuple(
        writer.tables
    )


def test_a_merged_cell_is_written_once_and_leaves_its_column_blank() -> None:
    writer = BlockWriter()
    writer.add("Stock")
    rows = [
        CellText(0, 0, "Depot", heading=True),
        CellText(0, 1, "Article", heading=True),
        CellText(0, 2, "Stock", heading=True),
        CellText(1, 0, "Lowfold", rows=2, heading=True),
        CellText(1, 1, "rope"),
        CellText(1, 2, "12"),
        CellText(2, 1, "sail\ncloth"),
        CellText(2, 2, "7"),
    ]
    writer.add_table(rows, name="Stock in May")
    lines = writer.text.split("\n")
    assert lines[2:] == [
        "Depot | Article | Stock",
        "Lowfold | rope | 12",
        " | sail cloth | 7",
    ]
    (table,) = writer.tables
    merged = next(cell for cell in table.cells if cell.rows > 1)
    assert merged.span is not None
    assert merged.span.text_of(writer.text) == "Lowfold"
    assert (table.name, table.start) == ("Stock in May", len("Stock\n\n"))


def test_places_are_in_force_until_the_next_and_empty_ones_give_way() -> None:
    writer = BlockWriter()
    for number, text in enumerate(("Opening words", "", "Closing words"), 1):
        writer.open_place(f"slide {number}")
        writer.add(text)
    document = Document("x", writer.text, "text/plain", places=tuple(writer.places))
    assert [place.label for place in document.places] == ["slide 1", "slide 3"]
    assert document.place_at(document.text.index("Closing")) == "slide 3"
    assert document.place_at(3) == "slide 1"
    packed = pack_places(document.places)
    assert unpack_places(packed, len(document.text)) == document.places


def test_properties_are_added_where_the_text_does_not_say_them() -> None:
    writer = BlockWriter()
    writer.add("Salt roads, by Ada Fenn")
    writer.add_properties(
        (("Author", "Ada Fenn"), ("Date", "2021-03-05"), ("Subject", " "))
    )
    assert writer.text.endswith("Properties\n\nDate: 2021-03-05")
    assert writer.headings[-1].title == "Properties"


def test_parts_come_back_as_they_were() -> None:
    parts = (
        Part("page headers", PartState.READ, 12),
        Part("comments", PartState.NOT_READ, 0, "damaged", "Save it again."),
    )
    assert unpack_parts(pack_parts(parts)) == parts
