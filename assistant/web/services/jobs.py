"""A question on its way, and the line in front of the model.

One worker answers one question after another, so that two never fight for the processor. A
job belongs to its conversation, not to the page that asked: whoever reloads the page finds
the answer still being written, or finished.
"""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from assistant.answering.draft import split_claims
from assistant.errors import CitewellError
from assistant.types import Checked, Finished, Quoted, Retrieved, Token
from assistant.web.services.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.types import Answer, Event
    from assistant.web.services.conversations import StoredTurn

__all__ = ["Asked", "Job", "Line", "TooBusyError"]

LONGEST_LINE = 64
T = TypeVar("T")


class TooBusyError(CitewellError):
    """So many people wait already that one more would wait for too long."""

    hint = "Try again in a few minutes."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked, where and how."""

    user: str
    conversation: str
    question: str
    library: str
    documents: tuple[str, ...] | None = None
    folders: tuple[str, ...] = ()  # whatever lies in them is asked beside the documents
    quotes_only: bool = False
    alone: bool = False  # whatever was asked before in its conversation
    passages: int = 5
    risk: float | None = None  # share of answers that may be wrong; None: as set


class Job(Watched):
    """A question from the moment it is asked until its answer is kept."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.id = uuid.uuid4().hex
        self.asked = asked
        self.found: int | None = None  # passages, once the search is done
        self.quoted: Quoted | None = None  # what was found, before anything is written
        self.checked: list[Checked] = []
        self.answer: Answer | None = None
        self.turn: StoredTurn | None = None
        self._stop = threading.Event()
        self._tail = ""  # what was written and is in no checked claim yet

    @property
    def stopped(self) -> bool:
        """Whether the person has had enough."""
        return self._stop.is_set()

    @property
    def draft(self) -> str:
        """What was written behind the last checked claim."""
        return self._tail

    def stop(self) -> None:
        """End it; the model notices at its next token, or while it reads the prompt."""
        self._stop.set()
        self.touch()

    def take(self, event: Event) -> None:
        """Take in what the pipeline says."""
        if isinstance(event, Retrieved):
            self.found = len(event.passages)
        elif isinstance(event, Quoted):
            self.quoted = event
        elif isinstance(event, Token):
            self._tail += event.text
        elif isinstance(event, Checked):
            claims = split_claims(self._tail)
            self._tail = self._tail[claims[0].end :] if len(claims) > 1 else ""
            self.checked.append(event)
        elif isinstance(event, Finished):
            self.answer = event.answer
        self.touch()


class Line:
    """First come, first served, one at a time; quotations have a line of their own."""

    def __init__(self, answer: Callable[[Job], None]) -> None:
        self._answer = answer
        self._model = ThreadPoolExecutor(1, "model")
        self._quotes = ThreadPoolExecutor(2, "quotes")
        self._lock = threading.Lock()
        self._jobs: dict[str, tuple[Job, Future[None]]] = {}
        self._free = threading.Event()
        self._free.set()

    def join(self, job: Job) -> None:
        """Put a job at the end of the line.

        Raises:
            TooBusyError: The line is long enough.
        """
        with self._lock:
            if len(self._jobs) >= LONGEST_LINE:
                raise TooBusyError("Too many questions are waiting.")
            pool = self._quotes if job.asked.quotes_only else self._model
            future = pool.submit(self._answer, job)
            self._jobs[job.id] = (job, future)
            self._free.clear()
        future.add_done_callback(lambda done: self._leave(job, done))

    def _leave(self, job: Job, done: Future[None]) -> None:
        with self._lock:
            self._jobs.pop(job.id, None)
            if not self._jobs:
                self._free.set()
            others = [other for other, _ in self._jobs.values()]
        job.end(done)
        for other in others:
            other.touch()  # their places have changed

    def place(self, job: Job) -> int:
        """Return how many questions are answered before this one; 0: it is its turn."""
        if job.asked.quotes_only:
            return 0
        with self._lock:
            waiting = [key for key, (other, _) in self._jobs.items() if _writes(other)]
        return waiting.index(job.id) if job.id in waiting else 0

    def stop(self, user: str, job_id: str) -> None:
        """Stop a user's job, also one that has not begun."""
        with self._lock:
            job, future = self._jobs.get(job_id, (None, None))
        if job is not None and future is not None and job.asked.user == user:
            job.stop()
            future.cancel()

    def job(self, user: str, job_id: str) -> Job | None:
        """Return a user's job while it is on its way, None afterwards."""
        with self._lock:
            job, _ = self._jobs.get(job_id, (None, None))
        return job if job is not None and job.asked.user == user else None

    def running(self, user: str, conversation: str) -> Job | None:
        """Return the job of a user's conversation, None where none is on its way."""
        with self._lock:
            for job, _ in self._jobs.values():
                if (job.asked.user, job.asked.conversation) == (user, conversation):
                    return job
        return None

    def after(self, work: Callable[[], T]) -> Future[T]:
        """Do something with the model between two questions."""
        return self._model.submit(work)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return not self._free.is_set()

    def wait_until_free(self, seconds: float) -> None:
        """Wait until nobody waits for an answer, at most so long."""
        self._free.wait(seconds)

    def close(self) -> None:
        """Stop everything and wait for it."""
        with self._lock:
            jobs = [job for job, _ in self._jobs.values()]
        for job in jobs:
            job.stop()
        self._model.shutdown(cancel_futures=True)
        self._quotes.shutdown(cancel_futures=True)


def _writes(job: Job) -> bool:
    return not job.asked.quotes_only
