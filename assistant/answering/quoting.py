"""Which sentences to quote of what was found, and what belongs beside them.

That is what names the columns of a row, who says it, what leads to it from another document,
what the text goes on to say where more is wanted, and what speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answering.cite import Carrier
from assistant.text.explaining import wants_explanation
from assistant.text.lines import line_of
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.answering.following import Following
    from assistant.protocols import Documents

__all__ = ["Quoting"]


@dataclass(frozen=True, slots=True)
class Quoting:
    """The quotations of one answer."""

    question: str
    documents: Documents
    following: Following
    shown: Callable[[Carrier], bool]  # whether a sentence is in the answer by now

    def each(self, *, written: bool) -> Iterator[tuple[Carrier, bool]]:
        """Yield what to quote, and whether it is what another place says instead.

        Args:
            written: Whether a claim says what was found, so that it need not be quoted.
        """
        following = self.following
        for finding in following.told:
            said = [] if written else following.carriers(finding)
            beside = (
                *self._names_of(finding.span, said),
                *said,
                *following.speaker(finding),
            )
            for carrier in sorted(beside, key=lambda carrier: carrier.span):
                yield carrier, False
        for carrier in following.leading():
            yield carrier, False
        others = following.alternative(self.shown)
        further = self._further(others)
        for carrier in further:
            yield carrier, False
        if not further:
            for carrier in (*self._names_of_rows(others), *others):
                yield carrier, True

    def _further(self, others: Sequence[Carrier]) -> list[Carrier]:
        """Return what else the one asked about says, or what the best passage goes on to say.

        What another passage says instead goes first: two quotations are enough.
        """
        following = self.following
        statements = following.statements(self.shown)
        elsewhere = any(o.passage.number != following.best.passage for o in others)
        if statements or elsewhere or not wants_explanation(self.question):
            return statements
        return following.further()

    def _names_of_rows(self, rows: Sequence[Carrier]) -> list[Carrier]:
        lasts = [(Span(row.span.end - 1, row.span.end), row) for row in rows]
        return [name for last, row in lasts for name in self._names_of(last, [row])]

    def _names_of(self, words: Span, rows: Sequence[Carrier]) -> list[Carrier]:
        """Return the lines that name the column and the row of a cell, beside its own."""
        passage = next((row.passage for row in rows), None)
        tables = passage.tables if passage else None
        place = tables.place_of(words) if tables else None
        if place is None or passage is None:
            return []
        text = self.documents.document(passage.source.id).text
        lines = {line_of(text, span) for span in (*place.headings, *place.names)}
        own = [line for line in lines if not any(line.overlaps(row.span) for row in rows)]
        return [Carrier(passage, line, line.text_of(text), 0.0) for line in sorted(own)]
