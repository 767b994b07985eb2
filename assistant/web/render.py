"""A question and its answer as HTML, and as Markdown to take along.

A finished answer is always rendered from what was stored, so that it looks the same when the
page is opened again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import CitewellError
from assistant.types import Status, Support
from assistant.web.markup import Html, join, tag

if TYPE_CHECKING:
    from assistant.types import Checked
    from assistant.web.conversations import StoredTurn
    from assistant.web.jobs import Job
    from assistant.web.text import Words

__all__ = ["live", "markdown", "turns_html", "welcome"]

_MARKS = re.compile(r"\s?[\[【]\s*(?:\d[^\]】]{0,20}[\]】]?|$)")
QUOTE_SHOWN = 300  # characters of a quotation in a tooltip


def turns_html(conversation: str, turns: list[StoredTurn], say: Words) -> Html:
    """Render the finished turns of a conversation."""
    shown = [_turn(turn, say) for turn in turns]
    return tag("div", *shown, class_="cw-turns", data_conversation=conversation)


def welcome(*, documents: int, may_change: bool, say: Words) -> Html:
    """Render what a person sees before the first question."""
    empty = not documents
    head = tag("h1", say("welcome_empty" if empty else "welcome"))
    text = tag("p", say("welcome_empty_text" if empty else "welcome_text"))
    buttons = (
        tag(
            "p",
            _button("view", say("add_documents"), data_view="library", class_="cw-primary"),
            _button("samples", say("try_samples")),
            class_="cw-start",
        )
        if empty and may_change
        else ""
    )
    body = tag("div", head, text, buttons, class_="cw-welcome")
    return tag("div", body, class_="cw-turns", data_conversation="")


def _turn(turn: StoredTurn, say: Words) -> Html:
    answer = turn.answer
    if answer["status"] == Status.NO_EVIDENCE.value:
        body = _no_evidence(turn.id, answer, say, stopped=turn.stopped)
    else:
        body = _answered(turn.id, answer, say)
    stopped = tag("p", say("stopped"), class_="cw-note") if turn.stopped else ""
    return tag(
        "article",
        _question(turn.question, say),
        tag("div", body, stopped, class_="cw-answer"),
        _actions(turn, say),
        class_="cw-turn",
        data_turn=turn.id,
        data_question=turn.question,
    )


def _question(text: str, say: Words) -> Html:
    hidden = tag("span", f"{say('user_question')}: ", class_="cw-sr")
    return tag("h2", hidden, text, class_="cw-question", dir="auto")


# --- an answer --------------------


def _answered(turn: str, answer: dict[str, Any], say: Words) -> Html:
    written = answer["model"] is not None  # or quotations only
    quotes = {citation["number"]: citation for citation in answer["citations"]}
    claims = [_claim(turn, claim, quotes, say) for claim in answer["claims"]]
    short = answer["short_answer"]
    heading = tag("b", f"{say('in_short')}: ")
    return join(
        tag("p", heading, short, class_="cw-short") if short else "",
        tag(
            "p",
            *claims,
            class_="cw-claims" if written else "cw-claims cw-quoted",
            dir="auto",
        ),
        _searched(answer, say),
        _sources(turn, "citations", answer["citations"], say("sources"), say),
        _unused(turn, answer, say),
    )


def _claim(
    turn: str,
    claim: dict[str, Any],
    quotes: dict[int, dict[str, Any]],
    say: Words,
) -> Html:
    if claim["support"] == Support.SUPPORTED.value:
        cited = [quotes[n] for n in claim["citations"] if n in quotes]
        quoted = any(citation["quote"] == claim["text"] for citation in cited)
        text = f"“{claim['text']}”" if quoted else claim["text"]
        marks = [_mark(turn, citation, say) for citation in cited]
        # Answers kept by older versions do not have the key.
        label = _alternative(say) if claim.get("alternative") else ""
        return join(label, tag("span", text, *marks, class_="cw-claim"), " ")
    return join(_doubtful(claim["text"], claim["support"], claim["reason"], say), " ")


def _alternative(say: Words) -> Html:
    return tag("span", f"{say('alternative')}: ", class_="cw-alternative")


def _doubtful(text: str, support: str, reason: str, say: Words) -> Html:
    label = say("uncited" if support == Support.UNCITED.value else "unsupported")
    why = reason or say("why_unsupported")
    badge = tag("span", label, tag("span", f": {why}", class_="cw-why"), class_="cw-badge")
    return tag(
        "span", tag("span", text), " ", badge, class_="cw-claim cw-doubtful", title=why
    )


def _mark(turn: str, citation: dict[str, Any], say: Words, kind: str = "citations") -> Html:
    number, quote = citation["number"], " ".join(citation["quote"].split())
    shown = quote if len(quote) <= QUOTE_SHOWN else f"{quote[:QUOTE_SHOWN]}…"
    return tag(
        "a",
        f"[{number}]",
        href=f"#cite-{turn}-{number}",
        class_="cw-mark",
        role="button",
        data_turn=turn,
        data_kind=kind,
        data_number=number,
        data_quote=shown,
        aria_label=say("citation", n=number, quote=shown),
    )


def _no_evidence(turn: str, answer: dict[str, Any], say: Words, *, stopped: bool) -> Html:
    if stopped and not answer["nearest"]:
        return tag("p", say("stopped_early"))
    nearest = answer["nearest"]
    return join(
        tag("p", say("no_evidence"), class_="cw-silence"),
        _searched(answer, say),
        _sources(turn, "nearest", nearest, say("nearest"), say)
        if nearest
        else tag("p", say("nothing_near"), class_="cw-note"),
        _unused(turn, answer, say),
    )


def _searched(answer: dict[str, Any], say: Words) -> str:
    if answer["standalone"] == answer["question"]:
        return ""
    return tag("p", say("asked_as", text=answer["standalone"]), class_="cw-note")


# --- its sources --------------------


def _sources(
    turn: str, kind: str, citations: list[dict[str, Any]], heading: str, say: Words
) -> str:
    if not citations:
        return ""
    items = [_source(turn, kind, citation, say) for citation in citations]
    return join(tag("h3", heading), tag("ol", *items, class_="cw-sources"))


def _source(turn: str, kind: str, citation: dict[str, Any], say: Words) -> Html:
    document = citation["document"]
    quote = " ".join(citation["quote"].split())
    return tag(
        "li",
        _mark(turn, citation, say, kind),
        tag("q", quote, dir="auto"),
        tag("span", about(document, citation["page"], citation["line"], say)),
    )


def about(document: dict[str, Any], page: int | None, line: int, say: Words) -> str:
    """Say in one line what a document is and where in it a place lies."""
    where = say("page", n=page) if page else say("line", n=line) if line else ""
    name = document["title"] or Path(document["path"]).name
    parts = (name, document["outlet"], document["date"], where)
    return " · ".join(part for part in parts if part)


def _unused(turn: str, answer: dict[str, Any], say: Words) -> str:
    used = [*answer["citations"], *answer["nearest"]]
    rest = [
        (number, passage)
        for number, passage in enumerate(answer["passages"], start=1)
        if not any(_holds(passage, citation) for citation in used)
    ]
    if not rest:
        return ""
    items = [
        tag(
            "li",
            tag(
                "a",
                about(passage["document"], None, 0, say),
                href=f"#passage-{turn}-{number}",
                class_="cw-passage",
                role="button",
                data_turn=turn,
                data_kind="passages",
                data_number=number,
            ),
        )
        for number, passage in rest
    ]
    summary = tag("summary", say("unused", n=len(rest)))
    return tag("details", summary, tag("ul", *items), class_="cw-unused")


def _holds(passage: dict[str, Any], citation: dict[str, Any]) -> bool:
    return bool(
        passage["document"]["id"] == citation["document"]["id"]
        and passage["start"] < citation["end"]
        and citation["start"] < passage["end"]
    )


# --- what can be done with it --------------------


def _button(action: str, label: str, **attributes: str | bool | None) -> Html:
    return tag("button", label, type="button", data_action=action, **attributes)


def _actions(turn: StoredTurn, say: Words) -> Html:
    timing, model = turn.answer["timing"], turn.answer["model"]
    seconds = f"{timing['total_s']:.1f}"
    cost = (
        say("cost", seconds=seconds, tokens=timing["answer_tokens"], model=model["name"])
        if model
        else f"{seconds} s"
    )
    return tag(
        "footer",
        _button("regenerate", say("regenerate")),
        _button("edit", say("edit")),
        _button("copy", say("copy"), data_done=say("copied")),
        _thumb("helpful", say, pressed=turn.helpful is True),
        _thumb("unhelpful", say, pressed=turn.helpful is False),
        tag("span", cost, class_="cw-cost"),
        class_="cw-actions",
        data_note=turn.note,
    )


# A picture, since few fonts have the sign; the style sheet turns it over for "not helpful".
_THUMB = Html(
    '<svg class="cw-icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 11h4v10H3zM7 20V11'
    "l4-9c2 0 3 1 2.600 3.200L13 9h6c1.500 0 2.300 1.200 2 2.500l-1.600 7.200c-.3 1.400-1.200 "
    '2.300-2.600 2.300H9z"/></svg>'
)


def _thumb(name: str, say: Words, *, pressed: bool) -> Html:
    return _button(
        name,
        _THUMB,
        aria_label=say(name),
        title=say(name),
        aria_pressed=str(pressed).lower(),
    )


# --- an answer being written --------------------


def live(job: Job, place: int, *, ready: bool, say: Words) -> Html:
    """Render an answer as far as it is: what is checked, and the draft in grey."""
    if job.over and job.problem is not None:
        return tag(
            "article",
            _question(job.asked.question, say),
            _problem(job.problem, say),
            class_="cw-turn cw-failed",
            data_question=job.asked.question,
        )
    claims = [_live_claim(event, say) for event in job.checked]
    # A draft's marks are the model's own numbers of passages, not yet those of citations.
    draft = tag("span", _MARKS.sub("", job.draft), class_="cw-draft")
    state = tag("p", _phase(job, place, say, ready=ready), class_="cw-phase", role="status")
    return tag(
        "article",
        _question(job.asked.question, say),
        tag(
            "div",
            tag("p", *claims, draft, class_="cw-claims", dir="auto"),
            state if not (claims or job.draft) else "",
            class_="cw-answer",
        ),
        class_="cw-turn cw-live",
        data_job=job.id,
        data_conversation=job.asked.conversation,
        aria_busy="true",
    )


def _live_claim(event: Checked, say: Words) -> Html:
    claim = event.claim
    if claim.support is Support.SUPPORTED:
        marks = "".join(f"[{number}]" for number in claim.citations)
        shown = join(claim.text, tag("span", marks, class_="cw-mark"))
        label = _alternative(say) if claim.alternative else ""
        return join(label, tag("span", shown, class_="cw-claim"), " ")
    return join(_doubtful(claim.text, claim.support.value, claim.reason, say), " ")


def _phase(job: Job, place: int, say: Words, *, ready: bool) -> str:
    if job.stopped:
        return say("stopped")
    if place:
        return say("waiting", n=place)
    if not ready and not job.asked.quotes_only:
        return say("loading")
    if job.found is None:
        return say("searching")
    return say("reading_passages", n=job.found)


def _problem(problem: BaseException, say: Words) -> Html:
    if isinstance(problem, CitewellError):
        text, hint = str(problem), problem.hint
    else:
        text, hint = say("bug"), ""
    return tag(
        "div",
        tag("p", tag("b", say("failed")), ": ", text),
        tag("p", hint, class_="cw-note") if hint else "",
        class_="cw-answer cw-problem",
        role="alert",
    )


# --- to take along --------------------


def markdown(turn: StoredTurn, say: Words) -> str:
    """Write a question, its answer and the exact words of its sources as Markdown."""
    answer = turn.answer
    lines = [f"**{turn.question}**", ""]
    if answer["status"] == Status.NO_EVIDENCE.value:
        lines += [say("no_evidence")]
    for claim in answer["claims"]:
        text = answer["answer"][claim["start"] : claim["end"]]
        doubt = "" if claim["support"] == Support.SUPPORTED.value else say("unsupported")
        text = f"{say('alternative')}: {text}" if claim.get("alternative") else text
        lines.append(f"{text} _({doubt})_" if doubt else text)
    cited = answer["citations"] or answer["nearest"]
    lines += ["", f"{say('sources')}:", ""] if cited else []
    for citation in cited:
        quote = " ".join(citation["quote"].split())
        where = about(citation["document"], citation["page"], citation["line"], say)
        path = citation["document"]["path"]
        lines.append(f"[{citation['number']}] “{quote}” – {where} ({path})")
    return "\n".join(lines) + "\n"
