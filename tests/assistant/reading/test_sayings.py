"""Who said something: its sentence is looked up, and a speaker must be named for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.sayings import saying_asked_for
from assistant.types import Passage, Source
from index.types import Chunk, Span

REPORT = (
    "The Marrow Bridge was closed on Monday. “The bridge will stay closed for three weeks,” "
    "said Petra Ollin of the roads department. The mayor denied that 40 steel hangers had "
    "cracked. “We counted them twice. We counted them at night in the rain.” So the engineer "
    "Ada Fenn told reporters. Traffic on the ferry doubled at once."
)
START = 7


def said(question: str, text: str = REPORT) -> str:
    chunk = Chunk("doc", Span(START, START + len(text)), text)
    span = saying_asked_for(question, Passage(1, chunk, Source("doc", "a.txt"), 1.0))
    return span.shifted(-START).text_of(text) if span else ""


@pytest.mark.parametrize(
    ("question", "begin"),
    [
        ("Who said that the bridge will stay closed for three weeks?", "“The bridge will"),
        ("who says the bridge will stay closed for three weeks", "“The bridge will"),
        ("Who denied that 40 steel hangers cracked?", "The mayor denied"),
        (
            "Who explained that they counted them at night in the rain?",
            "We counted them at",
        ),
    ],
)
def test_the_sentence_that_says_it_is_found(question: str, begin: str) -> None:
    assert said(question).startswith(begin)


@pytest.mark.parametrize(
    "question",
    [
        "Who said that the bridge will stay closed for four weeks?",  # another number
        "Who said that the bridge will not stay closed for three weeks?",  # denied
        "Who said that 40 steel hangers had cracked?",  # the report denies it
        "Who said that traffic on the ferry doubled at once?",  # by nobody who is named
        "Who said that the harbour will stay open at night?",  # not there
        "Who said it?",
        "Who closed the bridge for three weeks?",
        "When was it said that the bridge will stay closed?",
    ],
)
def test_nothing_else_is_taken_for_it(question: str) -> None:
    assert said(question) == ""


def test_german_is_understood() -> None:
    text = "Die Brücke bleibt drei Wochen lang gesperrt, sagte Petra Ollin am Montag."
    assert said("Wer sagte, dass die Brücke drei Wochen gesperrt bleibt?", text) == text
    assert said("Wer bestritt, dass die Brücke drei Wochen gesperrt bleibt?", text) == ""


@given(st.text(max_size=80), st.text(min_size=1, max_size=200))
def test_any_texts_will_do(question: str, text: str) -> None:
    found = said(f"Who said that {question}", text)
    assert found in text
