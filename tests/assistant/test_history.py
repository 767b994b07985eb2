import pytest

from assistant.history import leans_on_conversation, standalone_question
from assistant.prompt import load_prompts
from assistant.types import Turn
from tests.assistant.fakes import ScriptedGenerator

TURNS = (Turn("Who leads the port of Orrin?", "Vera Lind leads the port."),)


@pytest.mark.parametrize(
    "question", ["When did she begin?", "And in 2023?", "Why?", "Und dort?"]
)
def test_a_follow_up_leans_on_the_conversation(question: str) -> None:
    assert leans_on_conversation(question)


@pytest.mark.parametrize(
    "question", ["Who leads the port of Orrin?", "What did the ferry strike cost the port?"]
)
def test_a_full_question_does_not(question: str) -> None:
    assert not leans_on_conversation(question)
    generator = ScriptedGenerator("never asked")
    assert standalone_question(question, TURNS, load_prompts(), generator) == question
    assert not generator.prompts


def test_a_rewriting_that_only_uses_what_was_said_is_taken() -> None:
    generator = ScriptedGenerator("When did Vera Lind begin?")
    rewritten = standalone_question("When did she begin?", TURNS, load_prompts(), generator)
    assert rewritten == "When did Vera Lind begin?"


@pytest.mark.parametrize(
    "invented",
    [
        "When did Otto Brand begin?",
        "She began in 2019.",
        "Vera Lind did begin as who leads the port.",
        "",
        "When did she begin?",
        "Vera Lind?",
    ],
)
def test_a_rewriting_that_adds_or_loses_anything_is_not(invented: str) -> None:
    generator = ScriptedGenerator(invented)
    rewritten = standalone_question("When did she begin?", TURNS, load_prompts(), generator)
    assert rewritten == "Who leads the port of Orrin? When did she begin?"


def test_without_a_model_the_question_before_is_put_in_front() -> None:
    rewritten = standalone_question("When did she begin?", TURNS, load_prompts(), None)
    assert rewritten == "Who leads the port of Orrin? When did she begin?"


@pytest.mark.parametrize(
    ("last", "topic"),
    [
        ("Since when?", "Who leads the port of Orrin?"),
        ("What about the port of Tarn?", "What about the port of Tarn?"),
    ],
)
def test_a_question_that_says_nothing_of_the_topic_is_passed_over(
    last: str, topic: str
) -> None:
    turns = (*TURNS, Turn(last, "Since 2019."))
    rewritten = standalone_question("When did she begin?", turns, load_prompts(), None)
    assert rewritten == f"{topic} When did she begin?"


def test_where_no_question_says_its_topic_the_last_one_is_put_in_front() -> None:
    turns = (Turn("Why?", ""), Turn("And then?", ""))
    assert standalone_question("When?", turns, load_prompts(), None) == "And then? When?"
