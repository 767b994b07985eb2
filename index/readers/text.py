"""Plain text and Markdown: kept as they are, apart from the normal form.

Markdown keeps its marks, so that a quotation is what the file says; its headings are listed
beside the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.readers.decode import decode
from index.readers.normalise import normalise, squeeze
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import Stated, iso_date, stated
from index.types import Document, Heading

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["headings", "read_markdown", "read_text"]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ATX = re.compile(
    r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<title>[^\n]*?))??(?:[ \t]+#+)?[ \t]*$"
)
_SETEXT = re.compile(r" {0,3}(?P<marks>=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})")
_BLOCK = re.compile(r" {0,3}(?:[-+*>|#]|\d+[.)])")
_FRONT = re.compile(r"---\n(?P<fields>.*?)\n---[ \t]*\n", re.DOTALL)
_FIELD = re.compile(r"^(?P<key>[A-Za-z_]+):[ \t]*(?P<value>[^\n]*)$", re.MULTILINE)
_LONGEST_LINE = 2000  # headings are short; a line of a megabyte is none


def read_text(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a plain text file; a headline, byline or date line is noted."""
    del path, limits
    raw, notes = decode(data)
    text = normalise(raw)
    about = stated(text)
    return Document(
        id=content_id(data),
        text=text,
        media_type="text/plain",
        title=about.title,
        author=about.author,
        date=about.date,
        source=about.source,
        characters_read=count_visible(text),
        notes=notes,
    )


def read_markdown(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a Markdown file: front matter to metadata, headings to their places.

    Front matter says things about the text and is none of it, so it cannot be cited.
    """
    del path, limits
    raw, notes = decode(data)
    whole = normalise(raw)
    front = _front_matter(whole)
    text = _body(whole)
    found = headings(text)
    about = stated(_without_marks(text))
    return Document(
        id=content_id(data),
        text=text,
        media_type="text/markdown",
        title=front.title
        or next((h.title for h in found if h.level == 1), "")
        or about.title,
        author=front.author or about.author,
        date=front.date or about.date,
        source=front.source or about.source,
        headings=found,
        characters_read=count_visible(whole),
        notes=notes,
    )


def headings(text: str) -> tuple[Heading, ...]:
    """Return the headings of a Markdown text, "#" and underlined, fenced code left out."""
    found: list[Heading] = []
    fence = ""
    start, previous = 0, ""
    for match in _LINE.finditer(text):
        line = match[0].rstrip("\n") if len(match[0]) < _LONGEST_LINE else ""
        mark = _FENCE.match(line)
        if mark and (not fence or mark["marks"].startswith(fence)):
            fence = "" if fence else mark["marks"]
            previous = ""
        elif not fence:
            if heading := _heading(line, match.start(), previous, start):
                found.append(heading)
            plain = line.strip() and not _BLOCK.match(line)
            previous = line if plain else ""
        start = match.start()
    return tuple(found)


def _heading(line: str, at: int, previous: str, previous_at: int) -> Heading | None:
    if atx := _ATX.match(line):
        title = squeeze(atx["title"] or "")
        return Heading(at, len(atx["marks"]), title) if title else None
    setext = _SETEXT.match(line) if previous else None
    if setext:
        return Heading(previous_at, 1 if "=" in setext["marks"] else 2, squeeze(previous))
    return None


def _front_matter(text: str) -> Stated:
    front = _FRONT.match(text)
    if not front:
        return Stated()
    pairs = _FIELD.findall(front["fields"])
    fields = {key.lower(): squeeze(value).strip("\"'") for key, value in pairs}
    return Stated(
        title=fields.get("title", ""),
        author=fields.get("author", ""),
        date=iso_date(fields.get("date", "")),
        source=fields.get("source", "") or fields.get("publication", ""),
    )


def _body(text: str) -> str:
    """Return what follows the front matter, on its own lines; the whole where nothing does."""
    front = _FRONT.match(text)
    if not front or not text[front.end() :].strip():
        return text
    return "\n" * front[0].count("\n") + text[front.end() :]


def _without_marks(text: str) -> str:
    return re.sub(r"^[#> ]+|[*_]+", "", text[:4000], flags=re.MULTILINE)
