"""What is filled in, remarked and raised on a PDF's pages."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from reportlab.pdfgen import canvas

from index.readers.boxes import boxes_of
from index.readers.pdf import read_pdf
from index.readers.pdfium import is_nonsense
from index.readers.raised import raised_digits
from index.readers.source import Limits
from index.types import PartState, Span

if TYPE_CHECKING:
    from index.types import Document


def page(draw: object) -> Document:
    written = io.BytesIO()
    sheet = canvas.Canvas(written, pagesize=(400, 500), invariant=1)
    sheet.setFont("Helvetica", 11)
    draw(sheet)  # type: ignore[operator]
    sheet.showPage()
    sheet.save()
    return read_pdf(written.getvalue(), Path("a.pdf"), Limits(ocr_pages=0))


def form(sheet: canvas.Canvas) -> None:
    sheet.drawString(40, 450, "Application for a mooring. Please fill in all fields.")
    sheet.drawString(40, 420, "Name of the boat:")
    sheet.acroForm.textfield(name="boat", value="Vela", x=150, y=415, width=150, height=18)
    sheet.drawString(40, 380, "Insured:")
    sheet.acroForm.checkbox(name="insured", checked=True, x=150, y=378, size=12)
    sheet.drawString(40, 350, "Electric:")
    sheet.acroForm.checkbox(name="electric", checked=False, x=150, y=348, size=12)


def test_filled_fields_stand_beside_their_labels_with_their_values() -> None:
    document = page(form)
    assert "Name of the boat: boat: Vela" in document.text
    assert "insured: yes" in document.text
    assert "electric: no" in document.text
    counted = {part.name: (part.state, part.characters) for part in document.parts}
    visible = len("".join("boat: Vela insured: yes electric: no".split()))
    assert counted["form fields"] == (PartState.READ, visible)
    start = document.text.index("Vela")
    (box,) = boxes_of(document, Span(start, start + 4))
    assert 150 <= box.left < box.right <= 301


def raised(sheet: canvas.Canvas) -> None:
    def line(y: float, before: str, mark: str, after: str) -> None:
        text = sheet.beginText(40, y)
        text.setFont("Helvetica", 11)
        text.textOut(before)
        text.setFont("Helvetica", 6)
        text.setRise(5)
        text.textOut(mark)
        text.setRise(0)
        text.setFont("Helvetica", 11)
        text.textOut(after)
        sheet.drawText(text)

    line(450, "The roof cost 41", "3", " thousand crowns in all.")
    line(435, "It covers 120 m", "2", " of the hall and the porch.")


def test_raised_digits_make_no_other_number() -> None:
    text = page(raised).text
    assert "41[3] thousand" in text
    assert "120 m² of" in text


@pytest.mark.parametrize(
    ("before", "said"),
    [("It cost 41", "[3]"), ("120 m", "³"), ("about 10", "³"), ("the roof", "[3]")],
)
def test_what_a_raised_digit_is(before: str, said: str) -> None:
    assert raised_digits("3", before) == said


PROSE = (
    "The keeper went down to the shore in the morning and found that the boat had been carried "
    "off by the tide; of the barrels that lay in it three were washed ashore near the mill."
)


def test_letters_that_were_exchanged_are_no_language() -> None:
    shifted = PROSE.translate({n: 97 + (n - 97 + 7) % 26 for n in range(97, 123)})
    assert is_nonsense(shifted)
    assert not is_nonsense(PROSE)
    assert not is_nonsense(
        "Der Wärter ging am Morgen zum Ufer hinunter und sah, dass das Boot " * 2
    )
    assert not is_nonsense(shifted[:60])  # too little to tell
    assert not is_nonsense("4,466 197 4,272 5,622 1,968 " * 40)


def test_a_sentence_that_runs_overleaf_is_whole() -> None:
    written = io.BytesIO()
    sheet = canvas.Canvas(written, pagesize=(400, 300), invariant=1)
    sheet.setFont("Helvetica", 11)
    for n, line in enumerate(
        ("The mill was sold in spring.", "", "The new owner, who is a")
    ):
        sheet.drawString(40, 250 - 15 * n, line)
    sheet.setFont("Helvetica", 7)
    sheet.drawString(40, 60, "3 Without the fee of the notary.")
    sheet.showPage()
    sheet.setFont("Helvetica", 11)
    sheet.drawString(40, 250, "baker from Pell, means to grind rye again.")
    sheet.showPage()
    sheet.save()
    text = read_pdf(written.getvalue(), Path("a.pdf"), Limits(ocr_pages=0)).text
    assert "The new owner, who is a baker from Pell, means to grind rye again." in text
    assert "Without the fee of the notary." in text
