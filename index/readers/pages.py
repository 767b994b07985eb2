"""Pages as characters with boxes, from a PDF or a scan, to one text with its headings. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from index.readers.boxes import pack
from index.readers.margins import without_foot_notes, without_margins
from index.readers.normalise import squeeze
from index.readers.pdf_tables import find_tables, laid_out
from index.readers.reflow import (
    HYPHEN,
    UNDRAWN,
    Glyphs,
    Line,
    ends_sentence,
    joiner,
    lines_of,
    reflow,
)
from index.readers.source import count_visible
from index.types import Heading, Page, Table

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from index.readers.reflow import Boxes

__all__ = ["Flow", "Sheet", "first_heading", "flow", "headings_of"]

_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_BLOCK = re.compile(r"\S(?:[^\n]|\n(?!\n))*")
_HEADING_CHARS = 200
_HEADING_GROWTH = 1.15  # of the usual letter's height


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is shown; sizes in points, after rotation."""

    glyphs: Glyphs
    boxes: Boxes  # of its characters, and a last row of NaN
    width: float
    height: float
    pictured: bool = False  # whether what it says may stand in a picture
    layout: Boxes | None = None  # the boxes set straight, where the page is crooked
    nonsense: bool = False  # whether its text layer is no language
    drawn: int = 0  # visible characters of its text layer
    fields: int = 0  # the same of its form fields
    notes: int = 0  # and of its annotations
    remarks: int = 0  # how many of its last lines are fields and annotations

    @property
    def straight(self) -> Boxes:
        """The boxes that tell lines, sizes and paragraphs."""
        return self.boxes if self.layout is None else self.layout


@dataclass(frozen=True, slots=True)
class Flow:
    """The pages' texts in one."""

    text: str
    pages: tuple[Page, ...]
    heights: Boxes  # of every character, in points
    tables: tuple[Table, ...]
    set_aside: int  # visible characters of running heads and feet


def flow(sheets: Sequence[Sheet]) -> Flow:
    """Join the pages' texts."""
    words = {
        word.lower()
        for sheet in sheets
        for word in _HYPHENATED.findall(sheet.glyphs.text.replace(HYPHEN, " "))
    }
    lines = [
        _beside_their_labels(lines_of(sheet.glyphs, sheet.straight), sheet.remarks)
        for sheet in sheets
    ]
    bodies = without_margins(lines, [sheet.height for sheet in sheets])
    pages: list[Page] = []
    parts: list[str] = [""]
    tables: list[Table] = []
    heights: list[Boxes] = []
    length = 0
    for number, (sheet, body) in enumerate(zip(sheets, bodies, strict=True), start=1):
        flowed, own = _page(body, sheet.straight, words)
        gap = joiner(parts[-1], flowed.text)
        rows = np.asarray(flowed.rows, dtype=np.intp)
        start = length + len(gap)
        tables += (_moved(table, start) for table in own)
        end = start + len(flowed.text)
        pages.append(
            Page(number, start, end, sheet.width, sheet.height, pack(sheet.boxes[rows]))
        )
        if flowed.text:
            parts += (gap, flowed.text)
            drawn = sheet.straight[rows]
            heights += (np.full(len(gap), np.nan, np.float32), drawn[:, 3] - drawn[:, 1])
            length = end
    joined = np.concatenate(heights) if heights else np.empty(0, np.float32)
    aside = sum(map(_visible, lines)) - sum(map(_visible, bodies))
    return Flow("".join(parts), tuple(pages), joined, tuple(tables), aside)


def _beside_their_labels(lines: list[Line], remarks: int) -> list[Line]:
    """Return a page's lines with the fields behind the lines that they stand beside."""
    if not remarks:
        return lines
    placed, added = lines[:-remarks], lines[-remarks:]
    for remark in added:
        middle = (remark.top + remark.bottom) / 2
        beside = [
            (abs((line.top + line.bottom) / 2 - middle), -place)
            for place, line in enumerate(placed)
            if line.drawn and line.top <= middle <= line.bottom and line.left <= remark.left
        ]
        at = 1 - min(beside)[1] if beside else len(placed)
        placed.insert(at, remark)
    return placed


