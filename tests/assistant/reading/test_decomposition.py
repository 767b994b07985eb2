import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.prompt import load_prompts
from assistant.reading.decomposition import MOST_STEPS, decompose, filled, steps_of
from tests.assistant.fakes import ScriptedGenerator

AGE = "How old is the mayor of the town where the Linden School stands?"
STEPS = [
    "In which town does the Linden School stand?",
    "Who is the mayor of #1?",
    "How old is #2?",
]
WRITTEN = "\n".join(f"{number}. {step}" for number, step in enumerate(STEPS, start=1))


def test_a_question_is_broken_into_steps() -> None:
    assert decompose(AGE, load_prompts(), ScriptedGenerator(WRITTEN)) == STEPS


def test_answers_are_put_into_later_steps() -> None:
    assert filled(STEPS[1], ["Orrin"]) == "Who is the mayor of Orrin?"
    assert (
        filled("Is #1 larger than #2?", ["Orrin", "Tarn"]) == "Is Orrin larger than Tarn?"
    )


def test_steps_may_stand_side_by_side() -> None:
    asked = "Which is older, the mill in Aldorf or the lighthouse at Orr?"
    written = "1. How old is the mill in Aldorf?\n2. How old is the lighthouse at Orr?"
    assert len(steps_of(asked, written)) == 2


@pytest.mark.parametrize(
    "written",
    [
        "",
        f"1. {AGE}",
        "The Linden School stands in Orrin.",
        "1. In which town does the Linden School stand?\n2. Who is the mayor of #2?",
        "1. Who is the mayor of #2?\n2. In which town does the Linden School stand?",
        "1. In which town does the Linden School stand?\n2. Who is the mayor of Orrin?",
        "1. In which town does the school stand?\n2. Who is the mayor of #1?",
        "1. Where was Otto Brand born, and where is the Linden School?\n2. How old is #1?",
        "1. In which town does the Linden School stand?\n2. Who led #1 in 1990?",
        "1. Where is the Linden School?\n2. What is #1?\n3. Who is #2?\n4. How old is #3?",
    ],
)
def test_steps_that_lead_nowhere_or_add_or_lose_a_name_are_not_used(written: str) -> None:
    assert steps_of(AGE, written) == []


def test_a_short_question_is_not_shown_to_the_model() -> None:
    generator = ScriptedGenerator(WRITTEN)
    assert decompose("Who leads Orrin?", load_prompts(), generator) == []
    assert not generator.prompts


def test_a_question_that_leaves_no_room_for_the_answer_is_not_broken() -> None:
    generator = ScriptedGenerator(WRITTEN, context_tokens=200)
    assert decompose(AGE, load_prompts(), generator) == []
    assert not generator.prompts


@given(st.text("#123. abAB\n?", max_size=80), st.text("abAB ?", max_size=30))
def test_whatever_is_written_every_step_can_be_filled(written: str, question: str) -> None:
    steps = steps_of(question, written)
    assert len(steps) <= MOST_STEPS
    answers = list[str]()
    for step in steps:
        answers.append(filled(step, answers))


def test_steps_side_by_side_ask_the_same() -> None:
    asked = "When did the Alda sink in the town where the Linden School stands?"
    written = "1. In which town does the Linden School stand?\n2. When did the Alda sink?"
    assert steps_of(asked, written) == []
