"""What of a web page is its text, and what stands around it: navigation, adverts, comments.

trafilatura finds the main text. It is taken as a guide, not as the text: what stands among the
main text and is no list of links stays, and so does what a footer says about the article.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers.grid import is_data
from index.readers.render import INLINE, SILENT, is_hidden
from index.readers.source import count_visible
from index.types import Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element
    from lxml.html import HtmlElement

__all__ = ["count_parts", "find_aside"]

_TAGS = {"nav": "navigation"}
_ROLES = {
    "navigation": "navigation",
    "banner": "page header",
    "search": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
}
_NAMES = (
    ("navigation", r"nav(?:bar|igation)?|menu|breadcrumbs?|skip-?links?"),
    ("cookie notice", r"cookies?|consent|gdpr"),
    ("comments", r"comments?|disqus"),
    ("adverts", r"advert(?:s|isement|ising)?|ads?|promo|sponsored"),
    ("links to other pages", r"related|share|social|newsletter|recommended|sidebar|banner"),
)
_NAMED = tuple(
    (part, re.compile(rf"(?:^|[\s_-])(?:{names})(?:$|[\s_-])", re.IGNORECASE))
    for part, names in _NAMES
)
_FOOTER = re.compile(r"(?:^|[\s_-])footer(?:$|[\s_-])", re.IGNORECASE)
_CLUTTER_TAGS = frozenset("nav aside footer iframe form".split())
_BOILERPLATE = re.compile(
    r"©|\(c\)\s*\d{4}|copyright|all rights reserved|alle rechte vorbehalten|imprint|impressum|"
    r"privacy|datenschutz|terms of (?:use|service)|cookies?\b|powered by|back to top|follow us|"
    r"subscribe|sign up|tous droits|mentions légales|derechos reservados|aviso legal|"
    r"diritti riservati|direitos reservados|alla rättigheter|alle rechten",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?:]['\"”’)]*(?:\s|$)")
_MOST_LINKED = 0.6  # of a block's characters; beyond, it is a list of links
_CENTRAL = (
    0.9  # of what trafilatura found; the smallest element with so much is the article
)
_LEAST_SHARE = 0.02  # of the visible text; below that trafilatura has found a crumb
_LEAST_WORDS = 3
_WHY = {
    "hidden text": "the page does not show it",
    "form controls": "they belong to a form",
    "text without scripts": "it is shown where scripts are turned off",
    "drawings and formulas": "they are no running text",
}
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


@dataclass(slots=True)
class _Block:
    """The text whose nearest element is no mere part of a line."""

    element: _Element
    texts: list[str] = field(default_factory=list)
    linked: int = 0  # non-blank characters in links

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    @property
    def compact(self) -> str:
        return "".join("".join(self.texts).split())

    @property
    def is_links(self) -> bool:
        return self.linked > _MOST_LINKED * len(self.compact)


def count_parts(tree: HtmlElement, aside: Mapping[_Element, str]) -> tuple[Part, ...]:
    """Count every character of the page's texts by what became of it."""
    counts: Counter[str] = Counter({"text": 0})
    for element, text, _ in _texts(tree):
        counts[_part_of(element, aside)] += count_visible(text)
    read = [Part("text", PartState.READ, counts.pop("text"))]
    described = sum(count_visible(img.get("alt") or "") for img in tree.iter("img"))
    if described:
        read.append(Part("descriptions of pictures", PartState.READ, described))
    others = [
        Part(name, PartState.SET_ASIDE, count, _WHY.get(name, "it is not the page's text"))
        for name, count in counts.items()
        if count and name
    ]
    return (*read, *others)


def find_aside(tree: HtmlElement) -> dict[_Element, str]:
    """Return the elements that are not the page's text, and the part they belong to."""
    blocks = _blocks(tree)
    if not _has_clutter(tree):
        return {}
    main = _main_text(tree)
    whole = sum(len(block.compact) for block in blocks)
    if len(main) <= _LEAST_SHARE * whole:
        main = ""
    kept = [bool(main) and block.compact in main for block in blocks]
    center = _center(tree, blocks, kept) if main else tree
    named = _named(tree, center)
    aside: dict[_Element, str] = dict(named)
    opening = _opening(blocks, kept, center)
    for number, block in enumerate(blocks):
        if part := _judge(block, kept[number] or number in opening, center, named):
            aside[block.element] = part
    return _without_ancestors(aside, blocks, named)


def _judge(
    block: _Block,
    kept: bool,  # noqa: FBT001
    center: _Element,
    named: Mapping[_Element, str],
) -> str:
    """Return the part a block belongs to, "" for the page's text."""
    above = _above(block.element)
    if any(element in named for element in above):
        return ""  # its element is set aside as a whole
    footer = any(map(_is_footer, above))
    if footer:
        return "footer" if _is_boilerplate(block) else ""
    if kept:
        return ""
    if block.is_links:
        return "links to other pages"
    if center in above or block.element.tag == "h1":
        return ""
    return "text beside the article"


def _opening(blocks: list[_Block], kept: list[bool], center: _Element) -> range:
    """Return the numbers of the blocks from the article's title to its text."""
    inside = (n for n, block in enumerate(blocks) if center in _above(block.element))
    begin = next(inside, 0)
    first = next((n for n, is_kept in enumerate(kept) if is_kept), begin)
    last = max(first, begin)
    titles = [n for n, block in enumerate(blocks[: last + 1]) if block.element.tag == "h1"]
    return range(titles[-1], last) if titles else range(0)


