"""What happens when a person does something on the page.

Every handler is a generator of values for Gradio's components. What takes long is done by the
engine's own threads; a handler only watches, so a page that is closed loses nothing.
"""

# Gradio looks the annotations up while the program runs, so they are not left as strings.

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.errors import CitewellError, ConfigError
from assistant.preparing import sample_folder
from assistant.web.engine import Engine
from assistant.web.jobs import Asked, Job
from assistant.web.library_view import documents_html
from assistant.web.live_view import live
from assistant.web.markup import Html, join, tag
from assistant.web.reading import Reading
from assistant.web.reading_view import reading_html
from assistant.web.render import turns_html, welcome
from assistant.web.shelf import SAMPLES, uploads_of
from assistant.web.shell import (
    ask_bar,
    library_bar,
    navigation,
    panel_shell,
    settings_html,
)
from assistant.web.uploads import keep_uploads
from assistant.web.visits import Visit, Visitors, read_context, text
from index.ingest import remove

__all__ = ["Events"]

MOST_TABS = 2000
BETWEEN_S = 0.08  # pictures of an answer being written
NONE: Html = Html("")


class Events:
    """The handlers.

    Those of the chat yield (turns, live), those of the library (bar, progress, documents).
    """

    def __init__(self, engine: Engine, visitors: Visitors) -> None:
        self._engine = engine
        self._visitors = visitors
        self._shown: dict[str, object] = {}  # by tab: what it looks at now

    # --- arriving ---------------------------------------------------------------------------

    def arrive(self, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Fill the page in the language of the browser."""
        visit = self._visitors.visit(request.username, event.context)
        say = visit.say
        return (
            navigation(say, user=visit.user),
            ask_bar(say),
            panel_shell(say, may_mark=visit.admin),
            self._settings(visit),
            *self._shelf(visit, NONE),
        )

    def _settings(self, visit: Visit) -> Html:
        models, current = self._engine.models()
        folder = self._engine.settings.models_folder
        return settings_html(models, current, folder, visit.say, may_change=visit.admin)

    # --- the conversation -------------------------------------------------------------------

    def open(self, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Show a conversation, and the answer that is being written in it."""
        visit = self._visitors.visit(request.username, event.context)
        look = self._look(request)
        # The script sends nothing else until it sees that its wish was granted.
        granted = tag(
            "i", hidden=True, data_opened=text(read_context(event.context), "wish")
        )
        yield join(self._turns(visit, visit.conversation), granted), NONE
        job = self._engine.line.running(visit.user, visit.conversation)
        if job is not None:
            yield from self._follow(job, visit, look)

    def ask(self, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Ask a question and show the answer as it is written."""
        visit = self._visitors.visit(request.username, event.context)
        given = read_context(event.context)
        question = text(given, "question").strip()
        if not question:
            return
        conversations = self._engine.conversations
        known = conversations.find(visit.user, visit.conversation)
        if known and (replaced := text(given, "replaces")):
            conversations.cut(visit.user, known.id, replaced)
        library = known.library if known else visit.library
        here = library == visit.library  # the chosen documents are of the library in view
        asked = Asked(
            visit.user,
            known.id if known else "",
            question,
            library,
            visit.documents if here else None,
            visit.folders if here else (),
            quotes_only=visit.quotes_only,
            passages=visit.passages,
            risk=visit.risk,
        )
        look = self._look(request)
        job = self._engine.ask(asked)
        yield self._turns(visit, job.asked.conversation), self._live(job, visit)
        yield from self._follow(job, visit, look)

    def _look(self, request: gr.Request) -> tuple[str, object]:
        """Note that a tab looks at something else from now on; return its name and what."""
        tab, what = request.session_hash or "", object()
        self._shown.pop(tab, None)
        self._shown[tab] = what
        while len(self._shown) > MOST_TABS:
            self._shown.pop(next(iter(self._shown)))
        return tab, what

    def _follow(
        self, job: Job, visit: Visit, look: tuple[str, object]
    ) -> Iterator[tuple[Any, ...]]:
        """Show an answer as it is written, as long as the tab looks at it."""
        tab, what = look
        seen = -1
        while not job.over:
            seen = job.wait(seen, 1.0)
            if self._shown.get(tab) is not what:
                # Gradio sends the last values again at the end: let there be none.
                yield gr.skip(), gr.skip()
                return
            if not job.over:
                yield gr.skip(), self._live(job, visit)
                if job.checked or job.draft:  # the first words are shown at once
                    time.sleep(BETWEEN_S)
        ending = self._live(job, visit) if job.problem is not None else NONE
        yield self._turns(visit, job.asked.conversation), ending

    def _live(self, job: Job, visit: Visit) -> Html:
        place = self._engine.line.place(job)
        return live(job, place, ready=self._engine.state.ready, say=visit.say)

    def _turns(self, visit: Visit, conversation: str) -> Html:
        known = self._engine.conversations.find(visit.user, conversation)
        if known is None:
            library = self._engine.shelf.find(visit.library)
            count = library.ledger().documents if library else 0
            return welcome(documents=count, may_change=visit.admin, say=visit.say)
        turns = self._engine.conversations.turns(visit.user, conversation)
        return turns_html(conversation, turns, visit.say)

    # --- the library ------------------------------------------------------------------------

    def upload(
        self, files: list[str] | None, context: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Keep uploaded files beside the library and read them."""
        visit = self._visitors.visit(request.username, context)
        if not files or not visit.admin:
            yield (*self._shelf(visit, NONE), None)
            return
        folder = uploads_of(self._engine.shelf.folder(visit.library))
        kept, refused = keep_uploads(map(Path, files), folder)
        if not kept:
            yield (*self._shelf(visit, reading_html(None, refused, visit.say)), None)
            return
        for shown in self._read(visit, Reading(visit.library, kept), refused):
            yield (*shown, None)

    def change(self, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Add, read again, remove, or look at another library."""
        visit = self._visitors.visit(request.username, event.context)
        given = read_context(event.context)
        try:
            reading = self._changed(visit, text(given, "change"), given)
        except CitewellError as error:
            problem = tag("p", str(error), " ", error.hint, class_="cw-bad", role="alert")
            yield self._shelf(visit, problem)
            return
        reading = reading or self._engine.reader.latest.get(visit.library)
        if reading is None or reading.over:
            yield self._shelf(visit, NONE)
        else:
            yield from self._watch(visit, reading, ())

    def _changed(
        self, visit: Visit, change: str, given: Mapping[str, Any]
    ) -> Reading | None:
        """Do what was asked for; return what is read because of it."""
        if change in {"", "look"}:
            return None
        if not visit.admin:
            raise ConfigError(visit.say("only_admins"))
        path = Path(text(given, "place")).expanduser()
        if change == "make":
            library, embedder = visit.library, self._engine.embedder()
            self._engine.shelf.make(library, embedder)
            return None
        if change == "remove":
            self._remove(visit, path)
            return None
        if change == "samples":
            return self._start(Reading(SAMPLES, [sample_folder()]))
        if not path.is_absolute() or not path.exists():
            raise ConfigError(f"There is no folder {path}.", "Give its whole path.")
        return self._start(Reading(visit.library, [path], force=change == "reread"))

    def _remove(self, visit: Visit, path: Path) -> None:
        library = self._engine.shelf.find(visit.library)
        if library is None:
            return
        remove(library, [path])
        uploads = uploads_of(library.folder)
        if path.resolve().parent == uploads:
            path.unlink(missing_ok=True)  # our own copy; nobody else's file is touched

    def _start(self, reading: Reading) -> Reading:
        return self._engine.reader.start(reading)

    def _read(
        self, visit: Visit, reading: Reading, refused: Sequence[tuple[str, str]]
    ) -> Iterator[tuple[Any, ...]]:
        yield from self._watch(visit, self._start(reading), refused)

    def _watch(
        self, visit: Visit, reading: Reading, refused: Sequence[tuple[str, str]]
    ) -> Iterator[tuple[Any, ...]]:
        seen = -1
        while not reading.over:
            yield (gr.skip(), reading_html(reading, refused, visit.say), gr.skip())
            seen = reading.wait(seen, 1.0)
            time.sleep(BETWEEN_S)
        yield self._shelf(visit, reading_html(reading, refused, visit.say))

    def _shelf(self, visit: Visit, progress: Html) -> tuple[Any, ...]:
        shelf = self._engine.shelf
        library = shelf.find(visit.library)
        name = visit.library if visit.library in shelf.names() else shelf.usual
        return (
            library_bar(shelf.names(), name, visit.say, may_change=visit.admin),
            progress,
            documents_html(library, visit.say, may_change=visit.admin),
        )
