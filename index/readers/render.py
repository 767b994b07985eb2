"""A tree of HTML to text, with its headings, its tables and what is quoted in it.

Blocks are set apart by a blank line, list items by a dash, table rows by a line with " | "
between the cells. Walks without recursion, since a hostile page is as deep as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers.grid import caption, grid, is_data, stray
from index.readers.normalise import normalise
from index.readers.raised import labels, lowered, raised
from index.readers.writer import BlockWriter, CellText

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from lxml.etree import _Element

    from index.types import Heading

__all__ = ["BREAKS", "INLINE", "SILENT", "is_hidden", "render", "render_into"]

# What a browser never shows as text of the page.
SILENT = frozenset(
    "head script style template noscript title meta link svg math canvas object iframe "
    "select option textarea button input graphic audio video".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font hi i img ins kbd label mark "
    "nobr q ref rp rt ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
BREAKS = frozenset(["br"])
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_ITEMS = frozenset("li dt dd".split())
_LISTS = frozenset("ul ol dl menu dir".split())
_VERBATIM = frozenset("pre code listing".split())


@dataclass(slots=True)
class _Line:
    """The pieces of the block that is open, with its raised and lowered characters."""

    notes: frozenset[str]
    verbatim: int = 0
    pieces: list[str] = field(default_factory=list)
    _raised: list[tuple[_Element, int]] = field(default_factory=list)

    def say(self, text: str | None) -> None:
        if text:
            self.pieces.append(
                text if self.verbatim else normalise(text).replace("\n", " ")
            )

    def open_raised(self, element: _Element) -> None:
        self._raised.append((element, len(self.pieces)))

    def close_raised(self, element: _Element) -> None:
        if not self._raised or self._raised[-1][0] is not element:
            return
        _, at = self._raised.pop()
        text = "".join(self.pieces[at:])
        before = "".join(self.pieces[max(0, at - 4) : at])
        if element.tag == "sub":
            written = lowered(text, before)
        else:
            written = raised(element, text, before, self.notes)
        self.pieces[at:] = [written]

    def take(self) -> str:
        """Return the block's text, each of its lines without double blanks."""
        text = "".join(self.pieces)
        self.pieces.clear()
        self._raised.clear()
        if self.verbatim:
            return text.strip("\n")
        lines = (" ".join(line.split()) for line in normalise(text).split("\n"))
        return "\n".join(lines).strip()


@dataclass(slots=True)
class _Page:
    """What is being written, and the element that is passed over."""

    writer: BlockWriter
    line: _Line
    bullet: str = ""
    items: int = 0  # how many list items are open, one inside the other
    lists: int = 0
    quotes: int = 0  # how many quotations are open
    numbers: dict[_Element, int] = field(default_factory=dict)  # of ordered lists, the next
    depths: list[tuple[int, int]] = field(default_factory=list)  # of blocks: start, quotes

    def end_block(self) -> int | None:
        """Close the open block; return where it starts, None if it holds nothing."""
        text = self.line.take()
        if not text.strip():
            return None
        start = self.writer.add(self.bullet + text, item=self.items > 0)
        self.bullet = ""
        if start is not None:
            self.depths.append((start, self.quotes))
        return start


def render(root: _Element) -> tuple[str, tuple[Heading, ...]]:
    """Return the text under `root` in normal form, and its headings with their places."""
    writer = BlockWriter()
    render_into(writer, root)
    return writer.text, tuple(writer.headings)


def render_into(
    writer: BlockWriter, root: _Element, aside: Collection[_Element] = ()
) -> list[tuple[int, int]]:
    """Write the text under `root`.

    Args:
        writer: gets the blocks, headings and tables.
        root: of the page.
        aside: elements that are passed over.

    Returns:
        Where each block starts and how many quotations it stands in.
    """
    page = _Page(writer, _Line(labels(root)))

    def is_passed(element: _Element, tag: str) -> bool:
        if _is_silent(element, tag) or element in aside:
            return True
        if tag != "table" or not is_data(element):
            return False
        page.end_block()
        _add_tables(page, element, aside)
        return True

    for event, element, tag in _walk(root, is_passed):
        if event == "start":
            _open(page, element, tag)
        elif event == "end":
            _close(page, element, tag)
        else:
            page.line.say(element.tail)
    page.end_block()
    return page.depths


def _walk(
    root: _Element, is_passed: Callable[[_Element, str], bool]
) -> Iterator[tuple[str, _Element, str]]:
    """Yield "start", "end" and then "tail" of every element that is not passed over."""
    from lxml import etree

    skipped: _Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if skipped is None and event == "start":
            if element is not root and is_passed(element, tag):
                skipped = element
            else:
                yield event, element, tag
        elif skipped is None and event == "end":
            yield event, element, tag
        if event == "end" and element is skipped:
            skipped = None
        if skipped is None and event != "start" and element is not root:
            yield "tail", element, tag


