"""Scans: what stands in a picture is read, and every box lies on its word."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

from index.errors import ReadError
from index.readers import Limits, read
from index.readers.boxes import boxes_of
from index.readers.columns import rows_in_order
from index.readers.guard import ReaderProcess
from index.readers.ocr import Writing, read_writing
from index.readers.picture import draw_picture
from index.readers.scans import NO_WRITING, named
from index.readers.writing import INSTALL, is_installed
from index.types import Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

pytestmark = pytest.mark.model

WIDTH, HEIGHT = 400.0, 230.0  # points
DOTS = 200
LETTER = (
    "The warden of the Ostrel lighthouse wrote on 14 March",
    "1931 that the lamp had failed twice in one week, and that",
    "the keeper was paid 28 crowns for carrying oil upstairs.",
    "He asked the harbour board for a second barrel, a new",
    "chimney glass and, if it could be spared, a warm coat.",
)
GERMAN = (
    "Der Wärter wünschte sich außerdem größere Fenster,",
    "weil die Möwen im Frühjahr über die Brüstung flögen.",
)


@dataclass(frozen=True)
class Word:
    text: str
    middle: tuple[float, float]  # points from the top left corner
    size: tuple[float, float]


def typeset(lines: Sequence[str], size: float = 12.0) -> tuple[bytes, list[Word]]:
    """Return a PDF page with these lines, and where each of their words stands."""
    written = io.BytesIO()
    page = canvas.Canvas(written, pagesize=(WIDTH, HEIGHT), invariant=1)
    page.setFont("Times-Roman", size)
    words = []
    for number, line in enumerate(lines):
        base = HEIGHT - 40 - 1.4 * size * number
        page.drawString(40, base, line)
        for match in re.finditer(r"\S+", line):
            left = 40 + stringWidth(line[: match.start()], "Times-Roman", size)
            wide = stringWidth(match[0], "Times-Roman", size)
            middle = left + wide / 2, HEIGHT - base - 0.3 * size
            words.append(Word(match[0], middle, (wide, size)))
    page.showPage()
    page.save()
    return written.getvalue(), words


def photograph(pdf: bytes, degrees: float = 0.0, noise: float = 8.0) -> Image.Image:
    """Return the first page as a scanner might give it: grey, crooked, grainy, soft."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=DOTS / 72).to_pil().convert("L")
    document.close()
    picture = picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    grain = np.random.default_rng(5).normal(0, noise, (picture.height, picture.width))
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), np.float64)
    return Image.fromarray(np.clip(soft * 0.87 + 16 + grain, 0, 255).astype(np.uint8))


def bound(*pictures: Image.Image, text: str = "") -> bytes:
    """Return a PDF with a page for each picture, and before them a page of text."""
    written = io.BytesIO()
    page = canvas.Canvas(written, invariant=1)
    if text:
        page.drawString(72, 700, text)
        page.showPage()
    for picture in pictures:
        size = picture.width * 72 / DOTS, picture.height * 72 / DOTS
        page.setPageSize(size)
        page.drawImage(ImageReader(picture), 0, 0, *size)
        page.showPage()
    page.save()
    return written.getvalue()


def bgr(picture: Image.Image) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])


def saved(picture: Image.Image, path: Path, **options: object) -> Path:
    picture.save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.fixture(scope="module")
def guarded() -> Iterator[ReaderProcess]:
    # Generous, since the machine that tests may have other work.
    with ReaderProcess(Limits(seconds=240)) as process:
        yield process


@pytest.fixture(scope="module")
def letter() -> tuple[bytes, list[Word]]:
    return typeset([*LETTER, *GERMAN])


