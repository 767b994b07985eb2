"""Sheets, slides, OpenDocument, books, captions, records, rich text: what they show is read."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment

from index.errors import ReadError
from index.readers import READERS
from index.readers.sheets import _blocks
from index.readers.source import Limits
from index.readers.writer import CellText
from index.types import PartState

if TYPE_CHECKING:
    from index.types import Document


def read(name: str, data: bytes) -> Document:
    path = Path(name)
    return READERS[path.suffix](data, path, Limits())


def archive(**parts: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return written.getvalue()


def rows_of(document: Document, number: int = 0) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in document.tables[number].cells:
        rows.setdefault(cell.row, []).append(
            cell.span.text_of(document.text) if cell.span else ""
        )
    return list(rows.values())


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Costs"
    sheet.append(["Item", "Due", "Share", "Price"])
    sheet.append(["rope", datetime.datetime(2026, 5, 3), 0.125, 1234.5])
    sheet.append(["tar", None, None, 7])
    sheet["C2"].number_format = "0.0%"
    sheet["D2"].number_format = '#,##0.00 "€"'
    sheet["D3"].comment = Comment("for the old hull", "Bo")
    sheet.merge_cells("A5:B5")
    sheet["A5"], sheet["C5"], sheet["A6"] = "Both", "one", "under"
    sheet["G2"] = "apart"
    hidden = book.create_sheet("Old")
    hidden["A1"] = "not shown"
    hidden.sheet_state = "hidden"
    book.properties.creator = "Ada Fenn"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_sheet_is_read_as_it_shows() -> None:
    document = read("a.xlsx", workbook())
    assert rows_of(document) == [
        ["Item", "Due", "Share", "Price"],
        ["rope", "2026-05-03", "12.5 %", "1,234.50 €"],
        ["tar", "7 (for the old hull)"],
    ]
    assert [h.title for h in document.headings] == ["Costs", "Old", "Properties"]
    assert document.place_at(document.text.index("rope")) == "sheet Costs, rows 1–3"
    both = next(c for t in document.tables for c in t.cells if c.columns == 2)
    assert both.span is not None
    assert both.span.text_of(document.text) == "Both"
    assert [part.name for part in document.parts] == ["sheet Costs", "sheet Old (hidden)"]
    assert document.author == "Ada Fenn"


def test_what_a_workbook_does_not_say_of_itself_is_not_made_up() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            if name != "docProps/core.xml":
                new.writestr(name, old.read(name))
    document = read("a.xlsx", kept.getvalue())
    assert (document.author, document.date, document.title) == ("", "", "")
    assert "Properties" not in document.text


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)), st.sampled_from("ab"), max_size=30
    )
)
def test_blocks_hold_every_cell_once_and_nothing_touches_across_two(
    texts: dict[tuple[int, int], str],
) -> None:
    blocks = list(_blocks(CellText(*place, text) for place, text in texts.items()))
    placed = [(cell.row, cell.column) for block in blocks for cell in block]
    assert sorted(placed) == sorted(texts)
    number = {(c.row, c.column): n for n, block in enumerate(blocks) for c in block}
    for row, column in texts:
        for beside in ((row + 1, column), (row, column + 1)):
            assert number.get(beside, number[row, column]) == number[row, column]


A = 'xmlns:a="http://a" xmlns:p="http://p" xmlns:r="http://r"'
RELATION = '<Relationship Id="{id}" Type="http://t/{kind}" Target="{target}"/>'


def shape(text: str, kind: str = "") -> str:
    holder = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else ""
    return (
        f"<p:sp>{holder}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def test_slides_are_read_in_order_with_title_table_and_notes() -> None:
    words = "<a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody>"
    cells = "".join(
        f"<a:tr>{''.join(f'<a:tc>{words.format(text)}</a:tc>' for text in row)}</a:tr>"
        for row in (("Boat", "Length"), ("Vela", "12"))
    )
    table = f"<p:graphicFrame><a:tbl>{cells}</a:tbl></p:graphicFrame>"
    two = shape("Below") + shape("Boats", "title") + table + shape("7", "sldNum")
    relations = RELATION.format(id="n", kind="notesSlide", target="../notesSlides/n.xml")
    data = archive(
        **{
            "ppt/presentation.xml": f'<p:x {A}><p:sldId r:id="b"/><p:sldId r:id="a"/></p:x>',
            "ppt/_rels/presentation.xml.rels": "<R>"
            + RELATION.format(id="a", kind="slide", target="slides/s1.xml")
            + RELATION.format(id="b", kind="slide", target="slides/s2.xml")
            + "</R>",
            "ppt/slides/s1.xml": f"<p:s {A}>{shape('Last words')}</p:s>",
            "ppt/slides/s2.xml": f"<p:s {A}>{two}</p:s>",
            "ppt/slides/_rels/s2.xml.rels": f"<R>{relations}</R>",
            "ppt/notesSlides/n.xml": f"<p:n {A}>{shape('Speak slowly')}</p:n>",
        }
    )
    document = read("a.pptx", data)
    assert document.text.startswith(
        "Boats\n\nBelow\n\nBoat | Length\nVela | 12\n\nNotes: Speak"
    )
    assert document.place_at(document.text.index("Last")) == "slide 2"
    assert {p.name: p.state for p in document.parts}["slides"] is PartState.READ


OFFICE = " ".join(
    f'xmlns:{name}="http://{name}"' for name in "office text table draw".split()
)


def odf(kind: str, content: str) -> bytes:
    body = f"<office:body><office:{kind}>{content}</office:{kind}></office:body>"
    return archive(**{"content.xml": f"<office:document {OFFICE}>{body}</office:document>"})


def test_open_document_text_sheet_and_slide() -> None:
    text = (
        '<text:h text:outline-level="2">Peat</text:h><text:p>Cut<text:s text:c="2"/>by hand'
        "<text:note><text:note-body><text:p>Since 1400.</text:p></text:note-body></text:note>"
        ", slowly.</text:p><text:list><text:list-item><text:p>dry</text:p></text:list-item>"
        "</text:list>"
    )
    document = read("a.odt", odf("text", text))
    assert document.text == "Peat\n\nCut  by hand [1], slowly.\n\n[1] Since 1400.\n\n- dry"
    assert [(h.level, h.title) for h in document.headings] == [(2, "Peat")]

    def cell(said: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{said}</text:p></table:table-cell>"

    sheet = (
        '<table:table table:name="Stock">'
        f"<table:table-row>{cell('Ware')}{cell('Number')}</table:table-row>"
        f"<table:table-row>{cell('rope')}{cell('12')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    document = read("a.ods", odf("spreadsheet", sheet))
    assert rows_of(document) == [["Ware", "Number"], ["rope", "12"]]
    page = "<draw:page><text:p>{}</text:p></draw:page>"
    slides = page.format("One") + page.format("Two")
    document = read("a.odp", odf("presentation", slides))
    assert document.place_at(document.text.index("Two")) == "slide 2"


def test_a_book_is_read_chapter_by_chapter() -> None:
    chapter = "<html><body><h1>{}</h1><p>{}</p></body></html>"
    data = archive(
        **{
            "META-INF/container.xml": '<c><rootfile full-path="b/o.opf"/></c>',
            "b/o.opf": '<p xmlns:dc="http://dc"><metadata><dc:creator>Ada Fenn</dc:creator>'
            '</metadata><item id="x" href="x.html" media-type="text/html"/>'
            '<item id="y" href="y.html" media-type="text/html"/>'
            '<itemref idref="y"/><itemref idref="x"/></p>',
            "b/x.html": chapter.format("Late", "The end."),
            "b/y.html": chapter.format("Early", "The start."),
        }
    )
    document = read("a.epub", data)
    assert document.text.index("The start.") < document.text.index("The end.")
    assert document.place_at(document.text.index("The end.")) == "Late"
    assert document.author == "Ada Fenn"


VTT = """WEBVTT

