"""Clauses are found by their numbers, and their numbers by what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.pipeline import Question
from assistant.reading.clauses import clause_asked_for, number_asked_for
from tests.assistant.fakes import FixedReader, ScriptedGenerator, reading_assistant

if TYPE_CHECKING:
    from assistant.types import Answer

CONTRACT = """1. Boats

1.1 The club lends boats to members.
1.2 A boat is brought back before dark.

2. Fees

2.1 The fee is 12 crowns an hour, due within ten days.
2.2 A lost oar costs 40 crowns.

- 3 Whoever rows alone wears a vest.
(a) Children row with an adult."""


def ask(question: str, found: dict[str, float] | None = None) -> Answer:
    built = reading_assistant(
        {"contract": CONTRACT}, FixedReader(found or {}), ScriptedGenerator("")
    )
    return built.ask(Question(question, quotes_only=True))


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What does clause 3.2 say?", "3.2"),
        ("What is the term in section 12?", "12"),
        ("Was steht in Ziffer 4.1?", "4.1"),
        ("Was regelt § 5?", "5"),
        ("How many boats are there?", ""),
    ],
)
def test_the_number_that_a_question_names(question: str, number: str) -> None:
    assert number_asked_for(question) == number


def test_a_clause_is_its_line_without_its_number() -> None:
    span = clause_asked_for("2.2", CONTRACT)
    assert span is not None
    assert span.text_of(CONTRACT) == "A lost oar costs 40 crowns."
    span = clause_asked_for("3", CONTRACT)
    assert span is not None
    assert span.text_of(CONTRACT) == "Whoever rows alone wears a vest."
    assert clause_asked_for("2.3", CONTRACT) is None


def test_what_a_clause_says_is_all_of_it() -> None:
    answer = ask("What does clause 1.2 say?", {"lost oar": 9.0})
    assert [c.quote for c in answer.citations] == ["A boat is brought back before dark."]


def test_what_is_asked_of_a_clause_is_read_in_it_alone() -> None:
    answer = ask(
        "How much does it cost by clause 2.2?", {"12 crowns": 9.0, "40 crowns": 1.0}
    )
    assert answer.short == "40 crowns"


def test_which_clause_is_answered_with_its_number() -> None:
    answer = ask("Which clause deals with a lost oar?", {"A lost oar": 3.0})
    assert answer.short == "2.2"