def _above(element: _Element) -> list[_Element]:
    return [element, *element.iterancestors()]


def _is_footer(element: _Element) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return (
        element.tag == "footer"
        or element.get("role") == "contentinfo"
        or bool(_FOOTER.search(names) and element.tag not in {"body", "html", "main"})
    )


def _is_boilerplate(block: _Block) -> bool:
    """Say whether a block of a footer is a link, a legal line or a bare word."""
    text = block.text
    if block.is_links or _BOILERPLATE.search(text):
        return True
    short = len(text.split()) <= _LEAST_WORDS
    return short and not any(map(str.isdigit, text)) and not _SENTENCE.search(text)


def _named(tree: HtmlElement, center: _Element) -> dict[_Element, str]:
    """Return the elements whose tag, role or class says that they are not the text."""
    article = {center, *center.iterancestors()}
    found: dict[_Element, str] = {}
    for element in tree.iter():
        if not isinstance(element.tag, str) or element in article:
            continue
        part = _TAGS.get(element.tag) or _ROLES.get(element.get("role") or "", "")
        names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
        if not part and names and element.tag not in {"h1", "article", "main", "table"}:
            part = next((name for name, form in _NAMED if form.search(names)), "")
        if part:
            found[element] = part
    return found


def _has_clutter(tree: HtmlElement) -> bool:
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in SILENT - {"iframe"}:
            continue
        if element.tag in _CLUTTER_TAGS or element.get("role") in _ROLES:
            return True
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if names.strip() and any(
            form.search(names) for form in (*(f for _, f in _NAMED), _FOOTER)
        ):
            return True
    return False


def _main_text(tree: HtmlElement) -> str:
    """Return the main text that trafilatura finds, without blanks; "" if it finds none."""
    import trafilatura

    try:
        found = trafilatura.bare_extraction(
            deepcopy(tree), include_comments=False, include_tables=True
        )
    except (RecursionError, ValueError):  # nested too deeply, or "&#1;" in the page
        return ""
    if found is None or isinstance(found, dict):
        return ""
    return "".join("".join(found.body.itertext()).split())


def _center(tree: HtmlElement, blocks: list[_Block], kept: list[bool]) -> _Element:
    """Return the smallest element that holds nearly all of the main text."""
    held: Counter[_Element] = Counter()
    total = 0
    for block, is_kept in zip(blocks, kept, strict=True):
        if is_kept:
            size = len(block.compact)
            total += size
            for element in _above(block.element):
                held[element] += size
    if not total:
        return tree
    wide = [element for element, size in held.items() if size >= _CENTRAL * total]
    return max(wide, key=lambda element: sum(1 for _ in element.iterancestors()))


def _without_ancestors(
    aside: dict[_Element, str], blocks: list[_Block], named: Mapping[_Element, str]
) -> dict[_Element, str]:
    """Leave out elements that stand around a block that stays."""
    stays: set[_Element] = set()
    for block in blocks:
        if block.element not in aside:
            above = list(block.element.iterancestors())
            if not any(element in named for element in above):
                stays.update(above)
    return {
        element: part
        for element, part in aside.items()
        if element in named or element not in stays
    }


def _blocks(tree: HtmlElement) -> list[_Block]:
    """Return the blocks of the page in its order; a table of data is one."""
    blocks: dict[_Element, _Block] = {}
    tables: dict[_Element, bool] = {}
    for element, text, linked in _texts(tree):
        if _silent_part(element):
            continue
        owner = _block_of(element, tables)
        block = blocks.setdefault(owner, _Block(owner))
        block.texts.append(text)
        block.linked += count_visible(text) * linked
    return list(blocks.values())


def _block_of(element: _Element, tables: dict[_Element, bool]) -> _Element:
    owner = element
    while owner.tag in INLINE and owner.getparent() is not None:
        owner = owner.getparent()
    for above in owner.iterancestors("table"):
        if above not in tables:
            tables[above] = is_data(above)
        if tables[above]:
            owner = above
    return owner


def _texts(tree: HtmlElement) -> Iterator[tuple[_Element, str, bool]]:
    """Yield every text that a browser might show: its element, itself, whether it is a link."""
    from lxml import etree

    links = silent = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            links += element.tag == "a"
            silent += element.tag in _NEVER
            if element.text and not silent:
                yield element, element.text, links > 0
        else:
            if event == "end":
                links -= element.tag == "a"
                silent -= element.tag in _NEVER
            parent = element.getparent()
            if element.tail and not silent and parent is not None:
                yield parent, element.tail, links > 0


_NEVER = frozenset("head script style template title meta link iframe audio video".split())


def _silent_part(element: _Element) -> str:
    for each in _above(element):
        if is_hidden(each):
            return "hidden text"
        if each.tag in _SILENT_PARTS:
            return _SILENT_PARTS[each.tag]
    return ""


def _part_of(element: _Element, aside: Mapping[_Element, str]) -> str:
    if part := _silent_part(element):
        return part
    for each in _above(element):
        if each in aside:
            return aside[each]
    return "text"
