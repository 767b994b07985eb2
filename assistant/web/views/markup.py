"""HTML that cannot be broken from inside: text is escaped unless it is already `Html`.

>>> tag("p", "a < b", title='"quoted"')
'<p title="&quot;quoted&quot;">a &lt; b</p>'
"""

from __future__ import annotations

import html

__all__ = ["Html", "join", "progress_bar", "tag"]


class Html(str):
    """A string that is markup; only this module and constants in the source make one."""

    __slots__ = ()


def text_of(part: str) -> str:
    """Return markup as it is and escape everything else.

    The dollar sign, the backtick and the brace are written as entities too: Gradio evaluates
    templates, and a document shall not be able to look like one at any stage.
    """
    if isinstance(part, Html):
        return part
    escaped = html.escape(part, quote=True)
    for sign, entity in (("$", "&#36;"), ("`", "&#96;"), ("{", "&#123;"), ("\\", "&#92;")):
        escaped = escaped.replace(sign, entity)
    return escaped


def join(*parts: str) -> Html:
    """Put parts behind one another."""
    return Html("".join(map(text_of, parts)))


def tag(name: str, /, *parts: str, **attributes: str | int | bool | None) -> Html:
    """Write an element.

    Args:
        name: Its name; one that takes no content gets no parts.
        parts: Its content.
        attributes: `class_` is written class, `data_turn` data-turn; True is written without
            a value, False and None not at all.
    """
    written = "".join(
        _attribute(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in {"img", "input", "br"}:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*parts)}</{name}>")


def _attribute(name: str, value: object) -> str:
    return f" {name}" if value is True else f' {name}="{text_of(str(value))}"'


def progress_bar(share: int, label: str) -> Html:
    """Render how much is done, in percent, also for those who cannot see it."""
    return tag(
        "div",
        tag("div", class_="cw-done", style=f"width:{share}%"),
        class_="cw-progress",
        role="progressbar",
        aria_valuenow=share,
        aria_valuemin=0,
        aria_valuemax=100,
        aria_label=label,
    )
