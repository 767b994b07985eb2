"""A citation in its place: the document's text with the exact words marked, or its page.

The marked words are `document.text[span.start:span.end]`, cut here and now from the library,
so what is highlighted is the citation to the character. What was a web page or a Word file is
shown as its text; nothing of a document is ever rendered as markup.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.web.services.scanned import read_by_ocr
from assistant.web.views.markup import Html, join, tag
from index.containers import Hashes
from index.paths import container_of, shown_name
from index.readers.boxes import boxes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assistant.web.views.text import Words
    from index.types import Box, Document, Page, Span

    Draw = Callable[[Path, int, str], str | None]

__all__ = ["Place", "on_disk", "source_html"]

AROUND = 20_000  # characters shown before and behind the mark
DRAWN = ("application/pdf", "image/")  # media types that are shown as pages
CELL = " | "  # how the readers set table cells apart


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be shown, and from where."""

    document: Document
    path: Path
    span: Span
    page: int | None = None  # a page to show instead of the one of the span


def source_html(place: Place, say: Words, draw: Draw) -> Html:
    """Render a place in a document: what it is, where, and the marked words.

    Args:
        place: What is to be shown.
        say: The words.
        draw: From a file, a page and the file's hash to a picture, as `PageDrawer.draw`.
    """
    document, span = place.document, place.span
    state = on_disk(place.path, document.id)
    sheet = _sheet(place, say, draw) if state == "unchanged" else ""
    text = tag("div", *_text(document, span, say), class_="cw-text", dir="auto", tabindex=0)
    if sheet:
        text = tag("details", tag("summary", say("as_text")), text)
    return tag(
        "section",
        _head(place, say),
        tag("p", say(state), class_="cw-warning", role="alert")
        if state != "unchanged"
        else "",
        *_notes(place, say, unchanged=state == "unchanged", drawn=bool(sheet)),
        sheet,
        text,
        class_="cw-document",
        data_document=document.id,
        data_start=span.start,
        data_end=span.end,
    )


def _head(place: Place, say: Words) -> Html:
    document, span = place.document, place.span
    page = document.page_at(span.start)
    where = say("page", n=page) if page else say("line", n=document.line_at(span.start))
    where = document.place_at(span.start) or where
    facts = (document.source, document.author, document.date, where)
    return tag(
        "header",
        tag("h2", document.title or shown_name(str(place.path)), dir="auto"),
        tag("p", " · ".join(fact for fact in facts if fact), class_="cw-facts"),
        tag("p", str(place.path), class_="cw-path", title=str(place.path)),
    )


def on_disk(path: Path, document_id: str) -> str:
    """Say whether a file is "unchanged", "changed" or "missing"."""
    try:
        about = (container_of(path) or path).stat()
        digest = _digest(path, about.st_size, about.st_mtime_ns)
    except OSError:
        return "missing"
    if digest is None:
        return "missing"
    return "unchanged" if digest == document_id else "changed"


@functools.lru_cache(256)
def _digest(path: Path, size: int, modified_ns: int) -> str | None:
    del size, modified_ns  # another size or time is another entry of the cache
    with Hashes() as hashes:
        return hashes.of(path)


# --- pages --------------------


def _sheet(place: Place, say: Words, draw: Draw) -> str:
    """Render the page with a box over every marked line, "" where it cannot be drawn."""
    document = place.document
    number = _shown_page(place)
    if number is None:
        return ""
    page = next((page for page in document.pages if page.number == number), None)
    picture = draw(place.path, number, document.id) if page else None
    if page is None or picture is None:
        return ""
    boxes = [
        _box(box, page) for box in boxes_of(document, place.span) if box.page == number
    ]
    image = tag("img", src=picture, alt=say("page_image", n=number, name=place.path.name))
    shape = f"aspect-ratio: {page.width:.2f} / {page.height:.2f}"
    sheet = tag(
        "div",
        image,
        *boxes,
        class_="cw-sheet",
        style=shape,
        data_page=number,
        data_quote=place.span.text_of(document.text),
    )
    return join(_pager(number, len(document.pages), say), sheet)


def _shown_page(place: Place) -> int | None:
    """Return the number of the page to show, None where the document has none to draw."""
    if not place.document.media_type.startswith(DRAWN):
        return None
    return place.page or place.document.page_at(place.span.start)


