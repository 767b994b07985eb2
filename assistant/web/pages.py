"""A page of a PDF as a picture, for the panel that shows a citation in its place."""

from __future__ import annotations

import base64
import functools
import io
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["draw_page"]

SCALE = 1.6  # pixels per point: sharp in a panel, and still drawn in some 20 ms
LARGEST = 2200  # pixels on the longer side; a poster would otherwise fill the memory
KEPT = 32  # pictures
_PDFIUM = threading.Lock()  # PDFium is not safe in two threads at once


@functools.lru_cache(KEPT)
def draw_page(path: Path, number: int, content: str) -> str | None:
    """Return a page as a data URI, None where it cannot be drawn.

    Args:
        path: The PDF.
        number: The page, from 1.
        content: The hash of the file, so that a changed file is drawn anew.
    """
    del content
    import pypdfium2 as pdfium

    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(path)
        except (pdfium.PdfiumError, OSError):
            return None
        try:
            page = document[number - 1]
            longest = max(*page.get_size(), 1.0)
            image = page.render(scale=min(SCALE, LARGEST / longest)).to_pil()
        except (pdfium.PdfiumError, IndexError):
            return None
        finally:
            document.close()
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "PNG", compress_level=3)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
