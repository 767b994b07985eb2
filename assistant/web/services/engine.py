"""Everything behind the page: models, libraries, conversations, and the line for answers.

The page is there before the models are: they are loaded in the background, and a question
that comes early waits.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.build import (
    assistant_for,
    at_risk,
    open_embedder,
    open_generator,
)
from assistant.commands.asking import documents_in
from assistant.commands.model_list import listed
from assistant.errors import CitewellError
from assistant.machine import free_memory
from assistant.models import choose_model, chosen_name, find_model, list_models
from assistant.pipeline import Question
from assistant.serialize import answer_json
from assistant.types import Turn
from assistant.web.services.conversations import Conversations
from assistant.web.services.jobs import Asked, Job, Line, TooBusyError
from assistant.web.services.pages import PageDrawer
from assistant.web.services.pulls import Pulls
from assistant.web.services.reading import Reader
from assistant.web.services.shelf import Shelf
from assistant.web.services.trials import Trials
from assistant.web.services.used import Weighing, Weighings
from assistant.web.services.wishes import Kept
from index.readers.source import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.commands.model_list import Listed
    from assistant.config import Settings
    from assistant.pipeline import Assistant
    from assistant.protocols import Generator
    from assistant.web.services.conversations import StoredTurn
    from index.library import Library
    from index.types import Embedder

__all__ = ["Engine", "Models", "State"]

log = logging.getLogger(__name__)
HEADROOM = 1.2  # of a model's file: what it takes in memory


@dataclass(frozen=True, slots=True)
class State:
    """How the models are."""

    ready: bool = False
    problem: str = ""
    hint: str = ""
    model: str = ""
    tokens_per_s: float = 0.0  # of the latest answer
    missed: str = ""  # the file of a model that was chosen before, and cannot be used


@dataclass(frozen=True, slots=True)
class Models:
    """How the models are loaded; a test gives small ones."""

    embedder: Callable[[Settings], Embedder] = open_embedder
    generator: Callable[[Settings], Generator] = open_generator


class Engine:
    """One for the whole server; every method may be called from any thread."""

    def __init__(
        self,
        settings: Settings,
        models: Models | None = None,
    ) -> None:
        """Open what is kept; nothing is loaded before `start`.

        Args:
            settings: Where things lie and how answers are made. Unless they name a model,
                the one that was chosen last is used.
            models: How models are loaded.
        """
        self.settings = settings
        self.kept = Kept(settings.data_folder / "web.json")
        self.state = State()
        self.shelf = Shelf(settings)
        self.conversations = Conversations(settings.data_folder / "conversations.sqlite")
        self.line = Line(self._answer)
        limits = None if settings.ocr else Limits(ocr_pages=0)
        self.reader = Reader(self._open_for_reading, self.line.wait_until_free, limits)
        self.trials = Trials(self)
        self.weighings = Weighings(self.line, self.conversations)
        self.drawer = PageDrawer()
        self.pulls = Pulls()
        self._models = models or Models()
        self._chosen = "" if settings.model else chosen_name(settings)
        self._ready = threading.Event()
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None
        self._generator: Generator | None = None
        self._assistants: dict[str, Assistant] = {}

    # --- models -----------------------------------------------------------------------------

    def start(self) -> None:
        """Load the models in the background."""
        threading.Thread(target=self._load, name="loading", daemon=True).start()

    def _load(self) -> None:
        try:
            self._embedder = self._models.embedder(self.settings)
            self._ready.set()  # quotations can be asked for already
            self._load_chosen()
            self.assistant(self.shelf.usual)  # so that the first question need not wait
            self.drawer.start()  # nor the first page
        except CitewellError as error:
            self.state = replace(self.state, problem=str(error), hint=error.hint)
        finally:
            self._ready.set()

    def _load_chosen(self) -> None:
        """Load the model that was chosen before, or the usual one if that cannot be."""
        name, usual = self._chosen, self.settings
        names = [path.name for path in list_models(usual)]
        if name in names:
            try:
                self._load_generator(replace(usual, model=name))
            except CitewellError as error:
                log.warning("The chosen model is left out: %s", error)
                others = [other for other in names if other != name]
                usual = replace(usual, model=others[0] if others else "")
            else:
                return
        self._load_generator(usual)
        self.state = replace(self.state, missed=name)

    def _load_generator(self, settings: Settings) -> None:
        generator = self._models.generator(settings)
        with self._lock:
            self._generator, old = generator, self._generator
            self._assistants.clear()  # how far a model is trusted depends on the model
            self.settings = settings
        close = getattr(old, "close", None)
        if close is not None:
            close()
        self.state = State(ready=True, model=generator.info.name)

    def models(self) -> tuple[list[tuple[Path, bool]], str]:
        """Return the models found, whether each fits into the memory, and the current one."""
        free = free_memory()
        found = [
            (path, not free or path.stat().st_size * HEADROOM < free)
            for path in list_models(self.settings)
        ]
        return found, self.state.model or (found[0][0].stem if found else "")

    def catalog(self) -> list[Listed]:
        """Return the models of the catalog, and which of them answers now."""
        return [
            replace(model, in_use=Path(model.file).stem == self.state.model)
            for model in listed(self.settings, check=False)
            if model.in_catalog
        ]

    def try_model(self, name: str) -> str:
        """Change the model after the answer that is being written; return what went wrong."""
        settings = replace(self.settings, model=name)
        if name not in {path.name for path in list_models(self.settings)}:
            return f"There is no model {name}."
        try:
            find_model(settings)
            self.state = replace(self.state, ready=False, problem="", hint="")
            self.line.after(lambda: self._load_generator(settings)).result()
            choose_model(self.settings, name)
        except CitewellError as error:
            # The one before is still loaded, and answers go on with it.
            ready = self._generator is not None
            self.state = replace(
                self.state, ready=ready, problem=str(error), hint=error.hint
            )
            return str(error)
        return ""

    def embedder(self) -> Embedder:
        """Return the embedder, waiting for it if need be.

        Raises:
            CitewellError: It could not be loaded.
        """
        self._ready.wait()
        if self._embedder is None:
            raise CitewellError(self.state.problem, self.state.hint)
        return self._embedder

    def writer(self) -> Generator:
        """Return the language model.

        Raises:
            CitewellError: It could not be loaded.
        """
        with self._lock:
            generator = self._generator
        if generator is None:
            raise CitewellError(self.state.problem or "The model is not loaded.")
        return generator

    # --- libraries --------------------------------------------------------------------------

    def assistant(self, name: str) -> Assistant | None:
        """Return what answers from a library, None where there is none yet."""
        library = self.shelf.find(name)
        if library is None:
            return None
        embedder = self.embedder()
        library.expect(embedder)
        with self._lock:
            if name not in self._assistants:
                made = assistant_for(library, embedder, self.settings)
                self._assistants[name] = replace(made, generator=self.writer)
            return self._assistants[name]

    def _open_for_reading(self, name: str) -> tuple[Library, Embedder]:
        embedder = self.embedder()
        return self.shelf.make(name, embedder), embedder

    # --- questions --------------------------------------------------------------------------

    def ask(self, asked: Asked) -> Job:
        """Put a question into the line; a new conversation begins where none is named.

        Raises:
            TooBusyError: Too many people wait.
        """
        begun = ""
        if not asked.conversation:
            begun = self.conversations.begin(asked.user, asked.library, asked.question)
            asked = replace(asked, conversation=begun)
        job = Job(asked)
        try:
            self.line.join(job)
        except TooBusyError:
            self.conversations.delete(asked.user, begun)
            raise
        return job

    def _answer(self, job: Job) -> None:
        """Answer a question; runs on the line's worker."""
        asked = job.asked
        assistant = self.assistant(asked.library)
        if assistant is None:
            raise CitewellError(
                "There are no documents in this library yet.", "Add some first."
            )
        while not (asked.quotes_only or self.state.ready or self.state.problem):
            if job.stopped:
                return
            job.wait(2**62, 0.2)
        if isinstance(job, Weighing):
            library = self.shelf.find(asked.library)
            assert library is not None  # there is an assistant
            self.weighings.run(job, assistant, library)
            return
        question = Question(
            asked.question,
            self._turns(asked),
            self._documents(asked),
            asked.quotes_only,
            lambda: job.stopped,
        )
        for event in _as_asked(assistant, asked).stream(question):
            job.take(event)
        self._keep(job)

    def _documents(self, asked: Asked) -> tuple[str, ...] | None:
        """Return the documents to ask, those of chosen folders as they are now; None: all."""
        library = self.shelf.find(asked.library)
        if not asked.folders or library is None:
            return asked.documents
        return (*(asked.documents or ()), *documents_in(library, asked.folders))

    def _turns(self, asked: Asked) -> tuple[Turn, ...]:
        if asked.alone:
            return ()
        turns = self.conversations.turns(asked.user, asked.conversation)
        return tuple(
            Turn(turn.answer["standalone"], _said(turn), turn.answer.get("short", ""))
            for turn in turns
        )

    def _keep(self, job: Job) -> None:
        answer = job.answer
        if answer is None:
            return
        asked, timing = job.asked, answer.timing
        job.turn = self.conversations.add(
            asked.user, asked.conversation, answer_json(answer), stopped=job.stopped
        )
        writing = timing.total_s - timing.first_token_s
        if timing.answer_tokens > 1 and writing > 0:
            speed = (timing.answer_tokens - 1) / writing
            self.state = replace(self.state, tokens_per_s=speed)

    def close(self) -> None:
        """Stop everything that runs and let go of every file."""
        self.pulls.close()
        self.trials.close()
        self.line.close()
        self.reader.close()
        self.drawer.close()
        self.shelf.close()
        with contextlib.suppress(AttributeError):
            self._generator.close()  # type: ignore[union-attr]


def _as_asked(assistant: Assistant, asked: Asked) -> Assistant:
    """Return the assistant with as many passages and as much risk as the person wants."""
    lead = assistant.lead
    if lead is not None and asked.risk is not None:
        lead = at_risk(lead, asked.risk)
    return replace(assistant, lead=lead, passages=asked.passages)


def _said(turn: StoredTurn) -> str:
    return " ".join(claim["text"] for claim in turn.answer["claims"])
