"""OpenDocument files: texts (ODT), sheets (ODS) and slides (ODP)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.docx_xml import attribute, child, tag, within
from index.readers.normalise import normalise, squeeze
from index.readers.package import Package
from index.readers.sheets import add_sheet
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import iso_date, stated
from index.readers.writer import BlockWriter, CellText
from index.table_headings import first_row_names_columns
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lxml.etree import _Element

__all__ = ["read_odf"]

_MOST_REPEATED = (
    1_000  # cells or rows that a file may say are equal; beyond it they are blank
)
_DEEPEST = 60
_ASIDE = {"tracked-changes", "forms", "sequence-decls", "variable-decls"}


def read_odf(data: bytes, path: Path, limits: Limits) -> Document:
    """Read an OpenDocument file.

    Raises:
        ReadError: it is damaged, encrypted, a bomb, or no OpenDocument file.
    """
    package = Package(data, limits)
    root = package.xml("content.xml")
    body = next(root.iter("{*}body"), None) if root is not None else None
    if body is None:
        raise ReadError("it holds no document", f"Save it again as {path.suffix}.")
    reader = _Reader()
    reader.body(body)
    meta = package.xml("meta.xml")
    about = {
        tag(e): squeeze(e.text or "") for e in (meta.iter() if meta is not None else ())
    }
    author = about.get("creator", "") or about.get("initial-creator", "")
    writer, own = reader.writer, stated(reader.writer.text)
    writer.add_properties((("Author", author), ("Subject", about.get("subject", ""))))
    first = next((h.title for h in writer.headings if h.title != "Properties"), "")
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type=f"application/vnd.oasis.opendocument{path.suffix.lower()}",
        title=about.get("title", "") or first,
        author=author,
        date=own.date or iso_date(about.get("creation-date", "")[:10]),
        headings=tuple(writer.headings),
        tables=tuple(writer.tables),
        places=tuple(writer.places),
        parts=_parts(package, body),
        characters_read=count_visible(writer.text),
    )


def _parts(package: Package, body: _Element) -> tuple[Part, ...]:
    counted = sum(count_visible(text) for text in body.itertext())
    aside = sum(
        count_visible("".join(e.itertext())) for e in body.iter() if tag(e) in _ASIDE
    )
    parts = [Part("text", PartState.READ, counted - aside)]
    if aside:
        parts.append(
            Part("changes and forms", PartState.SET_ASIDE, aside, "not as it stands")
        )
    pictures = sum(name.startswith("Pictures/") for name in package.names())
    if pictures:
        why, remedy = "pictures in it are not read", "Save it as PDF."
        parts.append(Part(f"{pictures} pictures", PartState.NOT_READ, 0, why, remedy))
    return tuple(parts)


@dataclass(slots=True)
class _Reader:
    writer: BlockWriter = field(default_factory=BlockWriter)
    notes: list[str] = field(default_factory=list)
    marks: int = 0

    def body(self, body: _Element) -> None:
        """Read whatever kind of document it holds."""
        for kind in body:
            if tag(kind) == "spreadsheet":
                self.sheets(kind)
            elif tag(kind) == "presentation":
                self.slides(kind)
            else:
                self.blocks(kind)

    def sheets(self, parent: _Element) -> None:
        for table in within(parent):
            if tag(table) == "table":
                add_sheet(self.writer, attribute(table, "name"), self._cells(table))

    def slides(self, parent: _Element) -> None:
        pages = [e for e in parent if tag(e) == "page"]
        for number, page in enumerate(pages, start=1):
            self.writer.open_place(f"slide {number}")
            for element in page:
                if tag(element) == "notes":
                    said = [
                        text
                        for e in element.iter("{*}p")
                        if (text := self._line(e).strip())
                    ]
                    self.writer.add("Notes: " + "\n".join(said) if said else "")
                elif attribute(element, "class") == "title":
                    self.writer.add_heading(squeeze("".join(element.itertext())), 1)
                else:
                    self.blocks([element])

    def blocks(
        self, parent: Iterable[_Element], depth: int = 0, *, item: bool = False
    ) -> None:
        if depth > _DEEPEST:
            raise ReadError("it is nested too deeply", "Save it again.")
        for element in parent:
            name = tag(element)
            if name == "h":
                level = attribute(element, "outline-level")
                self.writer.add_heading(
                    self._line(element), int(level) if level.isdigit() else 1
                )
            elif name == "p":
                text = self._line(element).strip()
                self.writer.add(f"- {text}" if item and text else text, item=item)
            elif name == "table":
                self.writer.add_table(
                    _headed(self._cells(element)), attribute(element, "name")
                )
            elif name and name not in _ASIDE:
                self.blocks(element, depth + 1, item=item or name == "list-item")
            self._write_notes()

    def _write_notes(self) -> None:
        for note in self.notes:
            self.writer.add(note)
        self.notes.clear()

    def _line(self, element: _Element) -> str:
        """Return the text of a paragraph; notes are kept for behind it."""
        text = element.text or ""
        for e in element:
            name = tag(e)
            if name == "note":
                body = child(e, "note-body")
                self.marks += 1
                said = squeeze(" ".join(body.itertext())) if body is not None else ""
                self.notes.append(f"[{self.marks}] {said}")
                text += f" [{self.marks}]"
            elif name == "s":
                count = attribute(e, "c")
                text += " " * (min(int(count), 100) if count.isdigit() else 1)
            elif name in {"tab", "line-break"}:
                text += "\t" if name == "tab" else "\n"
            elif name and name not in {"annotation", *_ASIDE}:
                text += self._line(e)
            text += e.tail or ""
        return normalise(text)

    def _cells(self, table: _Element) -> list[CellText]:
        cells: list[CellText] = []
        row = 0
        for element in table.iter("{*}table-row"):
            column = 0
            for cell in element:
                times = _times(cell, "number-columns-repeated")
                if tag(cell) == "table-cell":
                    lines = (self._line(p) for p in cell.iter("{*}p"))
                    text = squeeze(" ".join(lines))
                    spans = (
                        _times(cell, "number-rows-spanned"),
                        _times(cell, "number-columns-spanned"),
                    )
                    places = range(column, column + (times if text else 0))
                    cells += [CellText(row, place, text, *spans) for place in places]
                column += times
            row += _times(element, "number-rows-repeated")
        return cells


def _headed(cells: list[CellText]) -> Iterator[CellText]:
    rows: dict[int, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell.text)
    heads = first_row_names_columns(list(rows.values()))
    for cell in cells:
        yield CellText(
            cell.row,
            cell.column,
            cell.text,
            cell.rows,
            cell.columns,
            heads and cell.row == 0,
        )


def _times(element: _Element, name: str) -> int:
    text = attribute(element, name)
    return max(1, min(int(text), _MOST_REPEATED)) if text.isdigit() else 1
