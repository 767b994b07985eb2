"""Presentations (PPTX): slide by slide, the title first, tables as tables, the notes behind."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.docx_xml import attribute, child, tag, within
from index.readers.normalise import normalise, squeeze
from index.readers.package import Package
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date
from index.readers.writer import BlockWriter, CellText
from index.table_headings import first_row_names_columns
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

__all__ = ["read_slides"]

_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_TITLES = {"title", "ctrTitle"}
_FIXTURES = {"sldNum", "dt", "ftr", "hdr", "sldImg"}  # the same on every slide


def read_slides(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a presentation.

    Raises:
        ReadError: it is damaged, encrypted, a bomb, or no presentation.
    """
    del path
    package = Package(data, limits)
    slides = _slides(package)
    if not slides:
        raise ReadError("it holds no slides", "Save it again as .pptx.")
    writer, counted, notes = BlockWriter(), 0, 0
    for number, name in enumerate(slides, start=1):
        root = package.xml(name)
        if root is None:
            continue
        counted += _visible(root)
        writer.open_place(f"slide {number}")
        _slide(root, writer)
        for other in _related(package, name, "notesSlide"):
            notes += _notes(package.xml(other), writer)
        for other in _related(package, name, "comments"):
            notes += _comments(package.xml(other), writer)
    core = package.xml("docProps/core.xml")
    about = {tag(e): squeeze(e.text or "") for e in within(core) if tag(e)}
    writer.add_properties((("Author", about.get("creator", "")),))
    parts = [
        Part("slides", PartState.READ, counted),
        Part("notes and comments", PartState.READ, notes),
    ]
    pictures = sum(name.startswith("ppt/media/") for name in package.names())
    if pictures:
        why, remedy = "pictures in slides are not read", "Save the presentation as PDF."
        parts.append(Part(f"{pictures} pictures", PartState.NOT_READ, 0, why, remedy))
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type=_TYPE,
        title=about.get("title", "")
        or (writer.headings[0].title if writer.headings else ""),
        author=about.get("creator", ""),
        date=iso_date(about.get("created", "")[:10]),
        headings=tuple(writer.headings),
        tables=tuple(writer.tables),
        places=tuple(writer.places),
        parts=tuple(part for part in parts if part.characters or part.reason),
        characters_read=count_visible(writer.text),
    )


def _slides(package: Package) -> list[str]:
    """Return the names of the slides in the order in which they are shown."""
    main = "ppt/presentation.xml"
    targets = _targets(package, main)
    root = package.xml(main)
    listed = root.iter("{*}sldId") if root is not None else ()
    names = [targets.get(_relation(entry), "") for entry in listed]
    return [name for name in names if name]


def _relation(element: _Element) -> str:
    return next((str(v) for k, v in element.attrib.items() if str(k).endswith("}id")), "")


def _targets(package: Package, name: str, kind: str = "") -> dict[str, str]:
    """Return the parts that a part refers to, by their relation's id."""
    folder, base = posixpath.split(name)
    root = package.xml(f"{folder}/_rels/{base}.rels")
    return {
        str(e.get("Id")): posixpath.normpath(posixpath.join(folder, str(e.get("Target"))))
        for e in within(root)
        if isinstance(e.tag, str) and str(e.get("Type")).endswith(kind)
    }


def _related(package: Package, name: str, kind: str) -> list[str]:
    return list(_targets(package, name, f"/{kind}").values())


def _slide(root: _Element, writer: BlockWriter) -> None:
    shapes = list(root.iter("{*}sp", "{*}graphicFrame"))
    titles = [shape for shape in shapes if _kind(shape) in _TITLES]
    for shape in titles:
        writer.add_heading(squeeze(" ".join(_paragraphs(shape))), 1)
    for shape in shapes:
        if shape in titles or _kind(shape) in _FIXTURES:
            continue
        table = next(shape.iter("{*}tbl"), None)
        if table is not None:
            writer.add_table(_cells(table))
            continue
        for text in _paragraphs(shape):
            writer.add(f"- {text}" if _kind(shape) == "body" else text, item=True)


def _kind(shape: _Element) -> str:
    holder = next(shape.iter("{*}ph"), None)
    return (attribute(holder, "type") or "body") if holder is not None else ""


def _paragraphs(shape: _Element) -> Iterator[str]:
    for paragraph in shape.iter("{*}p"):
        text = "".join(
            (e.text or "") if tag(e) == "t" else "\n"
            for e in paragraph.iter("{*}t", "{*}br")
        )
        if text.strip():
            yield normalise(text).strip()


def _cells(table: _Element) -> list[CellText]:
    rows = [e for e in table if tag(e) == "tr"]
    grid = [[e for e in row if tag(e) == "tc"] for row in rows]
    texts = [[squeeze(" ".join(_paragraphs(cell))) for cell in row] for row in grid]
    about = child(table, "tblPr")
    stated = about is not None and about.get("firstRow") in {"1", "true"}
    heads = stated or first_row_names_columns(texts)
    return [
        CellText(
            r,
            c,
            texts[r][c],
            _span(cell, "rowSpan"),
            _span(cell, "gridSpan"),
            heads and r == 0,
        )
        for r, row in enumerate(grid)
        for c, cell in enumerate(row)
        if not cell.get("hMerge") and not cell.get("vMerge")
    ]


def _span(cell: _Element, name: str) -> int:
    text = cell.get(name) or "1"
    return max(1, min(int(text), 1000)) if text.isdigit() else 1


def _notes(root: _Element | None, writer: BlockWriter) -> int:
    """Write what is noted for the speaker, and return how much that is."""
    if root is None:
        return 0
    said = [
        text
        for shape in root.iter("{*}sp")
        if _kind(shape) not in _FIXTURES
        for text in _paragraphs(shape)
    ]
    if said:
        writer.add("Notes: " + "\n".join(said))
    return sum(map(count_visible, said))


def _comments(root: _Element | None, writer: BlockWriter) -> int:
    """Write what was remarked on a slide, and return how much that is."""
    said = [
        squeeze(" ".join(comment.itertext()))
        for comment in (root.iter("{*}cm") if root is not None else ())
    ]
    for text in said:
        writer.add(f"Comment: {text}")
    return sum(map(count_visible, said))


def _visible(root: _Element) -> int:
    return sum(count_visible(normalise(e.text or "")) for e in root.iter("{*}t"))
