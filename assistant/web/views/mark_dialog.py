"""The window in which a test question is written about marked words, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.web.views.markup import Html, tag

if TYPE_CHECKING:
    from assistant.web.views.text import Words

__all__ = ["mark_dialog"]


def mark_dialog(say: Words) -> Html:
    """Render the window in which a question is written; closed at first."""
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="answerable", value=value, checked=first),
            tag("span", say(key)),
        )
        for value, key, first in (
            ("yes", "mark_answer", True),
            ("", "mark_silence", False),
        )
    ]
    question = tag("textarea", id="cw-mark-question", rows=2, maxlength=2000, required=True)
    buttons = tag(
        "div",
        tag("button", say("close"), type="button", data_action="mark-close"),
        tag("button", say("save"), type="submit", class_="cw-primary"),
        class_="cw-buttons",
    )
    form = tag(
        "form",
        tag("h2", say("mark")),
        tag("p", say("marked_words"), class_="cw-note"),
        tag("blockquote", id="cw-mark-words", dir="auto"),
        tag("p", say("mark_few"), class_="cw-note"),
        tag("label", say("mark_question"), for_="cw-mark-question"),
        question,
        tag("fieldset", tag("legend", say("answer"), class_="cw-sr"), *choices),
        tag("div", id="cw-mark-said", role="status"),
        buttons,
        id="cw-mark-form",
    )
    return tag("dialog", form, id="cw-mark", aria_label=say("mark"))
