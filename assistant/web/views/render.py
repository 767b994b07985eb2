"""A question and its answer as HTML.

A finished answer is always rendered from what was stored, so that it looks the same when the
page is opened again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.types import Status, Support
from assistant.web.views.markup import Html, join, tag
from assistant.web.views.sources import (
    differences_said,
    mark,
    missing_said,
    sources_html,
    steps_said,
    unread_said,
    unused_html,
)
from assistant.web.views.used_view import used_html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.web.services.conversations import StoredTurn
    from assistant.web.views.text import Words

__all__ = ["claim_label", "doubtful", "question_html", "turns_html", "welcome"]


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
        question_html(turn.question, say),
        tag("div", body, stopped, class_="cw-answer"),
        _actions(turn, say),
        tag("div", used_html(turn, say), class_="cw-used", tabindex=-1, aria_live="polite"),
        class_="cw-turn",
        data_turn=turn.id,
        data_question=turn.question,
    )


def question_html(text: str, say: Words) -> Html:
    """Render a question."""
    hidden = tag("span", f"{say('user_question')}: ", class_="cw-sr")
    return tag("h2", hidden, text, class_="cw-question", dir="auto")


# --- an answer --------------------


def _answered(turn: str, answer: dict[str, Any], say: Words) -> Html:
    written = answer["model"] is not None  # or quotations only
    quotes = {citation["number"]: citation for citation in answer["citations"]}
    stands = [Support(claim["support"]).stands for claim in answer["claims"]]
    pairs = list(zip(answer["claims"], stands, strict=True))
    claims = [_claim(turn, claim, quotes, say) for claim, good in pairs if good]
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
        _left_out([claim for claim, good in pairs if not good], say),
        _notes([*steps_said(answer, say), *missing_said(answer, say)]),
        _searched(answer, say),
        sources_html(turn, "citations", answer["citations"], say("sources"), say),
        unused_html(turn, answer, say),
    )


def _claim(
    turn: str,
    claim: dict[str, Any],
    quotes: dict[int, dict[str, Any]],
    say: Words,
) -> Html:
    cited = [quotes[n] for n in claim["citations"] if n in quotes]
    quoted = any(citation["quote"] == claim["text"] for citation in cited)
    text = f"“{claim['text']}”" if quoted else claim["text"]
    marks = [mark(turn, citation, say) for citation in cited]
    # Answers kept by older versions do not have the key.
    alternative = claim.get("alternative", False)
    label = claim_label(Support(claim["support"]), say, alternative=alternative)
    return join(label, tag("span", text, *marks, class_="cw-claim"), " ")


def _left_out(claims: list[dict[str, Any]], say: Words) -> Html | str:
    """Render what the model wrote and no passage supports: folded, and struck through."""
    if not claims:
        return ""
    items = [
        tag("li", doubtful(claim["text"], claim["support"], claim["reason"], say))
        for claim in claims
    ]
    summary = tag("summary", say.count("left_out", len(claims)))
    return tag("details", summary, tag("ul", *items), class_="cw-left-out")


def claim_label(support: Support, say: Words, *, alternative: bool) -> Html | str:
    """Render what stands before a claim: that it says otherwise, or was not checked."""
    if support is Support.UNCHECKED:
        return tag("span", f"{say('unchecked')}: ", class_="cw-alternative")
    if alternative:
        return tag("span", f"{say('alternative')}: ", class_="cw-alternative")
    return ""


def doubtful(text: str, support: str, reason: str, say: Words) -> Html:
    """Render a claim that no passage supports, and why not."""
    label = say("uncited" if support == Support.UNCITED.value else "unsupported")
    why = reason or say("why_unsupported")
    badge = tag("span", label, tag("span", f": {why}", class_="cw-why"), class_="cw-badge")
    return tag(
        "span", tag("span", text), " ", badge, class_="cw-claim cw-doubtful", title=why
    )


def _no_evidence(turn: str, answer: dict[str, Any], say: Words, *, stopped: bool) -> Html:
    if stopped and not answer["nearest"]:
        return tag("p", say("stopped_early"))
    nearest = answer["nearest"]
    return join(
        tag("p", say("no_evidence"), class_="cw-silence"),
        _searched(answer, say),
        _notes([*missing_said(answer, say), *differences_said(answer, say)]),
        _notes(unread_said(answer, say)),
        sources_html(turn, "nearest", nearest, say("nearest"), say)
        if nearest
        else tag("p", say("nothing_near"), class_="cw-note"),
        unused_html(turn, answer, say),
    )


def _notes(texts: Iterable[str]) -> Html:
    return join(*(tag("p", text, class_="cw-note") for text in texts))


def _searched(answer: dict[str, Any], say: Words) -> str:
    """Say what was searched for where that is not the question, and offer to ask it alone."""
    if answer["standalone"] == answer["question"]:
        return ""
    alone = _button("alone", say("ask_alone"), title=say("ask_alone_explained"))
    return tag(
        "p", say("asked_as", text=answer["standalone"]), " ", alone, class_="cw-note"
    )


# --- what can be done with it --------------------


def _button(action: str, label: str, **attributes: str | bool | None) -> Html:
    return tag("button", label, type="button", data_action=action, **attributes)


def _actions(turn: StoredTurn, say: Words) -> Html:
    timing, model = turn.answer["timing"], turn.answer["model"]
    # As it was asked the last time, maybe on its own though it looks like a follow-up.
    alone = turn.answer["standalone"] == turn.answer["question"]
    seconds = f"{timing['total_s']:.1f}"
    cost = (
        say("cost", seconds=seconds, tokens=timing["answer_tokens"], model=model["name"])
        if model
        else f"{seconds} s"
    )
    return tag(
        "footer",
        _button("regenerate", say("regenerate"), data_alone=alone),
        _button("edit", say("edit")),
        _button("copy", say("copy"), data_done=say("copied")),
        _button("used", say("used"), title=say("used_explained"))
        if turn.answer["passages"]
        else "",
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
