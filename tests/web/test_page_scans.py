"""Scans on the page: added like any file, shown as their picture with boxes on the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.readers.writing import is_installed
from tests.index.test_ocr import HEIGHT, LETTER, WIDTH, Word, bound, photograph, typeset

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image
    from playwright.sync_api import Page

    from tests.web.conftest import Site, Visitor

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not is_installed(), reason="OCR is not installed"),
]
PAID = "How many crowns was the keeper paid for carrying oil upstairs?"


@pytest.mark.parametrize("name", ["letter.png", "letter.pdf"])
def test_a_scan_opens_as_its_picture_with_boxes_on_the_words(
    site: Site, visitor: Visitor, tmp_path: Path, name: str
) -> None:
    page = visitor.page
    page.set_default_timeout(60_000)
    pdf, words = typeset(LETTER)
    add(page, scan(photograph(pdf), tmp_path / name))
    page.click(".cw-views >> text=Ask")
    page.check("#cw-quotes")
    answer = visitor.ask(PAID)
    answer.locator(".cw-sources li:has-text('28 crowns') .cw-mark").first.click()
    page.wait_for_selector(".cw-sheet img")
    assert page.inner_text(".cw-ocr") == "Read by OCR: compare with the picture."
    assert "28 crowns" in (page.get_attribute(".cw-sheet", "data-quote") or "")
    assert not page.is_visible(".cw-document .cw-text")  # the picture comes first
    (crowns,) = (word for word in words if word.text == "crowns")
    expect_box_on(page, crowns)
    if name.endswith(".pdf"):
        page.click("[data-action=page][data-page='1']")
        page.wait_for_selector(".cw-sheet[data-page='1']")
        assert page.locator(".cw-ocr").count() == 0  # this page has a text of its own
    assert (visitor.foreign, visitor.errors) == ([], [])


def scan(picture: Image, file: Path) -> Path:
    """Write a scanned letter, as a picture or behind a page of a PDF that has a text."""
    if file.suffix == ".pdf":
        file.write_bytes(bound(picture, text="Kept in the harbour archive since 1950."))
    else:
        picture.save(file, dpi=(200, 200))
    return file


def add(page: Page, file: Path) -> None:
    """Upload a file, see that it was read by OCR, and choose it."""
    page.click(".cw-views >> text=Library")
    page.set_input_files("#cw-files input[type=file]", [file])
    page.wait_for_selector("#cw-progress >> text=1 added")
    page.wait_for_selector(f"tr:has-text('{file.name}') >> text=read by OCR")
    page.fill("#cw-find", file.name)
    page.check(".cw-choose[value=all]")


def expect_box_on(page: Page, word: Word) -> None:
    """Expect the middle of a word to lie in one of the boxes."""
    sheet = page.locator(".cw-sheet").bounding_box()
    assert sheet is not None
    across = sheet["x"] + sheet["width"] * word.middle[0] / WIDTH
    down = sheet["y"] + sheet["height"] * word.middle[1] / HEIGHT
    boxes = [box.bounding_box() for box in page.locator(".cw-box").all()]
    assert any(
        box["x"] <= across <= box["x"] + box["width"]
        and box["y"] <= down <= box["y"] + box["height"]
        for box in boxes
        if box is not None
    )
