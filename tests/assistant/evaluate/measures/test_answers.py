"""Answers are compared as SQuAD's published script compares them."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.measures.answers import (
    contains_gold,
    exact_match,
    normalize,
    rouge_l,
    strip_marks,
    token_f1,
    token_recall,
)
from assistant.evaluate.measures.score import is_right, right_text
from assistant.evaluate.types import Prediction, Question


def squad_tokens(text: str) -> list[str]:
    """The published definition, in its own order of steps."""
    kept = "".join(ch for ch in text.lower() if ch not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def squad_f1(gold: str, answer: str) -> float:
    g, a = squad_tokens(gold), squad_tokens(answer)
    if not g or not a:
        return float(g == a)
    same = sum((Counter(g) & Counter(a)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(a), same / len(g)
    return (2 * precision * recall) / (precision + recall)


latin = st.text(st.sampled_from("aAn theÉß.,-'5 \n"), max_size=30)


@given(latin, latin)
def test_f1_and_exact_match_equal_the_published_script(answer: str, gold: str) -> None:
    assert token_f1(answer, [gold]) == squad_f1(gold, answer)
    assert exact_match(answer, [gold]) == float(squad_tokens(gold) == squad_tokens(answer))


@pytest.mark.parametrize(
    ("answer", "gold", "f1"),
    [
        ("the Eiffel Tower!", "Eiffel tower", 1.0),
        ("in Paris, France", "Paris", 0.5),
        ("London", "Paris", 0.0),
        ("", "", 1.0),
        ("", "Paris", 0.0),
        ("an", "the", 1.0),  # both empty once articles are gone
    ],
)
def test_worked_examples(answer: str, gold: str, f1: float) -> None:
    assert token_f1(answer, [gold]) == pytest.approx(f1)


def test_the_best_gold_answer_counts() -> None:
    assert token_f1("G. Stanley Hall", ["Hall", "Stanley Hall"]) == pytest.approx(0.8)


def test_unspaced_scripts_are_compared_by_characters() -> None:
    assert normalize("执事，协会。") == "执 事 协 会"
    assert token_f1("执事协会", ["执事"]) == pytest.approx(2 * 0.5 * 1 / 1.5)
    assert contains_gold("他们是执事协会的成员", ["执事协会"]) == 1


def test_containment_is_of_whole_tokens() -> None:
    assert contains_gold("It was in 1952 [1].", ["5"]) == 0
    assert contains_gold("It was 5 [12].", ["5"]) == 1
    assert contains_gold("It was 5 [12].", ["12"]) == 0  # a mark is no answer
    assert contains_gold("anything", ["the", ""]) == 0  # a gold answer without words


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_containment_survives_what_surrounds_it(left: str, right: str, gold: str) -> None:
    assert contains_gold(gold, [gold]) == float(bool(normalize(gold)))
    assert 0 <= token_recall(left, [right]) <= 1


def test_marks_are_taken_out() -> None:
    assert strip_marks("So it is [1], and so [2, 3].") == "So it is, and so."


def test_a_long_gold_answer_needs_half_of_its_words() -> None:
    gold = " ".join(f"word{i}" for i in range(20))
    question = Question("q", "?", (gold,))
    half = " ".join(f"word{i}" for i in range(10))
    assert right_text(half, question)
    assert not right_text(half.removesuffix(" word9"), question)


def test_right_needs_an_answer_on_an_answerable_question() -> None:
    question = Question("q", "?", ("Paris",))
    assert is_right(question, Prediction("q", answer="Paris [1]."))
    assert is_right(question, Prediction("q", answer="The capital.", short_answer="Paris"))
    assert not is_right(question, Prediction("q", answer="Paris", abstained=True))
    nothing = Question("q", "?", answerable=False)
    assert not is_right(nothing, Prediction("q", answer="Paris"))


@pytest.mark.parametrize(
    "answer",
    ["“The well cost 311 crowns.” [1]", "„311 crowns“ [2]", "It cost «311 crowns»."],
)
def test_a_quotation_holds_its_last_words_too(answer: str) -> None:
    assert contains_gold(answer, ["311 crowns"]) == 1
    assert contains_gold(answer, ["311 crown"]) == 0
    assert exact_match("“311 crowns”", ["311 crowns"]) == 1
    assert token_f1("Ada’s", ["Ada's"]) == 1


# Worked out by hand after Lin (2004), section 3: "police kill the gunman" shares a
# subsequence of three of four words with "police killed the gunman".
@pytest.mark.parametrize(
    ("answer", "gold", "score"),
    [
        ("police kill the gunman", "police killed the gunman", 3 / 4),
        ("the gunman kill police", "police killed the gunman", 2 / 4),
        ("a b c", "a b c", 1.0),
        ("a b", "c d", 0.0),
        ("a", "a b c", 2 / 4),
        ("", "a", 0.0),
        ("Paris, France.", "paris france", 1.0),
        ("北京市", "北京", 4 / 5),
    ],
)
def test_rouge_l_is_the_common_subsequence_of_both(
    answer: str, gold: str, score: float
) -> None:
    assert rouge_l(answer, [gold]) == pytest.approx(score)
    assert rouge_l(answer, ["nothing alike", gold]) >= rouge_l(answer, [gold])
