"""Who is at the page and what they look at: what comes with every call of the page.

The page's own script sends a small JSON object along. It comes from a browser, so nothing in
it is trusted: kinds and lengths are checked here, rights where something is done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.web.services.wishes import Wishes
from assistant.web.views.text import Words, words_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.web.auth import Gate
    from assistant.web.services.wishes import Kept

__all__ = ["Visit", "Visitors", "read_context"]

LONGEST_TEXT = 20_000  # characters of anything a person types
MOST_DOCUMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of the page."""

    user: str  # "" where nobody logs in
    admin: bool
    say: Words
    library: str
    conversation: str = ""
    documents: tuple[str, ...] | None = None
    folders: tuple[str, ...] = ()  # chosen beside the documents
    quotes_only: bool = False
    wishes: Wishes = field(default_factory=Wishes)


def read_context(context: object) -> Mapping[str, Any]:
    """Return the object that the page sent, an empty one where it is none."""
    if isinstance(context, str):
        try:
            context = json.loads(context[: LONGEST_TEXT * 10])
        except ValueError:
            return {}
    return context if isinstance(context, dict) else {}


@dataclass(frozen=True, slots=True)
class Visitors:
    """Makes visits; knows whether people log in."""

    gate: Gate | None
    usual_library: str
    kept: Kept

    def visit(self, user: str | None, context: object) -> Visit:
        """Put a user and what their page says together."""
        given = read_context(context)
        documents, folders = given.get("documents"), given.get("folders")
        return Visit(
            user=user or "",
            admin=self.gate is None or self.gate.is_admin(user or ""),
            say=words_for(text(given, "language")),
            library=text(given, "library") or self.usual_library,
            conversation=text(given, "conversation"),
            documents=_texts(documents) if isinstance(documents, list) else None,
            folders=_texts(folders) if isinstance(folders, list) else (),
            quotes_only=given.get("quotes_only") is True,
            wishes=self.kept.of(user or "").changed(given),
        )


def text(given: Mapping[str, Any], key: str) -> str:
    """Return a text that the page sent, "" where it sent none or something else."""
    value = given.get(key)
    if not isinstance(value, str):
        return ""
    # A lone surrogate can come out of JSON, and can be neither stored nor shown.
    return value[:LONGEST_TEXT].encode("utf-8", "replace").decode()


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(value for value in values[:MOST_DOCUMENTS] if isinstance(value, str))
