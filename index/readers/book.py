"""Books (EPUB): chapter after chapter in the order in which they are read."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.docx_xml import tag, within
from index.readers.html import parse
from index.readers.normalise import squeeze
from index.readers.package import Package
from index.readers.render import render_into
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date
from index.readers.writer import BlockWriter
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element

__all__ = ["read_book"]

_CHAPTERS = {"application/xhtml+xml", "text/html"}


def read_book(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a book.

    Raises:
        ReadError: it is damaged, protected, a bomb, or no book.
    """
    del path
    package = Package(data, limits)
    if "META-INF/rights.xml" in package.names():
        raise ReadError("it is protected against copying", "Get it without protection.")
    main = _main(package)
    root = package.xml(main)
    if root is None:
        raise ReadError("it holds no book", "Save it again as .epub.")
    writer, counted = BlockWriter(), 0
    for name in _spine(root, posixpath.dirname(main)):
        page = package.part(name)
        if not page:
            continue
        tree, _ = parse(decode(page)[0])
        body = tree.find("body")
        before = len(writer.headings)
        writer.open_place(f"chapter {len(writer.places) + 1}")
        render_into(writer, tree if body is None else body)
        counted += sum(map(count_visible, (tree if body is None else body).itertext()))
        if len(writer.headings) > before and writer.places:
            place = writer.places.pop()
            writer.places.append(type(place)(place.start, writer.headings[before].title))
    about = _about(root)
    text = writer.text
    writer.add_properties(
        (("Author", about.get("creator", "")), ("Title", about.get("title", "")))
    )
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type="application/epub+zip",
        title=about.get("title", ""),
        author=about.get("creator", ""),
        date=iso_date(about.get("date", "")[:10]),
        source=about.get("publisher", ""),
        headings=tuple(writer.headings),
        tables=tuple(writer.tables),
        places=tuple(writer.places),
        parts=(Part("chapters", PartState.READ, counted),),
        characters_read=count_visible(text),
    )


def _main(package: Package) -> str:
    root = package.xml("META-INF/container.xml")
    found = next((e for e in root.iter("{*}rootfile")), None) if root is not None else None
    return str(found.get("full-path")) if found is not None else "content.opf"


def _spine(root: _Element, folder: str) -> list[str]:
    """Return the names of the chapters in their order."""
    items = {
        str(e.get("id")): posixpath.normpath(
            posixpath.join(folder, unquote(str(e.get("href"))))
        )
        for e in root.iter("{*}item")
        if e.get("media-type") in _CHAPTERS
    }
    listed = [str(e.get("idref")) for e in root.iter("{*}itemref")]
    return [items[name] for name in listed if name in items]


def _about(root: _Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in within(next(root.iter("{*}metadata"), None)):
        found.setdefault(tag(part), squeeze(part.text or ""))
    return found
