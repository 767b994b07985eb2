"""What a library says about itself: its documents, its files and every character of them."""

from __future__ import annotations

from dataclasses import dataclass

from index.chunk import MAX_TOKENS, OVERLAP_TOKENS
from index.types import Part, PartState

__all__ = ["Chunking", "Ledger", "LedgerEntry", "SourceInfo"]


@dataclass(frozen=True, slots=True)
class Chunking:
    """How documents are cut, in tokens of the embedder."""

    max_tokens: int = MAX_TOKENS
    overlap_tokens: int = (
        OVERLAP_TOKENS  # so that a sentence at a border keeps what it refers to
    )


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a document without its text."""

    id: str  # SHA-256 of the file's bytes
    paths: tuple[str, ...]  # every file with this content, sorted; never empty
    title: str
    author: str
    date: str
    outlet: str
    media_type: str
    characters: int
    chunks: int
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()  # all that the file holds
    name: str = ""  # of its first file, as words: see `index.names`

    @property
    def path(self) -> str:
        """The first of its files."""
        return self.paths[0]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of one file."""

    path: str
    state: str  # "ok" or "failed"
    reason: str  # why it failed
    document_id: str | None
    characters_read: int  # non-blank, before clutter was set aside
    characters_indexed: int  # non-blank, that lie in at least one chunk
    chunks: int
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()  # all that the file holds

    @property
    def not_read(self) -> tuple[Part, ...]:
        """The parts of the file that nothing can be found in."""
        return tuple(part for part in self.parts if part.state is PartState.NOT_READ)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every file and the sums; content that lies in two files is counted once."""

    entries: tuple[LedgerEntry, ...]

    @property
    def documents(self) -> int:
        """How many different documents there are."""
        return len(self._once())

    @property
    def failed(self) -> int:
        """How many files could not be read."""
        return sum(entry.state == "failed" for entry in self.entries)

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return sum(entry.chunks for entry in self._once())

    @property
    def characters_read(self) -> int:
        """How many non-blank characters the files hold."""
        return sum(entry.characters_read for entry in self._once())

    @property
    def characters_indexed(self) -> int:
        """How many of them can be found."""
        return sum(entry.characters_indexed for entry in self._once())

    def _once(self) -> list[LedgerEntry]:
        return list({e.document_id: e for e in self.entries if e.document_id}.values())