def _notes(place: Place, say: Words, *, unchanged: bool, drawn: bool) -> Iterator[Html]:
    """Yield what is to be known of the page: that OCR read it, that it cannot be shown."""
    number = _shown_page(place)
    if number in read_by_ocr(place.document):
        text = say("by_ocr" if drawn else "by_ocr_alone")
        yield tag("p", text, class_="cw-ocr", role="note")
    if number is not None and unchanged and not drawn:
        yield tag("p", say("no_picture"), class_="cw-warning")


def _box(box: Box, page: Page) -> Html:
    left, top = 100 * box.left / page.width, 100 * box.top / page.height
    width = 100 * (box.right - box.left) / page.width
    height = 100 * (box.bottom - box.top) / page.height
    style = f"left:{left:.3f}%;top:{top:.3f}%;width:{width:.3f}%;height:{height:.3f}%"
    return tag("div", class_="cw-box", style=style)


def _pager(number: int, pages: int, say: Words) -> Html:
    return tag(
        "nav",
        _turn_page(number - 1, "‹", say("page_up"), possible=number > 1),
        tag("span", say("of", n=number, all=pages)),
        _turn_page(number + 1, "›", say("page_down"), possible=number < pages),
        class_="cw-pager",
        aria_label=say("page", n=number),
    )


def _turn_page(page: int, sign: str, label: str, *, possible: bool) -> Html:
    return tag(
        "button",
        sign,
        type="button",
        data_action="page",
        data_page=page,
        aria_label=label,
        disabled=not possible,
    )


# --- text --------------------


def _text(document: Document, span: Span, say: Words) -> Iterator[Html]:
    """Yield the text around a span, its words marked, table rows laid out as rows.

    The marks' text, put together, is exactly the span's text: what sets cells apart and ends
    rows is inside them, only made small.
    """
    first = max(span.start - AROUND, 0)
    last = min(span.end + AROUND, len(document.text))
    if first:
        yield _more(first, say)
    marker = _Marker(document.text, span)
    headings = {heading.start for heading in document.headings}
    lines = _lines(document.text, first, last)
    kinds = groupby(lines, lambda line: _kind(document.text, line, headings))
    for kind, group in kinds:
        if kind == "row":
            yield tag("span", *(_row(line, marker) for line in group), class_="cw-table")
        elif kind == "heading":
            yield tag("b", *(marker.piece(*line) for line in group))
        else:
            run = list(group)
            yield marker.piece(run[0][0], run[-1][1])
    if last < len(document.text):
        yield _more(len(document.text) - last, say)


def _more(characters: int, say: Words) -> Html:
    return tag(
        "span", f"\n… {say('more_text', n=say.number(characters))} …\n", class_="cw-note"
    )


def _lines(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield where each line starts and ends, its line break included."""
    while first < last:
        end = text.find("\n", first, last)
        end = last if end < 0 else end + 1
        yield first, end
        first = end


def _kind(text: str, line: tuple[int, int], headings: set[int]) -> str:
    if CELL in text[line[0] : line[1]]:
        return "row"
    return "heading" if line[0] in headings else "text"


class _Marker:
    """Cuts pieces out of a text, with the words of a span in `mark` elements."""

    def __init__(self, text: str, span: Span) -> None:
        self.text = text
        self._span = span

    def piece(self, start: int, end: int) -> Html:
        """Return `text[start:end]`."""
        left = min(max(self._span.start, start), end)
        right = max(min(self._span.end, end), left)
        marked = self.text[left:right]
        return join(
            self.text[start:left],
            tag("mark", marked, class_="cw-quote") if marked else "",
            self.text[right:end],
        )


def _row(line: tuple[int, int], marker: _Marker) -> Html:
    start, end = line
    cells: list[Html] = []
    while (cut := marker.text.find(CELL, start, end)) >= 0:
        cells.append(_cell(marker, start, cut, cut + len(CELL)))
        start = cut + len(CELL)
    stop = end - 1 if marker.text[end - 1] == "\n" else end
    cells.append(_cell(marker, start, stop, end))
    return tag("span", *cells, class_="cw-row")


def _cell(marker: _Marker, start: int, stop: int, end: int) -> Html:
    separator = tag("span", marker.piece(stop, end), class_="cw-separator")
    return tag("span", marker.piece(start, stop), separator, class_="cw-cell")
