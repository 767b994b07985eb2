"""A document to the pieces that are embedded and found.

A chunk is a run of whole sentences under one heading, as even in length as the text allows,
with a little of its predecessor's end repeated at its start. Lengths are counted in the
embedder's own tokens: the document is tokenised once, each chunk once more to be sure. Leaves
out: reading, embedding.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from index.sentences import sentences
from index.types import Chunk, Document, Embedder, Heading, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["MAX_TOKENS", "OVERLAP_TOKENS", "chunk", "embedding_text"]

MAX_TOKENS = 224  # of a chunk's text; benchmarks/embedding.py measures this choice
OVERLAP_TOKENS = 40

_LEAST_ROOM = 8  # tokens
# Of the title and of the heading each, so that they never crowd out the text: no tokenizer
# makes more tokens than bytes.
_PREFIX_BYTES = 64
_CHARS_PER_TOKEN = (
    12  # more than this is no prose: a word of a thousand letters is one token
)
BY_SPEAKER = frozenset(["message/rfc822"])  # kinds whose headings name who speaks
_TITLE_CHARS = 80
_PARAGRAPH_SHARE = 0.6  # of the goal, after which a chunk ends where a paragraph does
_TERMINALS = frozenset(".!?…。！？｡।؟۔:;\"'”’»)」』")
_CLAUSE_END = re.compile(r"[,;:)\]}—–]\s|[、，；：]")
_BLANK = re.compile(r"\s")

_Path = tuple[str, ...]  # headings, outermost first


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a part of one that alone is over the limit."""

    span: Span
    tokens: int
    closes_paragraph: bool = False
    is_title: bool = False  # looks like a heading for what follows


@dataclass(frozen=True, slots=True)
class _Section:
    """The units under one heading, and the headings they stand under."""

    path: _Path
    units: tuple[_Unit, ...]

    @property
    def tokens(self) -> int:
        return sum(unit.tokens for unit in self.units)


def chunk(
    document: Document,
    embedder: Embedder,
    *,
    max_tokens: int = MAX_TOKENS,
    overlap_tokens: int = OVERLAP_TOKENS,
) -> list[Chunk]:
    """Cut a document into chunks that together hold every character that is not blank.

    Args:
        document: what to cut.
        embedder: gives the tokens, and the limit that no chunk's `embedding_text` exceeds.
        max_tokens: of a chunk's text; less where the embedder's limit leaves less beside the
            title and heading.
        overlap_tokens: how much of a chunk's end, in whole sentences, opens the next one.

    Returns:
        Chunks in the order of the text. A sentence is cut only if it alone is over the limit.
        Takes time linear in the length of the text.

    Raises:
        ValueError: if the numbers leave no room for text.
    """
    prefixes = _Prefixes(document.called, embedder, max_tokens)
    if overlap_tokens < 0 or max_tokens < _LEAST_ROOM:
        raise ValueError(f"no text fits {max_tokens} tokens with {overlap_tokens} repeated")
    units = _units(document.text, embedder.token_ends(document.text), prefixes.room(()))
    chunks: list[Chunk] = []
    # What two people say in a mail and its quotations is never one passage.
    least = 0 if document.media_type in BY_SPEAKER else prefixes.room(()) // 4
    for section in _merged(_sections(document.headings, units), least):
        heading = " > ".join(section.path)
        for first, last in _packed(
            section.units, prefixes.room(section.path), overlap_tokens
        ):
            span = Span(section.units[first].span.start, section.units[last].span.end)
            whole = Chunk(document.id, span, span.text_of(document.text), heading)
            chunks.extend(_fitting(whole, document.called, embedder))
    return chunks


def embedding_text(title: str, chunk: Chunk) -> str:
    """Return what is embedded for a chunk: where it stands, then its text.

    The title of the document and the innermost headings, each cut to a few words, tell apart
    passages that speak of "the company" or "the study"; `benchmarks/embedding.py` measures it.
    """
    return _prefix(title, chunk.heading) + chunk.text


