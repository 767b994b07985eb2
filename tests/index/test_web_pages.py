"""Web pages: tables by their cells, raised marks, what stands around the text, the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html

from index.packing import pack_tables, unpack_tables
from index.readers.html import read_html
from index.readers.main_text import count_parts
from index.readers.source import Limits
from index.types import PartState

if TYPE_CHECKING:
    from index.types import Document, Table


def page(markup: str) -> Document:
    return read_html(markup.encode(), Path("page.html"), Limits())


def shown(document: Document, table: Table) -> list[tuple[int, int, int, int, bool, str]]:
    """Return every cell: its place, what it covers, whether it is a heading, its text."""
    return [
        (
            cell.row,
            cell.column,
            cell.rows,
            cell.columns,
            cell.heading,
            cell.span.text_of(document.text) if cell.span else "",
        )
        for cell in table.cells
    ]


def test_merged_cells_keep_their_rows_and_columns() -> None:
    document = page(
        "<table><caption>Ropes in store</caption><thead>"
        "<tr><th rowspan=2>Quay<th colspan=2>Length in metres</tr>"
        "<tr><th>new<th>used</tr></thead><tbody>"
        "<tr><td rowspan=0>East<td>40<td>7</tr><tr><td>55<td></tr></tbody>"
        "<tfoot><tr><th>All<td colspan=2>102</tr></tfoot></table>"
    )
    (table,) = document.tables
    assert table.name == "Ropes in store"
    assert shown(document, table) == [
        (0, 0, 2, 1, True, "Quay"),
        (0, 1, 1, 2, True, "Length in metres"),
        (1, 1, 1, 1, True, "new"),
        (1, 2, 1, 1, True, "used"),
        (2, 0, 2, 1, False, "East"),
        (2, 1, 1, 1, False, "40"),
        (2, 2, 1, 1, False, "7"),
        (3, 1, 1, 1, False, "55"),
        (3, 2, 1, 1, False, ""),
        (4, 0, 1, 1, True, "All"),
        (4, 1, 1, 2, False, "102"),
    ]
    assert "\n | 55\n" in document.text
    assert (
        unpack_tables(pack_tables(document.tables), len(document.text)) == document.tables
    )


def test_a_table_in_a_cell_is_one_of_its_own_named_by_its_row() -> None:
    inner = "<table><tr><th>day<th>boats</tr><tr><td>Monday<td>4</tr></table>"
    document = page(
        f"<table><tr><th>Quay<th>Traffic</tr><tr><td>East<td>busy {inner}</tr></table>"
    )
    outer, nested = document.tables
    assert [cell[-1] for cell in shown(document, outer)] == [
        "Quay",
        "Traffic",
        "East",
        "busy",
    ]
    assert nested.name == "East"
    assert [cell[-1] for cell in shown(document, nested)] == ["day", "boats", "Monday", "4"]
    assert document.text.count("Monday") == 1


def test_a_table_that_arranges_the_page_is_none() -> None:
    document = page(
        "<table><tr><td><h1>The ferry</h1><p>It sails.</p></td><td><p>At noon.</p></td></tr>"
        "<tr><td>one</td><td>two</td></tr></table>"
    )
    assert document.tables == ()
    assert document.text == "The ferry\n\nIt sails.\n\nAt noon.\n\none\n\ntwo"
    assert [heading.title for heading in document.headings] == ["The ferry"]


def test_words_above_figures_are_headings_without_being_marked() -> None:
    rows = "<tr><td>Quay<td>Boats</tr><tr><td>East<td>12</tr><tr><td>West<td>9</tr>"
    document = page(f"<table>{rows}</table>")
    headings = [cell.heading for cell in document.tables[0].cells]
    assert headings == [True, True, False, False, False, False]


def test_spans_of_any_size_end_in_a_table() -> None:
    cells = '<td rowspan="65534" colspan="9999999">x' * 30
    document = page(f"<table><tr>{cells}</tr><tr><td>y</tr><tr><td>z<td>1</tr></table>")
    unpack_tables(pack_tables(document.tables), len(document.text))
    assert {"x", "y", "z"} <= set(document.text.replace("|", " ").split())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("cost 52<sup><a href='#n1'>7</a></sup> crowns", "cost 52[7] crowns"),
        ("cost 52<a href='#n1'><sup>7</sup></a> crowns", "cost 52[7] crowns"),
        ("had 31<sup class=footnote-ref>2</sup> boats", "had 31[2] boats"),
        ("the harbour<sup>2</sup> is deep", "the harbour[2] is deep"),
        ("It is deep.<sup>2</sup> Yes", "It is deep.[2] Yes"),
        ("said so<sup>[4]</sup> twice", "said so[4] twice"),
        ("10<sup>6</sup> grains, 5 m<sup>2</sup>", "10⁶ grains, 5 m²"),
        ("x<sup>-3</sup> and 2<sup>k</sup>", "x⁻³ and 2^k"),
        ("the 1<sup>st</sup> of May, M<sup>me</sup> Roy", "the 1st of May, Mme Roy"),
        ("H<sub>2</sub>O and 11<sub>2</sub>", "H2O and 11₂"),
    ],
)
def test_raised_and_lowered_characters_stand_apart_from_numbers(
    html: str, text: str
) -> None:
    assert page(f"<p>{html}</p>").text == text


def test_a_mark_that_a_note_repeats_is_no_exponent() -> None:
    document = page(
        "<p>The dredging cost 52<sup>3</sup> thousand, and 10<sup>3</sup> tons came out.</p>"
        "<p><sup>3</sup> Without the barge.</p>"
    )
    assert document.text.startswith("The dredging cost 52[3] thousand, and 10³ tons")


def test_marks_in_cells_stand_apart_too() -> None:
    rows = "<tr><th>Year<th>Boats</tr><tr><td>2024<td>86<sup><a href='#a'>1</a></sup></tr>"
    assert page(f"<table>{rows}</table>").text == "Year | Boats\n2024 | 86[1]"


ARTICLE = """<html><head><title>Dredging ends - The Quay Post</title></head><body>
<header class="site"><div class="menu"><a href="/">Home</a><a href="/b">Boats</a></div></header>
<main><article><h1>Dredging ends</h1>{byline}
<p>The dredger left the harbour of Vennick on Tuesday after eleven weeks, and the channel is now
seven metres deep from the outer mole to the fish market, the harbour master said.</p>
<details><summary>What was found</summary><p>Two anchors and a bell of 1788.</p></details>
<p>The harbour had to be closed for larger boats since the winter storms had moved the bank at
its mouth by forty metres, and the fishermen landed their catch in Orle instead.</p></article>
<div class="related"><a href="/1">Read this too</a></div></main>
<div class="comments"><p>gull: it was never closed</p></div>
<footer><p>{notice}</p><p>© 2026 The Quay Post. All rights reserved.</p>
<p><a href="/imprint">Imprint</a> <a href="/ads">Advertise</a></p></footer>
</body></html>"""


def test_what_a_footer_says_of_the_article_stays() -> None:
    notice = "Correction: an earlier version said that the channel is nine metres deep."
    document = page(ARTICLE.format(byline="", notice=notice))
    assert notice in document.text
    for words in ("rights reserved", "Imprint", "never closed", "Read this too", "Boats"):
        assert words not in document.text


def test_byline_and_details_stay_at_their_place() -> None:
    byline = '<p class="byline">By Ottla Reek, 12 May 2026</p>'
    text = page(ARTICLE.format(byline=byline, notice="")).text
    places = [
        text.index(words) for words in ("By Ottla Reek", "The dredger", "a bell of 1788")
    ]
    assert places == sorted(places)
    assert text.index("a bell of 1788") < text.index("The harbour had")


def test_every_character_of_a_page_is_in_its_ledger() -> None:
    hidden = '<p hidden>unseen</p><div style="display: none">unseen too</div>'
    document = page(ARTICLE.format(byline=hidden, notice="Printed in Orle, 40 pages."))
    by_name = {part.name: part for part in document.parts}
    assert by_name["hidden text"].characters == len("unseenunseentoo")
    assert by_name["comments"].characters == len("gull:itwasneverclosed")
    for name in ("navigation", "footer", "links to other pages", "hidden text"):
        assert by_name[name].state is PartState.SET_ASIDE
        assert by_name[name].reason
    read = sum(p.characters for p in document.parts if p.state is PartState.READ)
    assert read == len("".join(document.text.split()))


def test_text_between_cells_stands_above_its_table() -> None:
    rows = "<tr><th>Quay<th>Boats</tr><tr>astray<td>East<td>12</tr>"
    document = page(f"<p>Before.</p><table>{rows}</table>")
    assert document.text == "Before.\n\nastray\n\nQuay | Boats\nEast | 12"
    assert all(part.state is PartState.READ for part in document.parts)


def test_letters_that_a_text_lacks_are_counted_as_not_read() -> None:
    tree = html.document_fromstring("<p>The bell of 1788</p><p hidden>unseen</p>")
    lost = [
        p for p in count_parts(tree, {}, "The of 1788") if p.state is PartState.NOT_READ
    ]
    assert [part.characters for part in lost] == [len("bell")]


def test_what_a_page_says_of_itself_is_a_property() -> None:
    meta = (
        '<meta name="author" content="Ottla Reek"><meta name="date" content="2026-05-12">'
    )
    html = ARTICLE.format(byline="", notice="").replace("<head>", f"<head>{meta}")
    document = page(html)
    assert document.text.split("Properties\n\n")[1].split("\n") == [
        "Page title: Dredging ends - The Quay Post",
        "Author: Ottla Reek",
        "Date: 2026-05-12",
    ]


def test_a_picture_is_read_by_its_description() -> None:
    text = page("<p>Seen:</p><img alt='The bell of 1788'><p>It rings.</p>").text
    assert text == "Seen:\n\nThe bell of 1788\n\nIt rings."
