"""Web pages: the main text, without navigation, adverts, cookie banners and comments.

trafilatura finds the main text and its tree is rendered here, so that headings keep exact
places. A page that carries no clutter at all is taken whole: a saved report or a table is
not an article, and nothing of it may get lost. A date counts only where the page states it as
its own: trafilatura would also take one out of a comment.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.normalise import DROPPED, squeeze
from index.readers.render import SILENT, render
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date, stated
from index.types import Document, Heading

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement
    from trafilatura.settings import Document as About

__all__ = ["read_html", "read_mhtml"]

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CLUTTER_TAGS = "nav aside footer iframe form".split()
_CLUTTER = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|footer|comments?|cookies?|consent|advert|ads?|"
    r"promo|related|share|social|breadcrumbs?|newsletter|banner)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DATE_NAMES = frozenset(
    "article:published_time og:article:published_time og:published_time datepublished date "
    "dc.date dc.date.issued dcterms.date dcterms.issued dcterms.created pubdate publishdate "
    "publish_date publish-date publication_date citation_date citation_publication_date "
    "parsely-pub-date sailthru.date cxenseparse:recs:publishtime".split()
)
_DATE_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})')
_LEAST_SHARE = 0.02  # of the visible text; below that trafilatura has found a crumb
_LONGEST_NAME = 80  # characters; longer "authors" are paragraphs


def read_html(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a web page.

    Raises:
        ReadError: it is not HTML, or is nested too deep to be read.
    """
    del path, limits
    found = _CHARSET.search(data[:4096])
    raw, notes = decode(data, found[1].decode() if found else "")
    tree, cut = _parse(_DECLARATION.sub("", raw))
    whole, all_headings = render(tree)
    text, found_headings, about = whole, all_headings, _about(tree)
    extracted = _extract(tree) if _has_clutter(tree) else None
    if extracted is not None:
        main, main_headings = render(extracted)
        if count_visible(main) > _LEAST_SHARE * count_visible(whole):
            text, found_headings = main, main_headings
    return Document(
        id=content_id(data),
        text=text,
        media_type="text/html",
        title=_name(about.title, 300) or _title(tree, found_headings),
        author=_name(about.author),
        date=_date(tree) or stated(text).date,
        source=_name(about.sitename or about.hostname),
        headings=found_headings,
        characters_read=max(count_visible(whole), count_visible(text)),
        notes=(*notes, *cut),
    )


def read_mhtml(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a page saved as one file (MHTML): its first HTML part.

    Raises:
        ReadError: it holds no page.
    """
    import email
    from dataclasses import replace

    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page:
                return replace(read_html(page, path, limits), id=content_id(data))
    raise ReadError("it holds no web page", "Save the page again, as HTML.")


def _parse(text: str) -> tuple[HtmlElement, tuple[str, ...]]:
    """Return the page's tree, and a note if libxml2 cut off what is nested too deeply."""
    from lxml import etree, html

    # Without huge_tree the text below 256 unclosed tags is dropped; with it, below 2048.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        # A NUL ends the text for libxml2, other control characters end trafilatura, and
        # lone surrogates cannot be encoded.
        data = DROPPED.sub("", text).encode("utf-8", errors="replace")
        tree = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("it holds no web page", "Save the page again.") from error
    cut = any("Excessive depth" in entry.message for entry in parser.error_log)
    return tree, (("what is nested too deeply in it was left out",) if cut else ())


def _extract(tree: HtmlElement) -> HtmlElement | None:
    """Return the tree of the main text that trafilatura finds, None if it finds none."""
    import trafilatura

    try:
        found = trafilatura.bare_extraction(
            deepcopy(tree), include_comments=False, include_tables=True
        )
    except (RecursionError, ValueError):  # nested too deeply, or "&#1;" in the page
        return None
    return found.body if found is not None and not isinstance(found, dict) else None


def _about(tree: HtmlElement) -> About:
    """Return what trafilatura reads in the page's head and data; its date is not used."""
    import trafilatura
    from trafilatura.settings import Document as Found

    try:
        return trafilatura.extract_metadata(deepcopy(tree), extensive=False)
    except (RecursionError, ValueError):
        return Found()


def _has_clutter(tree: HtmlElement) -> bool:
    if any(next(tree.iter(tag), None) is not None for tag in _CLUTTER_TAGS):
        return True
    named = (
        " ".join(element.get(name) or "" for name in ("class", "id", "role"))
        for element in tree.iter()
        if isinstance(element.tag, str) and element.tag not in SILENT
    )
    return any(map(_CLUTTER.search, named))


def _date(tree: HtmlElement) -> str:
    """Return the date the page gives as its own: in its head, its data or on its article."""
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name.lower() in _DATE_NAMES and (
            date := iso_date((meta.get("content") or "")[:10])
        ):
            return date
    for script in tree.iter("script"):
        found = _DATE_PUBLISHED.search(script.text or "")
        if found and (date := iso_date(found[1])):
            return date
    for article in tree.iter("article"):
        for time in article.iter("time"):
            if date := iso_date((time.get("datetime") or "")[:10]):
                return date
        break  # further articles are teasers of other pages
    return ""


def _name(value: str | None, longest: int = _LONGEST_NAME) -> str:
    name = squeeze(value or "")
    return name if len(name) <= longest else ""


def _title(tree: HtmlElement, headings: tuple[Heading, ...]) -> str:
    return squeeze(tree.findtext(".//title") or "") or next((h.title for h in headings), "")
