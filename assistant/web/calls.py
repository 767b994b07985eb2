"""Small calls from the page's script, answered at once and past the queue.

Each takes one JSON object and says nothing about what belongs to somebody else.
"""

# Gradio looks the annotations up while the program runs, so they are not left as strings.

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.requests import Request

from assistant.serialize import citation_json
from assistant.web.browse import Browsing
from assistant.web.evaluation import Evaluation
from assistant.web.marking import Marking
from assistant.web.pulling import Pulling
from assistant.web.services.engine import Engine
from assistant.web.views.export import markdown
from assistant.web.views.markup import tag
from assistant.web.views.panel import Place, source_html
from assistant.web.views.sidebar import conversation_list
from assistant.web.views.used_view import used_html, weighing_html
from assistant.web.visits import Visit, Visitors, read_context, text
from index.types import Span

__all__ = ["Calls", "user_of"]

KINDS = ("citations", "nearest", "passages")  # of what is kept of an answer
FOUND = "found"  # what stands there while an answer is being written


def user_of(request: gr.Request | Request) -> str | None:
    """Return who is logged in.

    A call past the queue carries the plain request, without the name that Gradio adds to
    others, so it is found the way Gradio finds it: by the cookie of the session.
    """
    app = request.app
    for name in ("access-token", "access-token-unsecure"):
        token = request.cookies.get(f"{name}-{app.cookie_id}")
        if token is not None and token in app.tokens:
            return str(app.tokens[token])
    return None


