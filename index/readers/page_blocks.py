"""The texts of a web page in its order, and the blocks they make up.

One walk over the tree, however deep it is, carries what is known from above: whether this is a
link, hidden, part of a footer or of a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers.grid import is_data
from index.readers.render import INLINE, is_hidden
from index.readers.source import count_visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.etree import _Element

__all__ = ["FOOTER", "Block", "PageText", "below", "blocks", "texts"]

FOOTER = re.compile(r"(?:^|[\s_-])footer(?:$|[\s_-])", re.IGNORECASE)
_MOST_LINKED = 0.6  # of a block's characters; beyond, it is a list of links
_NEVER = frozenset("head script style template title meta link iframe audio video".split())
_SILENT_PARTS = {
    "noscript": "text without scripts",
    "svg": "drawings and formulas",
    "math": "drawings and formulas",
    "canvas": "drawings and formulas",
    "object": "drawings and formulas",
    "select": "form controls",
    "option": "form controls",
    "textarea": "form controls",
    "button": "form controls",
}


@dataclass(frozen=True, slots=True)
class PageText:
    """A text that a browser might show."""

    element: _Element  # that it stands in
    block: _Element  # the nearest that is no mere part of a line, or the table it is in
    text: str
    linked: bool
    in_footer: bool
    silent: str  # the part it belongs to where a browser does not show it as text, else ""


@dataclass(slots=True)
class Block:
    """The texts of one block."""

    element: _Element
    in_footer: bool
    texts: list[str] = field(default_factory=list)
    linked: int = 0  # non-blank characters in links

    @property
    def text(self) -> str:
        """The block on one line."""
        return " ".join("".join(self.texts).split())

    @property
    def compact(self) -> str:
        """The block without blanks."""
        return "".join("".join(self.texts).split())

    @property
    def is_links(self) -> bool:
        """Whether it is mostly links."""
        return self.linked > _MOST_LINKED * len(self.compact)


@dataclass(slots=True)
class _Above:
    """What is known of the elements that are open."""

    blocks: list[_Element]
    links: int = 0
    never: int = 0
    footers: int = 0
    silent: list[tuple[_Element, str]] = field(default_factory=list)
    table: _Element | None = None  # the outermost one of data

    def open(self, element: _Element) -> None:
        tag = element.tag
        self.links += tag == "a"
        self.never += tag in _NEVER
        self.footers += _is_footer(element)
        if part := "hidden text" if is_hidden(element) else _SILENT_PARTS.get(tag, ""):
            self.silent.append((element, part))
        if tag not in INLINE:
            self.blocks.append(element)
        if tag == "table" and self.table is None and is_data(element):
            self.table = element

    def close(self, element: _Element) -> None:
        tag = element.tag
        self.links -= tag == "a"
        self.never -= tag in _NEVER
        self.footers -= _is_footer(element)
        if self.silent and self.silent[-1][0] is element:
            self.silent.pop()
        if self.blocks and self.blocks[-1] is element:
            self.blocks.pop()
        if self.table is element:
            self.table = None

    def said(self, element: _Element, text: str) -> PageText:
        block = self.table if self.table is not None else self.blocks[-1]
        silent = self.silent[0][1] if self.silent else ""
        return PageText(element, block, text, self.links > 0, self.footers > 0, silent)


def texts(tree: _Element) -> Iterator[PageText]:
    """Yield every text of a page but that of its head and scripts."""
    from lxml import etree

    above = _Above([tree])
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            above.open(element)
            if element.text and not above.never:
                yield above.said(element, element.text)
            continue
        if event == "end":
            above.close(element)
        parent = element.getparent()
        if element is not tree and element.tail and not above.never and parent is not None:
            yield above.said(parent, element.tail)


def blocks(tree: _Element) -> list[Block]:
    """Return the blocks of the page in its order; a table of data is one."""
    found: dict[_Element, Block] = {}
    for each in texts(tree):
        if not each.silent:
            block = found.setdefault(each.block, Block(each.block, each.in_footer))
            block.texts.append(each.text)
            block.linked += count_visible(each.text) * each.linked
    return [block for block in found.values() if block.compact]


def below(tree: _Element, chosen: Collection[_Element]) -> set[_Element]:
    """Return the chosen elements with all that lies in them."""
    from lxml import etree

    found: set[_Element] = set()
    depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += element in chosen if event == "start" else 0
        if depth:
            found.add(element)
        depth -= element in chosen if event == "end" else 0
    return found


def _is_footer(element: _Element) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return (
        element.tag == "footer"
        or element.get("role") == "contentinfo"
        or bool(FOOTER.search(names) and element.tag not in {"body", "html", "main"})
    )
