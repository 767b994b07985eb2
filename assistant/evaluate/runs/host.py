"""What an evaluation borrows from the program that it runs in.

In a terminal it has the machine to itself and loads everything on its own. Inside the page it
shares one model with people who ask: it waits for its turn and can be stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.build import open_embedder
from assistant.errors import EvaluationError
from index.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from assistant.config import Settings
    from assistant.evaluate.types import Answerer, Outcome, Question
    from assistant.protocols import Generator
    from index.types import Embedder

__all__ = ["ALONE", "Host", "StoppedError"]


class StoppedError(EvaluationError):
    """Somebody stopped the evaluation; every question that was answered is kept."""

    hint = "Start it again to go on where it was."


def _at_once(answerer: Answerer, question: Question) -> Outcome:
    return answerer(question)


def _go_on() -> None:
    """Wait for nobody."""


@dataclass(frozen=True, slots=True)
class Host:
    """What is lent; the defaults lend nothing.

    `turn` and `pause` may wait, and end the evaluation by raising `StoppedError`.
    """

    embedder: Callable[[Settings], Embedder] = open_embedder
    generator: Callable[[], Generator] | None = None  # None: loaded when it is needed
    library: Callable[[Path], AbstractContextManager[Library]] = Library.open
    turn: Callable[[Answerer, Question], Outcome] = _at_once  # asks one question
    pause: Callable[[], None] = _go_on  # called between the steps of the preparation
    stopped: Callable[[], bool] | None = None  # asked while an answer is being written


ALONE = Host()
