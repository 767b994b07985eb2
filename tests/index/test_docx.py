"""Word files: numbers, notes, heads and feet, merged cells, and a ledger of every run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from index.readers.docx import read_docx
from index.readers.source import Limits
from index.types import Document, PartState

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def part(name: str, content: str) -> str:
    return f'<w:{name} xmlns:w="{W}">{content}</w:{name}>'


def word(body: str, **parts: str) -> Document:
    """Read a Word file of a body and further parts of its folder."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("word/document.xml", part("document", f"<w:body>{body}</w:body>"))
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return read_docx(written.getvalue(), Path("a.docx"), Limits())


def p(text: str, properties: str = "") -> str:
    props = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{props}<w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, level: int, which: int = 1) -> str:
    return p(
        text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{which}"/></w:numPr>'
    )


def level(depth: int, kind: str, pattern: str, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


NUMBERS = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "decimal", "%1.")
    + level(1, "decimal", "%1.%2")
    + level(2, "lowerLetter", "(%3)")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    + level(0, "upperRoman", "Part %1", 3)
    + level(1, "bullet", "o")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="7"/></w:lvlOverride></w:num>',
)


def test_numbers_stand_before_their_paragraphs_as_the_page_shows_them() -> None:
    steps = [(0, "Boats"), (1, "lend"), (1, "return"), (2, "by day"), (2, "at dusk")]
    steps += [(0, "Fees"), (1, "hour")]
    body = "".join(numbered(text, depth) for depth, text in steps)
    body += numbered("Rowing", 0, 2) + numbered("alone", 1, 2) + numbered("Vests", 0, 3)
    lines = [line for line in word(body, numbering=NUMBERS).text.split("\n") if line]
    assert lines == [
        "1. Boats", "1.1 lend", "1.2 return", "(a) by day", "(b) at dusk", "2. Fees",
        "2.1 hour", "Part III Rowing", "- alone", "7. Vests",
    ]  # fmt: skip


def test_a_paragraph_of_a_list_that_is_not_there_has_no_number() -> None:
    assert word(numbered("plain", 0, 9), numbering=NUMBERS).text == "plain"
    assert word(numbered("plain", 0)).text == "plain"


def test_notes_follow_their_paragraph_and_make_no_other_number() -> None:
    body = (
        "<w:p><w:r><w:t>It cost 41</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t> crowns</w:t></w:r></w:p>'
        + p("Next.")
        + "<w:p><w:r><w:t>860</w:t></w:r><w:r><w:rPr><w:vertAlign "
        'w:val="superscript"/></w:rPr><w:t>4</w:t></w:r></w:p>'
    )
    notes = part("footnotes", f'<w:footnote w:id="2">{p("Without the oars.")}</w:footnote>')
    document = word(body, footnotes=notes)
    assert document.text.split("\n\n") == [
        "It cost 41 [1] crowns",
        "[1] Without the oars.",
        "Next.",
        "860[4]",
    ]
    assert {part.name for part in document.parts} == {"text", "footnotes"}


def test_heads_and_feet_are_read_once_each() -> None:
    document = word(
        p("Dear Ada"),
        header1=part("hdr", p("Offer 12, valid until May")),
        header2=part("hdr", p("Offer 12, valid until May")),
        footer1=part("ftr", p("Account 77")),
        footer2=part("ftr", p("3")),  # a page number says nothing
    )
    assert document.text == (
        "Dear Ada\n\nPage header\n\nOffer 12, valid until May\n\nPage footer\n\nAccount 77"
    )
    assert document.title == ""


def test_merged_cells_cover_their_rows_and_columns() -> None:
    def cell(text: str, about: str = "") -> str:
        return f"<w:tc><w:tcPr>{about}</w:tcPr>{p(text)}</w:tc>"

    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        [cell("Depot"), cell("Ware"), cell("Stock")],
        [cell("Lowfold", down), cell("rope"), cell("12")],
        [cell("", on), cell("tar"), cell("7")],
        [cell("closed", '<w:gridSpan w:val="3"/>')],
    ]
    table = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    document = word(f"<w:tbl>{table}</w:tbl>")
    (read,) = document.tables
    shape = {
        cell.span.text_of(document.text): (cell.row, cell.column, cell.rows, cell.columns)
        for cell in read.cells
        if cell.span
    }
    assert shape["Lowfold"] == (1, 0, 2, 1)
    assert shape["tar"] == (2, 1, 1, 1)
    assert shape["closed"] == (3, 0, 1, 3)
    assert {cell.row for cell in read.cells if cell.heading} == {0}


@pytest.mark.parametrize("state", ["1", "0"])
def test_boxes_that_are_ticked_and_not(state: str) -> None:
    box = f'<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:checkBox><w:checked w:val="{state}"/>'
    text = word(
        f"<w:p>{box}</w:checkBox></w:r></w:sdtContent></w:sdt></w:p>" + p("Yes")
    ).text
    assert text.startswith("☒" if state == "1" else "☐")


def test_the_ledger_counts_every_run_of_every_part() -> None:
    body = p("Kept.") + "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    comment = f'<w:comment w:id="0" w:author="Bo" w:date="2026-01-02T10:00:00Z">{p("Why?")}'
    document = word(
        body
        + '<w:p><w:r><w:t>Here</w:t></w:r><w:r><w:commentReference w:id="0"/></w:r></w:p>',
        comments=part("comments", comment + "</w:comment>"),
    )
    assert "Comment (Bo, 2026-01-02): Why?" in document.text
    assert "gone" not in document.text
    counted = {part.name: (part.state, part.characters) for part in document.parts}
    assert counted == {
        "text": (PartState.READ, len("Kept.Here")),
        "comments": (PartState.READ, len("Why?")),
        "deleted text": (PartState.SET_ASIDE, len("gone")),
    }
