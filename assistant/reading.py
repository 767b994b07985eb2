"""Reading the best passages closely for the very words that answer: extractor to findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.merit import by_merit
from assistant.types import Finding
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.extract import Extractor
    from assistant.types import Passage

__all__ = ["ExtractiveReader"]

SPANS = 3  # of each passage


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
        findings = [
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
