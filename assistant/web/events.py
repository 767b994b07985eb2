"""What happens when a person arrives at the page, or does something with the library.

Every handler is a generator of values for Gradio's components. What takes long is done by the
engine's own threads; a handler only watches, so a page that is closed loses nothing.
"""

# Gradio looks the annotations up while the program runs, so they are not left as strings.

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.commands.preparing import sample_folder
from assistant.errors import CitewellError, ConfigError
from assistant.web.services.engine import Engine
from assistant.web.services.reading import Reading
from assistant.web.services.shelf import SAMPLES, uploads_of
from assistant.web.services.uploads import keep_uploads
from assistant.web.views.library_view import documents_html
from assistant.web.views.markup import Html, tag
from assistant.web.views.reading_view import reading_html
from assistant.web.views.shell import (
    ask_bar,
    library_bar,
    navigation,
    panel_shell,
    settings_html,
)
from assistant.web.visits import Visit, Visitors, read_context, text
from index.ingest import remove

__all__ = ["Events"]

BETWEEN_S = 0.1  # pictures of how far reading is
NONE: Html = Html("")


class Events:
    """The handlers; those of the library yield (bar, progress, documents)."""

    def __init__(self, engine: Engine, visitors: Visitors) -> None:
        self._engine = engine
        self._visitors = visitors

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
        return settings_html(models, current, folder, visit)

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
            reading.rest(BETWEEN_S)
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
