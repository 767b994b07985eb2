"""What stands in a structure rather than in sentences: cells of tables, numbered clauses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.reading.clauses import (
    asks_only_what_it_says,
    clause_asked_for,
    clause_of,
    number_asked_for,
)
from assistant.reading.merit import by_merit
from assistant.reading.table_findings import found_at, may_answer
from assistant.tables.lookup import cells_asked_for
from assistant.text.other_names import names_asked
from assistant.text.words import content_words
from assistant.types import LookedUp, Passage
from index.types import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.protocols import Documents, PassageReader
    from assistant.tables.lookup import FoundCell
    from assistant.types import Finding

__all__ = ["Structured"]

SEARCHED = 5  # documents whose tables and clauses are looked up in


@dataclass(frozen=True, slots=True)
class Structured:
    """Adds what a question asks for by row and column, or by number, to what was read."""

    documents: Documents
    reader: PassageReader

    def with_cells(
        self,
        question: str,
        read: list[Passage],
        findings: list[Finding],
        within: tuple[str, ...] | None,
    ) -> list[Finding]:
        """Return the findings with the cells of tables that a question asks for, if any.

        Its row is read as well, if it is not yet. Where it is found, nothing else that stands
        in the tables of its document is an answer; figures that are not named by anything
        that was asked for never are.
        """
        found = [passage.source.id for passage in read]
        named = [d for d in self._named_in(question) if within is None or d in within]
        documents = list(dict.fromkeys([*named, *found]))[:SEARCHED]
        cells = cells_asked_for(question, [self.documents.tables(d) for d in documents])
        by_number = {passage.number: passage for passage in read}
        kept = [f for f in findings if may_answer(question, by_number[f.passage], f, cells)]
        if not cells:
            return kept
        told = []
        sure = len(cells) == 1 and cells[0].in_full
        for cell in cells:
            passage = _holding(read, cell) or self._row_of(cell, read)
            if passage not in read:
                read.append(passage)
            kind = LookedUp.RECORD if sure else LookedUp.CELL
            told.append(found_at(passage, cell.span, kind))
        return by_merit(question, read, told if sure else [*told, *kept])

    def with_clause(
        self, question: str, read: list[Passage], findings: list[Finding]
    ) -> list[Finding]:
        """Return the findings with the clause whose number is asked for, or its number."""
        number = number_asked_for(question)
        if number:
            passage = self._clause(number, read)
            if passage is None:
                return findings
            read.append(passage)
            if asks_only_what_it_says(question):
                own = [found_at(passage, passage.chunk.span, LookedUp.RECORD)]
            else:
                own = self.reader.read(question, [passage])[:1]
                own = [found_at(passage, f.span, LookedUp.CLAUSE) for f in own]
            return by_merit(question, read, own) if own else findings
        for finding in findings[:1]:
            passage = next(p for p in read if p.number == finding.passage)
            text, start = passage.chunk.text, passage.chunk.span.start
            clause = clause_of(question, finding.span.shifted(-start), text)
            if clause is not None:
                found = found_at(passage, clause.shifted(start), LookedUp.CLAUSE)
                return by_merit(question, read, [found, *findings])
        return findings

    def _clause(self, number: str, read: Sequence[Passage]) -> Passage | None:
        """Return the clause of a number as a passage after those that were read."""
        documents = list(dict.fromkeys(passage.source.id for passage in read))[:SEARCHED]
        for document_id in documents:
            text = self.documents.document(document_id).text
            span = clause_asked_for(number, text)
            if span is not None:
                like = next(p for p in read if p.source.id == document_id)
                chunk = Chunk(document_id, span, span.text_of(text))
                return replace(like, number=len(read) + 1, chunk=chunk)
        return None

    def _named_in(self, question: str) -> list[str]:
        """Return the documents that are called by a name of the question."""
        names = ["".join(content_words(name)) for name in names_asked(question)]
        if not any(names):
            return []
        return [
            source.id
            for source in self.documents.sources()
            if any(n and n in _together(f"{source.called}{source.outlet}") for n in names)
        ]

    def _row_of(self, cell: FoundCell, read: Sequence[Passage]) -> Passage:
        """Return the row of a cell as a passage after those that were read."""
        document = cell.document
        return Passage(
            len(read) + 1,
            Chunk(document.id, cell.row, cell.row.text_of(document.text)),
            self.documents.about(document.id),
            max((passage.score for passage in read), default=0.0),
            tables=self.documents.tables(document.id),
        )


def _together(text: str) -> str:
    """Return the letters and digits of a text: files are named without blanks."""
    return "".join(filter(str.isalnum, text.casefold()))


def _holding(read: Iterable[Passage], cell: FoundCell) -> Passage | None:
    """Return the passage that holds the row of a cell, None if it was not read."""
    return next(
        (
            passage
            for passage in read
            if passage.source.id == cell.document.id
            and passage.chunk.span.contains(cell.row)
        ),
        None,
    )
