"""Answers as plain data: the object that `ask --json` prints, version 1.

Keys are only ever added; one that changes its meaning raises `JSON_VERSION`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.llm.influence import Influence
    from assistant.types import Answer, Citation, Claim, ModelInfo, Passage, Source

__all__ = ["JSON_VERSION", "answer_json", "citation_json", "influence_json"]

JSON_VERSION = 1


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as dictionaries, lists, strings and numbers."""
    return {
        "version": JSON_VERSION,
        "question": answer.question,
        "standalone": answer.standalone or answer.question,
        "steps": [asdict(step) for step in answer.steps],
        "status": answer.status.value,
        "answer": answer.text,
        "short_answer": answer.short,
        "confidence": answer.confidence,
        "claims": [_claim(claim) for claim in answer.claims],
        "citations": [citation_json(citation) for citation in answer.citations],
        "nearest": [citation_json(citation) for citation in answer.nearest],
        "differences": [asdict(difference) for difference in answer.differences],
        "missing": list(answer.missing),
        "passages": [_passage(passage) for passage in answer.passages],
        "unread": [
            {
                "path": source.path,
                "part": part.name,
                "reason": part.reason,
                "remedy": part.remedy,
            }
            for source, part in answer.unread
        ],
        "dropped_marks": answer.dropped_marks,
        "timing": asdict(answer.timing),
        "model": _model(answer.model) if answer.model else None,
        "policy": answer.policy,
        "calibrated_for": answer.calibrated_for,
        "prompts_sha256": answer.prompts_sha256,
    }


def _model(model: ModelInfo) -> dict[str, Any]:
    # "sha256" is what the fingerprint was called before.
    return asdict(model) | {"sha256": model.fingerprint}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "support": claim.support.value,
        "reason": claim.reason,
        "citations": list(claim.citations),
        "alternative": claim.alternative,
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """Return the exact words that something rests on, and where they stand."""
    return {
        "number": citation.number,
        "document": _document(citation.source),
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "page": citation.page,
        "place": citation.place,
        "line": citation.line,
        "boxes": [asdict(box) for box in citation.boxes],
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "document": _document(passage.source),
        "start": passage.chunk.span.start,
        "end": passage.chunk.span.end,
        "score": passage.score,
    }


def influence_json(influence: Influence) -> dict[str, Any]:
    """Return what a passage did for an answer, in nats per token."""
    return _passage(influence.passage) | {"nats": influence.nats, "used": influence.used}


def _document(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "path": source.path,
        "title": source.title,
        "author": source.author,
        "date": source.date,
        "outlet": source.outlet,
    }
