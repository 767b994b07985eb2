"""Small builders of HTML: whatever is not built here is text, and is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

__all__ = ["Markup", "element", "joined", "raw"]


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that was built here; every other string is text and will be escaped."""

    html: str


def raw(html: str) -> Markup:
    """Take HTML that a program wrote, such as a drawing, as it is."""
    return Markup(html)


def element(tag: str, *children: Markup | str, **attributes: str | bool) -> Markup:
    """Return an element; strings among the children and all attributes are escaped.

    A trailing underscore of an attribute's name falls away and other underscores become
    hyphens; True gives an attribute without a value, False none.
    """
    parts = [tag]
    for name, value in attributes.items():
        key = name.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(key)
        elif value is not False:
            parts.append(f'{key}="{escape(str(value), quote=True)}"')
    return Markup(f"<{' '.join(parts)}>{joined(*children).html}</{tag}>")


def joined(*children: Markup | str) -> Markup:
    """Return children one after the other, strings escaped."""
    return Markup("".join(c.html if isinstance(c, Markup) else _text(c) for c in children))


def _text(words: str) -> str:
    """Escape text; a lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    return escape(words.encode("utf-8", "replace").decode(), quote=False)