def is_hidden(element: _Element) -> bool:
    """Say whether the page does not show an element."""
    style = (element.get("style") or "").replace(" ", "").lower()
    if "display:none" in style or "visibility:hidden" in style:
        return True
    return element.get("hidden") is not None or (
        element.tag == "dialog" and element.get("open") is None
    )


def _is_silent(element: _Element, tag: str) -> bool:
    return tag in SILENT or is_hidden(element)


def _open(page: _Page, element: _Element, tag: str) -> None:
    if tag in BREAKS:
        page.line.pieces.append("\n")
    elif tag == "img":
        page.line.say(_described(element))
    elif tag in {"sup", "sub"}:
        page.line.open_raised(element)
    elif tag not in INLINE or _is_verbatim(element, tag):
        page.end_block()
        _open_block(page, element, tag)
    page.line.verbatim += _is_verbatim(element, tag)
    page.line.say(element.text)


def _described(element: _Element) -> str:
    """Return what a picture is said to show, as a browser writes it where it has none."""
    text = " ".join((element.get("alt") or "").split())
    return f" {text} " if text else ""


def _open_block(page: _Page, element: _Element, tag: str) -> None:
    page.quotes += tag == "blockquote"
    if tag in _LISTS:
        page.lists += 1
    elif tag in _ITEMS:
        page.items += 1
        if tag == "li":
            page.bullet = _bullet(page, element)


def _close(page: _Page, element: _Element, tag: str) -> None:
    if tag in {"sup", "sub"}:
        page.line.close_raised(element)
    elif tag in _HEADINGS:
        _end_heading(page, tag)
    elif tag not in INLINE | BREAKS or _is_verbatim(element, tag):
        page.end_block()
        _close_block(page, tag)
    page.line.verbatim -= _is_verbatim(element, tag)


def _close_block(page: _Page, tag: str) -> None:
    page.quotes -= tag == "blockquote"
    if tag in _ITEMS:
        page.items -= 1
        page.bullet = ""
    elif tag in _LISTS:
        page.lists -= 1
        if not page.lists:
            page.writer.end_list()


def _end_heading(page: _Page, tag: str) -> None:
    text = page.line.take()
    start = page.writer.add_heading(text, int(tag[1]))
    if start is not None:
        page.depths.append((start, page.quotes))


def _bullet(page: _Page, element: _Element) -> str:
    """Return what a browser shows before a list item: a mark, or its number."""
    parent = element.getparent()
    if parent is None or parent.tag != "ol":
        return "- "
    first = parent.get("start") or "1"
    start = int(first) if first.isascii() and first.isdigit() else 1
    number = page.numbers.get(parent, start)
    own = element.get("value") or ""
    number = int(own) if own.isascii() and own.isdigit() else number
    page.numbers[parent] = number + 1
    return f"{number}. "


def _is_verbatim(element: _Element, tag: str) -> bool:
    """Say whether line breaks count here: code only where it is a block of its own."""
    return tag in _VERBATIM and (tag != "code" or "\n" in "".join(element.itertext()))


# --- tables --------------------


def _add_tables(page: _Page, table: _Element, aside: Collection[_Element]) -> None:
    """Write a table and, behind it, those in its cells: tables do not lie in one another."""
    waiting: list[tuple[_Element, str]] = [(table, "")]
    while waiting:
        table, row_name = waiting.pop(0)
        page.writer.add(stray(table))
        title = caption(table)
        name = _flat(page, title, aside)[0] if title is not None else row_name
        if title is not None and name:
            page.writer.add(name)
        cells: list[CellText] = []
        named: dict[int, str] = {}  # rows, by the first of their cells with text
        for cell in grid(table):
            text, inner = _flat(page, cell.element, aside)
            waiting += [(each, named.get(cell.row) or name) for each in inner]
            if text:
                named.setdefault(cell.row, text)
            shape = (cell.rows, cell.columns, cell.heading)
            cells.append(CellText(cell.row, cell.column, text, *shape))
        start = page.writer.add_table(cells, name)
        if start is not None:
            page.depths.append((start, page.quotes))


def _flat(
    page: _Page, root: _Element, aside: Collection[_Element]
) -> tuple[str, list[_Element]]:
    """Return the text of a cell on one line, and the tables of data in it."""
    line = _Line(page.line.notes)
    inner: list[_Element] = []

    def is_passed(element: _Element, tag: str) -> bool:
        if tag == "table" and is_data(element):
            inner.append(element)
            return True
        return _is_silent(element, tag) or element in aside

    for event, element, tag in _walk(root, is_passed):
        if event == "tail":
            line.say(element.tail)
            continue
        line.say(" " if tag not in INLINE else "")
        if event == "end":
            line.close_raised(element)
            continue
        if tag in {"sup", "sub"}:
            line.open_raised(element)
        line.say(_described(element) if tag == "img" else element.text)
    return " ".join(line.take().split()), inner
