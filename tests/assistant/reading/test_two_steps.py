"""Questions about what they only describe: how they are taken apart, and answered in steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Question
from assistant.reading.two_steps import LONGEST_QUESTION, in_two_steps
from assistant.serialize import answer_json
from assistant.types import Answer, Finding, Passage, Status, Step
from index.types import Span
from tests.assistant.fakes import ScriptedGenerator, reading_assistant

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        (
            "How old is the woman who chairs the inquiry?",
            "Who chairs the inquiry?",
            "How old is NAME?",
        ),
        (
            "When was the company that built the Petrel founded?",
            "Which company built the Petrel?",
            "When was NAME founded?",
        ),
        (
            "What did the judge who leads the inquiry say about the drones?",
            "Which judge leads the inquiry?",
            "What did NAME say about the drones?",
        ),
        (
            "What did the minister who rejected the reports say?",
            "Which minister rejected the reports?",
            "What did NAME say?",
        ),
        (
            "How many people live in the town where the Marrow Bridge is located?",
            "In which town is the Marrow Bridge located?",
            "How many people live in NAME?",
        ),
        (
            "When did the country where Kelm is become a republic?",
            "In which country is Kelm?",
            "When did NAME become a republic?",
        ),
        (
            "Who owns the company Kestrel Lines is part of?",
            "Which company is Kestrel Lines part of?",
            "Who owns NAME?",
        ),
        (
            "What currency is used in the country Ada Fenn is from?",
            "Which country is Ada Fenn from?",
            "What currency is used in NAME?",
        ),
        (
            "Who is the wife of the director of Kestrel Lines?",
            "Who is the director of Kestrel Lines?",
            "Who is the wife of NAME?",
        ),
        (
            "When was the managing director of Kestrel Lines born?",
            "Who is the managing director of Kestrel Lines?",
            "When was NAME born?",
        ),
        (
            "What is the population of Ada Fenn's birthplace?",
            "Where was Ada Fenn born?",
            "What is the population of NAME?",
        ),
        (
            "When did the country containing Kelm join the treaty?",
            "Which country contains Kelm?",
            "When did NAME join the treaty?",
        ),
        (
            "Wie alt ist die Frau, die die Untersuchung leitet?",
            "Wer leitet die Untersuchung?",
            "Wie alt ist NAME?",
        ),
        (
            "Wann wurde die Firma, die die Petrel gebaut hat, gegründet?",
            "Welche Firma hat die Petrel gebaut?",
            "Wann wurde NAME gegründet?",
        ),
        (
            "Wie heißt der Bürgermeister der Stadt, in der die Marrow-Brücke steht?",
            "In welcher Stadt steht die Marrow-Brücke?",
            "Wie heißt der Bürgermeister von NAME?",
        ),
        (
            "Wie heißt die Frau des Direktors von Kestrel Lines?",
            "Wer ist der Direktor von Kestrel Lines?",
            "Wie heißt die Frau von NAME?",
        ),
    ],
)
def test_what_is_described_is_asked_for_first(
    question: str, first: str, second: str
) -> None:
    described = in_two_steps(question)
    assert described is not None
    assert (described.asked_for, described.asked_of("NAME")) == (first, second)
    assert described.words in question


@pytest.mark.parametrize(
    "question",
    [
        "Who is the director of Kestrel Lines?",
        "Who is the woman who chairs the inquiry?",
        "Tell me about the woman who chairs the inquiry.",
        "Name the mother of Ada Fenn, who was the director of Kestrel Lines.",
        "I need the name of the company that built the Petrel.",
        "Wie heißt die Frau, die die Untersuchung leitet?",
        "What is the name of the company that built the Petrel?",
        "What did the union say about the cracks?",
        "How many cars cross the bridge each day?",
        "Why was the bridge that they call the Marrow closed?",
        "When was the bridge closed, and who closed it?",
        "Wer ist die Frau, die die Untersuchung leitet?",
        "Wer ist der Direktor von Kestrel Lines?",
        "Wann wurde die Brücke gesperrt, und wer hat sie gesperrt?",
        "",
    ],
)
def test_what_is_asked_in_one_step_is_left_as_it_is(question: str) -> None:
    assert in_two_steps(question) is None


@pytest.mark.parametrize(
    ("found", "kind", "name"),
    [
        ("Tarnwick, Aldmoor", "country", "Aldmoor"),
        ("Tarnwick, Lower Sorn, Aldmoor", "state", "Lower Sorn"),
        ("Tarnwick, Aldmoor", "town", "Tarnwick"),
        ("Aldmoor", "country", "Aldmoor"),
        ("Kelm", "town", "Kelm"),
    ],
)
def test_of_a_place_in_a_place_the_one_that_is_asked_for_is_taken(
    found: str, kind: str, name: str
) -> None:
    described = in_two_steps(f"How large is the {kind} where Ada Fenn was born?")
    assert described is not None
    assert described.asked_of(found) == f"How large is {name}?"


def test_what_is_no_name_leads_nowhere() -> None:
    described = in_two_steps("How old is the woman who chairs the inquiry?")
    assert described is not None
    assert described.asked_of("three") == ""
    assert described.asked_of("Österreicher") == "How old is Österreicher?"
    assert described.asked_of("王小明") == "How old is 王小明?"
    assert (
        described.asked_of("A very long answer that cannot be a name of anybody at all")
        == ""
    )


@pytest.mark.parametrize(
    "words",
    [
        *("the man who ", "the city where A is ", "the son of X ", "A's son ", "the "),
        *("die Frau, die die ", "der Stadt, in der ", "des Sohns von X "),
    ],
)
def test_a_question_made_of_descriptions_costs_no_time(words: str) -> None:
    in_two_steps(("When was " + words * LONGEST_QUESTION)[:LONGEST_QUESTION])


@given(st.text(st.sampled_from("the wo city rnAB,'?"), max_size=80))
def test_steps_are_made_of_the_words_of_the_question(words: str) -> None:
    question = " ".join(f"When was the city where {words} is founded".split())
    described = in_two_steps(question)
    if described is not None:
        assert described.words in question
        assert question.startswith(described.before)


TEXTS = {
    "inquiry": "The inquiry is chaired by Ada Fenn. It began in spring.",
    "judges": "Ada Fenn is 61 years old. Bo Rask is 50 years old.",
}


class SteppingReader:
    """Finds the chair by what she does, and her age by her name; else it guesses."""

    def __init__(self, at_once: tuple[str, float], age: float = 2.0) -> None:
        self.at_once, self.age = at_once, age
        self.asked: list[str] = []

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        self.asked.append(question)
        words, score = self.at_once
        if question.startswith("Who chairs"):
            words, score = "Ada Fenn", 2.0
        elif "Ada Fenn" in question:
            words, score = "61 years", self.age
        place = 1 if "chaired" in passages[0].chunk.text else 0
        passage = passages[place if "years" in words else 1 - place]
        start = passage.chunk.text.find(words)
        span = Span(start, start + len(words)).shifted(passage.chunk.span.start)
        return [Finding(passage.number, span, words, score, score, score, score)]

    def reread(self, question: str, passage: Passage, finding: Finding) -> Finding:
        return finding


def answered(reader: SteppingReader, question: str) -> Answer:
    built = reading_assistant(TEXTS, reader, ScriptedGenerator(""), least_confidence=0.5)
    return built.ask(Question(question, quotes_only=True))


OLD = "How old is the woman who chairs the inquiry?"


def test_both_steps_are_quoted_and_named() -> None:
    answer = answered(SteppingReader(("spring", -1.0)), OLD)
    assert answer.short == "61 years"
    assert answer.text == (
        "“Ada Fenn is 61 years old.” [1]\n“The inquiry is chaired by Ada Fenn.” [2]"
    )
    assert answer.steps == (Step("Who chairs the inquiry?", "Ada Fenn"),)
    assert answer_json(answer)["steps"] == [
        {"question": "Who chairs the inquiry?", "found": "Ada Fenn"}
    ]


def test_no_step_may_be_unsure() -> None:
    answer = answered(SteppingReader(("spring", -1.0), age=-1.0), OLD)
    assert answer.status is Status.NO_EVIDENCE


def test_who_is_described_is_no_answer() -> None:
    answer = answered(SteppingReader(("Ada Fenn", 1.5), age=-1.0), OLD)
    assert answer.status is Status.NO_EVIDENCE


def test_a_sure_answer_at_once_stands() -> None:
    answer = answered(SteppingReader(("61 years", 6.0)), OLD)
    assert answer.text == "“Ada Fenn is 61 years old.” [1]"
    assert answer.steps == ()


def test_what_is_told_of_what_is_described_gives_way() -> None:
    answer = answered(SteppingReader(("spring", 1.5)), OLD)  # surer than both steps
    assert answer.short == "61 years"


def test_a_question_in_one_step_is_looked_up_once() -> None:
    reader = SteppingReader(("spring", 3.0))
    answered(reader, "When did the inquiry begin?")
    assert reader.asked == ["When did the inquiry begin?"]
