"""Which passages of an answer were used, as HTML: a line of plain words and a bar for each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from assistant.llm.influence import USED
from assistant.web.views.evaluation_view import problem_html
from assistant.web.views.markup import Html, join, progress_bar, tag
from assistant.web.views.sources import passage_link

if TYPE_CHECKING:
    from assistant.web.services.conversations import StoredTurn
    from assistant.web.services.used import Weighing
    from assistant.web.views.text import Words

__all__ = ["used_html", "weighing_html"]

SMALL, MOST_TIMES = 10, 1000  # written with a decimal; at all
FULL_NATS = math.log(20)  # a bar at its end: at least 20 times as likely


def weighing_html(weighing: Weighing, place: int, say: Words) -> Html:
    """Render how far it is, or why nothing came of it.

    Args:
        weighing: What is under way, or has ended without a result.
        place: How many are answered before.
        say: The words.
    """
    if weighing.over:
        if weighing.problem is not None:
            return problem_html(weighing.problem, say)
        return tag("p", say("stopped"), class_="cw-note")
    if weighing.stopped:
        text = say("trial_stopping")
    elif place:
        text = say("waiting", n=place)
    elif not weighing.begun:
        text = say("starting")
    else:
        text = say("used_progress", n=min(weighing.done + 1, weighing.total),
                   all=weighing.total)  # fmt: skip
    stop = tag(
        "button", say("stop"), type="button", data_action="used-stop", data_job=weighing.id
    )
    share = 100 * weighing.done // weighing.total
    return join(
        progress_bar(share, say("used")),
        tag("div", tag("span", text), stop, class_="cw-bar"),
    )


def used_html(turn: StoredTurn, say: Words) -> str:
    """Render what each passage did for a kept answer, "" where nobody has asked yet."""
    answer = turn.answer
    used: list[dict[str, Any]] | None = answer.get("used")
    if used is None:
        return ""
    if not used:
        return tag("p", say("used_none"), class_="cw-note")
    full = max(FULL_NATS, *(passage["nats"] for passage in used))
    rows = [
        _row(turn.id, number, passage, full, say)
        for number, passage in enumerate(used, start=1)
    ]
    return join(
        tag("h3", say("used_title")),
        tag("p", say("used_explained"), class_="cw-note"),
        tag("ul", *rows, class_="cw-weights"),
        *(tag("p", note, class_="cw-note") for note in _notes(answer, say)),
    )


def _notes(answer: dict[str, Any], say: Words) -> list[str]:
    notes, by = [], answer.get("used_by", "")
    if left := len(answer["passages"]) - len(answer["used"]):
        notes.append(say("used_room", n=left))
    if answer["model"] and by not in {"", answer["model"]["name"]}:
        notes.append(say("used_other", model=by, other=answer["model"]["name"]))
    return notes


def _row(turn: str, number: int, passage: dict[str, Any], full: float, say: Words) -> Html:
    nats = passage["nats"]
    link = passage_link(turn, number, passage, say)
    width = round(100 * min(max(nats, 0.0) / full, 1.0)) if passage["used"] else 0
    bar = tag(
        "i", tag("b", style=f"width:{width}%"), class_="cw-weight", aria_hidden="true"
    )
    text = tag("span", _in_words(nats, say))
    words = tag("span", f"{passage['begins']} …", class_="cw-begins", dir="auto")
    used = "cw-is-used" if passage["used"] else None
    return tag("li", link, words, bar, text, class_=used)


def _in_words(nats: float, say: Words) -> str:
    """Say how much likelier a passage makes a word part; nats are of each of them."""
    if nats >= USED:
        times = math.exp(min(nats, math.log(MOST_TIMES)))
        least = "> " if times >= MOST_TIMES else ""
        written = say.decimal(f"{times:.1f}") if times < SMALL else say.number(round(times))
        return say("used_times", times=f"{least}{written}")
    return say("used_against" if nats <= -USED else "used_not")
