"""The frame of a page: one file, no network, one small script allowed by its hash."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from assistant.evaluate.reports.html import Markup, element, joined, raw

__all__ = ["page"]


def page(title: str, body: Markup) -> str:
    """Return a whole HTML page around its body."""
    style, script = (_asset(name) for name in ("report.css", "report.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = joined(
        raw('<meta charset="utf-8">'),
        raw('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        raw(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        element("title", title),
        raw(f"<style>{style}</style>"),
    )
    whole = element(
        "html",
        element("head", head),
        element("body", body, raw(f"<script>{script}</script>")),
        lang="en",
    )
    return f"<!doctype html>\n{whole.html}\n"


def _asset(name: str) -> str:
    return files("assistant.evaluate.reports.page").joinpath(name).read_text("utf-8")
