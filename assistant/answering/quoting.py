"""Which sentences to quote of what was found, and what belongs beside them.

That is what names the columns of a row, who says it, what leads to it from another document,
what the text goes on to say where more is wanted, and what speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answering.cite import Carrier
from assistant.text.explaining import wants_explanation
from assistant.text.lines import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.answering.following import Following
    from assistant.protocols import Documents
    from assistant.types import CellPlace, Finding

__all__ = ["Quoting"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Something to quote: a sentence, or a cell of a table with the lines that carry it."""

    carriers: tuple[
        Carrier, ...
    ]  # one, or the lines of a cell: headings first, its row last
    alternative: bool = False  # whether it is what another place says instead
    names: str = ""  # what names a cell: row, column, unit
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Quoting:
    """The quotations of one answer."""

    question: str
    documents: Documents
    following: Following
    shown: Callable[[Carrier], bool]  # whether a sentence is in the answer by now

    def each(self, *, written: bool) -> Iterator[Quote]:
        """Yield what to quote.

        Args:
            written: Whether a claim says what was found, so that it need not be quoted.
        """
        following = self.following
        for finding in following.told:
            yield from self._of(finding, written=written)
        for carrier in following.leading():
            yield Quote((carrier,))
        other = following.alternative(self.shown)
        further = self._further(other)
        for carrier in further:
            yield Quote((carrier,))
        if other is not None and not further:
            yield from (
                replace(q, alternative=True) for q in self._of(other, written=False)
            )

    def _of(self, finding: Finding, *, written: bool) -> Iterator[Quote]:
        """Yield what says a finding, and who says it."""
        said = self.following.carriers(finding)
        cell = self._cell(finding, said)
        if cell is not None:
            yield cell
            return
        beside = (*([] if written else said), *self.following.speaker(finding))
        for carrier in sorted(beside, key=lambda carrier: carrier.span):
            yield Quote((carrier,))

    def _further(self, other: Finding | None) -> list[Carrier]:
        """Return what else the one asked about says, or what the best passage goes on to say.

        What another passage says instead goes first: two quotations are enough.
        """
        following = self.following
        statements = following.statements(self.shown)
        elsewhere = other is not None and other.passage != following.best.passage
        if statements or elsewhere or not wants_explanation(self.question):
            return statements
        return following.further()

    def _cell(self, finding: Finding, said: Sequence[Carrier]) -> Quote | None:
        """Return a finding that stands in a table with what names it, None if it does not."""
        passage = next((carrier.passage for carrier in said), None)
        tables = passage.tables if passage else None
        place = tables.place_of(finding.span) if tables else None
        if place is None or passage is None:
            return None
        text = self.documents.document(passage.source.id).text
        over = (*place.headings, *place.names, *([place.unit] if place.unit else []))
        lines = {line_of(text, span) for span in over}
        above = sorted(line for line in lines if not line.overlaps(place.row))
        carriers = [
            Carrier(passage, span, span.text_of(text), 0.0) for span in (*above, place.row)
        ]
        return Quote(tuple(carriers), names=_named(place, text), cell=finding.text)


def _named(place: CellPlace, text: str) -> str:
    """Return what names a cell in a line: "Highfold, tar – Stock (in thousands)"."""
    row, column = (
        ", ".join(dict.fromkeys(" ".join(span.text_of(text).split()) for span in spans))
        for spans in (place.names, place.headings)
    )
    unit = " ".join(place.unit.text_of(text).split()) if place.unit else ""
    unit = unit if not unit or unit.startswith("(") else f"({unit})"
    return " ".join(filter(None, (" – ".join(filter(None, (row, column))), unit)))
