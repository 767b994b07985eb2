"""Web pages: the main text, without navigation, adverts, cookie banners and comments.

trafilatura finds the main text and its tree is rendered here, so that headings keep exact
places. A page that carries no clutter at all is taken whole: a saved report or a table is
not an article, and nothing of it may get lost. No date is guessed from a page's words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.normalise import squeeze
from index.readers.render import SILENT, render
from index.readers.source import Limits, content_id, count_visible
from index.types import Document, Heading

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement
    from trafilatura.settings import Document as Extracted

__all__ = ["read_html", "read_mhtml"]

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CLUTTER_TAGS = "nav aside footer iframe form".split()
_CLUTTER = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|footer|comments?|cookies?|consent|advert|ads?|"
    r"promo|related|share|social|breadcrumbs?|newsletter|banner)(?:$|[\s_-])",
    re.IGNORECASE,
)
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
    tree = _parse(_DECLARATION.sub("", raw))
    whole, all_headings = render(tree)
    extracted = _extract(tree)
    text, headings = whole, all_headings
    if extracted is not None and _has_clutter(tree):
        main, main_headings = render(extracted.body)
        if count_visible(main) > _LEAST_SHARE * count_visible(whole):
            text, headings = main, main_headings
    about = extracted.as_dict() if extracted is not None else {}
    return Document(
        id=content_id(data),
        text=text,
        media_type="text/html",
        title=_name(about.get("title"), 300) or _title(tree, headings),
        author=_name(about.get("author")),
        date=about.get("date") or "",
        source=_name(about.get("sitename") or about.get("hostname")),
        headings=headings,
        characters_read=max(count_visible(whole), count_visible(text)),
        notes=notes,
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


def _parse(text: str) -> HtmlElement:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        # A NUL ends the text for libxml2, and lone surrogates cannot be encoded.
        data = text.replace("\0", "").encode("utf-8", errors="replace")
        return html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("it holds no web page", "Save the page again.") from error


def _extract(tree: HtmlElement) -> Extracted | None:
    """Return trafilatura's view of the page; None if it finds no main text."""
    from copy import deepcopy

    import trafilatura

    try:
        found = trafilatura.bare_extraction(
            deepcopy(tree),
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            # The date a page states in its head or marks as one, not one in its words.
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except RecursionError:  # nested deeper than Python's stack
        return None
    return found if found is not None and not isinstance(found, dict) else None


def _has_clutter(tree: HtmlElement) -> bool:
    if any(next(tree.iter(tag), None) is not None for tag in _CLUTTER_TAGS):
        return True
    named = (
        " ".join(element.get(name) or "" for name in ("class", "id", "role"))
        for element in tree.iter()
        if isinstance(element.tag, str) and element.tag not in SILENT
    )
    return any(map(_CLUTTER.search, named))


def _name(value: str | None, longest: int = _LONGEST_NAME) -> str:
    name = squeeze(value or "")
    return name if len(name) <= longest else ""


def _title(tree: HtmlElement, headings: tuple[Heading, ...]) -> str:
    return squeeze(tree.findtext(".//title") or "") or next((h.title for h in headings), "")
