"""Was this passage used? Asked on demand of an answer that is kept, in the line of the model.

It takes its turn among the questions of people, is followed by whoever looks, and can be
stopped. What comes of it is kept with the answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from assistant.errors import CitewellError, ModelFailed, Stopped
from assistant.llm.influence import influences
from assistant.protocols import Scorer
from assistant.serialize import influence_json
from assistant.types import Answer, Claim, Passage, Source, Status, Support
from assistant.web.services.jobs import Asked, Job, TooBusyError
from index.types import Chunk, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.pipeline import Assistant
    from assistant.protocols import Generator
    from assistant.types import Message, ModelInfo
    from assistant.web.services.conversations import Conversations, StoredTurn
    from assistant.web.services.jobs import Line
    from index.library import Library

__all__ = ["Weighing", "Weighings", "answer_of", "weigh"]

MOST_REMEMBERED = 200
SHOWN = 110  # characters of a passage


class Weighing(Job):
    """The way from asking until it is known which passages were used."""

    def __init__(self, user: str, library: str, turn: StoredTurn) -> None:
        # No conversation is called so: nobody who opens one finds this instead of an answer.
        super().__init__(Asked(user, f"used-{turn.id}", turn.question, library))
        self.stored = turn
        self.done = 0  # prompts that the model has read
        self.total = len(turn.answer["passages"]) + 1
        self.begun = False

    def count(self) -> None:
        """Take in that a prompt was read."""
        self.done += 1
        self.touch()


class Weighings:
    """Remembers what was asked lately, so that a page that asks again finds it."""

    def __init__(self, line: Line, conversations: Conversations) -> None:
        self._line = line
        self._conversations = conversations
        self._lock = threading.Lock()
        self._latest: OrderedDict[tuple[str, str], Weighing] = OrderedDict()

    def start(self, user: str, library: str, turn: StoredTurn) -> Weighing:
        """Begin, or go on with what was begun; it ends at once where too many people wait."""
        with self._lock:
            latest = self._latest.get((user, turn.id))
            if latest is not None and not latest.over:
                return latest
            weighing = self._latest[user, turn.id] = Weighing(user, library, turn)
            while len(self._latest) > MOST_REMEMBERED:
                self._latest.popitem(last=False)
        try:
            self._line.join(weighing)
        except TooBusyError as error:
            failed: Future[None] = Future()
            failed.set_exception(error)
            weighing.end(failed)
        return weighing

    def latest(self, user: str, turn: str) -> Weighing | None:
        """Return what a user asked about a turn last."""
        return self._latest.get((user, turn))

    def run(self, weighing: Weighing, assistant: Assistant, library: Library) -> None:
        """Weigh, and keep what comes of it; runs on the line's worker."""
        weighing.begun = True
        weighing.touch()
        try:
            used = weigh(weighing, assistant, library)
        except Stopped:
            return
        model = assistant.generator().info.name
        user, turn = weighing.asked.user, weighing.stored.id
        self._conversations.keep_used(user, turn, used, model)


def weigh(
    weighing: Weighing, assistant: Assistant, library: Library
) -> list[dict[str, Any]]:
    """Return for each passage of an answer what it did for the answer's words.

    Raises:
        CitewellError: A document is no longer in the library, or the model cannot tell.
    """
    answer = answer_of(weighing.stored.answer, library)
    watched = _Watched(assistant.generator(), weighing)
    found = influences(answer, assistant.prompts, watched)
    return [influence_json(one) | {"begins": _begins(one.passage)} for one in found]


def _begins(passage: Passage) -> str:
    """Return the first words of a passage: several of one document look alike otherwise."""
    return " ".join(passage.chunk.text.split())[:SHOWN]


def answer_of(stored: dict[str, Any], library: Library) -> Answer:
    """Make as much of an answer of what was kept of it as weighing needs.

    Raises:
        CitewellError: A document is no longer in the library.
    """
    claims = tuple(
        Claim(
            claim["text"],
            claim["start"],
            claim["end"],
            Support(claim["support"]),
            alternative=claim.get("alternative", False),
        )
        for claim in stored["claims"]
    )
    passages = tuple(
        _passage(number, passage, library)
        for number, passage in enumerate(stored["passages"], start=1)
    )
    return Answer(
        stored["question"],
        Status(stored["status"]),
        claims=claims,
        passages=passages,
        standalone=stored["standalone"],
    )


def _passage(number: int, stored: dict[str, Any], library: Library) -> Passage:
    source = Source(**stored["document"])
    document = library.document(source.id)
    if document is None or stored["end"] > len(document.text):
        raise CitewellError(
            f"{source.path} is no longer in the library as it was.",
            "Ask the question again.",
        )
    span = Span(stored["start"], stored["end"])
    chunk = Chunk(source.id, span, document.text[span.start : span.end])
    return Passage(number, chunk, source)


class _Watched:
    """A language model that counts what it reads, and stops when it is told to."""

    def __init__(self, generator: Generator, weighing: Weighing) -> None:
        if not isinstance(generator, Scorer):
            name = generator.info.name
            raise ModelFailed(f"{name} does not say how likely it finds words.")
        self._scorer: Scorer = generator
        self._weighing = weighing
        self.info: ModelInfo = generator.info
        self.context_tokens = generator.context_tokens
        self.count_tokens = generator.count_tokens
        self.count = generator.count
        self.generate = generator.generate

    def log_likelihoods(
        self,
        messages: Sequence[Message],
        texts: Sequence[str],
        stopped: Callable[[], bool] | None = None,
    ) -> list[tuple[float, int]]:
        def enough() -> bool:
            return self._weighing.stopped or (stopped is not None and stopped())

        if enough():
            raise Stopped
        found = self._scorer.log_likelihoods(messages, texts, enough)
        self._weighing.count()
        return found
