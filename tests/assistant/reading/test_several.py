"""Several questions in one: how they are taken apart, and that none passes for the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Question
from assistant.reading.several import LONGEST_QUESTION, asked_apart
from assistant.types import Answer, Finding, Passage, Policy, Status, Turn
from index.types import Span
from tests.assistant.fakes import (
    ScriptedGenerator,
    reading_assistant,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("question", "apart"),
    [
        (
            "When and where did the strike begin?",
            ["When did the strike begin?", "where did the strike begin?"],
        ),
        (
            "What did the council decide, and why?",
            ["What did the council decide", "why did the council decide"],
        ),
        (
            "Where are ferries built and by whom?",
            ["Where are ferries built", "by whom are ferries built"],
        ),
        (
            "Who called the strike and how many workers joined it?",
            ["Who called the strike", "how many workers joined it (called the strike)"],
        ),
        (
            "How many people fell ill, and what caused it?",
            ["How many people fell ill", "what caused it (people fell ill)"],
        ),
        (
            "Who leads the League and when was she born?",
            ["Who leads the League", "when was she born (ANSWER, leads the League)"],
        ),
        (
            "What is Kestrel Lines? Where does Ada Fenn work?",
            ["What is Kestrel Lines", "Where does Ada Fenn work"],
        ),
        (
            "And when was it closed? Why?",
            ["when was it closed", "Why was it closed"],
        ),
        (
            "Wann begann der Streik und warum?",
            ["Wann begann der Streik", "warum begann der Streik"],
        ),
        (
            "Wie viele Menschen erkrankten und wann wurde der Strand gesperrt?",
            ["Wie viele Menschen erkrankten", "wann wurde der Strand gesperrt"],
        ),
    ],
)
def test_each_is_asked_for_itself(question: str, apart: list[str]) -> None:
    assert [asked.after("ANSWER") for asked in asked_apart(question)] == apart


@pytest.mark.parametrize(
    "question",
    [
        "When did the strike begin?",
        "Who sold the tram and the ferry?",
        "Who knew when the ferry left and where it went?",
        "Which is older, the Tarn Bridge or the Marrow Bridge?",
        "Find the value paid? If multiple, record all values.",
        "Ada and who else came?",
        "The council and when it met",
        "and why?",
        "And when did it begin?",
        "",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert asked_apart(question) == ()


@pytest.mark.parametrize(
    "words",
    ["what and ", "who is it? ", "how many and who ", "and when ", "in what ", "?  "],
)
def test_a_question_made_of_questions_costs_no_time(words: str) -> None:
    asked_apart(("Who " + words * LONGEST_QUESTION)[:LONGEST_QUESTION])


@given(st.text(st.sampled_from("whoen aid, ?tw"), max_size=60))
def test_parts_are_words_of_the_question(question: str) -> None:
    text = " ".join(question.split())
    parts = asked_apart("Who is it and " + text)
    assert len(parts) != 1
    for part in parts[1:]:
        assert part.said.split()[-1].strip("?") in text


TEXTS = {
    "strike": "The walkout began on 5 June. It was called by Hanne Quill.",
    "harbour": "The harbour was opened in 1850.",
}
MARKED = {"began": "5 June", "called": "Hanne Quill", "resigned": "1850"}


class MarkedReader:
    """Finds the words that belong to a word of the question, or guesses, not sure at all.

    Words in brackets are what it is about, and two questions at once are too much for it.
    """

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        made = []
        asked = "" if " and " in question else question.partition("(")[0]
        for passage in passages:
            text = passage.chunk.text
            words = next((MARKED[word] for word in MARKED if word in asked), "The")
            start = max(text.find(words), 0)
            score = 2.0 if words in text and words != "The" else -2.0
            span = Span(start, start + len(words))
            held = span.text_of(text)
            made.append(Finding(passage.number, span, held, score, score, score, score))
        return sorted(made, key=lambda finding: -finding.merit)

    def reread(self, question: str, passage: Passage, finding: Finding) -> Finding:
        return finding


def answered(question: Question, policy: Policy = Policy.GUIDED) -> Answer:
    model = ScriptedGenerator("The harbour was opened in 1850 [1].")
    built = reading_assistant(
        TEXTS, MarkedReader(), model, policy=policy, least_confidence=0.5
    )
    return built.ask(question)


@pytest.mark.parametrize("quotes_only", [True, False])
def test_each_is_quoted(quotes_only: bool) -> None:
    text = "When was it that it began, and who called it?"
    answer = answered(Question(text, quotes_only=quotes_only))
    assert answer.text == (
        "“The walkout began on 5 June.” [1]\n“It was called by Hanne Quill.” [2]"
    )
    assert answer.short == "5 June; Hanne Quill"
    assert answer.missing == ()
    assert answer.confidence > 0.5


def test_what_is_not_known_is_named_and_the_rest_is_said() -> None:
    answer = answered(
        Question("When was it that it began, and who paid for it?", quotes_only=True)
    )
    assert answer.text == "“The walkout began on 5 June.” [1]"
    assert answer.missing == ("who paid for it",)


def test_where_nothing_is_known_nothing_is_said() -> None:
    answer = answered(Question("Where was it made, and who paid for it?", quotes_only=True))
    assert answer.status is Status.NO_EVIDENCE
    assert answer.missing == ()


def test_a_question_about_an_unsure_answer_is_not_answered() -> None:
    answer = answered(
        Question("Who paid for it and when was it that he resigned?", quotes_only=True)
    )
    assert answer.status is Status.NO_EVIDENCE


def test_a_follow_up_is_not_answered_with_the_answer_before() -> None:
    before = Turn("When did the walkout begin?", "“The walkout began on 5 June.” [1]")
    follow_up = Question("Who called it?", turns=(before,), quotes_only=True)
    answer = answered(follow_up)
    assert answer.text == "“It was called by Hanne Quill.” [1]"
    assert answer.missing == ()
    unknown = answered(replace(follow_up, text="Who paid for it?"))
    assert unknown.status is Status.NO_EVIDENCE
    assert unknown.confidence < 0.5


def test_a_trusted_model_writes_and_nothing_is_called_missing() -> None:
    answer = answered(
        Question("When was it that it began, and who paid for it?"), Policy.FREE
    )
    assert answer.model is not None
    assert answer.missing == ()
