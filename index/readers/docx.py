"""Word files: all that a page shows, in the order of the body, and what became of the rest.

Reads the XML itself: python-docx passes over content controls, text boxes and footnotes, and
refuses the strict form of the format. Numbers that Word makes ("3.2") stand before their
paragraph, notes behind the paragraph that refers to them, with the mark apart from the word.
Deleted text and the instructions of fields are set aside; pictures are not read.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.docx_numbers import Numbering
from index.readers.docx_tables import Grids
from index.readers.docx_xml import attribute, child, is_on, tag, value, within
from index.readers.normalise import normalise, squeeze
from index.readers.package import Package
from index.readers.raised import raised_digits
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date, stated
from index.readers.writer import BlockWriter
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

__all__ = ["read_docx"]

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
# Read elsewhere, said twice, or not part of the text as it stands.
_PASSED_OVER = frozenset(
    "Fallback del moveFrom pPr rPr tblPr trPr tcPr sectPr sdtPr instrText delText".split()
)
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_BLOCKS = frozenset({"txbxContent", "p", "tbl"})  # blocks of their own
_BODY_LEVEL = 9  # what Word writes for text that is no heading, counted from 0
_RAISED = re.compile(r"\^(\d+)\^")
_OURS = {"Page header", "Page footer"}  # headings that are not the file's
_DEEPEST = 60  # tables in tables in text boxes: no honest file comes near
_PICTURES = frozenset("png jpg jpeg gif tif tiff bmp webp emf wmf svg".split())


@dataclass(frozen=True, slots=True)
class _Styles:
    levels: dict[str, int] = field(default_factory=dict)  # style id -> heading level
    titles: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    numbers: dict[str, _Element] = field(default_factory=dict)  # style id -> numPr


@dataclass(slots=True)
class _Reader:
    """One document on its way into text."""

    styles: _Styles
    numbering: Numbering
    notes: dict[str, dict[str, str]]  # "footnotes" -> id -> text
    comments: dict[str, str]
    writer: BlockWriter = field(default_factory=BlockWriter)
    title: str = ""
    marks: int = 0  # notes referred to so far
    waiting: list[str] = field(default_factory=list)  # notes of the paragraph being read

    def blocks(self, parent: _Element, depth: int = 0) -> None:
        """Write every paragraph and table under `parent`, in order."""
        if depth > _DEEPEST:
            raise ReadError("it is nested too deeply", "Save it again as .docx.")
        for element in parent:
            name = tag(element)
            if name == "p":
                self._paragraph(element)
                for box in _text_boxes(element):
                    self.blocks(box, depth + 1)
            elif name == "tbl":
                self.writer.add_table(Grids(self._line).cells(element))
                self._write_notes()
            elif name and name not in _PASSED_OVER:  # content controls, inserted text
                self.blocks(element, depth + 1)

    def _paragraph(self, element: _Element) -> None:
        properties = child(element, "pPr")
        style = value(properties, "pStyle")
        text = self._line(element).strip()
        level = self.styles.levels.get(style, 0) or _outline(properties)
        numbered = child(properties, "numPr")
        if numbered is None:
            numbered = self.styles.numbers.get(style)
        number = self.numbering.next(numbered) if numbered is not None and text else ""
        item = bool(number == "-" or (style in self.styles.lists and not number))
        item = item and not level and bool(text)
        if number and number != "-":
            text = f"{number} {text}"
        if level and text:
            start = self.writer.add_heading(text, level)
        else:
            start = self.writer.add(
                f"- {text}" if item else text, item=item or bool(number)
            )
        if start is not None and style in self.styles.titles and not self.title:
            self.title = squeeze(text)
        self._write_notes()

    def _line(self, paragraph: _Element) -> str:
        text = ""
        for said in self._words(paragraph):
            raised = _RAISED.fullmatch(said)
            text += raised_digits(raised[1], text) if raised else said
        return text

    def _words(self, paragraph: _Element) -> Iterator[str]:
        """Yield the text of a paragraph's runs, without its text boxes."""
        waiting = list(reversed(paragraph))
        while waiting:
            element = waiting.pop()
            name = tag(element)
            said = self._said(element, name)
            if said is not None:
                yield said
            elif name and name not in _PASSED_OVER and name not in _BLOCKS:
                waiting.extend(reversed(element))

    def _said(self, element: _Element, name: str) -> str | None:
        """Return what an element stands for, None where its children say it."""
        if name == "t":
            return element.text or ""
        if name in _MARKS:
            return _MARKS[name]
        if name in _NOTES:
            return self._note(_NOTES[name], attribute(element, "id"))
        if name == "commentReference":
            self.waiting.append(self.comments.get(attribute(element, "id"), ""))
        if name in {"checkBox", "checkbox"}:
            return "☒" if is_on(element) else "☐"
        if name == "r" and _is_raised(element):
            text = "".join(self._words(element))
            return f"^{text.strip()}^" if text.strip().isdigit() else text
        return None

    def _note(self, kind: str, number: str) -> str:
        """Return the mark of a note, apart from the word before, and keep what it says."""
        text = self.notes.get(kind, {}).pop(number, "")  # said once
        if not text:
            return ""
        self.marks += 1
        self.waiting.append(f"[{self.marks}] {text}")
        return f" [{self.marks}]"

    def rest_of_notes(self) -> None:
        """Write the notes that nothing in the body refers to."""
        for notes in self.notes.values():
            self.waiting += notes.values()
        self._write_notes()

    def _write_notes(self) -> None:
        for text in self.waiting:
            self.writer.add(text)
        self.waiting.clear()


