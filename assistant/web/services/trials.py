"""Evaluations on behalf of the page: one at a time, and never in a person's way.

Each question of the set is put into the line between the questions of people. While an answer
is written for the evaluation and somebody asks, it is broken off at the next token, the person
is answered, and the question is asked again from its beginning, so that a run holds the same
as one that was alone on the machine.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluate.runs.host import Host, StoppedError
from assistant.evaluate.runs.plan import Plan, Watch
from assistant.web.services.watched import Watched
from index.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.evaluate.runs.progress import Progress
    from assistant.evaluate.types import Answerer, Outcome, Question
    from assistant.protocols import Generator
    from assistant.web.services.engine import Engine

__all__ = ["Trial", "Trials"]

# While documents are read; many people asking shall not hold that up for good.
LONGEST_PAUSE_S = 60.0
STEP_S = 0.2


class Trial(Watched):
    """An evaluation from its start until its report is written."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.documents: tuple[int, int] | None = None  # of the set: indexed, all
        self.figures: Progress | None = None  # once questions are asked
        self.run: Path | None = None  # its folder, once it is finished
        self._stop = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether somebody has had enough."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End it; what was answered is kept."""
        self._stop.set()
        self.touch()

    def count(self, done: int, total: int) -> None:
        """Take in how many documents of the set are indexed."""
        self.documents = (done, total)
        self.touch()

    def take(self, figures: Progress) -> None:
        """Take in how far the questions are."""
        self.figures = figures
        self.touch()


class Trials:
    """Runs one evaluation at a time; the engine lends it what is loaded already."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(1, "evaluation")
        self._lock = threading.Lock()
        self.latest: Trial | None = None

    def start(self, plan: Plan) -> Trial:
        """Begin an evaluation.

        Raises:
            EvaluationError: Another one is under way.
        """
        with self._lock:
            if self.latest is not None and not self.latest.over:
                raise EvaluationError(
                    "Another evaluation is under way.", "Stop it, or wait for its end."
                )
            trial = self.latest = Trial(plan)
        self._pool.submit(self._run, trial).add_done_callback(trial.end)
        return trial

    def _run(self, trial: Trial) -> None:
        from assistant.evaluate.session import evaluate

        engine, plan = self._engine, trial.plan
        while not (plan.quotes_only or engine.state.ready or engine.state.problem):
            _expect_going(trial)
            time.sleep(STEP_S)
        watch = Watch(lambda _text: self._pause(trial), trial.take, trial.count)
        turn = _Turn(engine, trial)
        host = Host(
            embedder=lambda _settings: engine.embedder(),
            generator=turn.generator,
            library=self.library,
            turn=turn,
            pause=lambda: self._pause(trial),
            stopped=turn.is_broken,
        )
        try:
            done, _ = evaluate(plan, engine.settings, watch, host)
        except CancelledError as error:
            raise StoppedError("The program ended.") from error
        trial.run = done.folder

    def library(self, folder: Path) -> AbstractContextManager[Library]:
        """Lend a library that the page has open, or open another one."""
        shelf = self._engine.shelf
        for name in shelf.names():
            if shelf.folder(name).resolve() == folder.resolve():
                found = shelf.find(name)
                if found is not None:
                    return nullcontext(found)
        return Library.open(folder)

    def _pause(self, trial: Trial) -> None:
        """Let people's questions go first; end here if it was stopped."""
        end = time.monotonic() + LONGEST_PAUSE_S
        _expect_going(trial)
        while self._engine.line.busy and time.monotonic() < end:
            self._engine.line.wait_until_free(STEP_S)
            _expect_going(trial)

    def close(self) -> None:
        """Stop what runs and wait for it."""
        if self.latest is not None:
            self.latest.stop()
        self._pool.shutdown(cancel_futures=True)


def _expect_going(trial: Trial) -> None:
    if trial.stopped:
        raise StoppedError("The evaluation was stopped.")


class _Turn:
    """Asks the questions of one evaluation in the line of the page."""

    def __init__(self, engine: Engine, trial: Trial) -> None:
        self._engine = engine
        self._trial = trial
        self._generator: Generator | None = None  # the one that it began with
        self._broken = False

    def __call__(self, answerer: Answerer, question: Question) -> Outcome:
        """Ask a question until nobody breaks in."""
        while True:
            self._wait()
            self._broken = False
            outcome = self._engine.line.after(
                lambda: self._ask(answerer, question)
            ).result()
            if not self._broken:
                return outcome

    def _wait(self) -> None:
        _expect_going(self._trial)
        while self._engine.line.busy:
            self._engine.line.wait_until_free(STEP_S)
            _expect_going(self._trial)

    def _ask(self, answerer: Answerer, question: Question) -> Outcome:
        """Ask on the line's own worker, where the model cannot change meanwhile."""
        if self._generator is not None and self._generator is not self._engine.writer():
            raise StoppedError(
                "The model was changed while the evaluation ran.",
                "Choose the former model again to go on with it.",
            )
        return answerer(question)

    def generator(self) -> Generator:
        """Lend the model that is loaded, always the same one."""
        self._generator = self._generator or self._engine.writer()
        return self._generator

    def is_broken(self) -> bool:
        """Say whether to break the answer off, and remember that it was."""
        self._broken = self._broken or self._trial.stopped or self._engine.line.busy
        return self._broken
