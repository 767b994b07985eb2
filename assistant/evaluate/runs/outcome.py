"""From an answer of the assistant to an outcome in the words of a set.

The assistant names a document by the hash of its bytes; a set by its own id. Two documents
of a set may hold the same bytes: then the one that the question is about is meant.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.evaluate.measures.gold import gold_documents
from assistant.evaluate.types import (
    ClaimTrace,
    Outcome,
    Place,
    Prediction,
    Quote,
    Ranked,
    Trace,
)
from assistant.types import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.evaluate.types import Question
    from assistant.types import Answer, Citation
    from index.types import Chunk, Hit

__all__ = ["outcome_of"]

DIGITS = 9  # what follows depends on the order in which a machine adds


def outcome_of(
    question: Question,
    answer: Answer,
    hits: Sequence[Hit],
    names: Mapping[str, Sequence[str]],
    *,
    draft: str = "",
    features: Mapping[str, float] | None = None,
) -> Outcome:
    """Return what was shown and what was behind it.

    Args:
        question: The question of the set.
        answer: What the assistant answered.
        hits: Everything that was retrieved, best first.
        names: The hash of a document's bytes -> its ids in the set.
        draft: What was held back, where the assistant abstained.
        features: What a calibration may use.
    """
    named = _Names(question, names)
    trace = Trace(
        id=question.id,
        claims=_claims(answer) if answer.status is Status.ANSWERED else (),
        prompt=tuple(named.place(passage.chunk) for passage in answer.passages),
        nearest=tuple(map(named.quote, answer.nearest)),
        draft=draft,
        prompt_tokens=answer.timing.prompt_tokens,
        answer_tokens=answer.timing.answer_tokens,
        dropped_marks=answer.dropped_marks,
        features=dict(features or {}),
    )
    return Outcome(_prediction(question.id, answer, hits, named), trace)


def _prediction(
    name: str, answer: Answer, hits: Sequence[Hit], named: _Names
) -> Prediction:
    """Return what was shown; the nearest passages of a silent answer are in its trace."""
    ranked = []
    for hit in hits:
        place = named.place(hit.chunk)
        score = round(hit.score, DIGITS)
        ranked.append(Ranked(place.doc, place.start, place.end, score))
    shown = Prediction(
        id=name,
        abstained=True,
        confidence=round(answer.confidence, DIGITS),
        retrieved=tuple(ranked),
        ttft_s=answer.timing.first_token_s,
        total_s=answer.timing.total_s,
    )
    if answer.status is Status.NO_EVIDENCE:
        return shown
    return replace(
        shown,
        answer=answer.text,
        short_answer=answer.short,
        abstained=False,
        citations=tuple(map(named.quote, answer.citations)),
    )


class _Names:
    """The ids of documents as one question sees them."""

    def __init__(self, question: Question, names: Mapping[str, Sequence[str]]) -> None:
        self.names = names
        self.about = {*gold_documents(question), *question.contexts}

    def of(self, document_id: str) -> str:
        """Return the id in the set; the hash itself for a document that is not in it."""
        ids = self.names.get(document_id) or [document_id]
        return next((name for name in ids if name in self.about), ids[0])

    def place(self, chunk: Chunk) -> Place:
        """Return where a chunk stands."""
        return Place(self.of(chunk.document_id), chunk.span.start, chunk.span.end)

    def quote(self, citation: Citation) -> Quote:
        """Return the citation as it was shown."""
        span = citation.span
        return Quote(self.of(citation.source.id), span.start, span.end, citation.quote)


def _claims(answer: Answer) -> tuple[ClaimTrace, ...]:
    position = {citation.number: i for i, citation in enumerate(answer.citations)}
    return tuple(
        ClaimTrace(
            claim.start,
            claim.end,
            claim.support.value,
            tuple(position[number] for number in claim.citations),
        )
        for claim in answer.claims
    )
