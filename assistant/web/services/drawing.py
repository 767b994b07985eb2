"""The process that draws PDFs and pictures: takes a path and a page, answers with a PNG.

    python -m assistant.web.services.drawing LIMITS

Not called by hand; see `pages.PageDrawer`.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from index.errors import ReadError
from index.paths import container_of
from index.readers.child import begin
from index.readers.members import bytes_at
from index.readers.picture import SUFFIXES, draw_picture
from index.readers.source import Limits

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

__all__ = ["main"]

SCALE = 1.6  # pixels per point: sharp in a panel, and still drawn in some 20 ms
LARGEST = 2200  # pixels on the longer side; a poster would otherwise fill the memory


def main(arguments: list[str]) -> None:
    """Answer requests until the input ends."""
    limits = Limits(**json.loads(arguments[0]))
    requests = begin(limits)
    import pypdfium2  # noqa: F401 - now, while nobody waits
    from PIL import PngImagePlugin  # noqa: F401

    requests.answer(_answer)


def _answer(request: bytes) -> tuple[bytes, bytes]:
    asked: dict[str, Any] = json.loads(request)
    path = Path(asked["path"])
    if path.exists() or container_of(path) is None:
        return b"{}", _draw(asked["path"], asked["page"])
    # The libraries that draw want a file; one that lies in another is copied out of it.
    with NamedTemporaryFile(suffix=path.suffix) as copy:
        copy.write(bytes_at(path, Limits()))
        copy.flush()
        return b"{}", _draw(copy.name, asked["page"])


def _draw(path: str, number: int) -> bytes:
    """Return a page, counted from 1, as PNG.

    Raises:
        ReadError: it cannot be drawn.
    """
    if Path(path).suffix.lower() in SUFFIXES:
        return _png(draw_picture(Path(path), number, LARGEST))
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise ReadError(f"it cannot be opened ({error})") from error
    try:
        return _png(_page(document[number - 1]))
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise ReadError(f"page {number} cannot be drawn ({error})") from error
    finally:
        document.close()


def _page(page: PdfPage) -> Image:
    longest = max(*page.get_size(), 1.0)
    image: Image = page.render(scale=min(SCALE, LARGEST / longest)).to_pil()
    return image


def _png(image: Image) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
