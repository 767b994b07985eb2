"""From an answer of the assistant to an outcome in the words of a set.

The assistant names a document by the hash of its bytes; a set by its own id. Two documents
of a set may hold the same bytes: then the one that the question is about is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.evaluate.gold import gold_documents
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
    from index.types import Hit

__all__ = ["outcome_of"]


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
    abstained = answer.status is Status.NO_EVIDENCE
    prediction = Prediction(
        id=question.id,
        answer="" if abstained else answer.text,
        short_answer="" if abstained else answer.short,
        abstained=abstained,
        confidence=answer.confidence,
        citations=() if abstained else tuple(named.quote(c) for c in answer.citations),
        retrieved=tuple(
            Ranked(
                named.of(hit.chunk.document_id),
                hit.chunk.span.start,
                hit.chunk.span.end,
                hit.score,
            )
            for hit in hits
        ),
        ttft_s=answer.timing.first_token_s,
        total_s=answer.timing.total_s,
    )
    nearest = answer.nearest if abstained else ()
    trace = Trace(
        id=question.id,
        claims=() if abstained else _claims(answer),
        prompt=tuple(
            Place(named.of(p.chunk.document_id), p.chunk.span.start, p.chunk.span.end)
            for p in answer.passages
        ),
        nearest=tuple(named.quote(citation) for citation in nearest),
        draft=draft,
        prompt_tokens=answer.timing.prompt_tokens,
        answer_tokens=answer.timing.answer_tokens,
        dropped_marks=answer.dropped_marks,
        features=dict(features or {}),
    )
    return Outcome(prediction, trace)


class _Names:
    """The ids of documents as one question sees them."""

    def __init__(self, question: Question, names: Mapping[str, Sequence[str]]) -> None:
        self.names = names
        self.about = {*gold_documents(question), *question.contexts}

    def of(self, document_id: str) -> str:
        """Return the id in the set; the hash itself for a document that is not in it."""
        ids = self.names.get(document_id) or [document_id]
        return next((name for name in ids if name in self.about), ids[0])

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