@pytest.fixture(scope="module")
def scan(
    guarded: ReaderProcess,
    letter: tuple[bytes, list[Word]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Document:
    path = tmp_path_factory.mktemp("scan") / "letter.pdf"
    path.write_bytes(
        bound(photograph(letter[0], 1.0), text="Typed, not scanned: page one.")
    )
    return guarded.read(path)


def test_a_crooked_grainy_scan_is_read_word_for_word(scan: Document) -> None:
    page = scan.pages[1]
    words = scan.text[page.start : page.end].split()
    assert words == " ".join([*LETTER, *GERMAN]).split()


def test_pages_with_a_text_layer_stay_as_they_are_and_the_others_are_named(
    scan: Document,
) -> None:
    first = scan.pages[0]
    assert scan.text[first.start : first.end] == "Typed, not scanned: page one."
    assert scan.notes == ("page 2 was read by OCR",)


def test_the_box_of_every_word_lies_on_it(
    scan: Document, letter: tuple[bytes, list[Word]]
) -> None:
    page = scan.pages[1]
    centre = np.array([page.width, page.height]) / 2
    turned = np.radians(-1.0)  # to the left, where y grows downwards
    at = page.start
    for word in letter[1]:
        start = scan.text.index(word.text, at)
        at = start + len(word.text)
        (box,) = boxes_of(scan, Span(start, at))
        x, y = np.array(word.middle) - centre
        cos, sin = np.cos(turned), np.sin(turned)
        wanted = np.array([x * cos - y * sin, x * sin + y * cos]) + centre
        assert box.page == 2
        assert abs((box.left + box.right) / 2 - wanted[0]) < 3, word
        assert abs((box.top + box.bottom) / 2 - wanted[1]) < 3, word
        assert abs(box.right - box.left - word.size[0]) < 6, word
        assert 0.6 * word.size[1] < box.bottom - box.top < 2 * word.size[1], word


@pytest.fixture(scope="module")
def upright() -> tuple[Image.Image, Writing]:
    picture = photograph(typeset(LETTER[:2])[0])
    return picture, read_writing(bgr(picture))


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turned_scans_are_set_upright_and_their_boxes_are_not(
    turns: int, upright: tuple[Image.Image, Writing]
) -> None:
    picture, straight = upright
    quarter = [None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180]
    turn = [*quarter, Image.Transpose.ROTATE_270][turns]
    assert turn is not None
    writing = read_writing(bgr(picture.transpose(turn)))
    assert writing.glyphs.text == straight.glyphs.text == "\n".join(LETTER[:2])
    wide, high = picture.size
    for at in (0, 20, len(writing.glyphs.text) - 1):
        left, top, right, bottom = _box(straight, at)
        middle = (left + right) / 2, (top + bottom) / 2
        wanted = {
            1: (middle[1], wide - middle[0]),
            2: (wide - middle[0], high - middle[1]),
            3: (high - middle[1], middle[0]),
        }[turns]
        left, top, right, bottom = _box(writing, at)
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(wanted, abs=8)


def _box(writing: Writing, at: int) -> list[float]:
    box: list[float] = writing.boxes[writing.glyphs.rows[at]].tolist()
    return box


def test_an_image_file_is_a_page_and_is_drawn_as_large_as_its_boxes_say(
    guarded: ReaderProcess, tmp_path: Path
) -> None:
    picture = photograph(typeset(LETTER[:2])[0])
    path = saved(picture, tmp_path / "clipping.JPG", dpi=(DOTS, DOTS), quality=80)
    document = guarded.read(path)
    assert document.text.split() == " ".join(LETTER[:2]).split()
    assert document.media_type == "image/jpeg"
    assert document.notes == ("page 1 was read by OCR",)
    (page,) = document.pages
    assert (page.width, page.height) == pytest.approx((WIDTH, HEIGHT), abs=0.5)
    drawn = draw_picture(path, 1, 500)
    assert max(drawn.size) == 500
    assert drawn.width / drawn.height == pytest.approx(page.width / page.height, rel=0.01)
    start = document.text.index("lighthouse")
    (box,) = boxes_of(document, Span(start, start + 10))
    scale = drawn.width / page.width
    left, top, right, bottom = (
        scale * side for side in (box.left, box.top, box.right, box.bottom)
    )
    inside = np.asarray(drawn.crop((left, top, right, bottom)))
    assert inside.min() < 90  # there is ink
    assert inside.max() > 200


def test_a_photograph_lies_as_its_camera_held_it(
    guarded: ReaderProcess, tmp_path: Path
) -> None:
    picture = photograph(typeset(LETTER[:2])[0])
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right
    on_its_side = picture.transpose(Image.Transpose.ROTATE_90)
    document = guarded.read(saved(on_its_side, tmp_path / "photo.jpg", exif=exif))
    (page,) = document.pages
    assert page.width > page.height
    (box,) = boxes_of(document, Span(0, 3))
    assert box.top < page.height / 2
    assert box.left < page.width / 4


def test_every_page_of_a_tiff_is_read(guarded: ReaderProcess, tmp_path: Path) -> None:
    pages = [photograph(typeset([line])[0]) for line in LETTER[:2]]
    path = tmp_path / "fax.tiff"
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(DOTS, DOTS))
    document = guarded.read(path)
    assert document.text.split() == " ".join(LETTER[:2]).split()
    assert [page.number for page in document.pages] == [1, 2]
    assert document.notes == ("pages 1-2 were read by OCR",)
    assert draw_picture(path, 2, 300).size[0] == 300


def test_a_blank_scan_says_so(guarded: ReaderProcess, tmp_path: Path) -> None:
    blank = photograph(typeset([])[0])
    path = tmp_path / "blank.pdf"
    path.write_bytes(bound(blank))
    with pytest.raises(ReadError, match=NO_WRITING):
        guarded.read(path)
    path.write_bytes(bound(blank, text="The second page of this file was left empty."))
    assert guarded.read(path).notes == ("page 2 has no text that OCR could read",)


def test_a_page_that_is_all_dirt_gives_no_words(
    guarded: ReaderProcess, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 600), np.uint8)
    with pytest.raises(ReadError, match=NO_WRITING):
        guarded.read(saved(Image.fromarray(noise), tmp_path / "noise.png"))


