"""Word files: paragraphs, headings, lists, tables, text boxes and notes in body order.

Reads the XML itself: python-docx passes over content controls, text boxes and footnotes,
and refuses the strict form of the format. Deleted text, comments, page headers and footers
stay out.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.normalise import normalise, squeeze
from index.readers.package import Package
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date
from index.types import Document, Heading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

__all__ = ["read_docx"]

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
# Read elsewhere, said twice, or not part of the text as it stands.
_PASSED_OVER = frozenset(
    "Fallback del moveFrom pPr rPr tblPr trPr tcPr sectPr sdtPr".split()
)
_NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))
_BODY_LEVEL = 9  # what Word writes for text that is no heading, counted from 0
_DEEPEST = 60  # tables in tables in text boxes: no honest file comes near


@dataclass(frozen=True, slots=True)
class _Styles:
    levels: dict[str, int] = field(default_factory=dict)  # style id -> heading level
    titles: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Writer:
    """The text so far, block by block."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    in_list: bool = False
    headings: list[Heading] = field(default_factory=list)
    title: str = ""

    def add(self, text: str, *, item: bool = False) -> int | None:
        """Append a block and return where it starts, None if it is blank.

        Blocks are parted by a blank line, the items of a list by a line break.
        """
        text = normalise(text).strip()
        if not text:
            return None
        gap = "\n" if item and self.in_list else "\n\n"
        start = self.length + len(gap) if self.length else 0
        self.parts += (gap[: start - self.length], text)
        self.length = start + len(text)
        self.in_list = item
        return start


