"""The nouns of the index: what a file becomes on its way to being found.

    file -> Document -> Chunk -> Hit

Every position is a half-open range of code points of `Document.text`, made once and carried.
Nothing here reads a file, loads a model or touches a database.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from index.names import called

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]  # (n, dimension), every row of length 1

__all__ = [
    "Box",
    "Cell",
    "Chunk",
    "Document",
    "Embedder",
    "Heading",
    "Hit",
    "Page",
    "Part",
    "PartState",
    "Place",
    "Retriever",
    "Span",
    "Table",
    "VectorIndex",
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of code points; never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def text_of(self, text: str) -> str:
        """Return the words this span stands for in `text`."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Say whether the two ranges share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Say whether `other` lies wholly inside this range."""
        return self.start <= other.start and other.end <= self.end

    def hull(self, other: Span) -> Span:
        """Return the smallest range that contains both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def shifted(self, offset: int) -> Span:
        """Return the same range seen from a text that begins `offset` earlier."""
        return Span(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch) from the page's top left corner."""

    page: int  # 1-based
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a paged document.

    `boxes` is the zlib-compressed little-endian float32 array of shape (end - start, 4): left,
    top, right, bottom of every character of `text[start:end]` in points from the top left
    corner; all four are NaN for a character that is not drawn (an inserted line break).
    """

    number: int  # 1-based
    start: int
    end: int  # start == end for a page without text
    width: float
    height: float
    boxes: bytes = b""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, in force from `start` until the next one of the same or a higher level."""

    start: int
    level: int  # 1 is the highest
    title: str


class PartState(StrEnum):
    """What became of a part of a file."""

    READ = "read"  # it stands in the document's text
    SET_ASIDE = "set aside"  # on purpose: navigation, deleted text, a running head
    NOT_READ = "not read"  # it could not be read, or no reader knows it


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of content that a file holds, and what became of it.

    Counted from the file itself, not from what a reader kept, so that a loss shows.
    """

    name: str  # for example "page headers", "form fields", "attachment minutes.pdf"
    state: PartState
    characters: int  # non-blank code points; 0 where only its presence is known
    reason: str = ""  # why it was set aside or not read
    remedy: str = ""  # what would read it, as a request: "Install LibreOffice."


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; `span` is of the document's text, None for an empty cell."""

    row: int  # 0-based
    column: int  # 0-based
    span: Span | None = None
    rows: int = 1  # how many rows and columns it covers, as merged cells do
    columns: int = 1
    heading: bool = False  # it names its row or its column


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the range of the text that it fills, and where each of its cells stands."""

    start: int
    end: int
    cells: tuple[Cell, ...]  # by row, then column; no two cover the same place
    name: str = ""  # its caption, or the name of its sheet


@dataclass(frozen=True, slots=True)
class Place:
    """A name for a part of the text, in force from `start` until the next place.

    For what has no pages: "slide 3", "sheet Costs, row 12", "00:01:07", "record 4".
    """

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class Document:
    """The canonical text of one file's bytes and what the file says about itself.

    `text` is in Unicode normalization form C with line feeds as its only breaks, and is never
    edited afterwards. `id` is the SHA-256 of the file's bytes: the same content under two
    paths is one document.
    """

    id: str  # 64 hexadecimal digits
    text: str
    media_type: str  # for example "text/html"
    title: str = ""
    author: str = ""
    date: str = ""  # ISO 8601, as exact as the file says: "2022-10-10" or "2022-10"
    source: str = ""  # the outlet, or the site it was saved from
    name: str = ""  # of its file, as words: see `index.names`
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    tables: tuple[Table, ...] = ()  # in the order of the text; they do not overlap
    places: tuple[Place, ...] = ()  # in the order of the text
    parts: tuple[Part, ...] = ()  # all that the file holds
    characters_read: int = 0  # non-blank, before clutter was set aside
    notes: tuple[str, ...] = ()  # what a person should know: "page 3 has no text"

    @property
    def called(self) -> str:
        """The title, with the file's name where that says more."""
        return called(self.title, self.name)

    def page_at(self, offset: int) -> int | None:
        """Return the 1-based number of the page that holds `offset`, None without pages."""
        found = None
        for page in self.pages:
            if page.start > offset:
                break
            found = page.number
        return found

    def place_at(self, offset: int) -> str:
        """Return the label of the place that holds `offset`, "" where there is none."""
        number = bisect_right(self.places, offset, key=lambda place: place.start)
        return self.places[number - 1].label if number else ""

    def table_at(self, offset: int) -> Table | None:
        """Return the table that holds `offset`, None outside of tables."""
        number = bisect_right(self.tables, offset, key=lambda table: table.start)
        found = self.tables[number - 1] if number else None
        return found if found is not None and offset < found.end else None

    def line_at(self, offset: int) -> int:
        """Return the 1-based number of the line of `text` that holds `offset`."""
        return self.text.count("\n", 0, offset) + 1


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is embedded and found: `text == document.text[span.start:span.end]`."""

    document_id: str
    span: Span
    text: str
    heading: str = ""  # the headings it stands under, outermost first, joined by " > "

    @property
    def id(self) -> str:
        """Name the chunk by its content's hash and place: stable over rebuilds."""
        return f"{self.document_id}:{self.span.start}:{self.span.end}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a search found."""

    chunk: Chunk
    score: float  # fused; higher is better; not a probability
    similarity: float | None = None  # likeness to the question; None if not measured
    dense_rank: int | None = None  # from 1; None where that ranking did not hold it
    lexical_rank: int | None = None


class Embedder(Protocol):
    """Text to vectors of length 1. Implementations are safe to call from several threads."""

    @property
    def fingerprint(self) -> str:
        """Name the model, its precision and its limits; vectors of two never mix."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text are read, special tokens not counted."""
        ...

    @property
    def unrelated(self) -> float:
        """The cosine of texts that have nothing to do with each other, see `likeness`."""
        ...

    def token_ends(self, text: str) -> Sequence[int]:
        """Return where each token of `text` ends, as code points, in rising order."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found: float32 (n, dimension), in the order given."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions: float32 (n, dimension), in the order given."""
        ...


class VectorIndex(Protocol):
    """Approximate nearest neighbours over chunk ids; a cache, never the record."""

    def upsert(
        self, ids: Sequence[str], vectors: Vectors, documents: Sequence[str]
    ) -> None:
        """Write vectors under their chunk ids, with the document id of each."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove the ids that are there; unknown ones are passed over."""
        ...

    def query(
        self, vector: Vectors, k: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return up to k (id, cosine) pairs, best first, for one vector of shape (1, d)."""
        ...

    def count(self) -> int:
        """Return how many vectors are held."""
        ...


class Retriever(Protocol):
    """A question to the chunks that may answer it."""

    def retrieve(
        self, question: str, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return up to k hits, best first; `documents` limits the search to those ids."""
        ...
