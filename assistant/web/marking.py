"""Test questions from words that a person marked in the source panel.

The browser says where the marked words stand in the document's text, and which words they
are; they are only taken where the two agree to the character.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import CitewellError, ConfigError, EvaluationError
from assistant.evaluate.sets.marked import (
    count_questions,
    keep_question,
    marked_set,
    passage_around,
)
from assistant.evaluate.sets.write_set import Draft
from assistant.evaluate.types import Place, SetDocument
from assistant.web.views.evaluation_view import problem_html
from assistant.web.views.markup import tag
from assistant.web.visits import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.web.services.engine import Engine
    from assistant.web.visits import Visit
    from index.types import Span

__all__ = ["Marking", "trimmed"]


def trimmed(whole: str, start: int, end: int) -> tuple[int, int]:
    """Return a range of a text without the white space at its ends."""
    while start < end and whole[start].isspace():
        start += 1
    while start < end and whole[end - 1].isspace():
        end -= 1
    return start, end


class Marking:
    """Keeps test questions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(self, visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a question; the answer says where, or what went wrong."""
        say = visit.say
        try:
            if not visit.admin:
                raise ConfigError(say("only_admins"))
            name, count = self._keep(visit, given)
        except CitewellError as error:
            return {"problem": problem_html(error, say)}
        kept = f"{say('mark_kept')} {name}: {say.count('own_questions', count)}."
        return {"html": tag("p", kept, class_="cw-good")}

    def _keep(self, visit: Visit, given: Mapping[str, Any]) -> tuple[str, int]:
        again = EvaluationError(visit.say("mark_again"))
        turn = text(given, "turn")
        name = self._engine.conversations.library_of(visit.user, turn)
        library = self._engine.shelf.find(name) if name else None
        document = library.document(text(given, "document")) if library else None
        source = library.source(document.id) if library and document else None
        start, end = given.get("start"), given.get("end")
        if not (name and library and document and source):
            raise again
        if not isinstance(start, int) or not isinstance(end, int):
            raise again
        fits = 0 <= start < end <= len(document.text)
        marked = document.text[start:end] if fits else ""
        if not marked.strip() or marked != given.get("words"):
            raise again
        start, end = trimmed(document.text, start, end)
        chunks = [
            _place(source.path, chunk.span) for chunk in library.chunks_of(document.id)
        ]
        words = Place(source.path, start, end)
        draft = Draft(
            text(given, "question"),
            passage_around(words, chunks),
            (words,) if given.get("answerable") is True else (),
        )
        folder = marked_set(library.folder)
        kept = SetDocument(source.path, document.text, document.title, Path(source.path))
        keep_question(folder, draft, kept)
        return name, count_questions(folder)


def _place(doc: str, span: Span) -> Place:
    return Place(doc, span.start, span.end)
