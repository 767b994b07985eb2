"""What documents state plainly, told without a reader: their records, and overviews of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.reading.overview import MOST_DOCUMENTS, overview_asked_for, told_of
from assistant.reading.records import (
    AskedRecord,
    Record,
    best_document,
    by_author,
    place_of,
    record_asked_for,
)
from assistant.reading.sides import in_front
from assistant.reading.table_findings import found_at
from assistant.text.lines import line_of
from assistant.types import LookedUp, Passage, Retrieved, Side
from index.types import Chunk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.protocols import Documents
    from assistant.reading.overview import Overview
    from assistant.types import Source
    from index.types import Embedder, Hit, Retriever, Span

__all__ = ["Direct"]

MOST_LISTED = 5  # documents of one author


@dataclass(frozen=True, slots=True)
class Direct:
    """Tells what documents state about themselves, and what they are about."""

    retriever: Retriever
    documents: Documents
    embedder: Embedder
    candidates: int  # searched for

    def find(self, question: str, documents: tuple[str, ...] | None) -> Retrieved | None:
        """Return what is asked of documents as such, None if a question asks of their text.

        Args:
            question: Standing for itself.
            documents: Only of these; None for all.
        """
        return self.recorded(question, documents) or self.overview(question, documents)

    def recorded(
        self, question: str, documents: tuple[str, ...] | None
    ) -> Retrieved | None:
        """Return where documents say what is asked about them, None if nothing is asked."""
        asked = record_asked_for(question)
        if asked is None:
            return None
        hits = self.retriever.retrieve(question, self.candidates, documents)
        meant = self._meant(asked, hits, documents)
        placed = [
            (s, place_of(asked.record, s, self.documents.document(s.id))) for s in meant
        ]
        sides = [
            self._side(question, source, span, self._line(source, span))
            for source, span in placed
            if span
        ]
        if not sides:
            return None
        found = in_front(Retrieved(tuple(hits), ()), sides, len(sides))
        return found if len(sides) > 1 else replace(found, sides=())

    def overview(
        self, question: str, documents: tuple[str, ...] | None
    ) -> Retrieved | None:
        """Return sentences that tell what documents are about, if that is asked for."""
        asked = overview_asked_for(question)
        if asked is None:
            return None
        meant = self._overviewed(asked, question, documents)
        alone = len(meant) == 1
        sides = [
            self._side(question, source, span, span, LookedUp.OVERVIEW)
            for source in meant
            for span in told_of(
                self.documents.document(source.id), self.embedder, alone=alone
            )
        ]
        if not sides:
            return None
        found = in_front(Retrieved((), ()), sides, len(sides))
        return found if len(sides) > 1 else replace(found, sides=())

    def _overviewed(
        self, asked: Overview, question: str, documents: tuple[str, ...] | None
    ) -> list[Source]:
        """Return the documents that an overview is asked of: the one named, else the first."""
        if asked.topic:
            hits = self.retriever.retrieve(question, self.candidates, documents)
            found = [
                (self.documents.about(h.chunk.document_id), h.chunk.text) for h in hits
            ]
            best = best_document(AskedRecord(Record.AUTHOR, asked.topic), found)
            return [best] if best else []
        known = self.documents.sources()
        return [s for s in known if documents is None or s.id in documents][:MOST_DOCUMENTS]

    def _meant(
        self, asked: AskedRecord, hits: Sequence[Hit], documents: tuple[str, ...] | None
    ) -> list[Source]:
        if asked.who:
            known = by_author(asked.who, self.documents.sources())
            return [s for s in known if documents is None or s.id in documents][
                :MOST_LISTED
            ]
        found = [(self.documents.about(h.chunk.document_id), h.chunk.text) for h in hits]
        best = best_document(asked, found)
        return [best] if best else []

    def _line(self, source: Source, span: Span) -> Span:
        return line_of(self.documents.document(source.id).text, span)

    def _side(
        self,
        question: str,
        source: Source,
        span: Span,
        shown: Span,
        kind: LookedUp = LookedUp.RECORD,
    ) -> Side:
        """Return some words of a document as what is told, shown with what is around them."""
        chunk = Chunk(
            source.id, shown, shown.text_of(self.documents.document(source.id).text)
        )
        passage = Passage(1, chunk, source)
        finding = found_at(passage, span, kind)
        found = Retrieved((), (passage,), (finding,))
        return Side(source.called, question, found, finding, passage)
