"""The form that begins an evaluation, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.web.views.markup import Html, join, tag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.web.views.text import Words

__all__ = ["form_html"]


def form_html(
    own: Sequence[tuple[Path, str]], others: Sequence[Path], library: str, say: Words
) -> Html:
    """Render what can be run.

    Args:
        own: The test sets that belong to a library, and what each is called.
        others: The test sets in the folder meant for them, and those that were run before.
        library: The name of the library that the page shows.
        say: The words.
    """
    return tag(
        "form",
        tag("h2", say("new_run")),
        _sets(own, others, say),
        tag("div", _how_many(say), _how(say), class_="cw-bar"),
        _check("of_library", say("of_library", name=library), hidden=bool(own)),
        _check("skip_bad", say("skip_bad")),
        tag("p", tag("button", say("run"), type="submit", class_="cw-primary")),
        id="cw-trial-form",
    )


def _sets(own: Sequence[tuple[Path, str]], others: Sequence[Path], say: Words) -> Html:
    options = [
        *(tag("option", label, value=str(path), data_own=True) for path, label in own),
        *(
            tag("option", f"{path.name} · {path.parent}", value=str(path))
            for path in others
        ),
    ]
    path = tag(
        "input",
        type="text",
        name="path",
        placeholder=say("set_path"),
        aria_label=say("set_path"),
        hidden=bool(options),
    )
    other = tag("option", say("other_set"), value="")
    chosen = tag("select", *options, other, name="set")
    browse = tag(
        "button", say("browse"), type="button", data_action="browse", data_kind="set"
    )
    # The button stays outside the label, a click on which is one on the choice.
    return join(
        tag(
            "div",
            tag("label", tag("span", say("test_set")), chosen, class_="cw-field"),
            browse,
            class_="cw-choosing",
        ),
        path,
    )


def _how_many(say: Words) -> Html:
    limit = tag(
        "input", type="number", name="limit", min=1, placeholder=say("all_questions")
    )
    return tag("label", tag("span", say("how_many")), limit, class_="cw-field")


def _how(say: Words) -> Html:
    ways = [
        tag(
            "label",
            tag("input", type="radio", name="how", value=value, checked=first),
            " ",
            text,
        )
        for value, text, first in (
            ("model", say("with_model"), True),
            ("quotes", say("quotes_only"), False),
        )
    ]
    return tag("fieldset", tag("legend", say("how")), *ways)


def _check(name: str, label: str, *, hidden: bool = False) -> Html:
    box = tag("input", type="checkbox", name=name)
    return tag("label", box, " ", label, class_="cw-check", hidden=hidden)