def _visible(lines: Sequence[Line]) -> int:
    return sum(count_visible(line.text) for line in lines)


def _page(
    lines: Sequence[Line], boxes: Boxes, words: Container[str]
) -> tuple[Glyphs, list[Table]]:
    """Return a page's text and its tables, between which the lines flow."""
    blocks = find_tables(lines, boxes)
    if not blocks:
        body, notes = without_foot_notes(lines)
        return _with_foot_notes(reflow(body, words), reflow(notes, words)), []
    of = {number: block for block in blocks for number in block.lines}
    text, rows, tables, waiting = "", list[int](), list[Table](), list[Line]()

    def add(glyphs: Glyphs) -> None:
        nonlocal text
        gap = "\n\n" if text and glyphs.text else ""
        text += gap + glyphs.text
        rows.extend([UNDRAWN] * len(gap) + list(glyphs.rows))

    for number, line in enumerate(lines):
        block = of.get(number)
        if block is None:
            waiting.append(line)
        elif block in blocks:
            blocks.remove(block)
            add(reflow(waiting, words))
            waiting = []
            glyphs, table = laid_out(block, len(text) + 2 * bool(text))
            add(glyphs)
            tables.append(table)
    add(reflow(waiting, words))
    return Glyphs(text, rows), tables


def _with_foot_notes(body: Glyphs, notes: Glyphs) -> Glyphs:
    """Return a page with its notes before the sentence that runs overleaf, if one does."""
    if not notes.text:
        return body
    at = body.text.rfind("\n\n") + 2 if "\n\n" in body.text else 0
    if not body.text or ends_sentence(body.text):
        at = len(body.text)
    parts = [_slice(body, 0, at), notes, _slice(body, at, len(body.text))]
    text, rows = "", list[int]()
    for part in (p for p in parts if p.text.strip()):
        gap = "" if not text or text.endswith("\n\n") else "\n\n"
        text += gap + part.text
        rows += [UNDRAWN] * len(gap) + list(part.rows)
    return Glyphs(text, rows)


def _slice(glyphs: Glyphs, start: int, end: int) -> Glyphs:
    return Glyphs(glyphs.text[start:end], glyphs.rows[start:end])


def _moved(table: Table, by: int) -> Table:
    cells = (
        replace(cell, span=cell.span.shifted(by) if cell.span else None)
        for cell in table.cells
    )
    return Table(table.start + by, table.end + by, tuple(cells), table.name)


def headings_of(text: str, heights: Boxes) -> tuple[Heading, ...]:
    """Return the short blocks set in clearly larger letters; the largest are level 1."""
    usual = float(np.nanmedian(heights)) if np.isfinite(heights).any() else 0.0
    found: list[tuple[int, str, float]] = []
    for block in _BLOCK.finditer(text):
        title = squeeze(block[0])
        drawn = heights[block.start() : block.end()]
        drawn = drawn[np.isfinite(drawn)]
        size = float(np.median(drawn)) if len(drawn) else 0.0
        lettered = any(map(str.isalpha, title))
        if size > usual * _HEADING_GROWTH and len(title) <= _HEADING_CHARS and lettered:
            found.append((block.start(), title, size))
    levels = _levels(sorted({size for *_, size in found}, reverse=True))
    return tuple(Heading(start, levels[size], title) for start, title, size in found)


def _levels(sizes: Sequence[float]) -> dict[float, int]:
    """Number falling sizes from 1 to 6; sizes within a tenth are one level."""
    levels: dict[float, int] = {}
    level, largest = 0, float("inf")
    for size in sizes:
        if size < largest * 0.9:
            level, largest = level + 1, size
        levels[size] = min(level, 6)
    return levels


def first_heading(found: Sequence[Heading], pages: Sequence[Page]) -> str:
    """Return the highest heading of the first page, "" if it has none."""
    first = [heading for heading in found if heading.start < pages[0].end]
    return min(first, key=lambda heading: heading.level).title if first else ""