def test_switched_off_or_missing_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(bound(photograph(typeset(LETTER[:1])[0])))
    with pytest.raises(ReadError, match="OCR is turned off") as caught:
        read(path, Limits(ocr_pages=0))
    assert "--no-ocr" in caught.value.hint
    # An engine that is not installed: the same search, without the folders of packages.
    is_installed.cache_clear()
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parents[2])])
    try:
        with pytest.raises(ReadError, match="OCR is not installed") as caught:
            read(path)
    finally:
        is_installed.cache_clear()
    assert INSTALL in str(caught.value)  # a list of failures shows no hints
    assert "citewell[ocr]" in INSTALL


def test_too_many_pages_are_named_and_the_rest_is_read(
    tmp_path: Path, guarded: ReaderProcess
) -> None:
    line = photograph(typeset(LETTER[:1])[0])
    path = tmp_path / "long.pdf"
    path.write_bytes(bound(line, line, line))
    told: list[tuple[str, int, int]] = []
    limits = Limits(seconds=240, ocr_pages=1)
    with ReaderProcess(
        limits, on_page=lambda path, done, total: told.append((path.name, done, total))
    ) as process:
        document = process.read(path)
    assert document.text == LETTER[0]
    assert document.notes[0] == "page 1 was read by OCR"
    assert document.notes[1].startswith(
        "pages 2-3 have no text: they may be scans, and OCR"
    )
    assert told == [("long.pdf", 0, 1), ("long.pdf", 1, 1)]


def test_every_page_has_its_own_time_and_all_of_them_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    path = tmp_path / "pages.slow"
    path.write_text("four pages")
    limits = Limits(seconds=2.0, ocr_page_seconds=2.0, ocr_seconds=30.0)
    with ReaderProcess(limits, readers="misbehaving:MISBEHAVING") as process:
        assert process.read(path).text == "slow"
    limits = Limits(seconds=2.0, ocr_page_seconds=2.0, ocr_seconds=0.5)
    with (
        ReaderProcess(limits, readers="misbehaving:MISBEHAVING") as process,
        pytest.raises(ReadError, match="more than"),
    ):
        process.read(path)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tiff", ".webp", ".bmp"])
def test_cut_pictures_are_refused(suffix: str, tmp_path: Path) -> None:
    path = saved(photograph(typeset(LETTER[:1])[0]), tmp_path / f"cut{suffix}")
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(ReadError, match="no readable picture"):
        read(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = saved(Image.new("1", (20_000, 10_000)), tmp_path / "bomb.png")
    assert path.stat().st_size < 100_000
    with pytest.raises(ReadError, match="million pixels"):
        read(path)
    with pytest.raises(ReadError, match="million pixels"):
        draw_picture(path, 1, 500)


def test_a_picture_in_disguise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "drawing.png"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n")
    with pytest.raises(ReadError, match="no readable picture"):
        read(path)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    """A process that reads a scan, with its sockets and its helpers taken away."""
    path = saved(photograph(typeset(LETTER[:1])[0]), tmp_path / "line.png")
    script = (
        "import os, socket, subprocess, sys\n"
        "def refuse(*a, **k): os._exit(7)\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse\n"
        "socket.getaddrinfo = socket.create_connection = subprocess.Popen = refuse\n"
        "from pathlib import Path\n"
        "from index.readers import read\n"
        f"print(read(Path({str(path)!r})).text)\n"
        "print([m for m in ('requests', 'urllib3', 'rapidocr') if m in sys.modules])\n"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr[-500:]
    assert outcome.stdout == f"{LETTER[0]}\n[]\n"


# --- the order of lines: pure -


def lines_at(*rows: tuple[float, float, float]) -> NDArray[np.float32]:
    """Return boxes ten points high from (left, top, width)."""
    boxes = [(left, top, left + width, top + 10) for left, top, width in rows]
    return np.array(boxes, np.float32)


def test_columns_are_read_one_after_the_other_below_their_title() -> None:
    left = [(0.0, 30.0 + 12 * n, 200.0) for n in range(6)]
    right = [(220.0, 33.0 + 12 * n, 200.0) for n in range(6)]
    mixed = [pair for both in zip(left, right, strict=True) for pair in both]
    boxes = lines_at((50.0, 0.0, 320.0), *mixed, (0.0, 120.0, 420.0))
    order = [at for row in rows_in_order(boxes) for at in row]
    assert order == [0, 1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12, 13]


def test_a_table_is_read_row_by_row() -> None:
    cells = [(x, 12.0 * n, 40.0) for n in range(5) for x in (0.0, 150.0, 300.0)]
    assert rows_in_order(lines_at(*cells)) == [
        [3 * n, 3 * n + 1, 3 * n + 2] for n in range(5)
    ]


def test_no_line_is_lost_or_told_twice() -> None:
    generator = np.random.default_rng(3)
    for _ in range(60):
        count = int(generator.integers(0, 40))
        places = generator.uniform(0, 500, (count, 3)).tolist()
        rows = rows_in_order(lines_at(*places) if places else np.empty((0, 4), np.float32))
        assert sorted(at for row in rows for at in row) == list(range(count))


def test_pages_are_named_in_runs() -> None:
    assert named([4]) == "page 4"
    assert named([1, 2, 3, 7, 9, 10]) == "pages 1-3, 7, 9-10"
