"""Pages of PDFs are drawn in processes that may hang, crash or run out of memory."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from assistant.commands.preparing import sample_folder
from assistant.web.services.pages import PageDrawer
from index.readers.source import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = sample_folder() / "marrow-bridge-costs.pdf"


@pytest.fixture
def drawer() -> Iterator[PageDrawer]:
    drawer = PageDrawer(Limits(seconds=2.0, memory_bytes=1 << 30))
    yield drawer
    drawer.close()


def pdf(path: Path, page: str, *others: bytes) -> Path:
    """Write a PDF of one page, object 3, with further objects from number 4 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]{page}>>".encode(),
        *others,
    ]
    data, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d>>\n" % (
        count,
        table,
        count,
    )
    path.write_bytes(data + end + b"startxref\n%d\n%%%%EOF" % len(data))
    return path


def stream(content: bytes, about: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), about, content)


def endless(path: Path) -> Path:
    """Write a page that draws a form ten times, which draws another ten times, and so on."""
    forms = 12
    draw = b"/F Do " * 10
    others = [stream(draw)]
    for number in range(5, 5 + forms):
        about = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]"
        last = number == 4 + forms
        inside = b"" if last else b"/Resources<</XObject<</F %d 0 R>>>>" % (number + 1)
        content = b"0 0 m 600 800 l S" if last else draw
        others.append(stream(content, about + inside))
    return pdf(path, "/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>", *others)


def vast(path: Path) -> Path:
    """Write a page with a picture of three gigabytes."""
    about = (
        b"/Type/XObject/Subtype/Image/Width 32000/Height 32000/ColorSpace/DeviceRGB"
        b"/BitsPerComponent 8/Filter/RunLengthDecode"
    )
    content = stream(b"600 0 0 800 0 0 cm /I Do")
    image = stream(b"\x81\x00" * 100_000 + b"\x80", about)
    page = "/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>"
    return pdf(path, page, content, image)


def picture(uri: str | None) -> Image.Image:
    assert uri is not None
    head, _, data = uri.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_a_page_is_drawn_as_large_as_it_is_shown(drawer: PageDrawer) -> None:
    image = picture(drawer.draw(GOOD, 1, "good"))
    assert image.size == (953, 1348)  # A4 at 1.6 pixels per point
    assert len(image.convert("L").getcolors() or ()) > 10  # there is something on it


def test_a_page_of_a_file_in_an_archive_is_drawn(
    tmp_path: Path, drawer: PageDrawer
) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(GOOD, "in/costs.pdf")
    image = picture(drawer.draw(path / "in/costs.pdf", 1, "inside"))
    assert image.size == (953, 1348)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(seconds=0.5, memory_bytes=4 << 30), "more than 0.5 seconds"),
        (Limits(seconds=30.0, memory_bytes=1 << 29), "more memory|signal"),
    ],
)
def test_a_page_that_costs_too_much_is_given_up_and_others_are_drawn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, limits: Limits, reason: str
) -> None:
    hostile, drawer = endless(tmp_path / "endless.pdf"), PageDrawer(limits)
    try:
        drawer.start()
        with ThreadPoolExecutor(1) as pool:
            never = pool.submit(drawer.draw, hostile, 1, "endless")
            assert drawer.draw(GOOD, 1, "good")  # meanwhile, by the other process
            assert never.result(60) is None
        assert re.search(reason, caplog.text)
        assert drawer.draw(GOOD, 1, "another hash")
    finally:
        drawer.close()


def test_a_page_that_wants_too_much_memory_is_drawn_without_it_or_not_at_all(
    tmp_path: Path,
) -> None:
    drawer = PageDrawer(Limits(seconds=20.0, memory_bytes=1 << 30))
    try:
        drawer.draw(vast(tmp_path / "vast.pdf"), 1, "vast")
        assert drawer.draw(GOOD, 1, "good")
    finally:
        drawer.close()


@pytest.mark.parametrize("number", [0, -1, 2, 2**40])
def test_a_page_that_is_not_there_is_not_drawn(drawer: PageDrawer, number: int) -> None:
    assert drawer.draw(GOOD, number, "good") is None
    assert drawer.draw(GOOD, 1, "good")


def test_pictures_are_drawn_as_they_are_shown(drawer: PageDrawer, tmp_path: Path) -> None:
    tall, wide = Image.new("RGB", (40, 80), "white"), Image.new("L", (90, 30), 7)
    fax = tmp_path / "fax.tif"
    tall.save(fax, save_all=True, append_images=[wide])
    assert picture(drawer.draw(fax, 1, "fax")).size == (40, 80)
    assert picture(drawer.draw(fax, 2, "fax")).size == (90, 30)
    assert drawer.draw(fax, 3, "fax") is None
    turned, exif = tmp_path / "turned.JPG", Image.Exif()
    exif[0x0112] = 6  # on its side
    tall.save(turned, exif=exif)
    assert picture(drawer.draw(turned, 1, "turned")).size == (80, 40)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    assert drawer.draw(broken, 1, "broken") is None
    assert drawer.draw(GOOD, 1, "good")


def test_what_is_no_pdf_is_not_drawn(drawer: PageDrawer, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7 and then nothing")
    assert drawer.draw(file, 1, "broken") is None
    assert drawer.draw(tmp_path / "missing.pdf", 1, "missing") is None
    assert drawer.draw(Path("name\udcff.pdf"), 1, "odd") is None
    assert drawer.draw(GOOD, 1, "good")
