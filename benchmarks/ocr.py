"""OCR: words found and made up, their order and boxes, and seconds a page, on PDFs of yours.

    python benchmarks/ocr.py PDF... [--pages 3] [--dots 200] [--clean] [--tesseract eng+deu]

Every page with a text layer of fifty words or more is drawn, made to look scanned (turned by
up to a degree, softened, grainy, greyed, JPEG), and read as a scan is. Its own text layer is
the truth. With --tesseract the program of that name reads the same pictures, if installed.

found: share of the truth's words that were read. right: share of what was read that is there.
order: share of the truth's words in the longest common sequences. off: median distance between
the middles of a word's two boxes, in points; it holds what the page was turned by.
"""

from __future__ import annotations

import argparse
import difflib
import io
import re
import resource
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from index.readers.boxes import boxes_of
from index.readers.pages import Sheet, flow
from index.readers.pdfium import draw_pages, read_sheets
from index.readers.reflow import Glyphs
from index.readers.scans import LONGEST, read_pictures
from index.readers.source import Limits
from index.types import Document, Span

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import NDArray

_LEAST_WORDS = 50
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Row:
    """What one reading of one page gave."""

    found: float
    right: float
    in_order: float
    off: float
    seconds: float
    processor: float  # seconds of processor time


def main() -> None:
    options = _options()
    rows: list[Row] = []
    others: list[Row] = []
    print(
        f"{'page':44} {'found':>6} {'right':>6} {'order':>6} {'off':>5} {'s':>5} {'cpu s':>6}"
    )
    for path in options.pdfs:
        data = path.read_bytes()
        sheets, _, _ = read_sheets(data, Limits())
        taken = 0
        for number, sheet in enumerate(sheets, start=1):
            truth = _document([sheet])
            if len(_WORD.findall(truth.text)) < _LEAST_WORDS or taken >= options.pages:
                continue
            taken += 1
            picture = _picture(data, number, options)
            if picture is None:
                continue
            rows.append(_ours(truth, picture, sheet))
            _print(f"{path.name} {number}", rows[-1])
            if options.tesseract:
                others.append(_tesseract(truth, picture, options))
                _print("  tesseract", others[-1])
    for name, some in (("mean", rows), ("mean of tesseract", others)):
        if some:
            values = [list(vars(row).values()) for row in some]
            _print(name, Row(*np.nanmean(np.array(values), axis=0).tolist()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(rows)} pages; peak memory {peak:.0f} MB, this script's own part included")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pdfs", nargs="+", type=Path, metavar="PDF")
    parser.add_argument("--pages", type=int, default=3, help="of a file, at most")
    parser.add_argument("--dots", type=float, default=200.0, help="an inch")
    parser.add_argument("--clean", action="store_true", help="pictures as they are drawn")
    parser.add_argument("--tesseract", metavar="LANGUAGES", default="")
    return parser.parse_args()


def _picture(
    data: bytes, number: int, options: argparse.Namespace
) -> NDArray[np.uint8] | None:
    drawn = next(draw_pages(data, [number], options.dots / 72, LONGEST))
    if drawn is None or options.clean:
        return drawn
    chance = np.random.default_rng(number)
    grey = Image.fromarray(drawn[:, :, ::-1]).convert("L")
    turned = grey.rotate(chance.uniform(-1, 1), Image.Resampling.BICUBIC, fillcolor=255)
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.7)), np.float64)
    grain = soft * 0.86 + 18 + chance.normal(0, 9, soft.shape)
    packed = io.BytesIO()
    Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8)).save(
        packed, "JPEG", quality=60
    )
    with Image.open(packed) as scanned:
        return np.asarray(scanned.convert("RGB"))[:, :, ::-1].copy()


def _document(sheets: Sequence[Sheet]) -> Document:
    flowed = flow(sheets)
    return Document("0" * 64, flowed.text, "application/pdf", pages=flowed.pages)


def _ours(truth: Document, picture: NDArray[np.uint8], sheet: Sheet) -> Row:
    def draw(numbers: Sequence[int]) -> Generator[NDArray[np.uint8] | None]:
        yield from [picture for _ in numbers]

    bare = Sheet(Glyphs("", ()), sheet.boxes[-1:], sheet.width, sheet.height, pictured=True)
    started, worked = time.perf_counter(), time.process_time()
    scans = read_pictures({1: bare}, draw, Limits())
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    return _row(truth, _document(scans.sheets), seconds, processor)


def _tesseract(
    truth: Document, picture: NDArray[np.uint8], options: argparse.Namespace
) -> Row:
    packed = io.BytesIO()
    Image.fromarray(picture[:, :, ::-1]).save(packed, "PNG")
    command = (
        "tesseract",
        "-",
        "-",
        "-l",
        options.tesseract,
        "--dpi",
        f"{options.dots:.0f}",
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    said = subprocess.run(command, input=packed.getvalue(), capture_output=True, check=True)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    text = re.sub(r"(\w)-\n(\w)", r"\1\2", said.stdout.decode())
    return _row(truth, Document("0" * 64, text, "text/plain"), seconds, processor)


def _row(truth: Document, read: Document, seconds: float, processor: float) -> Row:
    wanted, got = _words(truth), _words(read)
    common = Counter(word for word, _ in wanted) & Counter(word for word, _ in got)
    matcher = difflib.SequenceMatcher(
        None, [word for word, _ in wanted], [word for word, _ in got], autojunk=False
    )
    pairs = [
        (wanted[block.a + step][1], got[block.b + step][1])
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]
    return Row(
        found=common.total() / len(wanted),
        right=common.total() / max(1, len(got)),
        in_order=len(pairs) / len(wanted),
        off=_off(truth, read, pairs),
        seconds=seconds,
        processor=processor,
    )


def _words(document: Document) -> list[tuple[str, Span]]:
    return [
        (match[0].lower(), Span(*match.span())) for match in _WORD.finditer(document.text)
    ]


def _off(truth: Document, read: Document, pairs: Sequence[tuple[Span, Span]]) -> float:
    distances = [
        np.hypot(*(np.array(_middle(truth, one)) - np.array(_middle(read, other))))
        for one, other in pairs
        if read.pages
    ]
    return float(np.median(distances)) if distances else float("nan")


def _middle(document: Document, span: Span) -> tuple[float, float]:
    box = boxes_of(document, span)[0]
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _print(name: str, row: Row) -> None:
    print(
        f"{name[:44]:44} {row.found:6.1%} {row.right:6.1%} {row.in_order:6.1%} "
        f"{row.off:5.1f} {row.seconds:5.1f} {row.processor:6.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
