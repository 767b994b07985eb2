"""PDF: text in paragraphs, and every character's box where the character is drawn."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reportlab.lib import pdfencrypt
from reportlab.pdfgen import canvas

from index.errors import ReadError
from index.readers.boxes import boxes_of, pack, unpack
from index.readers.normalise import normalise
from index.readers.pdf import read_pdf
from index.readers.reflow import UNDRAWN, Glyphs, compose, joiner, lines_of, reflow
from index.readers.source import Limits
from index.types import Box, Document, Page, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = Path(__file__).parents[2] / "samples"
HERE = Path("a.pdf")


def draw(
    lines: list[str], *, rotation: int = 0, font: int = 12, top: int = 350, **options: Any
) -> bytes:
    """Return a PDF of one page with a line of text for each item."""
    written = io.BytesIO()
    page = canvas.Canvas(written, pagesize=(300, 400), invariant=1, **options)
    page.setFont("Times-Roman", font)
    for number, line in enumerate(lines):
        page.drawString(50, top - 1.2 * font * number, line)
    page.setPageRotation(rotation)
    page.showPage()
    page.save()
    return written.getvalue()


def read(data: bytes, limits: Limits | None = None) -> Document:
    return read_pdf(data, HERE, limits or Limits())


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pdf")), ids=lambda path: path.name)
def test_every_character_of_a_page_has_a_row(path: Path) -> None:
    document = read(path.read_bytes())
    assert document.pages
    for page in document.pages:
        boxes = unpack(page)
        text = document.text[page.start : page.end]
        assert boxes.shape == (len(text), 4)
        drawn = np.array([bool(np.isfinite(row).all()) for row in boxes])
        assert all(d or c.isspace() for d, c in zip(drawn, text, strict=True))
        left, top, right, bottom = boxes[drawn].T
        assert (left >= 0).all()
        assert (left <= right).all()
        assert (right <= page.width).all()
        assert (top >= 0).all()
        assert (top <= bottom).all()
        assert (bottom <= page.height).all()


def ink(data: bytes) -> NDArray[np.float64]:
    """Return left, top, right, bottom of everything dark on page 1, in points."""
    scale = 4
    pixels = pypdfium2.PdfDocument(data)[0].render(scale=scale).to_numpy()
    rows, columns = np.nonzero(pixels.min(axis=2) < 128)
    return np.array([columns.min(), rows.min(), columns.max(), rows.max()]) / scale


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_lie_on_the_ink(rotation: int) -> None:
    data = draw(["Halyard"], rotation=rotation, font=20, top=200)
    document = read(data)
    assert document.text == "Halyard"
    boxes = unpack(document.pages[0])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    dark = ink(data)
    assert (low <= dark[:2] + 1).all()
    assert (dark[2:] - 1 <= high).all()
    assert (
        high - low <= dark[2:] - dark[:2] + 8
    ).all()  # no wider than letters and leading
    if rotation in {0, 180}:  # upright or upside down, the word is one line
        box = Box(1, *low.tolist(), *high.tolist())
        assert boxes_of(document, Span(0, 7)) == (box,)


def test_lines_become_a_paragraph_and_words_become_whole() -> None:
    document = read(
        draw(
            [
                "The lighthouse at Corrin Head was lit for the first",
                "time since the storm, the harbour office con-",
                "firmed. Its well-known lamp, a well-",
                "known sight, burns oil.",
            ]
        )
    )
    assert document.text == (
        "The lighthouse at Corrin Head was lit for the first time since the storm, the harbour "
        "office confirmed. Its well-known lamp, a well-known sight, burns oil."
    )


def test_a_span_over_two_lines_has_two_boxes_in_order() -> None:
    document = read(
        draw(["The first line of a paragraph goes on and", "ends on the second."])
    )
    start = document.text.index("goes")
    first, second = boxes_of(document, Span(start, start + len("goes on and ends on")))
    assert first.bottom <= second.top + 1
    assert first.left > second.left
    assert first.page == second.page == 1


def test_a_gap_and_a_short_line_end_a_paragraph() -> None:
    data = draw(
        ["A paragraph of some words that fills its line well", "Short end.", "", "Next."]
    )
    assert read(data).text.endswith("Short end.\n\nNext.")


def test_a_larger_line_is_a_heading_and_the_title() -> None:
    document = read((SAMPLES / "silver-heron-analysis.pdf").read_bytes())
    assert [h.title for h in document.headings][:2] == [
        "What Silver Heron tells us, and what it does not",
        "Where the numbers come from",
    ]
    assert document.headings[0].level < document.headings[1].level


def test_running_heads_are_set_aside_and_sentences_cross_pages() -> None:
    document = read((SAMPLES / "silver-heron-analysis.pdf").read_bytes())
    assert "They show about 140 tanks, 60 guns and 90 fuel wagons." in document.text
    assert "Page 1" not in document.text
    assert document.characters_read > len("".join(document.text.split()))
    start = document.text.index("140 tanks")
    pages = [box.page for box in boxes_of(document, Span(start, start + 9))]
    assert pages == [1, 2]
    assert [document.page_at(page.start) for page in document.pages] == [1, 2]


def test_pages_without_text_are_named() -> None:
    written = io.BytesIO()
    page = canvas.Canvas(written, invariant=1)
    for number in range(1, 7):
        if number in {1, 5}:
            page.drawString(50, 500, f"This is page number {number}.")
        page.rect(100, 100, 50, 50)
        page.showPage()
    page.save()
    document = read(written.getvalue())
    assert document.notes == ("pages 2-4, 6 have no text that OCR could read",)
    assert [p.start == p.end for p in document.pages] == [
        False,
        True,
        True,
        True,
        False,
        True,
    ]
    assert document.page_at(document.text.index("number 5")) == 5


def test_a_blank_page_is_an_error() -> None:
    with pytest.raises(ReadError, match="blank"):
        read(draw([]))


def test_a_password_is_named() -> None:
    lock = pdfencrypt.StandardEncryption("secret", canPrint=0)
    with pytest.raises(ReadError, match="password"):
        read(draw(["secret text"], encrypt=lock))


def test_an_owner_password_alone_does_not_hinder_reading() -> None:
    lock = pdfencrypt.StandardEncryption("", ownerPassword="owner", canPrint=0)
    assert read(draw(["open text"], encrypt=lock)).text == "open text"


@pytest.mark.parametrize("cut", [10, 200, 700])
def test_a_cut_file_is_an_error(cut: int) -> None:
    with pytest.raises(ReadError) as caught:
        read(draw(["cut text"])[:cut])
    assert caught.value.hint


def test_the_page_limit_holds() -> None:
    data = (SAMPLES / "silver-heron-analysis.pdf").read_bytes()
    with pytest.raises(ReadError, match="2 pages, and the limit is 1"):
        read(data, Limits(pages=1))


@given(st.text(st.characters(exclude_characters="\r")))
@example("\ud800")  # half a character, which no encoding can hold
def test_composing_keeps_text_and_rows_together(text: str) -> None:
    result = compose(Glyphs(text, range(len(text))))
    assert len(result.rows) == len(result.text)
    assert list(result.rows) == sorted(result.rows)
    expanded = "".join({"ﬁ": "fi", "ﬃ": "ffi"}.get(c, c) for c in text)
    if not set(expanded) & set("ﬀﬂﬄﬅﬆ"):
        assert result.text == normalise(expanded)


def test_a_ligature_becomes_letters_on_one_box() -> None:
    assert compose(Glyphs("oﬃce", [0, 1, 2, 3])) == Glyphs("office", [0, 1, 1, 1, 2, 3])


def monospaced(
    lines: list[str], *, size: float = 10.0, step: float = 12.0
) -> tuple[Glyphs, NDArray[np.float32]]:
    """Return glyphs and boxes of lines in a typewriter's letters, as PDFium would."""
    text = ""
    rows: list[int] = []
    boxes: list[tuple[float, ...]] = []
    for number, line in enumerate(lines):
        for column, character in enumerate(line):
            blank = character.isspace()
            rows.append(UNDRAWN if blank else len(boxes))
            if not blank:
                left, top = 6.0 * column, step * number
                boxes.append((left, top, left + 6.0, top + size))
        text += line + "\r\n"
        rows += [UNDRAWN, UNDRAWN]
    nowhere = (np.nan,) * 4
    return Glyphs(text, rows), np.array([*boxes, nowhere], dtype=np.float32)


