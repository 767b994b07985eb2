"""The page for logging in, in the look and the languages of the other one.

Whoever has not logged in gets it in place of the page; everything else is refused to them by
Gradio, which also checks names and passwords and sets the cookie.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse

from assistant.web.calls import user_of
from assistant.web.views.markup import Html, tag
from assistant.web.views.text import words_for

if TYPE_CHECKING:
    from assistant.web.guard import App, Message, Receive, Send
    from assistant.web.views.text import Words

__all__ = ["LoginPage", "login_html"]


class LoginPage:
    """Answers for the page where nobody is logged in.

    Args:
        app: The server.
        style: The style sheet of the page.
    """

    def __init__(self, app: App, *, style: str) -> None:
        self._app = app
        self._style = style

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is for the page and nobody is logged in."""
        is_page = scope["type"] == "http" and scope["path"] in {"", "/"}
        if not is_page or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if user_of(request) is not None:
            await self._app(scope, receive, send)
            return
        say = words_for(request.headers.get("accept-language", ""))
        headers = {"cache-control": "no-store"}
        response = HTMLResponse(login_html(say, self._style), headers=headers)
        await response(scope, receive, send)


def login_html(say: Words, style: str) -> str:
    """Write the whole page."""
    script = (files("assistant.web") / "static" / "login.js").read_text("utf-8")
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", "Citewell"),
        tag("style", Html(style)),
    )
    body = tag("body", _form(say), tag("script", Html(script)))
    return f"<!doctype html>\n{tag('html', head, body, lang=say.language)}"


def _form(say: Words) -> Html:
    wrong = tag("p", say("login_wrong"), class_="cw-bad", role="alert", hidden=True)
    form = tag(
        "form",
        _field("username", say("login_name"), "text"),
        _field("password", say("login_password"), "password"),
        wrong,
        tag("button", say("login"), type="submit", class_="cw-primary"),
        id="cw-login-form",
    )
    heading = tag("h1", tag("span", "Citewell", class_="cw-brand"))
    tagline = tag("p", say("tagline"), class_="cw-note")
    return tag("main", heading, tagline, form, id="cw-login")


def _field(name: str, label: str, kind: str) -> Html:
    complete = "current-password" if kind == "password" else name
    field = tag("input", type=kind, name=name, autocomplete=complete, required=True)
    return tag("label", label, field)