def read_docx(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a Word file.

    Raises:
        ReadError: it is damaged, encrypted, a bomb, or no Word file.
    """
    del path
    package = Package(data, limits)
    main = _main_part(package)
    root = package.xml(main)
    body = _child(root, "body") if root is not None else None
    if body is None:
        raise ReadError("it holds no Word document", "Save it again as .docx.")
    folder = posixpath.dirname(main)
    styles = _styles(package.xml(f"{folder}/styles.xml"))
    writer = _Writer()
    _blocks(body, writer, styles, 0)
    for part, tag in _NOTES:
        _notes(package.xml(f"{folder}/{part}.xml"), tag, writer)
    about = _properties(package.xml("docProps/core.xml"))
    text = "".join(writer.parts)
    first = next((heading.title for heading in writer.headings if heading.level == 1), "")
    return Document(
        id=content_id(data),
        text=text,
        media_type=_TYPE,
        title=about.get("title", "") or writer.title or first,
        author=about.get("creator", ""),
        date=iso_date(about.get("created", "")[:10]),
        headings=tuple(writer.headings),
        characters_read=count_visible(text),
    )


def _main_part(package: Package) -> str:
    """Return the name of the part that the package says is its document."""
    relations = package.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if isinstance(relation.tag, str) and str(relation.get("Type")).endswith(
            "/officeDocument"
        ):
            return str(relation.get("Target")).lstrip("/")
    return "word/document.xml"


def _blocks(parent: _Element, writer: _Writer, styles: _Styles, depth: int) -> None:
    """Write every paragraph and table under `parent`, in order."""
    if depth > _DEEPEST:
        raise ReadError("it is nested too deeply", "Save it again as .docx.")
    for element in parent:
        tag = _tag(element)
        if tag == "p":
            _paragraph(element, writer, styles)
            for box in _text_boxes(element):
                _blocks(box, writer, styles, depth + 1)
        elif tag == "tbl":
            _table(element, writer)
        elif tag and tag not in _PASSED_OVER:  # content controls, inserted text, custom XML
            _blocks(element, writer, styles, depth + 1)


def _paragraph(element: _Element, writer: _Writer, styles: _Styles) -> None:
    text = "".join(_words(element)).strip()
    properties = _child(element, "pPr")
    style = _value(properties, "pStyle")
    level = styles.levels.get(style, 0) or _outline(properties)
    listed = style in styles.lists or _child(properties, "numPr") is not None
    item = listed and not level and bool(text)
    start = writer.add(f"- {text}" if item else text, item=item)
    title = squeeze(text)
    if start is not None and level:
        writer.headings.append(Heading(start, level, title))
    if start is not None and style in styles.titles and not writer.title:
        writer.title = title


def _table(table: _Element, writer: _Writer) -> None:
    lines = []
    for row in _within(table, "tr"):
        cells = [squeeze(" ".join(_cell(cell))) for cell in _within(row, "tc")]
        lines.append(" | ".join(cells).strip(" |"))
    writer.add("\n".join(line for line in lines if line))


def _cell(cell: _Element) -> Iterator[str]:
    for paragraph in cell.iter("{*}p"):  # those of tables and boxes inside it too
        if all(_tag(outer) != "Fallback" for outer in paragraph.iterancestors()):
            yield "".join(_words(paragraph))


def _words(paragraph: _Element) -> Iterator[str]:
    """Yield the text of a paragraph's runs, without its text boxes."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        tag = _tag(element)
        if tag == "t":
            yield element.text or ""
        elif tag in _MARKS:
            yield _MARKS[tag]
        elif tag and tag not in _PASSED_OVER and tag not in {"txbxContent", "p", "tbl"}:
            waiting.extend(reversed(element))


def _text_boxes(paragraph: _Element) -> Iterator[_Element]:
    for box in paragraph.iter("{*}txbxContent"):
        outer = [_tag(parent) for parent in box.iterancestors()]
        within = outer[
            : next((i for i, p in enumerate(box.iterancestors()) if p is paragraph), 0)
        ]
        if "Fallback" not in within and "txbxContent" not in within:
            yield box


def _within(parent: _Element, name: str) -> Iterator[_Element]:
    """Yield the rows of a table or cells of a row, also inside content controls."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if _tag(element) == name:
            yield element
        elif _tag(element) in {"sdt", "sdtContent", "ins", "customXml", "smartTag"}:
            waiting.extend(reversed(element))


def _notes(root: _Element | None, tag: str, writer: _Writer) -> None:
    for note in root if root is not None else ():
        if _tag(note) == tag and _attribute(note, "type") not in {
            "separator",
            "continuationSeparator",
            "continuationNotice",
        }:
            writer.add(" ".join("".join(_words(p)) for p in note.iter("{*}p")))


def _styles(root: _Element | None) -> _Styles:
    levels: dict[str, int] = {}
    titles, lists = set(), set()
    for style in root if root is not None else ():
        if _tag(style) != "style":
            continue
        name = _value(style, "name").lower()
        identity = _attribute(style, "styleId")
        properties = _child(style, "pPr")
        digit = name.removeprefix("heading ")
        if name.startswith("heading ") and digit.isdigit():
            levels[identity] = int(digit)
        elif level := _outline(properties):
            levels[identity] = level
        if name == "title":
            titles.add(identity)
            levels.setdefault(identity, 1)
        if name.startswith("list ") or _child(properties, "numPr") is not None:
            lists.add(identity)
    return _Styles(levels, frozenset(titles), frozenset(lists - {"ListContinue"}))


def _outline(properties: _Element | None) -> int:
    """Return the heading level a paragraph or style states, 0 if it is body text."""
    value = _value(properties, "outlineLvl")
    return int(value) + 1 if value.isdigit() and int(value) < _BODY_LEVEL else 0


def _properties(root: _Element | None) -> dict[str, str]:
    return {
        _tag(e): squeeze(e.text or "")
        for e in (root if root is not None else ())
        if _tag(e)
    }


def _tag(element: _Element) -> str:
    """Return the name without its namespace: the strict form of the format has others."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(parent: _Element | None, name: str) -> _Element | None:
    return next(
        (e for e in (parent if parent is not None else ()) if _tag(e) == name), None
    )


def _value(parent: _Element | None, name: str) -> str:
    child = _child(parent, name)
    return _attribute(child, "val") if child is not None else ""


def _attribute(element: _Element, name: str) -> str:
    return next(
        (str(v) for k, v in element.attrib.items() if str(k).endswith(f"}}{name}")), ""
    )
