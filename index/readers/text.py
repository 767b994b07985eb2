"""Plain text, Markdown and other markup: kept as they are, apart from the normal form.

Markdown keeps its marks, so that a quotation is what the file says; its headings are listed
beside the text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.readers.decode import decode
from index.readers.front_matter import FrontMatter, front_matter
from index.readers.normalise import normalise, squeeze
from index.readers.pipe_table import pipe_tables
from index.readers.source import Limits, content_id, count_visible
from index.readers.stated import stated
from index.readers.writer import BlockWriter
from index.types import Document, Heading, Part, PartState

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MARKUP", "headings", "read_markdown", "read_markup", "read_text"]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ATX = re.compile(
    r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<title>[^\n]*?))??(?:[ \t]+#+)?[ \t]*$"
)
_SETEXT = re.compile(r" {0,3}(?P<marks>=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})")
_BLOCK = re.compile(r" {0,3}(?:[-+*>|#]|\d+[.)])")
_ASCIIDOC = re.compile(r"^(?P<marks>={1,6})[ \t]+(?P<title>\S[^\n]*)", re.MULTILINE)
_ORG = re.compile(r"^(?P<marks>\*{1,6})[ \t]+(?P<title>\S[^\n]*)", re.MULTILINE)
_UNDERLINED = re.compile(
    r"^(?P<title>[^\s\n][^\n]*)\n(?P<marks>(?P<mark>[=\-~^\"'`*+#])(?P=mark){2,})[ \t]*$",
    re.MULTILINE,
)
_COMMANDS = ("part", "chapter", "section", "subsection", "subsubsection")
_LATEX = re.compile(
    rf"^[ \t]*\\(?P<marks>{'|'.join(_COMMANDS)})\*?\{{(?P<title>[^{{}}\n]+)\}}",
    re.MULTILINE,
)
_HEADINGS = {
    ".adoc": _ASCIIDOC,
    ".asciidoc": _ASCIIDOC,
    ".org": _ORG,
    ".rst": _UNDERLINED,
    ".tex": _LATEX,
}
MARKUP = tuple(_HEADINGS)  # their suffixes
_DEEPEST = 6
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
        parts=(Part("text", PartState.READ, count_visible(text)),),
        characters_read=count_visible(text),
        notes=notes,
    )


def read_markup(data: bytes, path: Path, limits: Limits) -> Document:
    """Read AsciiDoc, reStructuredText, Org or LaTeX: as plain text, with its headings."""
    document = read_text(data, path, limits)
    form = _HEADINGS[path.suffix.lower()]
    found = (
        Heading(each.start(), _level(each["marks"]), squeeze(each["title"]))
        for each in form.finditer(document.text)
        if len(each[0]) < _LONGEST_LINE
    )
    named = tuple(heading for heading in found if heading.title)
    title = document.title if not named else named[0].title
    return replace(document, headings=named, title=title)


def _level(marks: str) -> int:
    """Return how deep a heading lies: by the number of its marks, or by its command."""
    if marks in _COMMANDS:
        return _COMMANDS.index(marks) + 1
    same = len(set(marks)) == 1 and marks[0] in "=*"
    return len(marks) if same and len(marks) <= _DEEPEST else 2


def read_markdown(data: bytes, path: Path, limits: Limits) -> Document:
    """Read a Markdown file; what its front matter says stands at the end, as properties."""
    del path, limits
    raw, notes = decode(data)
    whole = normalise(raw)
    front = front_matter(whole)
    text = _body(whole, front)
    found, tables = headings(text), pipe_tables(text)
    about = stated(_without_marks(text))
    parts = [Part("text", PartState.READ, count_visible(text))]
    if front is not None and text is not whole:
        said = _properties(text, front)
        found += (Heading(len(text.rstrip()) + 2, 1, "Properties"),) if said else ()
        text = f"{text.rstrip()}{said}\n" if said else text
        why = "what it says stands among the properties"
        size = count_visible(whole[: front.length])
        parts.append(Part("front matter", PartState.SET_ASIDE, size, why))
        parts.append(Part("properties", PartState.READ, count_visible(said)))
    front = front or FrontMatter(0, ())
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
        tables=tables,
        parts=tuple(parts),
        characters_read=max(count_visible(whole), count_visible(text)),
        notes=notes,
    )


def _properties(text: str, front: FrontMatter) -> str:
    """Return what is to be appended to a text, "" where it says everything itself."""
    writer = BlockWriter()
    body = writer.add(text)
    written = len(writer.text)
    writer.add_properties(front.properties)
    return writer.text[written:] if body is not None else ""


def _body(whole: str, front: FrontMatter | None) -> str:
    """Return what follows the front matter, on its own lines; the whole where nothing does."""
    if front is None or not whole[front.length :].strip():
        return whole
    return "\n" * whole.count("\n", 0, front.length) + whole[front.length :]


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


def _without_marks(text: str) -> str:
    return re.sub(r"^[#> ]+|[*_]+", "", text[:4000], flags=re.MULTILINE)
