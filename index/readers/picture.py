"""Image files: photographs and scans of pages, read by OCR; one page for each picture.

A picture is shown as its camera meant it, upright by its EXIF tag, on white where it is
transparent. Its size in points is what it says of itself, where that makes a page of some
sensible size. Only plain formats are opened, none that runs another program.
"""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import numpy as np

from index.errors import ReadError
from index.readers.pages import Sheet, first_heading, flow, headings_of
from index.readers.reflow import Glyphs
from index.readers.scans import LONGEST, read_pictures
from index.readers.source import Limits, content_id, count_visible
from index.types import Document

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from PIL import Image as Pictures

    from index.readers.writing import Image

__all__ = ["SUFFIXES", "draw_picture", "read_picture"]

SUFFIXES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
}
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
_POINTS = 72
_PAGES = (100.0, 1700.0)  # points of the longer side that a sheet of paper may have: to A2
_A4 = 842.0
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")  # more than 8 bits of grey
_DAMAGE = (  # what Pillow raises, found by changing bytes of pictures
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    KeyError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
)


def read_picture(data: bytes, path: Path, limits: Limits) -> Document:
    """Read the writing in an image file; of a TIFF, in every page.

    Raises:
        ReadError: it is damaged, too large, or no writing is found in it.
    """
    with _understood():
        file = _opened(io.BytesIO(data))
        # An animation is no document; the pages of a fax are one.
        several = path.suffix.lower() in {".tif", ".tiff"}
        count = min(int(getattr(file, "n_frames", 1)), limits.pages) if several else 1
        bare = {number: _bare(file, number) for number in range(1, count + 1)}
    scans = read_pictures(bare, lambda numbers: _pictures(file, numbers), limits)
    flowed = flow(scans.sheets)
    text, pages = flowed.text, flowed.pages
    if not text:
        raise scans.silence
    found = headings_of(text, flowed.heights)
    return Document(
        id=content_id(data),
        text=text,
        media_type=SUFFIXES[path.suffix.lower()],
        title=first_heading(found, pages),
        pages=pages,
        tables=flowed.tables,
        headings=found,
        characters_read=sum(count_visible(sheet.glyphs.text) for sheet in scans.sheets),
        notes=tuple(scans.notes([page.number for page in pages if page.start == page.end])),
    )


def draw_picture(path: Path, number: int, longest: int) -> Pictures.Image:
    """Return a page of an image file as it is shown, at most `longest` pixels long.

    Raises:
        ReadError: it cannot be drawn.
    """
    with _understood(), path.open("rb") as stream:
        return _shown(_opened(stream), number, longest)


@contextmanager
def _understood() -> Iterator[None]:
    """Make one error of all that Pillow has for a picture it cannot make sense of."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Pillow would only warn of a bomb that is half as large as what it refuses.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ReadError(
            f"it has more than {(Image.MAX_IMAGE_PIXELS or 0) // 10**6} million pixels",
            "Save it smaller: 300 dots an inch are enough.",
        ) from error
    except _DAMAGE as error:
        raise ReadError(f"it is no readable picture ({error})", "Save it anew.") from error


def _opened(stream: IO[bytes]) -> Pictures.Image:
    from PIL import Image

    return Image.open(stream, formats=_FORMATS)


def _bare(file: Pictures.Image, number: int) -> Sheet:
    """Return a page without text, as large as its picture is shown."""
    file.seek(number - 1)
    width, height = file.size
    if file.getexif().get(0x0112, 1) > 4:  # orientation: turned by a quarter
        width, height = height, width
    across = _dots(file, 0)
    longer = max(width, height) * _POINTS / across
    if not _PAGES[0] <= longer <= _PAGES[1]:
        across *= longer / _A4
    scale = _POINTS / across
    empty = np.full((1, 4), np.nan, np.float32)
    return Sheet(Glyphs("", ()), empty, width * scale, height * scale, pictured=True)


def _dots(file: Pictures.Image, axis: int) -> float:
    """Return the dots an inch that a picture states, 72 if it states none."""
    stated = file.info.get("dpi") or (_POINTS, _POINTS)
    dots = float(stated[axis])
    return dots if 1 <= dots <= 10_000 else _POINTS


def _pictures(file: Pictures.Image, numbers: Sequence[int]) -> Generator[Image | None]:
    """Yield pages for the recogniser: blue, green, red."""
    for number in numbers:
        with _understood():
            shown = _shown(file, number, LONGEST)
        yield np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])


def _shown(file: Pictures.Image, number: int, longest: int) -> Pictures.Image:
    from PIL import Image, ImageOps

    file.seek(number - 1)
    file.draft("RGB", (longest, longest))  # a JPEG can be read at half its size
    picture = _eight_bits(file) if file.mode in _DEEP else file.copy()
    picture.thumbnail((longest, longest))
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        over = picture.convert("RGBA")
        picture = Image.new("RGBA", over.size, "white")
        picture.alpha_composite(over)
    return picture.convert("RGB")


def _eight_bits(file: Pictures.Image) -> Pictures.Image:
    """Return a picture with deep greys so that its darkest is black, its lightest white."""
    from PIL import Image

    greys = np.asarray(file, np.float32)
    low, high = float(np.nanmin(greys)), float(np.nanmax(greys))
    spread = (greys - low) * (255 / max(high - low, 1.0))
    return Image.fromarray(np.nan_to_num(spread).astype(np.uint8))
