"""Where a question was lost on its way: the first step that went wrong."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.evaluate.measures.citations import SUPPORTED
from assistant.evaluate.measures.gold import gold_documents, rests_on
from assistant.evaluate.measures.score import is_right, judged

if TYPE_CHECKING:
    from assistant.evaluate.types import Outcome, Question

__all__ = ["Failure", "failure_of"]


class Failure(StrEnum):
    """The step at which a question was lost."""

    NOT_RETRIEVED = "not retrieved"
    NOT_IN_PROMPT = "not in the prompt"
    NOT_ANSWERED = "not answered"
    NOT_SUPPORTED = "not supported"
    WRONG = "wrong"
    NOT_SILENT = "answered, though nothing is there"


def failure_of(question: Question, outcome: Outcome) -> Failure | None:
    """Name the first step that went wrong; None where the question went well.

    On an answerable question that was not answered right: its evidence is not in the
    passages retrieved; or not in those the model saw; or nothing was answered; or no claim
    is supported; or the answer is wrong all the same. Evidence is all of it where its parts
    are needed together (`gold.rests_on`). A question without gold spans starts at the
    answer.
    """
    if not question.answerable:
        return None if outcome.prediction.abstained else Failure.NOT_SILENT
    if not judged(question):
        found = {hit.doc for hit in outcome.prediction.retrieved}
        return Failure.NOT_RETRIEVED if gold_documents(question).keys() - found else None
    if is_right(question, outcome.prediction):
        return None
    return _lost_evidence(question, outcome) or _lost_answer(outcome)


def _lost_evidence(question: Question, outcome: Outcome) -> Failure | None:
    retrieved, prompt = outcome.prediction.retrieved, outcome.trace.prompt
    if retrieved and rests_on(question, (hit.place for hit in retrieved)) is False:
        return Failure.NOT_RETRIEVED
    if prompt and rests_on(question, prompt) is False:
        return Failure.NOT_IN_PROMPT
    return None


def _lost_answer(outcome: Outcome) -> Failure:
    claims = outcome.trace.claims
    if outcome.prediction.abstained:
        return Failure.NOT_ANSWERED
    if claims and not any(claim.support == SUPPORTED for claim in claims):
        return Failure.NOT_SUPPORTED
    return Failure.WRONG
