"""The page, put together from a few of Gradio's parts, and served with safe settings.

All of what a person sees is HTML written by our own modules and shown by `gr.HTML` through
`${value}`. Gradio brings the server, the queue, streaming, uploads, logging in and the
endpoints for other programs.
"""

from __future__ import annotations

import os
import socket
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.middleware import Middleware

from assistant.web.api import Endpoints
from assistant.web.calls import Calls
from assistant.web.events import Events
from assistant.web.guard import SafeHeaders
from assistant.web.login import LoginPage
from assistant.web.stream import Stream
from assistant.web.tools import add_tools
from assistant.web.views.markup import tag
from assistant.web.views.render import welcome
from assistant.web.views.shell import ask_bar, navigation, panel_shell
from assistant.web.views.text import words_for
from assistant.web.visits import Visitors
from index.readers import SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import Route

    from assistant.web.auth import Gate
    from assistant.web.services.engine import Engine

__all__ = ["build_page", "serve"]

LARGEST_UPLOAD = "200mb"
DAY_S = 86_400
PORTS = range(7860, 7960)
CONNECT = "citewell.connect(trigger, server);"
SEND_CONTEXT = "(files) => [files, JSON.stringify(citewell.context())]"
STATIC = ("citewell", "evaluation", "browse", "used", "models")
PRIVATE: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_limit": None,
}


class Page(gr.Blocks):
    """The page, and what its server answers beside Gradio's own requests."""

    routes: Sequence[Route] = ()


def build_page(engine: Engine, gate: Gate | None, *, mcp: bool = False) -> Page:
    """Put the page together.

    Args:
        engine: What answers.
        gate: Who may log in; None where nobody has to.
        mcp: Whether there are tools for MCP clients.
    """
    # Gradio would load pandas and sum up all past events after each one, for nobody to see.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
    visitors = Visitors(gate, engine.shelf.usual, engine.kept)
    events, calls = Events(engine, visitors), Calls(engine, visitors)
    with Page(
        title="Citewell",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(DAY_S, DAY_S),
    ) as page:
        parts = _parts(calls)
        endpoints = Endpoints(engine, visitors)
        endpoints.add()
        if mcp:
            add_tools(endpoints)
        _wire(parts, events)
    assert isinstance(page, Page)
    page.routes = Stream(engine, visitors).routes()
    return page


def _parts(calls: Calls) -> dict[str, gr.HTML | gr.File | gr.Textbox]:
    """Lay out the page; every part is under its name."""
    say = words_for("en")  # what is seen until the browser has said which language it wants

    def html(name: str, value: str = "") -> gr.HTML:
        return gr.HTML(
            value, elem_id=f"cw-{name}", js_on_load=None, apply_default_css=False
        )

    parts: dict[str, gr.HTML | gr.File | gr.Textbox] = {}
    with gr.Row(elem_id="cw-page"):
        with gr.Column(elem_id="cw-side", min_width=0):
            parts["navigation"] = html("navigation", navigation(say, user=""))
            html("list", tag("div", "", id="cw-conversations"))
        with gr.Column(elem_id="cw-main", min_width=0):
            with gr.Column(elem_id="cw-view-ask", min_width=0):
                with gr.Column(elem_id="cw-transcript", min_width=0):
                    start = welcome(documents=1, may_change=False, say=say)
                    html("turns", tag("div", start, id="cw-said"))
                    html("live", tag("div", "", id="cw-now"))
                parts["bar"] = html("bar", ask_bar(say))
            with gr.Column(elem_id="cw-view-library", min_width=0):
                parts["libraries"] = html("libraries")
                parts["files"] = _files()
                parts["progress"], parts["documents"] = html("progress"), html("documents")
            with gr.Column(elem_id="cw-view-evaluation", min_width=0):
                html("evaluation", tag("div", "", id="cw-trials"))
            with gr.Column(elem_id="cw-view-settings", min_width=0):
                parts["settings"] = html("settings")
        with gr.Column(elem_id="cw-panel", min_width=0):
            parts["panel"] = html("place", panel_shell(say, may_mark=False))
    status = tag("div", "", id="cw-status", role="status", aria_label=say("status_label"))
    html("foot", status)
    parts["context"] = gr.Textbox(visible=False)
    parts["bridge"] = gr.HTML(
        "",
        elem_id="cw-bridge",
        js_on_load=CONNECT,
        apply_default_css=False,
        server_functions=calls.functions(),
    )
    return parts


def _files() -> gr.File:
    return gr.File(
        file_count="multiple",
        file_types=sorted(SUPPORTED),
        label="Files",
        height=130,
        elem_id="cw-files",
    )


def _wire(parts: dict[str, Any], events: Events) -> None:
    """Connect what our script triggers with what happens then."""
    bridge: Any = parts["bridge"]
    shelf = [parts["libraries"], parts["progress"], parts["documents"]]
    shell = [parts["navigation"], parts["bar"], parts["panel"], parts["settings"]]
    bridge.change(events.arrive, None, [*shell, *shelf], **PRIVATE)
    bridge.edit(events.change, None, shelf, trigger_mode="multiple", **PRIVATE)
    parts["files"].upload(
        events.upload,
        [parts["files"], parts["context"]],
        [*shelf, parts["files"]],
        js=SEND_CONTEXT,
        **PRIVATE,
    )


def serve(
    page: Page,
    *,
    gate: Gate | None = None,
    address: str = "127.0.0.1",
    port: int | None = None,
    mcp: bool = False,
) -> str:
    """Start to serve the page, without waiting for its end; return its URL."""
    folder = files("assistant.web") / "static"
    script, style = (
        "\n".join((folder / f"{name}.{kind}").read_text("utf-8") for name in STATIC)
        for kind in ("js", "css")
    )
    page.queue(default_concurrency_limit=None, max_size=256)
    _, url, _ = page.launch(
        server_name=address,
        server_port=port or _free_port(address),
        auth=gate,
        max_file_size=LARGEST_UPLOAD,
        share=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        mcp_server=mcp,
        ssr_mode=False,
        pwa=False,
        quiet=True,
        prevent_thread_lock=True,
        show_error=True,
        app_kwargs={
            "routes": list(page.routes),
            "middleware": [
                Middleware(SafeHeaders, local=address == "127.0.0.1"),
                *([Middleware(LoginPage, style=style)] if gate else []),
            ],
            "docs_url": None,
            "redoc_url": None,
        },
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        # In the head and not as `css`, which Gradio would put its own class in front of.
        head=f"<style>{style}</style><script>{script}</script>",
    )
    return url


def _free_port(address: str) -> int:
    """Return the first free port; looked for here, since Gradio leaves sockets open."""
    for port in range(PORTS.start, PORTS.stop):
        with socket.socket() as probe:
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise OSError(f"no port from {PORTS.start} to {PORTS.stop - 1} is free")