words = st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=80)


@given(words)
def test_a_wrapped_paragraph_comes_back_whole(words: list[str]) -> None:
    paragraph = " ".join(words)
    glyphs, boxes = monospaced(textwrap.wrap(paragraph, 40))
    flowed = reflow(lines_of(glyphs, boxes))
    assert flowed.text == paragraph
    assert len(flowed.rows) == len(flowed.text)


# A hyphen at a line's end may go: it is tested above.
unhyphenated = st.text(st.characters(exclude_characters="-\x02\u00ad\u2010"), max_size=20)


@given(st.lists(unhyphenated, max_size=12))
def test_no_visible_character_is_lost_or_moved(lines: list[str]) -> None:
    clean = [normalise(line).replace("\n", " ").replace("\t", " ") for line in lines]
    glyphs, boxes = monospaced(clean)
    flowed = reflow(lines_of(glyphs, boxes))
    shown = [
        (c, r) for c, r in zip(flowed.text, flowed.rows, strict=True) if not c.isspace()
    ]
    assert [r for _, r in shown] == sorted(r for _, r in shown)
    expected = compose(Glyphs("".join(clean), range(len("".join(clean))))).text
    assert "".join(c for c, _ in shown) == "".join(expected.split())


@pytest.mark.parametrize(
    ("before", "after", "gap"),
    [
        ("about 140", "tanks", " "),
        ("It ended.", "then", "\n\n"),
        ("A", "Title", "\n\n"),
        ("", "x", ""),
    ],
)
def test_what_parts_two_pages(before: str, after: str, gap: str) -> None:
    assert joiner(before, after) == gap


@settings(max_examples=25)
@given(
    st.integers(1, 50).flatmap(
        lambda n: st.lists(st.floats(0, 800, width=32), min_size=4 * n, max_size=4 * n)
    )
)
def test_packed_boxes_come_back_to_a_hundredth(values: list[float]) -> None:
    boxes = np.array(values, dtype=np.float32).reshape(-1, 4)
    page = Page(1, 0, len(boxes), 800, 800, pack(boxes))
    assert np.allclose(unpack(page), boxes, atol=0.006)
    with pytest.raises(ValueError, match="do not fit"):
        unpack(Page(1, 0, len(boxes) + 1, 800, 800, page.boxes))
    with pytest.raises(ValueError, match="damaged"):
        unpack(Page(1, 0, len(boxes), 800, 800, b"not zlib"))