1
00:01:07.000 --> 00:01:09.000
<v Bo Hale>The ferry
was late

00:01:09.000 --> 00:01:12.000
<v Bo Hale>by an <i>hour</i>.

01:02.500 --> 01:03.500 align:start
<v Ada Fenn>Again?
"""


def test_captions_stand_at_their_time_under_who_speaks() -> None:
    document = read("a.vtt", VTT.encode())
    assert document.text == "Bo Hale: The ferry was late by an hour.\n\nAda Fenn: Again?"
    assert [place.label for place in document.places] == ["00:01:07", "00:01:02"]
    srt = "1\r\n00:00:05,000 --> 00:00:06,000\r\nHello.\r\n"
    assert read("a.srt", srt.encode()).places[0].label == "00:00:05"


def test_records_are_passages_with_their_keys() -> None:
    data = (
        b'[{"name": "Ada", "boat": {"length": 12, "crew": ["Bo", "Cy"]}}, {"name": "Bo"}]'
    )
    document = read("a.json", data)
    assert document.text == "name: Ada\nboat length: 12\nboat crew: Bo, Cy\n\nname: Bo"
    assert document.place_at(document.text.rindex("Bo")) == "record 2"
    assert read("a.jsonl", b'{"a": 1}\n{"a": 2}\n').places[1].label == "record 2"


def test_rich_text() -> None:
    data = rb"{\rtf1\ansi\ansicpg1252 Salt\par The \b toll\b0  was f\'fcr all.}"
    assert read("a.rtf", data).text == "Salt\nThe toll was für all."


@pytest.mark.parametrize(
    "name", ["a.xlsx", "a.pptx", "a.odt", "a.epub", "a.vtt", "a.json", "a.jsonl", "a.rtf"]
)
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut off", b"\xff\xfe{[", b"{" * 5000])
def test_what_is_no_such_file_is_refused_with_a_reason(name: str, data: bytes) -> None:
    with pytest.raises(ReadError) as told:
        read(name, data)
    assert told.value.hint


@given(st.data())
def test_damaged_workbooks_are_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        document = read("a.xlsx", bytes(whole))
    except ReadError:
        return
    assert all(table.end <= len(document.text) for table in document.tables)


WORKBOOK = workbook()
