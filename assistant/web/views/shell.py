"""The parts of the page that do not change: navigation, question box, panel, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.web.services.wishes import RISKS
from assistant.web.views.mark_dialog import mark_dialog
from assistant.web.views.markup import Html, join, tag
from assistant.web.views.models_view import model_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.web.views.text import Words
    from assistant.web.visits import Visit

__all__ = ["ask_bar", "library_bar", "navigation", "panel_shell", "settings_html"]

VIEWS = ("ask", "library", "evaluation", "settings")


def navigation(say: Words, *, user: str) -> Html:
    """Render name, views, "new" and the search over the conversations."""
    views = [
        tag(
            "button",
            say(view),
            type="button",
            data_action="view",
            data_view=view,
            aria_current="page" if view == "ask" else None,
        )
        for view in VIEWS
    ]
    logout = tag("a", f"{say('logout')}: {user}", href="logout", class_="cw-note")
    return join(
        tag("a", say("skip"), href="#cw-question", class_="cw-skip"),
        tag(
            "div",
            tag("span", "Citewell", class_="cw-brand"),
            tag("span", say("tagline"), class_="cw-note"),
            logout if user else "",
            tag(
                "button",
                "☰",
                type="button",
                data_action="menu",
                class_="cw-menu-button",
                aria_label=say("menu"),
            ),
            class_="cw-head",
            data_drop=say("drop_here"),
        ),
        tag("nav", *views, class_="cw-views", aria_label=say("views")),
        tag("button", say("new"), type="button", data_action="new", class_="cw-new"),
        tag(
            "input",
            type="search",
            id="cw-search",
            placeholder=say("search_conversations"),
            aria_label=say("search_conversations"),
        ),
    )


def ask_bar(say: Words) -> Html:
    """Render the question box."""
    question = tag(
        "textarea",
        id="cw-question",
        rows=1,
        maxlength=20_000,
        placeholder=say("question_hint"),
        aria_label=say("question"),
        aria_keyshortcuts="/",
        dir="auto",
    )
    quotes = tag(
        "label",
        tag("input", type="checkbox", id="cw-quotes"),
        " ",
        say("quotes_only"),
        title=say("quotes_only_hint"),
    )
    scope = tag(
        "button",
        say("scope_all"),
        type="button",
        id="cw-scope",
        data_action="view",
        data_view="library",
        data_all=say("scope_all"),
        data_some=say("scope_some", n="#"),
        data_one=say("scope_some_one"),
        data_folders=say("scope_folders", names="#"),
    )
    send = tag("button", say("send"), type="submit", id="cw-send", class_="cw-primary")
    stop = tag("button", say("stop"), type="button", id="cw-stop", data_action="stop")
    keys = tag("span", say("keys"), class_="cw-keys")
    form = tag(
        "form",
        tag("div", question, send, stop, class_="cw-box"),
        tag("div", quotes, scope, keys, class_="cw-options"),
        id="cw-form",
    )
    return join(form, _note(say))


def _note(say: Words) -> Html:
    """Render the window for what a person thinks of an answer; closed at first."""
    return tag(
        "dialog",
        tag(
            "form",
            tag("label", say("note"), for_="cw-note-text"),
            tag("textarea", id="cw-note-text", rows=4, maxlength=2000),
            tag(
                "div",
                tag("button", say("close"), type="button", data_action="note-close"),
                tag("button", say("save"), type="submit", class_="cw-primary"),
            ),
            id="cw-note-form",
        ),
        id="cw-note",
        data_thanks=say("thanks"),
        aria_label=say("note"),
    )


def panel_shell(say: Words, *, may_mark: bool) -> Html:
    """Render the empty source panel; the script fills it."""

    def button(action: str, sign: str, label: str) -> Html:
        return tag("button", sign, type="button", data_action=action, aria_label=say(label))

    empty = tag("p", say("panel_empty"), class_="cw-note cw-panel-empty")
    bar = tag(
        "div",
        button("previous", "←", "previous"),
        tag("span", "", id="cw-count", data_of=say("of", n="#", all="##")),
        button("next", "→", "next"),
        tag("b", say("source_panel")),
        _mark_button(say) if may_mark else "",
        button("close", "✕", "close"),
        class_="cw-panel-bar",
    )
    # Not aria-live: a document is long, and the focus moves into it when it opens.
    place = tag("div", empty, id="cw-source", tabindex=-1)
    return join(bar, place, mark_dialog(say) if may_mark else "")


def _mark_button(say: Words) -> Html:
    return tag(
        "button", say("mark"), type="button", data_action="mark", title=say("mark_hint")
    )


def library_bar(names: Sequence[str], chosen: str, say: Words, *, may_change: bool) -> Html:
    """Render the choice of libraries and what can be added to one."""
    options = [tag("option", name, value=name, selected=name == chosen) for name in names]
    choose = tag(
        "label",
        say("choose_library"),
        " ",
        tag("select", *options, id="cw-library"),
    )
    if not may_change:
        return join(choose, tag("p", say("only_admins"), class_="cw-note"))
    return join(
        tag("div", choose, _line("make", "new_library", "make", say), class_="cw-bar"),
        tag(
            "div",
            _line("folder", "folder_hint", "read", say, _browse(say)),
            tag("button", say("try_samples"), type="button", data_action="samples"),
            class_="cw-bar",
        ),
    )


def _browse(say: Words) -> Html:
    return tag(
        "button", say("browse"), type="button", data_action="browse", data_kind="folder"
    )


def _line(name: str, hint: str, button: str, say: Words, more: Html | str = "") -> Html:
    return tag(
        "form",
        tag("input", type="text", placeholder=say(hint), aria_label=say(hint)),
        more,
        tag("button", say(button), type="submit"),
        class_="cw-line",
        data_form=name,
    )


def settings_html(
    models: Sequence[tuple[Path, bool]], current: str, folder: Path, visit: Visit
) -> Html:
    """Render the settings that matter.

    Args:
        models: The models found and whether each fits into the memory that is free.
        current: The name of the one in use, without its ending.
        folder: Where models are looked for.
        visit: Who looks, and what they chose before.
    """
    say, wishes, may_change = visit.say, visit.wishes, visit.admin
    options = model_options(models, current, say)
    model = tag("select", options, id="cw-model", disabled=not may_change)
    passages = tag(
        "input", type="range", min=1, max=12, value=wishes.passages, id="cw-passages"
    )
    themes = [
        tag("button", say(word), type="button", data_action="theme", data_theme=theme)
        for theme, word in (("light", "light"), ("dark", "dark"), ("", "like_system"))
    ]
    info = say("model_info", folder=folder) if may_change else say("only_admins")
    return tag(
        "div",
        tag("h1", say("settings")),
        _setting(say("model"), model, info),
        _setting(
            say("passages"),
            join(passages, tag("output", str(wishes.passages), for_="cw-passages")),
            say("passages_info"),
        ),
        _setting(say("risk"), _risks(wishes.risk, say), say("risk_info")),
        tag(
            "fieldset",
            tag("legend", say("theme")),
            tag("div", *themes, class_="cw-themes"),
        ),
        tag(
            "section",
            tag("h2", say("models_title"), id="cw-models-title"),
            tag("p", say("models_info"), class_="cw-note"),
            tag("p", "", id="cw-model-said", class_="cw-bad", role="alert"),
            tag("div", "", id="cw-model-list", tabindex=-1),
            aria_labelledby="cw-models-title",
        ),
        class_="cw-settings",
        data_theme_kept=wishes.theme,
    )


def _risks(chosen: float | None, say: Words) -> Html:
    options = [tag("option", say("risk_usual"), value="")]
    for risk in RISKS:
        text = say("risk_all") if risk >= 1 else say("risk_some", n=round(1 / risk))
        option = tag("option", text, value=str(risk), selected=risk == chosen)
        options.append(option)
    return tag("select", *options, id="cw-risk")


def _setting(name: str, control: Html, info: str) -> Html:
    return tag(
        "label",
        tag("b", name),
        control,
        tag("span", info, class_="cw-note"),
        class_="cw-setting",
    )
