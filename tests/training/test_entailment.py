"""Training data of the verifier: statements hold their answer, signs of weights are kept."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.entailment import BOUNDS, NAMES, SIGNS, Table, fit
from models.training.entailment_claims import reworded, statement


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("When was the mill built?", "1874", "The mill was built in 1874."),
        ("Who built the mill?", "Ann Lee", "Ann Lee built the mill."),
        ("What is the capital of Norvia?", "Brill", "The capital of Norvia is Brill."),
        ("Where did Tesla move?", "Prague", "Tesla moved in Prague."),
        ("How many teams did the city found?", "two", ""),  # no verb that the rules know
        ("Why?", "Rain", ""),
    ],
)
def test_a_question_and_its_answer_become_a_statement(
    question: str, answer: str, expected: str
) -> None:
    assert statement(question, answer) == expected


@given(st.text(max_size=80), st.text("abc ", min_size=1, max_size=10))
def test_a_statement_holds_its_answer_or_is_none(question: str, answer: str) -> None:
    made = statement(question, answer).casefold()
    assert not made or " ".join(answer.split()) in made


def test_a_sentence_is_put_in_other_words_or_left_out() -> None:
    made = reworded("The company bought a large mill.", random.Random(1))
    assert made != "The company bought a large mill."
    assert "mill" in made
    assert reworded("Xyzzy.", random.Random(1)) == ""


@pytest.mark.parametrize("seed", range(5))
def test_no_weight_has_another_sign_than_its_feature(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(40, len(NAMES)))
    true = rng.random(40) < 0.5
    true[:2] = True, False
    nothing = np.zeros(40, dtype=bool)
    held = Table(x, true, nothing, np.ones(40), [""] * 40, np.array([""] * 40))
    weights, _ = fit(held, ~nothing, 0.01)
    for name, weight in zip(NAMES, weights, strict=True):
        least, most = BOUNDS[SIGNS.get(name, 0)]
        assert least is None or weight >= least
        assert most is None or weight <= most
