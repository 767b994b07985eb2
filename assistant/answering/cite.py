"""From a claim and the passages it names to the exact sentences that carry it.

The model only says a passage's number; the words that are shown are taken here, as spans of
the document, and never looked for as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.reading.focus import sentences_of
from assistant.text.words import content_words, coverage, numbers
from index.likeness import likeness
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Passage
    from index.types import Embedder, Vectors

__all__ = ["Carrier", "PassageSentences"]

# Of headings and lists: not said, and no part of a quotation. "1." may be referred to, and
# "- 5" may be a number.
_MARK = re.compile(r"(?:(?:#{1,6}|[-*•‣◦▪])[ \t]+)+(?=[^\s\d])")
SECOND_SENTENCE_GAIN = 0.2  # what a second sentence must add to a claim's covered share


@dataclass(frozen=True, slots=True)
class Carrier:
    """A sentence of a passage that carries a claim, or a part of it."""

    passage: Passage
    span: Span  # of the document's text
    quote: str
    score: float

    @property
    def said(self) -> Span:
        """The same without the mark that makes it a heading or an item of a list."""
        mark = _MARK.match(self.quote)
        return Span(self.span.start + mark.end(), self.span.end) if mark else self.span


class PassageSentences:
    """The sentences of one answer's passages; cut and embedded once, when first needed."""

    def __init__(self, passages: Sequence[Passage], embedder: Embedder) -> None:
        self._embedder = embedder
        self._sentences = {
            passage.number: [
                Carrier(
                    passage,
                    span.shifted(passage.chunk.span.start),
                    span.text_of(passage.chunk.text),
                    0.0,
                )
                for span in sentences_of(passage.chunk.text)
            ]
            for passage in passages
        }
        self._vectors: dict[int, Vectors] = {}

    def of(self, passage: int) -> list[Carrier]:
        """Return the sentences of the passage with that number, in order."""
        return self._sentences[passage]

    def rank(self, claim: str, passages: Sequence[int]) -> list[Carrier]:
        """Return the sentences of these passages, the one that carries the claim best first.

        The score is the share of the claim's content words and numbers that the sentence
        holds, plus how alike their embeddings are: words decide, meaning breaks ties.
        """
        found = [carrier for number in passages for carrier in self._sentences[number]]
        if not found:
            return []
        similarities = self._similarities(claim, passages)
        scored = [
            Carrier(c.passage, c.span, c.quote, _share(claim, c.quote) + float(similarity))
            for c, similarity in zip(found, similarities, strict=True)
        ]
        return sorted(scored, key=lambda c: (-c.score, c.passage.number, c.span))

    def carrying(self, claim: str, passages: Sequence[int]) -> list[Carrier]:
        """Return the one or two sentences that carry the claim, in the text's order."""
        ranked = self.rank(claim, passages)
        if not ranked:
            return []
        best, *rest = ranked
        alone = _share(claim, best.quote)
        for other in rest[:3]:
            together = _share(claim, f"{best.quote}\n{other.quote}")
            if together - alone >= SECOND_SENTENCE_GAIN:
                return sorted((best, other), key=lambda c: (c.passage.number, c.span))
        return [best]

    def _similarities(self, claim: str, passages: Sequence[int]) -> Vectors:
        """Return how like the claim each of their sentences is, float32 (sentences,)."""
        import numpy as np

        for number in passages:
            if number not in self._vectors:
                quotes = [carrier.quote for carrier in self._sentences[number]]
                self._vectors[number] = self._embedder.embed_queries(quotes)
        query = self._embedder.embed_queries([claim])[0]
        cosines = np.concatenate([self._vectors[number] @ query for number in passages])
        return likeness(cosines, self._embedder.unrelated)


def _share(claim: str, quote: str) -> float:
    """Return the share of the claim's content words and numbers that the quote holds."""
    words = content_words(claim)
    wanted_numbers = numbers(claim)
    total = len(set(words)) + len(wanted_numbers)
    if not total:
        return 0.0
    held = coverage(words, frozenset(content_words(quote))) * len(set(words))
    return (held + len(wanted_numbers & numbers(quote))) / total