def _prefix(title: str, heading: str) -> str:
    """Join title and innermost heading as the opening lines of a passage."""
    inner = heading.rsplit(" > ", 1)[-1]
    parts = [_shortened(part) for part in (title, inner if inner != title else "")]
    return "".join(f"{part}\n" for part in parts if part)


def _shortened(words: str) -> str:
    """Cut a title to the bytes a prefix may have, on one line, at a space if there is one."""
    line = " ".join(words.split())
    if len(line.encode(errors="replace")) <= _PREFIX_BYTES:
        return line
    kept = line.encode(errors="replace")[:_PREFIX_BYTES].decode(errors="ignore")
    return kept.rsplit(" ", 1)[0]


class _Prefixes:
    """How many tokens of text fit beside a document's title and a heading."""

    def __init__(self, title: str, embedder: Embedder, max_tokens: int) -> None:
        self._title = title
        self._embedder = embedder
        self._max_tokens = max_tokens
        self._rooms: dict[tuple[str, ...], int] = {}

    def room(self, path: tuple[str, ...]) -> int:
        """Return the tokens of text a chunk under `path` may have.

        Raises:
            ValueError: if the embedder reads too few tokens to hold the prefix and some text.
        """
        if path not in self._rooms:
            taken = len(self._embedder.token_ends(_prefix(self._title, " > ".join(path))))
            room = min(self._max_tokens, self._embedder.max_tokens - taken)
            if room < _LEAST_ROOM:
                raise ValueError(
                    f"{self._embedder.max_tokens} tokens cannot hold a passage"
                )
            self._rooms[path] = room
        return self._rooms[path]


def _units(text: str, ends: Sequence[int], room: int) -> list[_Unit]:
    """Return the sentences with their lengths, those over `room` in parts."""
    spans = sentences(text)
    units: list[_Unit] = []
    for number, span in enumerate(spans):
        following = spans[number + 1].start if number + 1 < len(spans) else len(text)
        closes = text.count("\n", span.end, following) > 1 or following == len(text)
        parts = list(_parts(text, span, ends, room))
        units.extend(_Unit(part, tokens) for part, tokens in parts[:-1])
        last, tokens = parts[-1]
        alone = not units or units[-1].closes_paragraph
        units.append(
            _Unit(last, tokens, closes, closes and alone and _is_title(text, span))
        )
    return units


def _is_title(text: str, span: Span) -> bool:
    """Say whether a paragraph of one sentence looks like a heading for the next."""
    return len(span) < _TITLE_CHARS and text[span.end - 1] not in _TERMINALS


