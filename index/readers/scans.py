"""Pages whose writing stands in a picture: read by OCR, and said so.

A page with a text layer keeps it. One without, or with next to nothing over a large picture,
or with a layer of signs that no font explains, is drawn and read. Whoever reads an answer must
be able to see that its words come from a picture: every such page is named.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ReadError
from index.readers.ocr import read_writing
from index.readers.pdfium import draw_pages
from index.readers.pulse import pulse
from index.readers.source import count_visible
from index.readers.writing import INSTALL, is_installed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from index.readers.ocr import Writing
    from index.readers.pages import Sheet
    from index.readers.source import Limits
    from index.readers.writing import Image

__all__ = ["NO_WRITING", "Scans", "named", "read_pictures", "read_scans"]

NO_WRITING = "OCR finds no text in it"
_SPLIT = "Split it into parts."
SCALE = 200 / 72  # pixels for a point: 200 dots an inch
LONGEST = 3600  # pixels: A3 at that scale has 3300
_BETTER = 2  # times what a text layer holds must a picture say to be taken for the page


@dataclass(frozen=True, slots=True)
class Scans:
    """Pages after reading, and what became of those that may be scans."""

    sheets: tuple[Sheet, ...]
    read: tuple[int, ...] = ()  # the numbers of pages whose text comes from a picture
    doubtful: int = 0  # lines that were left out
    left: tuple[int, ...] = ()  # pages whose picture was not looked at, because of:
    reason: str = ""
    hint: str = ""

    @property
    def silence(self) -> ReadError:
        """What to say if none of the pages holds text."""
        if self.left:
            return ReadError(
                f"none of its pages holds text: it may be a scan, and {self.reason}",
                self.hint,
            )
        if any(sheet.pictured for sheet in self.sheets):
            return ReadError(NO_WRITING, "Scan it anew, at 200 to 300 dots an inch.")
        return ReadError("its pages are blank", "See whether it opens in another program.")

    def notes(self, silent: Sequence[int]) -> Iterator[str]:
        """Say which pages come from pictures, and why the `silent` ones hold no text."""
        if self.read:
            yield f"{named(self.read)} {_be(self.read, 'was', 'were')} read by OCR"
        if self.doubtful:
            lines = "1 line was" if self.doubtful == 1 else f"{self.doubtful} lines were"
            yield f"{lines} left out as unclear"
        scans = [number for number in silent if number in self.left]
        if scans:
            more = "" if self.hint == _SPLIT else "; then index it again with --force"
            yield (
                f"{named(scans)} {_be(scans, 'has', 'have')} no text: "
                f"{_be(scans, 'it may be a scan', 'they may be scans')}, and "
                f"{self.reason}{more}"
            )
        rest = [number for number in silent if number not in self.left]
        tried = [number for number in rest if self.sheets[number - 1].pictured]
        if tried:
            yield f"{named(tried)} {_be(tried, 'has', 'have')} no text that OCR could read"
        if bare := [number for number in rest if number not in tried]:
            yield f"{named(bare)} {_be(bare, 'has', 'have')} no text"


def _be(numbers: Sequence[int], one: str, many: str) -> str:
    return one if len(numbers) == 1 else many


def named(numbers: Sequence[int]) -> str:
    """Name pages, runs of them as "pages 3-7, 9"."""
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ]
    parts = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return f"{'page' if len(numbers) == 1 else 'pages'} {', '.join(parts)}"


def read_scans(data: bytes, sheets: Sequence[Sheet], limits: Limits) -> Scans:
    """Read the pages of a PDF that its text layer does not explain.

    Raises:
        ReadError: the recogniser is installed, but damaged.
    """
    wanted = {n: sheet for n, sheet in enumerate(sheets, start=1) if sheet.pictured}
    scans = read_pictures(
        wanted, lambda numbers: draw_pages(data, numbers, SCALE, LONGEST), limits
    )
    known = dict(zip(wanted, scans.sheets, strict=True))
    everything = tuple(known.get(n, sheet) for n, sheet in enumerate(sheets, start=1))
    return replace(scans, sheets=everything)


def read_pictures(
    wanted: Mapping[int, Sheet],
    draw: Callable[[Sequence[int]], Generator[Image | None]],
    limits: Limits,
) -> Scans:
    """Read pages from their pictures, as many as the limits allow.

    Args:
        wanted: what is known of them, by number from 1.
        draw: numbers to pictures, in their order; None for what cannot be drawn.
        limits: what it may cost.

    Returns:
        The same pages, with text where the picture holds more of it than was known.

    Raises:
        ReadError: the recogniser is installed, but damaged.
    """
    numbers = tuple(wanted)
    if refusal := _refusal(limits) if numbers else None:
        return Scans(
            tuple(wanted.values()), left=numbers, reason=refusal[0], hint=refusal[1]
        )
    tried = numbers[: limits.ocr_pages]
    sheets, read = dict(wanted), []
    doubtful, until = 0, time.monotonic() + limits.ocr_seconds
    pulse(0, len(tried))
    with closing(draw(tried)) as pictures:
        for done, (number, picture) in enumerate(
            zip(tried, pictures, strict=True), start=1
        ):
            if picture is not None:
                writing = read_writing(picture)
                if _says_more(writing, wanted[number]):
                    read.append(number)
                    doubtful += writing.doubtful
                    sheets[number] = _sheet(writing, picture, wanted[number])
            pulse(done, len(tried))
            if time.monotonic() > until:
                tried = tried[:done]
                break
    left = numbers[len(tried) :]
    reason = (
        f"OCR reads {limits.ocr_pages} pages of a file, for {limits.ocr_seconds / 60:.0f} "
        "minutes at most"
    )
    return Scans(tuple(sheets.values()), tuple(read), doubtful, left, reason, _SPLIT)


def _refusal(limits: Limits) -> tuple[str, str] | None:
    """Return why no picture is read, and what to do about it."""
    if not limits.ocr_pages:
        return "OCR is turned off", "Leave out --no-ocr, or set ocr = true."
    if not is_installed():
        return f"OCR is not installed: {INSTALL}", "Install it, and index again."
    return None


def _says_more(writing: Writing, sheet: Sheet) -> bool:
    known = 0 if sheet.nonsense else sum(map(str.isalnum, sheet.glyphs.text))
    return count_visible(writing.glyphs.text) > _BETTER * known


def _sheet(writing: Writing, picture: Image, page: Sheet) -> Sheet:
    """Return a page with the writing of its picture, in points."""
    height, width = picture.shape[:2]
    across, down = page.width / width, page.height / height
    scale = np.array([across, down, across, down], np.float32)
    return replace(
        page,
        glyphs=writing.glyphs,
        boxes=writing.boxes * scale,
        layout=writing.layout * scale,
    )
