"""What of a web page is its text, and what stands around it: navigation, adverts, comments.

trafilatura finds the main text. It is taken as a guide, not as the text: what stands among the
main text and is no list of links stays, and so does what a footer says about the article.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from typing import TYPE_CHECKING

from index.readers.normalise import normalise
from index.readers.page_blocks import FOOTER, Block, below, blocks, texts
from index.readers.render import SILENT
from index.readers.source import count_visible
from index.types import Part, PartState

if TYPE_CHECKING:
    from collections.abc import Mapping

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
_CLUTTER_TAGS = frozenset("nav aside footer iframe form".split())
_BOILERPLATE = re.compile(
    r"©|\(c\)\s*\d{4}|copyright|all rights reserved|alle rechte vorbehalten|imprint|impressum|"
    r"privacy|datenschutz|terms of (?:use|service)|cookies?\b|powered by|back to top|follow us|"
    r"subscribe|sign up|tous droits|mentions légales|derechos reservados|aviso legal|"
    r"diritti riservati|direitos reservados|alla rättigheter|alle rechten",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?:]['\"”’)]*(?:\s|$)")
_CENTRAL = (
    0.9  # of what trafilatura found; the smallest element with so much is the article
)
_LEAST_SHARE = 0.02  # of the visible text; below that trafilatura has found a crumb
_MANY = 10_000  # elements
_LEAST_WORDS = 3
_WHY = {
    "hidden text": "the page does not show it",
    "form controls": "they belong to a form",
    "text without scripts": "it is shown where scripts are turned off",
    "drawings and formulas": "they are no running text",
}


def count_parts(
    tree: HtmlElement, aside: Mapping[_Element, str], written: str
) -> tuple[Part, ...]:
    """Count every character of the page's texts by what became of it.

    Args:
        tree: of the page.
        aside: the elements that were passed over, and the parts they belong to.
        written: the text that was made of the rest; letters that it lacks are lost.
    """
    counts: Counter[str] = Counter({"text": 0})
    covered = below(tree, aside)
    letters = -_letters(written)
    for each in texts(tree):
        part = each.silent or (
            _part(each.element, aside) if each.element in covered else ""
        )
        counts[part or "text"] += count_visible(each.text)
        letters += 0 if part else _letters(each.text)
    pictures = [img.get("alt") or "" for img in tree.iter("img") if img not in covered]
    lost = max(0, letters + sum(map(_letters, pictures)))
    read = [Part("text", PartState.READ, counts.pop("text") - lost)]
    if described := sum(map(count_visible, pictures)):
        read.append(Part("descriptions of pictures", PartState.READ, described))
    if lost:
        read.append(Part("text at places where no page has any", PartState.NOT_READ, lost))
    others = [
        Part(name, PartState.SET_ASIDE, count, _WHY.get(name, "it is not the page's text"))
        for name, count in counts.items()
        if count
    ]
    return (*read, *others)


def _letters(text: str) -> int:
    """Count the letters: a text that is written anew may get other marks and numbers."""
    return sum(map(str.isalpha, normalise(text)))


def _part(element: _Element, aside: Mapping[_Element, str]) -> str:
    while element not in aside:
        element = element.getparent()
    return aside[element]


def find_aside(tree: HtmlElement) -> dict[_Element, str]:
    """Return the elements that are not the page's text, and the part they belong to."""
    if not _has_clutter(tree):
        return {}
    found = blocks(tree)
    main = _main_text(tree, fast=sum(1 for _ in tree.iter()) > _MANY)
    whole = sum(len(block.compact) for block in found)
    if len(main) <= _LEAST_SHARE * whole:
        main = ""
    kept = [bool(main) and block.compact in main for block in found]
    center = _center(tree, found, kept)
    named = _named(tree, center)
    covered, inside = below(tree, named), below(tree, {center})
    opening = _opening(found, kept, inside)
    aside: dict[_Element, str] = {}
    stays: set[_Element] = set()
    for number, block in enumerate(found):
        if block.element in covered:
            continue
        taken = kept[number] or number in opening or block.element in inside
        if part := _judge(block, taken=taken, kept=kept[number]):
            aside[block.element] = part
        else:
            _add_ancestors(stays, block.element)
    # An element is not passed over for its own words where a block in it stays.
    return named | {
        element: part for element, part in aside.items() if element not in stays
    }


def _judge(block: Block, *, taken: bool, kept: bool) -> str:
    """Return the part a block belongs to, "" for the page's text.

    Args:
        block: outside of what its name sets aside.
        taken: it stands in the article, or is part of its main text.
        kept: it is part of the main text that trafilatura found.
    """
    if block.in_footer:
        return "footer" if _is_boilerplate(block) else ""
    if kept or block.element.tag == "h1":
        return ""
    if block.is_links:
        return "links to other pages"
    return "" if taken else "text beside the article"


def _add_ancestors(stays: set[_Element], element: _Element) -> None:
    above = element.getparent()
    while above is not None and above not in stays:
        stays.add(above)
        above = above.getparent()


def _opening(found: list[Block], kept: list[bool], inside: set[_Element]) -> range:
    """Return the numbers of the blocks from the article's title to its text."""
    begin = next((n for n, block in enumerate(found) if block.element in inside), 0)
    first = next((n for n, is_kept in enumerate(kept) if is_kept), begin)
    last = max(first, begin)
    titles = [n for n, block in enumerate(found[: last + 1]) if block.element.tag == "h1"]
    return range(titles[-1], last) if titles else range(0)


def _is_boilerplate(block: Block) -> bool:
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
            form.search(names) for form in (*(f for _, f in _NAMED), FOOTER)
        ):
            return True
    return False


def _main_text(tree: HtmlElement, *, fast: bool) -> str:
    """Return the main text that trafilatura finds, without blanks; "" if it finds none.

    Args:
        tree: of the page.
        fast: do without its second opinions, whose time grows with the square of the page.
    """
    import trafilatura

    try:
        found = trafilatura.bare_extraction(
            deepcopy(tree), include_comments=False, include_tables=True, fast=fast
        )
    except (RecursionError, ValueError):  # nested too deeply, or "&#1;" in the page
        return ""
    if found is None or isinstance(found, dict):
        return ""
    return "".join("".join(found.body.itertext()).split())


def _center(tree: HtmlElement, found: list[Block], kept: list[bool]) -> _Element:
    """Return the smallest element that holds nearly all of the main text."""
    from lxml import etree

    sizes = Counter(
        {b.element: len(b.compact) for b, k in zip(found, kept, strict=True) if k}
    )
    total = sizes.total()
    if not total:
        return tree
    held: Counter[_Element] = Counter()
    for _, element in etree.iterwalk(tree, events=("end",)):
        held[element] += sizes[element]
        if held[element] >= _CENTRAL * total:
            return element  # the first to be closed is the innermost
        if (parent := element.getparent()) is not None:
            held[parent] += held[element]
    return tree
