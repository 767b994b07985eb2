"""Which finding is taken, and why."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.merit import WEIGHTS, by_merit, grounds
from assistant.types import Finding, Passage, Source
from index.types import Chunk, Span
from tests.assistant.fakes import passages_of

TEXTS = (
    "The ferry sank in March. A tug saved 14 people from the ferry.",
    "The port counted 14 people. Nobody else was on board.",
    "A balloon carried 20 people over the town.",
)
QUESTION = "How many people were saved from the ferry?"


def passages(scores: tuple[float, ...] = (1.0, 0.8, 0.5)) -> list[Passage]:
    made = passages_of(*TEXTS)
    return [replace(p, score=score) for p, score in zip(made, scores, strict=True)]


def finding(number: int, words: str, logit: float) -> Finding:
    start = TEXTS[number - 1].index(words)
    return Finding(number, Span(start, start + len(words)), words, logit, logit)


def test_a_sentence_that_speaks_of_the_question_beats_a_surer_reader() -> None:
    found = [finding(3, "20 people", 6.0), finding(1, "14 people", 5.0)]
    best, other = by_merit(QUESTION, passages(), found)
    assert best.text == "14 people"
    assert best.merit > other.merit


def test_the_grounds_are_what_their_names_say() -> None:
    found = [finding(1, "14 people", 5.0), finding(2, "14 people", 5.0)]
    first, second = grounds(QUESTION, passages(), found)
    assert (first.opposed, first.unnumbered) == (0, 0)
    assert (first.logit, first.search) == (5.0, 1.0)
    assert first.sentence == pytest.approx(first.window)
    assert first.sentence > second.sentence > 0
    assert first.agreement == second.agreement == pytest.approx(math.log(2))


def test_the_same_place_in_two_passages_does_not_agree_with_itself() -> None:
    first, second = passages()[:2]
    twin = Passage(2, first.chunk, first.source, second.score)
    found = [finding(1, "14 people", 5.0), finding(1, "14 people", 5.0)]
    found[1] = Finding(2, found[1].span, found[1].text, 5.0, 5.0)
    assert [g.agreement for g in grounds(QUESTION, [first, twin], found)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("question", "words", "opposite"),
    [
        ("How many people did the tug lose from the ferry in May?", "sank in March", 0),
        ("How many women were saved?", "sank in March", 0),
        ("How many people did the ferry lose, not win, on land?", "sank in March", 0),
        ("What sank in April?", "The ferry", 1),
        ("When did a tug come?", "The ferry", 2),
        ("How many ferries sank?", "The ferry", 2),
    ],
)
def test_what_is_opposite_or_of_another_kind_speaks_against_a_finding(
    question: str, words: str, opposite: int
) -> None:
    (only,) = grounds(question, passages(), [finding(1, words, 5.0)])
    assert only.opposed == opposite
    assert WEIGHTS.opposed <= 0


def test_what_was_found_is_not_held_against_it() -> None:
    (only,) = grounds("What sank in April?", passages(), [finding(1, "in March", 5.0)])
    assert only.opposed == 0


@pytest.mark.parametrize(
    ("title", "others"), [("The news", 1), ("What became of the ferry Alda", 0)]
)
def test_another_name_in_the_place_of_the_one_asked_for_speaks_against_it(
    title: str, others: int
) -> None:
    text = "The ferry Borea sank in March. It lost 20 people, and 14 were saved."
    chunk = Chunk("doc", Span(0, len(text)), text)
    passage = Passage(1, chunk, Source("doc", "1.txt", title))
    start = text.index("20 people")
    found = Finding(1, Span(start, start + 9), "20 people", 5.0, 5.0)
    (only,) = grounds("How many people did the ferry Alda lose?", [passage], [found])
    assert only.opposed == 0  # "ferry ... lose", "ferry ... sank": not one place
    (only,) = grounds("How many were there when the ferry Alda sank?", [passage], [found])
    assert only.opposed == others


@pytest.mark.parametrize(
    ("title", "answer", "opposed"),
    [("Report", "3 crowns", 1), ("Report 2022", "3 crowns", 0), ("Report", "2021", 0)],
)
def test_another_year_speaks_against_a_finding(
    title: str, answer: str, opposed: int
) -> None:
    text = "The profit was 3 crowns in 2021."
    passage = Passage(1, Chunk("doc", Span(0, len(text)), text), Source("doc", "1", title))
    start = text.index(answer)
    found = Finding(1, Span(start, start + len(answer)), answer, 5.0, 5.0)
    (only,) = grounds("What was the profit after 2022?", [passage], [found])
    assert only.opposed == opposed


def test_a_number_of_the_question_is_looked_for_in_the_date_too() -> None:
    first = passages()[0]
    dated = replace(first, source=replace(first.source, date="2019-03-02"))
    found = [finding(1, "The ferry", 5.0)]
    (without,) = grounds("What sank in 2019?", [first], found)
    (with_date,) = grounds("What sank in 2019?", [dated], found)
    assert (without.unnumbered, with_date.unnumbered) == (1, 0)
    assert WEIGHTS.unnumbered < 0


@given(st.lists(st.floats(-20, 20), min_size=3, max_size=3), st.floats(0.1, 5))
def test_more_of_any_ground_never_lowers_a_finding(
    logits: list[float], more: float
) -> None:
    assert min(WEIGHTS.logit, WEIGHTS.search, WEIGHTS.sentence, WEIGHTS.window) > 0
    found = [
        finding(number, words, logit)
        for (number, words), logit in zip(
            ((1, "A tug"), (2, "Nobody else"), (3, "A balloon")), logits, strict=True
        )
    ]
    before = {f.text: f.merit for f in by_merit(QUESTION, passages(), found)}
    surer = [finding(1, "A tug", logits[0] + more), *found[1:]]
    after = {f.text: f.merit for f in by_merit(QUESTION, passages(), surer)}
    assert after["A tug"] > before["A tug"]
    assert after["A balloon"] == before["A balloon"]


# --- the office that is asked for ---


@pytest.mark.parametrize(
    ("question", "first", "logit", "best"),
    [
        (
            "Who is the mayor of Sorley?",
            "The former mayor Tom Berg spoke.",
            5.0,
            "Ana Ruiz",
        ),
        ("Who was the mayor of Sorley?", "Deputy mayor Tom Berg spoke.", 5.0, "Ana Ruiz"),
        (
            "Who was the mayor of Sorley?",
            "The former mayor Tom Berg spoke.",
            5.0,
            "Tom Berg",
        ),
        (
            "Who is the mayor of Sorley?",
            "The former mayor Tom Berg spoke.",
            50.0,
            "Tom Berg",
        ),
    ],
)
def test_who_holds_the_office_goes_before_who_held_it_if_about_as_likely(
    question: str, first: str, logit: float, best: str
) -> None:
    told = passages_of(first, "The mayor Ana Ruiz spoke.")
    found = [
        Finding(p.number, Span(at, at + len(name)), name, sure, sure)
        for p, name, sure in zip(told, ("Tom Berg", "Ana Ruiz"), (logit, 4.5), strict=True)
        for at in [p.chunk.text.index(name)]
    ]
    ordered = by_merit(question, told, found)
    assert ordered[0].text == best
    assert sorted(f.text for f in ordered) == ["Ana Ruiz", "Tom Berg"]


# --- the more exact of two times ---


def dated(*texts: str) -> tuple[list[Passage], list[Finding]]:
    """Return a passage for each text, and its last words as what was found there."""
    made = passages_of(*texts)
    found = []
    for passage in made:
        text = passage.chunk.text
        start = text.index(" in ") + len(" in ")
        said = text[start:]
        found.append(Finding(passage.number, Span(start, len(text)), said, 5.0, 5.0))
    return made, found


def test_a_day_goes_before_its_year() -> None:
    made, found = dated("The ferry sank in 2017", "It sank in December 1, 2017")
    found[0] = replace(found[0], logit=7.0)
    best, *others = by_merit("When did the ferry sink?", made, found)
    assert best.text == "December 1, 2017"
    assert [other.text for other in others] == ["2017"]
    assert others[0].merit > best.merit
    best, *_ = by_merit("In what year did the ferry sink?", made, found)
    assert best.text == "2017"


@pytest.mark.parametrize("other", ["December 1, 2016", "the year 2017"])
def test_another_day_or_no_day_stays_where_it_is(other: str) -> None:
    made, found = dated("The ferry sank in 2017", f"It sank in {other}")
    found[0] = replace(found[0], logit=7.0)
    best, *_ = by_merit("When did the ferry sink?", made, found)
    assert best.text == "2017"


def test_a_day_that_is_much_less_likely_stays_where_it_is() -> None:
    made, found = dated("The ferry sank in 2017", "It sank in December 1, 2017")
    found[0] = replace(found[0], logit=40.0)
    best, *_ = by_merit("When did the ferry sink?", made, found)
    assert best.text == "2017"


def test_who_was_something_once_speaks_against_a_finding() -> None:
    text = "Tom Berg, the former captain of the ferry, spoke."
    passage = replace(passages()[0], chunk=Chunk("doc1", Span(0, len(text)), text))
    found = [Finding(1, Span(0, 8), "Tom Berg", 5.0, 5.0)]
    (now,) = grounds("Who is the captain of the ferry?", [passage], found)
    (then,) = grounds("Who was the captain of the ferry?", [passage], found)
    assert (now.opposed, then.opposed) == (1, 0)
