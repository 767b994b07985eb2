"""Web pages: the main text, without navigation, adverts, cookie banners and comments.

A page that carries no clutter at all is taken whole: a saved report or a table is not an
article, and nothing of it may get lost. A date counts only where the page states it as its own:
trafilatura would also take one out of a comment.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.main_text import count_parts, find_aside
from index.readers.normalise import DROPPED, squeeze
from index.readers.render import render_into
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date, stated
from index.readers.writer import BlockWriter
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lxml.html import HtmlElement
    from trafilatura.settings import Document as About

    from index.types import Heading

__all__ = ["PageText", "page_document", "read_html", "read_mhtml"]

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DATE_NAMES = frozenset(
    "article:published_time og:article:published_time og:published_time datepublished date "
    "dc.date dc.date.issued dcterms.date dcterms.issued dcterms.created pubdate publishdate "
    "publish_date publish-date publication_date citation_date citation_publication_date "
    "parsely-pub-date sailthru.date cxenseparse:recs:publishtime".split()
)
_DATE_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})')
_LONGEST_NAME = 80  # characters; longer "authors" are paragraphs


def read_html(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a web page.

    Raises:
        ReadError: it is not HTML, or is nested too deep to be read.
    """
    del path, limits
    return page_document(data).document


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as a document, and how many quotations each of its blocks stands in."""

    document: Document
    depths: tuple[tuple[int, int], ...]  # the block's start, and its quotations


def page_document(data: bytes, declared: str = "", *, whole: bool = False) -> PageText:
    """Return the text of a web page.

    Args:
        data: the page.
        declared: its encoding, as whoever sent it names it.
        whole: take it for a text without clutter, as a mail is, and add no properties.

    Raises:
        ReadError: it is not HTML, or is nested too deep to be read.
    """
    found = _CHARSET.search(data[:4096])
    raw, notes = decode(data, declared or (found[1].decode() if found else ""))
    tree, cut = parse(_DECLARATION.sub("", raw))
    aside = {} if whole else find_aside(tree)
    writer = BlockWriter()
    depths = render_into(writer, tree, aside)
    about, text = _about(tree), writer.text
    title = _name(about.title, 300) or _title(tree, writer.headings)
    author, source = _name(about.author), _name(about.sitename or about.hostname)
    date = _date(tree) or stated(text).date
    parts = count_parts(tree, aside, text)
    if text and not whole:
        own = squeeze(tree.findtext(".//title") or "")
        named = ("Title", title), ("Page title", own if own != title else "")
        by = ("Author", author), ("Published in", source)
        # A date that the text gives in another form is not said once more.
        dated = () if stated(text).date == date else (("Date", date),)
        writer.add_properties((*named, *by, *dated))
        added = count_visible(writer.text[len(text) :])
        parts += (Part("properties", PartState.READ, added),) if added else ()
    document = Document(
        id=content_id(data),
        text=writer.text,
        media_type="text/html",
        title=title,
        author=author,
        date=date,
        source=source,
        headings=tuple(writer.headings),
        tables=tuple(writer.tables),
        parts=parts,
        characters_read=max(sum(p.characters for p in parts), count_visible(writer.text)),
        notes=(*notes, *cut),
    )
    return PageText(document, tuple(depths))


def read_mhtml(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a page saved as one file (MHTML): its first HTML part.

    Raises:
        ReadError: it holds no page.
    """
    import email

    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page:
                return replace(read_html(page, path, limits), id=content_id(data))
    raise ReadError("it holds no web page", "Save the page again, as HTML.")


def parse(text: str) -> tuple[HtmlElement, tuple[str, ...]]:
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


def _about(tree: HtmlElement) -> About:
    """Return what trafilatura reads in the page's head and data; its date is not used."""
    import trafilatura
    from trafilatura.settings import Document as Found

    try:
        return trafilatura.extract_metadata(deepcopy(tree), extensive=False)
    except (RecursionError, ValueError):
        return Found()


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


def _title(tree: HtmlElement, headings: Sequence[Heading]) -> str:
    return squeeze(tree.findtext(".//title") or "") or next((h.title for h in headings), "")
