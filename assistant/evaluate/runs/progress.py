"""How far a run is, how long it will still take, and how it is doing so far."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from assistant.evaluate.measures.score import is_right, judged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.evaluate.types import Outcome, Question, QuestionSet

__all__ = ["Progress", "Tally"]

RECENT = 25  # questions whose pace foretells the rest


@dataclass(frozen=True, slots=True)
class Progress:
    """Running figures; a share is None as long as there is nothing to take it of."""

    done: int
    total: int
    left_s: float | None  # None before the first question of this sitting
    answered: float | None  # share of the answerable questions answered
    silent: float | None  # share of the unanswerable questions left unanswered
    wrong: float | None  # share of the answered questions that are wrong
    median_s: float | None  # seconds a question


class Tally:
    """Counts outcomes as they come, and tells whoever listens."""

    def __init__(
        self,
        questions: QuestionSet,
        before: Sequence[Outcome],
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.total = len(questions.questions)
        self.on_progress = on_progress
        self.done = 0
        self.pace: list[float] = []
        self.seconds: list[float] = []
        self.answerable: list[bool] = []  # was it answered
        self.unanswerable: list[bool] = []  # was it left unanswered
        self.answers: list[bool] = []  # was it wrong
        for question, outcome in zip(questions.questions, before, strict=False):
            self._count(question, outcome)
        self._tell()

    def add(self, question: Question, outcome: Outcome, seconds: float) -> None:
        """Count one more outcome, which took `seconds` of the run."""
        self.pace.append(seconds)
        self._count(question, outcome)
        self._tell()

    def _count(self, question: Question, outcome: Outcome) -> None:
        prediction = outcome.prediction
        self.done += 1
        self.seconds.append(prediction.total_s)
        if not judged(question):
            return
        if question.answerable:
            self.answerable.append(not prediction.abstained)
        else:
            self.unanswerable.append(prediction.abstained)
        if not prediction.abstained:
            self.answers.append(not is_right(question, prediction))

    def _tell(self) -> None:
        if self.on_progress is None:
            return
        recent = self.pace[-RECENT:]
        left = (self.total - self.done) * sum(recent) / len(recent) if recent else None
        self.on_progress(
            Progress(
                done=self.done,
                total=self.total,
                left_s=left,
                answered=_share(self.answerable),
                silent=_share(self.unanswerable),
                wrong=_share(self.answers),
                median_s=median(self.seconds) if self.seconds else None,
            )
        )


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
