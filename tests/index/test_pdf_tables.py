"""Tables of pages: cells under their headings, and prose that is none."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen import canvas

from index.readers.boxes import boxes_of
from index.readers.pdf import read_pdf
from index.readers.source import Limits

if TYPE_CHECKING:
    from index.types import Document

PROSE = (
    "The keeper of the lighthouse went down to the shore in the morning",
    "and found that the boat of 1904 had been carried off by the tide;",
    "of the 12 barrels that lay in it 3 were washed ashore near Pell.",
)


class Sheet:
    """A page that is drawn line by line; figures end at their column's right edge."""

    def __init__(self) -> None:
        self.written = io.BytesIO()
        self.page = canvas.Canvas(self.written, pagesize=(500, 700), invariant=1)
        self.y = 660.0

    def line(self, label: str, *figures: str, right: tuple[int, ...] = (320, 400)) -> None:
        self.page.setFont("Helvetica", 10)
        self.page.drawString(40, self.y, label)
        for figure, edge in zip(figures, right, strict=False):
            sign, _, number = figure.rpartition("$ ")
            if sign or figure.startswith("$ "):
                self.page.drawRightString(edge - 50, self.y, "$")
            self.page.drawRightString(edge, self.y, number)
        self.y -= 14

    def centred(self, text: str, x: float) -> None:
        self.page.setFont("Helvetica", 10)
        self.page.drawCentredString(x, self.y, text)
        self.y -= 14

    def read(self) -> Document:
        self.page.showPage()
        self.page.save()
        return read_pdf(self.written.getvalue(), Path("a.pdf"), Limits())


def rows(document: Document, number: int = 0) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for cell in document.tables[number].cells:
        row = found.setdefault(cell.row, [])
        row += [""] * (cell.column - len(row))
        row.append(cell.span.text_of(document.text) if cell.span else "")
    return list(found.values())


def statement() -> Document:
    sheet = Sheet()
    for line in PROSE:
        sheet.line(line)
    sheet.y -= 20
    sheet.centred("Year ended May 31,", 350)
    sheet.line("(in thousands)", "2019", "2018")
    sheet.line("Current assets:")
    sheet.line("Cash", "$ 4,466", "$ 4,249")
    sheet.line("Boats", "—", "(12)")
    sheet.line("Allowance for ropes, oars and")
    sheet.line("other gear", "197", "996")
    sheet.line("Total current assets", "$ 4,663", "$ 5,233")
    sheet.y -= 30
    for line in PROSE:
        sheet.line(line)
    return sheet.read()


def test_a_statement_is_a_table_with_its_headings() -> None:
    document = statement()
    assert rows(document) == [
        ["", "Year ended May 31,"],
        ["(in thousands)", "2019", "2018"],
        ["Current assets:"],
        ["Cash", "$ 4,466", "$ 4,249"],
        ["Boats", "—", "(12)"],
        ["Allowance for ropes, oars and other gear", "197", "996"],
        ["Total current assets", "$ 4,663", "$ 5,233"],
    ]
    (table,) = document.tables
    assert {cell.row for cell in table.cells if cell.heading} == {0, 1}
    over = next(cell for cell in table.cells if cell.row == 0)
    assert (over.column, over.columns) == (1, 2)
    before, after = document.text[: table.start], document.text[table.end :]
    assert "carried off by the tide; of the 12 barrels" in before
    assert "carried off by the tide; of the 12 barrels" in after


def test_the_box_of_a_cell_lies_on_the_cell() -> None:
    document = statement()
    cell = next(
        c
        for c in document.tables[0].cells
        if c.span and c.span.text_of(document.text) == "996"
    )
    assert cell.span is not None
    (box,) = boxes_of(document, cell.span)
    assert (box.page, round(box.right)) == (1, 400)
    assert 375 < box.left < 400


def test_columns_of_words_make_a_table() -> None:
    sheet = Sheet()
    for name, role, town in (
        ("Name", "Role", "Town"),
        ("Ada Fenn", "keeper", "Pell"),
        ("Bo Hale", "gardener", "Marrow"),
        ("Cy Tarn", "cook", "Overby"),
    ):
        sheet.page.setFont("Helvetica", 10)
        for x, text in ((40, name), (180, role), (300, town)):
            sheet.page.drawString(x, sheet.y, text)
        sheet.y -= 14
    document = sheet.read()
    assert rows(document)[2] == ["Bo Hale", "gardener", "Marrow"]
    assert {cell.row for cell in document.tables[0].cells if cell.heading} == {0}


def test_prose_with_figures_and_columns_of_prose_are_no_tables() -> None:
    sheet = Sheet()
    for line in PROSE * 3:
        sheet.line(line)
    assert sheet.read().tables == ()
    sheet = Sheet()
    halves = [line.split(" ") for line in PROSE * 4]
    for words in halves:
        sheet.page.setFont("Helvetica", 9)
        sheet.page.drawString(40, sheet.y, " ".join(words[: len(words) // 2]))
        sheet.page.drawString(270, sheet.y, " ".join(words[len(words) // 2 :]))
        sheet.y -= 12
    assert sheet.read().tables == ()


def test_a_list_of_contents_with_leaders_is_no_table() -> None:
    sheet = Sheet()
    for number, name in enumerate(("Boats", "Ropes", "Oars", "Sails", "Tar"), start=1):
        sheet.line(f"{name} {'. ' * 20}", str(number))
    assert sheet.read().tables == ()


def test_notes_below_a_table_are_no_rows() -> None:
    sheet = Sheet()
    sheet.line("Ware", "2019", "2018")
    for ware in ("rope", "tar", "oars"):
        sheet.line(ware, "12", "7")
    sheet.line("(1)  " + PROSE[0])
    sheet.line("(2)  " + PROSE[1])
    document = sheet.read()
    assert len(rows(document)) == 4
    assert PROSE[0] in document.text[document.tables[0].end :]
