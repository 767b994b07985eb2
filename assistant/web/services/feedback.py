"""What people thought of answers, as rows that `citewell evaluate new --feedback` reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.web.services.conversations import StoredTurn

__all__ = ["as_lines"]


def as_lines(turns: Iterable[StoredTurn]) -> str:
    """Write a JSON object a line: question, judgement, note, answer, and what was cited.

    A question that leaned on the conversation is written as it was searched for, so that it
    can be asked alone. Positions are code points of the text of the document at `path`.
    """
    return "".join(
        json.dumps(_row(turn), ensure_ascii=False) + "\n"
        for turn in turns
        if turn.helpful is not None
    )


def _row(turn: StoredTurn) -> dict[str, Any]:
    answer = turn.answer
    return {
        "question": answer["standalone"],
        "good": turn.helpful,
        "note": turn.note,
        "answer": answer["answer"],
        "citations": [_place(citation) for citation in answer["citations"]],
        "nearest": [_place(citation) for citation in answer["nearest"]],
    }


def _place(citation: dict[str, Any]) -> dict[str, Any]:
    document = citation["document"]
    place = {key: citation[key] for key in ("start", "end", "quote")}
    return {"path": document["path"], "document_id": document["id"], **place}