def _parts(
    text: str, span: Span, ends: Sequence[int], room: int
) -> Iterator[tuple[Span, int]]:
    """Yield a sentence whole, or cut where tokens end, best after a clause or a word."""
    start = span.start
    while True:
        first = bisect_right(ends, start)
        full = ends[first + room - 1] if first + room <= len(ends) else span.end
        cut = min(full, start + room * _CHARS_PER_TOKEN, span.end)
        if cut < span.end:
            cut = _better_cut(text, start, cut)
        piece = text[start:cut].strip()
        if piece:
            left = start + text[start:cut].index(piece[0])
            least = -(-len(piece) // _CHARS_PER_TOKEN)
            yield Span(left, left + len(piece)), max(least, bisect_right(ends, cut) - first)
        if cut == span.end:
            return
        start = cut


def _better_cut(text: str, start: int, cut: int) -> int:
    """Move a cut back, at most to the middle, behind the last clause or word."""
    middle = start + (cut - start) // 2
    for pattern in (_CLAUSE_END, _BLANK):
        places = [match.end() for match in pattern.finditer(text, middle, cut)]
        if places:
            return places[-1]
    return cut


def _sections(headings: Sequence[Heading], units: Sequence[_Unit]) -> list[_Section]:
    """Group the units by the innermost heading in force where they begin."""
    ordered = sorted(headings, key=lambda heading: heading.start)
    sections: list[_Section] = []
    open_headings: list[Heading] = []
    taken = used = 0
    while taken < len(units):
        while used < len(ordered) and ordered[used].start <= units[taken].span.start:
            while open_headings and open_headings[-1].level >= ordered[used].level:
                open_headings.pop()
            open_headings.append(ordered[used])
            used += 1
        limit = ordered[used].start if used < len(ordered) else None
        last = taken + 1
        while last < len(units) and (limit is None or units[last].span.start < limit):
            last += 1
        path = tuple(heading.title for heading in open_headings if heading.title.strip())
        sections.append(_Section(path, tuple(units[taken:last])))
        taken = last
    return sections


def _merged(sections: Sequence[_Section], least: int) -> list[_Section]:
    """Join a section too short to stand alone, or a bare heading, with the one that follows.

    What is joined stands under the headings both share; below its own heading, a section keeps
    its path. A short last section joins the one before it.
    """
    merged: list[_Section] = []
    held: _Section | None = None
    for section in sections:
        joined = section if held is None else _joined(held, section)
        held = None
        if joined.tokens < least or all(unit.is_title for unit in joined.units):
            held = joined
        else:
            merged.append(joined)
    if held is not None:
        merged.append(_joined(merged.pop(), held) if merged else held)
    return merged


def _joined(first: _Section, second: _Section) -> _Section:
    """Put two neighbouring sections together."""
    pairs = zip(first.path, second.path, strict=False)
    shared = tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    below = shared == first.path and all(unit.is_title for unit in first.units)
    return _Section(second.path if below else shared, first.units + second.units)


def _packed(units: Sequence[_Unit], room: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last) unit numbers of chunks that fit `room`, as even as may be.

    The goal is worked out anew from what is left after each chunk, so that no small rest is
    left at the end.
    """
    left = sum(unit.tokens for unit in units)
    new_room = max(room - overlap, room // 2) if left > room else room
    first, opened = 0, -1
    while first < len(units):
        goal = left / max(1, -(-left // new_room))
        new = room if first == 0 else new_room
        last = len(units) - 1 if left <= new else _filled(units, first, goal, new)
        tokens = sum(unit.tokens for unit in units[first : last + 1])
        repeated = _repeated(units, first, min(overlap, room - tokens))
        # A chunk begins after its predecessor does, however short that one is.
        opened = max(first - repeated, opened + 1)
        yield opened, last
        left -= tokens
        first = last + 1


def _filled(units: Sequence[_Unit], first: int, goal: float, room: int) -> int:
    """Return the last unit of a chunk that begins with unit `first` and aims at `goal`."""
    tokens = units[first].tokens
    last = first
    while last + 1 < len(units):
        more = units[last + 1].tokens
        at_paragraph = units[last].closes_paragraph and tokens > _PARAGRAPH_SHARE * goal
        if tokens + more > room or tokens + more / 2 > goal or at_paragraph:
            break
        tokens += more
        last += 1
    while last > first and last + 1 < len(units) and units[last].is_title:
        last -= 1
    return last


def _repeated(units: Sequence[_Unit], first: int, budget: int) -> int:
    """Return how many units before `first` have at most `budget` tokens together."""
    count = 0
    while count < first and units[first - 1 - count].tokens <= budget:
        budget -= units[first - 1 - count].tokens
        count += 1
    return count


def _fitting(whole: Chunk, title: str, embedder: Embedder) -> Iterator[Chunk]:
    """Yield the chunk, halved as often as its own token count makes it necessary.

    Parts of a document may make more tokens alone than they did within it.
    """
    if (
        len(embedder.token_ends(embedding_text(title, whole))) <= embedder.max_tokens
        or len(whole.span) == 1
    ):
        yield whole
        return
    middle = _better_cut(whole.text, 0, len(whole.text) * 2 // 3 or 1)
    for start, end in ((0, middle), (middle, len(whole.text))):
        piece = whole.text[start:end].strip()
        if piece:
            left = start + whole.text[start:end].index(piece[0])
            span = Span(left, left + len(piece)).shifted(whole.span.start)
            yield from _fitting(
                Chunk(whole.document_id, span, piece, whole.heading), title, embedder
            )
