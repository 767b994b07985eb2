"""Which sentences to quote of what was found, and what belongs beside them.

That is what names the columns of a row, who says it, what leads to it from another document,
what the text goes on to say where more is wanted, and what speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answering.cite import Carrier
from assistant.text.explaining import wants_explanation
from assistant.text.tables import column_names, is_row, is_table

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
            beside = (*self._columns_of(said), *said, *following.speaker(finding))
            for carrier in sorted(beside, key=lambda carrier: carrier.span):
                yield carrier, False
        for carrier in following.leading():
            yield carrier, False
        others = following.alternative(self.shown)
        further = self._further(others)
        for carrier in further:
            yield carrier, False
        if not further:
            for carrier in (*self._columns_of(others), *others):
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

    def _columns_of(self, rows: Sequence[Carrier]) -> list[Carrier]:
        return [name for row in rows for name in self._column_names(row)]

    def _column_names(self, row: Carrier) -> list[Carrier]:
        """Return what names the columns, if these words are a row of a table."""
        source = row.passage.source
        if not is_row(row.quote, source.path):
            return []
        text = self.documents.document(source.id).text
        span = column_names(text, row.span, csv_file=is_table(source.path))
        return [Carrier(row.passage, span, span.text_of(text), 0.0)] if span else []
