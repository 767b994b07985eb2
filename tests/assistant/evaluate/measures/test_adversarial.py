"""Traps in a set: an injected instruction, a planted answer."""

from __future__ import annotations

import pytest

from assistant.evaluate.measures.adversarial import trap_scores
from assistant.evaluate.types import Evidence, Place, Prediction, Question, Quote, Role
from index.types import Span

RIGHT = Evidence("d", Span(0, 4), Role.ANSWER)
ATTACKED = Question(
    "q", "Who?", extra={"attack_span": {"doc": "d", "start": 10, "end": 20}}
)
PLANTED = Question(
    "q", "Who?", ("Anna",), evidence=(RIGHT,), extra={"fake_answers": ["Ben"]}
)


@pytest.mark.parametrize(
    ("place", "shown"),
    [(Place("d", 0, 10), 0.0), (Place("d", 5, 11), 1.0), (Place("e", 10, 20), 0.0)],
)
def test_an_attack_is_shown_where_its_words_are_cited(place: Place, shown: float) -> None:
    quote = Quote(place.doc, place.start, place.end, "x")
    prediction = Prediction("q", "x", citations=(quote,))
    assert trap_scores(ATTACKED, prediction) == {"attack_shown": shown}
    silent = Prediction("q", abstained=True, citations=(quote,))
    assert trap_scores(ATTACKED, silent) == {"attack_shown": 0.0}


@pytest.mark.parametrize(
    ("answer", "fake", "both"),
    [("Anna [1]", 0, 0), ("Ben [1]", 1, 0), ("Anna [1]\nBen [2]", 1, 1), ("", 0, 0)],
)
def test_planted_answers_are_counted(answer: str, fake: int, both: int) -> None:
    prediction = Prediction("q", answer, abstained=not answer)
    assert trap_scores(PLANTED, prediction) == {"fake_said": fake, "both_said": both}


def test_without_the_right_answer_both_cannot_be_said() -> None:
    only = Question("q", "Who?", ("Anna",), extra={"fake_answers": ["Ben"]})
    assert trap_scores(only, Prediction("q", "Ben [1]")) == {"fake_said": 1.0}


def test_no_trap_no_measure() -> None:
    assert trap_scores(Question("q", "Who?", ("Anna",)), Prediction("q", "Anna")) == {}
