"""Reading the best passages closely for the very words that answer: to findings.

The extractor reads sentences; a cell of a table is looked up by its row and its column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.merit import by_merit
from assistant.table_lookup import cell_asked_for
from assistant.tables import is_table
from assistant.types import Finding
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.extract import Extractor
    from assistant.types import Passage

__all__ = ["ExtractiveReader"]

SPANS = 3  # of each passage
# A cell whose row and column are named is taken to be as sure as what the extractor finds
# where it is right: the median logit, and a score between the median and the upper quartile.
LOGIT_OF_A_CELL = 6.6
SCORE_OF_A_CELL = 0.5


@dataclass(frozen=True, slots=True)
class ExtractiveReader:
    """The `PassageReader` made of the shipped extractor."""

    extractor: Extractor

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        """Return the likeliest answers in all passages, best first."""
        found = self.extractor.extract(
            question,
            [passage.chunk.text for passage in passages],
            titles=[passage.source.title for passage in passages],
            n=SPANS,
        )
        findings = [*_looked_up(question, passages)]
        findings += [
            Finding(
                passage.number,
                Span(span.start, span.end).shifted(passage.chunk.span.start),
                passage.chunk.text[span.start : span.end],
                span.score,
                span.logit,
            )
            for passage, spans in zip(passages, found, strict=True)
            for span in spans
            if span.end > span.start
        ]
        return by_merit(question, passages, findings)


def _looked_up(question: str, passages: Sequence[Passage]) -> Iterator[Finding]:
    """Yield the cells of the passages' tables that the question asks for."""
    for passage in passages:
        text = passage.chunk.text
        cell = cell_asked_for(
            question,
            text,
            passage.source.title,
            csv_file=is_table(passage.source.path),
        )
        if cell is not None:
            yield Finding(
                passage.number,
                cell.shifted(passage.chunk.span.start),
                cell.text_of(text),
                SCORE_OF_A_CELL,
                LOGIT_OF_A_CELL,
            )
