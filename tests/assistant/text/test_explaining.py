"""Questions that one sentence seldom answers whole get a second one; others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.answering.following import FURTHER_WITHIN
from assistant.pipeline import Question
from assistant.text.explaining import wants_explanation
from tests.assistant.fakes import (
    FixedReader,
    ScriptedGenerator,
    reading_assistant,
)

if TYPE_CHECKING:
    from assistant.types import Answer


@pytest.mark.parametrize(
    "question",
    [
        "Why did the pump stop?",
        "How does the pump work?",
        "What happened to the ferry?",
        "what is a sapper in the canadian army?",
        "What is Dada?",
        "who were the dadaists",
        "What does the harbour office do?",
        "What is the story about?",
        "Warum steht die Pumpe still?",
        "Was ist der Unterschied zwischen Fähre und Boot?",
    ],
)
def test_it_wants_an_explanation(question: str) -> None:
    assert wants_explanation(question)


@pytest.mark.parametrize(
    "question",
    [
        "When was the pump built?",
        "How many people were ill?",
        "Who is the mayor of Tarnwick that closed the bridge?",
        "What was the name of the ferry?",
        "How long is the bridge?",
        "Wann wurde die Pumpe gebaut?",
        "",
    ],
)
def test_it_wants_a_fact(question: str) -> None:
    assert not wants_explanation(question)


TEXTS = {
    "pump": "The pump lifts water to the tower. From there it runs to the houses.",
    "well": "The well fills by itself.",
}


def two_ways(first: str, second: str, behind: float) -> FixedReader:
    """Return a reader that finds `first` and, so many nats less likely, `second`."""
    return FixedReader({first: 1.0, second: 1.0 - behind})


def answered(question: str, reader: FixedReader) -> Answer:
    built = reading_assistant(TEXTS, reader, ScriptedGenerator(""))
    return built.ask(Question(question, quotes_only=True))


LIFTS, RUNS = "lifts water", "runs to the houses"


def test_the_passage_goes_on_where_more_is_wanted() -> None:
    answer = answered("How does the pump work?", two_ways(LIFTS, RUNS, FURTHER_WITHIN / 2))
    assert [citation.quote for citation in answer.citations] == [
        "The pump lifts water to the tower.",
        "From there it runs to the houses.",
    ]
    assert not any(claim.alternative for claim in answer.claims)
    assert answer.short == LIFTS


@pytest.mark.parametrize(
    ("question", "second", "behind"),
    [
        ("How high does the pump lift it?", RUNS, 1.5),  # wants a number
        ("Where is the water?", RUNS, 1.5),  # wants a place
        ("How does the pump work?", RUNS, FURTHER_WITHIN + 0.1),  # far less likely
        ("How does the pump work?", "to the tower", 0.1),  # the same sentence
        ("How does the pump work?", "fills by itself", 1.5),  # another document
    ],
)
def test_one_sentence_is_enough(question: str, second: str, behind: float) -> None:
    answer = answered(question, two_ways(LIFTS, second, behind))
    assert [citation.quote for citation in answer.citations] == [
        "The pump lifts water to the tower."
    ]


def test_what_another_place_says_instead_goes_first() -> None:
    answer = answered("How does the pump work?", two_ways(LIFTS, "fills by itself", 0.1))
    assert [claim.alternative for claim in answer.claims] == [False, True]


@pytest.mark.parametrize("words", ["what do ", "what is a-", "about ", "how "])
def test_a_long_question_costs_no_time(words: str) -> None:
    wants_explanation(words * 20_000 + "x")
