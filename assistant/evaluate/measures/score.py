"""Score one question: every measure that is defined for it, and what is counted in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evaluate.measures.adversarial import trap_scores
from assistant.evaluate.measures.answers import (
    contains_gold,
    exact_match,
    is_long,
    rouge_l,
    strip_marks,
    token_f1,
    token_recall,
)
from assistant.evaluate.measures.citations import (
    citation_scores,
    exact,
    faults,
    support_counts,
)
from assistant.evaluate.measures.ranking import rank_scores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.evaluate.types import Outcome, Prediction, Question, SetDocument

__all__ = ["LONG_RECALL", "Scored", "is_right", "judged", "right_text", "score_question"]

LONG_RECALL = 0.5  # the share of a long gold answer's tokens that a right answer says


@dataclass(frozen=True, slots=True)
class Scored:
    """The measures of one question; a measure that is not defined for it is missing."""

    id: str
    means: Mapping[str, float]  # a figure of the set is the mean over its questions
    counts: Mapping[str, float]  # a figure of the set is a ratio of two sums


def judged(question: Question) -> bool:
    """Say whether an answer to it can be told right or wrong."""
    return bool(question.answers) or not question.answerable


def right_text(text: str, question: Question) -> bool:
    """Say whether a text answers the question right.

    It contains a gold answer word for word; or, where a gold answer has more than 12
    tokens, it says at least half of that one's tokens. Never on an unanswerable question.
    """
    if not question.answerable or not text:
        return False
    long = [gold for gold in question.answers if is_long(gold)]
    return bool(
        contains_gold(text, question.answers)
        or token_recall(strip_marks(text), long) >= LONG_RECALL
    )


def is_right(question: Question, prediction: Prediction) -> bool:
    """Say whether it was answered, and the answer or the short answer is right."""
    if prediction.abstained:
        return False
    return right_text(prediction.answer, question) or right_text(
        prediction.short_answer, question
    )


def score_question(
    question: Question, outcome: Outcome, documents: Mapping[str, SetDocument]
) -> Scored:
    """Return all measures of one question."""
    prediction = outcome.prediction
    means = rank_scores(question, prediction.retrieved)
    means |= citation_scores(question, prediction)
    means |= trap_scores(question, prediction)
    if judged(question):
        means |= _answer_scores(question, prediction)
    counts = _quotation_counts(question, outcome, documents)
    counts |= _support(support_counts(question, outcome))
    return Scored(prediction.id, means, counts)


def _answer_scores(question: Question, prediction: Prediction) -> dict[str, float]:
    answered, right = not prediction.abstained, is_right(question, prediction)
    scores = {"correct": float(right if question.answerable else not answered)}
    if answered:
        scores["wrong_when_answering"] = float(not right)
    if not question.answerable:
        silent = float(not answered)
        return scores | {
            "silent_unanswerable": silent,
            "squad_em": silent,
            "squad_f1": silent,
        }
    golds = question.answers
    text = strip_marks(prediction.answer) if answered else ""
    short = strip_marks(prediction.short_answer) or text if answered else ""
    em, f1 = exact_match(short, golds), token_f1(short, golds)
    return scores | {
        "em": em,
        "f1": f1,
        "squad_em": em,
        "squad_f1": f1,
        "contains_gold": contains_gold(text, golds),
        "gold_recall": token_recall(text, golds),
        "rouge_l": rouge_l(text, golds),
        "right": float(right),
        "answered_answerable": float(answered),
    }


def _quotation_counts(
    question: Question, outcome: Outcome, documents: Mapping[str, SetDocument]
) -> dict[str, float]:
    quotes = (*outcome.prediction.citations, *outcome.trace.nearest)
    shown = faults(question, outcome, documents)
    counts = {
        "quotes": float(len(quotes)),
        "exact_quotes": float(sum(exact(quote, documents) for quote in quotes)),
        "shown": float(len(shown)),
        "fabricated": 0.0,
        "frankenquote": 0.0,
        "misattributed": 0.0,
    }
    for quotation in shown:
        if quotation.fault is not None:
            counts[quotation.fault] += 1
    return counts


def _support(counts: Mapping[str, float]) -> dict[str, float]:
    if not counts:
        return {}
    supported, on_gold = counts["supported"], counts["supported_gold"]
    missed = counts["not_supported_gold"]
    false = supported - on_gold
    return {
        "supported": supported,
        "supported_gold": on_gold,
        "supported_not_gold": false,
        "not_supported_gold": missed,
        "claims_gold": on_gold + missed,
        "claims_not_gold": false + counts["not_supported"] - missed,
    }