class Calls:
    """The functions that the page's script can call."""

    def __init__(self, engine: Engine, visitors: Visitors) -> None:
        self._engine = engine
        self._visitors = visitors

    def functions(self) -> list[Callable[..., Any]]:
        """Return them under the names that the script uses."""

        def citewell_call(data: dict[str, Any], request: gr.Request) -> Any:
            given = read_context(data)
            action = self._actions().get(text(given, "action"))
            if action is None:
                return None
            visit = self._visitors.visit(user_of(request), given.get("context"))
            return action(visit, given)

        return [citewell_call]

    def _actions(self) -> dict[str, Callable[[Visit, Any], Any]]:
        return {
            "source": self.source,
            "stop": self.stop,
            "judge": self.judge,
            "rename": self.rename,
            "delete": self.delete,
            "search": self.search,
            "export": self.export,
            "copy": self.copy,
            "status": self.status,
            "model": self.model,
            "keep": self.keep,
            "used": self.used,
            "used-state": self.used_state,
            "browse": Browsing(self._engine.settings.data_folder).look,
            "mark": Marking(self._engine).mark,
            **Evaluation(self._engine).actions(),
            **Pulling(self._engine).actions(),
        }

    def source(self, visit: Visit, given: dict[str, Any]) -> str:
        """Return a citation in its place as HTML."""
        kind, number = text(given, "kind"), given.get("number")
        if kind == FOUND:
            name, listed = self._found(visit, text(given, "turn"))
        else:
            name, listed = self._cited(visit, text(given, "turn"), kind)
        cited = _numbered(listed, number)
        library = self._engine.shelf.find(name) if cited else None
        document = library.document(cited["document"]["id"]) if cited and library else None
        if cited is None or document is None or cited["end"] > len(document.text):
            return visit.say("gone")
        page = given.get("page")
        place = Place(
            document,
            Path(cited["document"]["path"]),
            Span(cited["start"], cited["end"]),
            page if isinstance(page, int) else None,
        )
        return source_html(place, visit.say, self._engine.drawer.draw)

    def _cited(
        self, visit: Visit, turn_id: str, kind: str
    ) -> tuple[str, list[dict[str, Any]]]:
        """Return the library of a finished answer and its citations of a kind."""
        turn = self._engine.conversations.turn(visit.user, turn_id)
        name = self._engine.conversations.library_of(visit.user, turn_id)
        if turn is None or name is None or kind not in KINDS:
            return "", []
        return name, turn.answer[kind]

    def _found(self, visit: Visit, job_id: str) -> tuple[str, list[dict[str, Any]]]:
        """Return the library of an answer being written and what was found for it."""
        job = self._engine.line.job(visit.user, job_id)
        if job is None or job.quoted is None:
            return "", []
        return job.asked.library, [citation_json(c) for c in job.quoted.citations]

    def stop(self, visit: Visit, given: dict[str, Any]) -> None:
        """Stop an answer that is being written."""
        self._engine.line.stop(visit.user, text(given, "job"))

    def judge(self, visit: Visit, given: dict[str, Any]) -> bool:
        """Keep what a person thinks of an answer."""
        return self._engine.conversations.judge(
            visit.user,
            text(given, "turn"),
            helpful=given.get("helpful") is True,
            note=text(given, "note"),
        )

    def rename(self, visit: Visit, given: dict[str, Any]) -> str:
        """Give a conversation another name; return the new list."""
        self._engine.conversations.rename(
            visit.user, text(given, "conversation"), text(given, "title")
        )
        return self.search(visit, given)

    def delete(self, visit: Visit, given: dict[str, Any]) -> str:
        """Forget a conversation; return the new list."""
        self._engine.conversations.delete(visit.user, text(given, "conversation"))
        return self.search(visit, given)

    def search(self, visit: Visit, given: dict[str, Any]) -> str:
        """Return the list of conversations that hold some words."""
        words = text(given, "search").strip()
        found = self._engine.conversations.overview(visit.user, words)
        return conversation_list(found, visit.conversation, visit.say, searched=bool(words))

    def export(self, visit: Visit, given: dict[str, Any]) -> dict[str, str] | None:
        """Return a conversation as Markdown, with a name for its file."""
        key = text(given, "conversation")
        conversation = self._engine.conversations.find(visit.user, key)
        if conversation is None:
            return None
        turns = self._engine.conversations.turns(visit.user, key)
        written = "\n---\n\n".join(markdown(turn, visit.say) for turn in turns)
        return {"name": conversation.title, "text": f"# {conversation.title}\n\n{written}"}

    def copy(self, visit: Visit, given: dict[str, Any]) -> str:
        """Return an answer with its sources as Markdown."""
        turn = self._engine.conversations.turn(visit.user, text(given, "turn"))
        return markdown(turn, visit.say) if turn else ""

    def status(self, visit: Visit, _given: dict[str, Any]) -> dict[str, Any]:
        """Return what the status line says."""
        state, say = self._engine.state, visit.say
        library = self._engine.shelf.find(visit.library)
        documents = library.ledger().documents if library else 0
        parts = [
            state.problem or (self._model(visit) if state.ready else say("loading")),
            say("status_speed", n=f"{state.tokens_per_s:.0f}")
            if state.tokens_per_s
            else "",
            f"{visit.library}: {say.count('status_documents', documents)}",
            say("status_pull" if self._engine.pulls.busy else "offline"),
        ]
        return {
            "ready": state.ready,
            "problem": bool(state.problem),
            "known": self._is_known(visit.library),
            "text": " · ".join(part for part in parts if part),
        }

    def _model(self, visit: Visit) -> str:
        """Name the model that answers, and the one that was chosen and cannot."""
        state = self._engine.state
        if not state.missed:
            return state.model
        return visit.say("model_missed", name=state.missed, model=state.model)

    def keep(self, visit: Visit, given: dict[str, Any]) -> None:
        """Keep a person's settings for the next start; the context holds them too."""
        self._engine.kept.keep(visit.user, given)

    def used(self, visit: Visit, given: dict[str, Any]) -> dict[str, Any]:
        """Begin to find out which passages of an answer were used; return how far it is."""
        turn = self._engine.conversations.turn(visit.user, text(given, "turn"))
        name = self._engine.conversations.library_of(visit.user, text(given, "turn"))
        if turn is None or name is None:
            return {"running": False, "html": ""}
        if turn.answer["model"] is None:
            said = tag("p", visit.say("used_nothing"), class_="cw-note")
            return {"running": False, "html": said}
        if "used" not in turn.answer:
            self._engine.weighings.start(visit.user, name, turn)
        return self.used_state(visit, given)

    def used_state(self, visit: Visit, given: dict[str, Any]) -> dict[str, Any]:
        """Return how far it is, and what came of it."""
        key = text(given, "turn")
        weighing = self._engine.weighings.latest(visit.user, key)
        turn = self._engine.conversations.turn(visit.user, key)
        if turn is not None and "used" in turn.answer:
            return {"running": False, "html": used_html(turn, visit.say)}
        if weighing is None:
            return {"running": False, "html": ""}
        place = self._engine.line.place(weighing)
        html = weighing_html(weighing, place, visit.say)
        return {"running": not weighing.over, "html": html}

    def _is_known(self, name: str) -> bool:
        """Say whether a library is there, or is about to be."""
        engine = self._engine
        return name in engine.shelf.names() or name in engine.reader.latest

    def model(self, visit: Visit, given: dict[str, Any]) -> str:
        """Change the model; return what went wrong, "" if nothing did."""
        if not visit.admin:
            return visit.say("only_admins")
        return self._engine.try_model(text(given, "model"))


def _numbered(cited: list[dict[str, Any]], number: object) -> dict[str, Any] | None:
    """Return the citation with a number; passages are numbered by their place."""
    for place, each in enumerate(cited, start=1):
        if each.get("number", place) == number:
            return each
    return None
