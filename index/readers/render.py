"""A tree of HTML, or of what trafilatura makes of it, to text with its headings.

Blocks are set apart by a blank line, list items by a dash, table rows by a line with " | "
between the cells. Both vocabularies are known: `h2` and `head rend="h2"`, `li` and `item`.
Walks without recursion, since a hostile page is as deep as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers.normalise import normalise, squeeze
from index.types import Heading

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["SILENT", "render"]

# What a browser never shows as text.
SILENT = frozenset(
    "script style template noscript title meta link svg math canvas object iframe "
    "select option textarea button input graphic".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font hi i ins kbd label mark "
    "nobr q ref rp rt ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
_ITEMS = frozenset("li item dt dd".split())
_ROWS = frozenset("tr row".split())
_CELLS = frozenset("td th cell".split())
_VERBATIM = frozenset("pre code listing".split())
_BREAKS = frozenset("br lb".split())


@dataclass(slots=True)
class _Page:
    """What is written so far, and the open heading, row and verbatim block."""

    parts: list[str] = field(default_factory=list)  # finished blocks with what parts them
    length: int = 0
    line: list[str] = field(default_factory=list)  # pieces of the open block
    gap: str = ""  # what stands between the last block and the next
    bullet: str = ""
    rows: int = 0  # how many table rows are open, one inside the other
    verbatim: int = 0
    numbers: dict[_Element, int] = field(default_factory=dict)  # of ordered lists, the next
    headings: list[Heading] = field(default_factory=list)

    def say(self, text: str | None) -> None:
        if text:
            self.line.append(text if self.verbatim else normalise(text).replace("\n", " "))

    def end_block(self, gap: str) -> int | None:
        """Close the open block; return where it starts, None if it holds nothing."""
        raw = normalise("".join(self.line))
        lines = raw.split("\n") if not self.verbatim else [raw.strip("\n")]
        text = "\n".join(
            " ".join(line.split()) if not self.verbatim else line for line in lines
        )
        text = text.strip() if not self.verbatim else text
        self.line.clear()
        text = text if self.verbatim else text.rstrip(" |")
        start = None
        if text.strip():
            start = self.length + len(self.gap)
            self.parts += (self.gap, self.bullet, text)
            self.length = start + len(self.bullet) + len(text)
            self.bullet = self.gap = ""
        if self.length:
            self.gap = max(self.gap, gap, key=len)
        return start


def render(root: _Element) -> tuple[str, tuple[Heading, ...]]:
    """Return the text under `root` in normal form, and its headings with their places."""
    from lxml import etree

    page = _Page()
    skipped: _Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if skipped is None and event == "start":
            if _is_silent(element, tag):
                skipped = element
            else:
                _open(page, element, tag)
        elif event == "end" and skipped is None:
            _close(page, element, tag)
        if event == "end" and element is skipped:
            skipped = None
        if skipped is None and event != "start" and element is not root:
            page.say(element.tail)
    page.end_block("")
    return "".join(page.parts), tuple(page.headings)


def _is_silent(element: _Element, tag: str) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    if tag == "head" and element.get("rend") is None:  # of the page, not a heading
        return True
    return tag in SILENT or element.get("hidden") is not None or "display:none" in style


def _open(page: _Page, element: _Element, tag: str) -> None:
    if tag in _BREAKS:
        page.line.append(" " if page.rows else "\n")
    elif tag in _CELLS and page.rows:
        page.line.append(" | " if "".join(page.line).strip() or _has_left(element) else "")
    elif tag in _ROWS:
        if not page.rows:
            page.end_block("\n" if _has_left(element) else "\n\n")
        page.rows += 1
    elif page.rows:
        page.say(" " if tag not in _INLINE else "")
    elif tag not in _INLINE or _is_verbatim(element, tag):
        page.end_block("\n" if tag in _ITEMS else "\n\n")
        page.bullet = _bullet(page, element) if tag in {"li", "item"} else page.bullet
    page.verbatim += _is_verbatim(element, tag) and not page.rows
    page.say(element.text)


def _close(page: _Page, element: _Element, tag: str) -> None:
    if tag in _ROWS:
        page.rows -= 1
        if not page.rows:
            page.end_block("\n")
    elif page.rows:
        page.say(" " if tag not in _INLINE else "")
    elif tag in _HEADINGS or tag == "head":
        _end_heading(page, element, tag)
    elif tag in _ITEMS:
        page.end_block("\n")
        page.bullet = ""
    elif tag not in _INLINE | _BREAKS or _is_verbatim(element, tag):
        page.end_block("\n\n")
    page.verbatim -= _is_verbatim(element, tag) and not page.rows


def _end_heading(page: _Page, element: _Element, tag: str) -> None:
    title = squeeze("".join(page.line))
    start = page.end_block("\n\n")
    level = (element.get("rend") or "h2") if tag == "head" else tag
    if start is not None:
        page.headings.append(
            Heading(start, int(level[1:]) if level[1:].isdigit() else 2, title)
        )


def _bullet(page: _Page, element: _Element) -> str:
    """Return what a browser shows before a list item: a mark, or its number."""
    parent = element.getparent()
    if parent is None or "ol" not in {parent.tag, parent.get("rend")}:
        return "- "
    first = parent.get("start") or "1"
    number = page.numbers.get(parent, int(first) if first.isdecimal() else 1)
    page.numbers[parent] = number + 1
    return f"{number}. "


def _is_verbatim(element: _Element, tag: str) -> bool:
    """Say whether line breaks count here: code only where it is a block of its own."""
    return tag in _VERBATIM and (tag != "code" or "\n" in "".join(element.itertext()))


def _has_left(element: _Element) -> bool:
    return element.getprevious() is not None