def _is_raised(run: _Element) -> bool:
    return value(child(run, "rPr"), "vertAlign") == "superscript"


def read_docx(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a Word file.

    Raises:
        ReadError: it is damaged, encrypted, a bomb, or no Word file.
    """
    del path
    package = Package(data, limits)
    main = _main_part(package)
    root = package.xml(main)
    body = child(root, "body") if root is not None else None
    if root is None or body is None:
        raise ReadError("it holds no Word document", "Save it again as .docx.")
    folder = posixpath.dirname(main)
    styles = _styles(package.xml(f"{folder}/styles.xml"))
    reader = _Reader(
        styles,
        Numbering(package.xml(f"{folder}/numbering.xml")),
        {kind: _texts(package.xml(f"{folder}/{kind}.xml")) for kind in _NOTES.values()},
        _comments(package.xml(f"{folder}/comments.xml")),
    )
    reader.blocks(body)
    reader.rest_of_notes()
    _heads_and_feet(package, folder, reader)
    about = _properties(package.xml("docProps/core.xml"))
    own = stated(reader.writer.text)
    date = own.date or iso_date(about.get("created", "")[:10])
    said = (("Author", about.get("creator", "")), ("Subject", about.get("subject", "")),
            ("Keywords", about.get("keywords", "")))  # fmt: skip
    kept = count_visible(reader.writer.text)
    headings = reader.writer.headings
    first = next((h.title for h in headings if h.level == 1 and h.title not in _OURS), "")
    reader.writer.add_properties(said)
    return Document(
        id=content_id(data),
        text=reader.writer.text,
        media_type=_TYPE,
        title=about.get("title", "") or reader.title or first,
        author=about.get("creator", "") or own.author,
        date=date,
        headings=tuple(headings),
        tables=tuple(reader.writer.tables),
        parts=_parts(package, folder, main),
        characters_read=kept,
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


def _heads_and_feet(package: Package, folder: str, reader: _Reader) -> None:
    """Write what stands at the head and the foot of the pages, each wording once."""
    for kind, title in (("header", "Page header"), ("footer", "Page footer")):
        said: dict[str, _Element] = {}
        for name in sorted(package.names()):
            if name.startswith(f"{folder}/{kind}") and name.endswith(".xml"):
                root = package.xml(name)
                text = squeeze(" ".join(_runs(root))) if root is not None else ""
                if root is not None and any(map(str.isalpha, text)):
                    said.setdefault(text, root)
        for number, root in enumerate(said.values()):
            if number == 0:
                reader.writer.add_heading(title, 1)
            reader.blocks(root)


def _texts(root: _Element | None) -> dict[str, str]:
    """Return the notes of a part by their number, without Word's own separators."""
    return {
        attribute(note, "id") or str(place): text
        for place, note in enumerate(root if root is not None else ())
        if tag(note) in {"footnote", "endnote"} and not attribute(note, "type")
        if (text := squeeze(" ".join(_runs(note))))
    }


def _comments(root: _Element | None) -> dict[str, str]:
    comments = {}
    for comment in root if root is not None else ():
        text = squeeze(" ".join(_runs(comment)))
        if tag(comment) == "comment" and text:
            who, when = attribute(comment, "author"), attribute(comment, "date")[:10]
            by = ", ".join(filter(None, (who, when)))
            comments[attribute(comment, "id")] = f"Comment ({by}): {text}"
    return comments


def _runs(root: _Element) -> Iterator[str]:
    """Yield the text of each paragraph under an element."""
    for paragraph in root.iter("{*}p"):
        yield "".join(
            (e.text or "") if tag(e) == "t" else " "
            for e in paragraph.iter("{*}t", "{*}tab", "{*}br")
        )


def _text_boxes(paragraph: _Element) -> Iterator[_Element]:
    for box in paragraph.iter("{*}txbxContent"):
        outer = [tag(parent) for parent in box.iterancestors()]
        inside = outer[
            : next((i for i, p in enumerate(box.iterancestors()) if p is paragraph), 0)
        ]
        if "Fallback" not in inside and "txbxContent" not in inside:
            yield box


def _styles(root: _Element | None) -> _Styles:
    levels: dict[str, int] = {}
    numbers: dict[str, _Element] = {}
    titles, lists = set(), set()
    for style in root if root is not None else ():
        if tag(style) != "style":
            continue
        name = value(style, "name").lower()
        identity = attribute(style, "styleId")
        properties = child(style, "pPr")
        digit = name.removeprefix("heading ")
        if name.startswith("heading ") and digit.isdigit():
            levels[identity] = int(digit)
        elif level := _outline(properties):
            levels[identity] = level
        if name == "title":
            titles.add(identity)
            levels.setdefault(identity, 1)
        number = child(properties, "numPr")
        if number is not None:
            numbers[identity] = number
        if name.startswith("list "):
            lists.add(identity)
    lists.discard("ListContinue")
    return _Styles(levels, frozenset(titles), frozenset(lists), numbers)


def _outline(properties: _Element | None) -> int:
    """Return the heading level a paragraph or style states, 0 if it is body text."""
    level = value(properties, "outlineLvl")
    return int(level) + 1 if level.isdigit() and int(level) < _BODY_LEVEL else 0


def _properties(root: _Element | None) -> dict[str, str]:
    return {tag(e): squeeze(e.text or "") for e in within(root) if tag(e)}


# --- what the file holds --------------------------------------------------------------------

_NAMES = {
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "header": "page headers",
    "footer": "page footers",
    "comments": "comments",
}


def _parts(package: Package, folder: str, main: str) -> tuple[Part, ...]:
    """Count the text of every part of the package, whatever was made of it."""
    read, aside, pictures = Counter[str](), Counter[str](), 0
    for name in package.names():
        stem = posixpath.splitext(posixpath.basename(name))[0].rstrip("0123456789")
        if posixpath.splitext(name)[1].lstrip(".").lower() in _PICTURES:
            pictures += name.startswith(f"{folder}/")  # not the thumbnail of the file
        if name != main and not (posixpath.dirname(name) == folder and stem in _NAMES):
            continue
        root = package.xml(name)
        for text in (
            root.iter("{*}t", "{*}delText", "{*}instrText") if root is not None else ()
        ):
            kind = "text" if name == main else _NAMES[stem]
            if tag(text) == "t" and not _is_said_twice(text):
                read[kind] += count_visible(normalise(text.text or ""))
            elif tag(text) == "delText":
                aside["deleted text"] += count_visible(normalise(text.text or ""))
    parts = [Part(kind, PartState.READ, n) for kind, n in read.items() if n]
    parts += [
        Part(kind, PartState.SET_ASIDE, n, "a revision removed it")
        for kind, n in aside.items()
    ]
    if pictures:
        name = f"{pictures} pictures" if pictures > 1 else "1 picture"
        why = "pictures in Word files are not read"
        remedy = "Save them as files, or the document as PDF."
        parts.append(Part(name, PartState.NOT_READ, 0, why, remedy))
    return tuple(parts)


def _is_said_twice(element: _Element) -> bool:
    outer = {tag(parent) for parent in element.iterancestors()}
    return bool(outer & {"Fallback", "moveFrom", "del"})
