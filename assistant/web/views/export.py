"""An answer as Markdown, to take along, with the exact words of its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.types import Status, Support
from assistant.web.views.sources import about, differences_said, missing_said, steps_said

if TYPE_CHECKING:
    from assistant.web.services.conversations import StoredTurn
    from assistant.web.views.text import Words

__all__ = ["answer_markdown", "markdown"]


def markdown(turn: StoredTurn, say: Words) -> str:
    """Write a question, its answer and the exact words of its sources as Markdown."""
    return f"**{turn.question}**\n\n{answer_markdown(turn.answer, say)}"


def answer_markdown(answer: dict[str, Any], say: Words) -> str:
    """Write an answer, as `serialize.answer_json` keeps it, and its sources."""
    lines = []
    if answer["status"] == Status.NO_EVIDENCE.value:
        lines += [say("no_evidence"), *differences_said(answer, say)]
    for claim in answer["claims"]:
        shown = answer["answer"][claim["start"] : claim["end"]]
        text = shown or claim["text"]  # what is not supported is left out of the answer
        support = Support(claim["support"])
        doubt = "" if support is Support.SUPPORTED else say("unsupported")
        doubt = say("unchecked") if support is Support.UNCHECKED else doubt
        text = f"{say('alternative')}: {text}" if claim.get("alternative") else text
        lines.append(f"{text} _({doubt})_" if doubt else text)
    lines += [*steps_said(answer, say), *missing_said(answer, say)]
    cited = answer["citations"] or answer["nearest"]
    heading = f"{say('sources')}:" if answer["citations"] else say("nearest")
    lines += ["", heading, ""] if cited else []
    for citation in cited:
        quote = " ".join(citation["quote"].split())
        where = about(citation["document"], citation, say)
        path = citation["document"]["path"]
        lines.append(f"[{citation['number']}] “{quote}” – {where} ({path})")
    return "\n".join(lines) + "\n"
