"""Which of the likely findings goes first: what the one who is asked about says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.reading.preferred import WITHIN, preferred_first
from assistant.types import Finding, LookedUp
from index.types import Span
from tests.assistant.fakes import passages_of

ASKED = "What did Dr Ames say about the old road?"
LIKELIEST = Finding(1, Span(16, 26), "too narrow", 3.0, 3.0, merit=5.0)
SAID = Finding(
    2,
    Span(0, 27),
    "“The old road is too narrow”",
    2.0,
    2.0,
    merit=4.0,
    looked_up=LookedUp.STATEMENT,
)


PASSAGES = {
    passage.number: passage
    for passage in passages_of(
        "The old road is too narrow.", "“The old road is too narrow”"
    )
}


def order(*findings: Finding) -> list[Finding]:
    return preferred_first(ASKED, findings, PASSAGES)


def test_what_the_one_asked_about_says_goes_before_another_s_words() -> None:
    assert order(LIKELIEST, SAID) == [SAID, LIKELIEST]


@pytest.mark.parametrize(
    "other",
    [
        replace(SAID, merit=LIKELIEST.merit - WITHIN - 0.1),  # far less likely
        replace(SAID, looked_up=None),  # nobody's words in particular
        replace(SAID, passage=1),  # the likeliest finding is a part of them
    ],
)
def test_else_the_likeliest_stays_first(other: Finding) -> None:
    assert order(LIKELIEST, other) == [LIKELIEST, other]


def test_the_part_of_one_statement_is_not_given_up_for_another() -> None:
    around = replace(SAID, passage=1, merit=3.5)
    assert order(LIKELIEST, SAID, around) == [LIKELIEST, SAID, around]


def test_of_several_the_one_who_is_asked_for_is_preferred_to_who_stands_beside() -> None:
    text = (
        "The office said that it cost 61 million. That is 3 million more. Councillor Oberlin "
        "put the sum at 66 million."
    )
    (passage,) = passages_of(text)
    found = [
        Finding(1, Span(at, at + 10), words, 3.0, 3.0, merit=merit)
        for words, merit in (("61 million", 5.0), ("3 million", 4.5), ("66 million", 4.0))
        for at in (text.index(words),)
    ]
    question = "What did it cost according to Councillor Oberlin?"
    assert preferred_first(question, found, {1: passage})[0].text == "66 million"


def test_in_one_sentence_the_reader_knows_best() -> None:
    text = (
        "In the end 24 were replaced, 19 that were cracked. Of 19 the union spoke before."
    )
    (passage,) = passages_of(text)
    found = [
        Finding(1, Span(at, at + 2), text[at : at + 2], 3.0, logit, merit=merit)
        for at, logit, merit in ((29, 5.0, 5.0), (54, 9.0, 4.8), (11, 8.0, 4.5))
    ]
    assert [f.text for f in found] == ["19", "19", "24"]
    asked = "How many were replaced in the end?"
    assert preferred_first(asked, found, {1: passage})[0].text == "24"
    near = [found[0], replace(found[2], logit=6.0)]
    assert preferred_first(asked, near, {1: passage}) == near


@pytest.mark.parametrize(("gap", "first"), [(WITHIN / 2, "2020"), (WITHIN * 2, "the ford")])
def test_a_time_goes_before_a_place_where_a_time_is_asked_for(
    gap: float, first: str
) -> None:
    text = "The old road led to the ford in 2020."
    passage = {p.number: p for p in passages_of(text)}

    def finding(words: str, merit: float) -> Finding:
        start = text.index(words)
        span = Span(start, start + len(words))
        return Finding(1, span, words, 1.0, 1.0, merit=merit)

    found = [finding("the ford", 5.0), finding("2020", 5.0 - gap)]
    best, *_ = preferred_first("When was the old road closed?", found, passage)
    assert best.text == first
