import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.followups import (
    leans_on_conversation,
    may_stand_alone,
    standalone_question,
)
from assistant.followups.phrases import Kind, phrases
from assistant.followups.rules import rewritten_by_rule
from assistant.followups.words import TABLES
from assistant.prompt import load_prompts
from assistant.types import Turn
from tests.assistant.fakes import ScriptedGenerator

TURNS = (Turn("Who leads the port of Orrin?", "Vera Lind leads the port.", "Vera Lind"),)


@pytest.mark.parametrize(
    "question",
    [
        "When did she begin?",
        "And in 2023?",
        "Why?",
        "Und dort?",
        "How old was she when she met Otto Brand?",
        "No, I meant the port of Tarn.",
        "How many berths?",
        "Are there more than in Tarn?",
        "Mit welcher Mehrheit?",
        "Wer malte das Bild für seine Kirche?",
    ],
)
def test_a_follow_up_leans_on_the_conversation(question: str) -> None:
    assert leans_on_conversation(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the port of Orrin?",
        "What did the ferry strike cost the port?",
        "When did Vera Lind say that she would leave?",
        "How many berths are there in Orrin?",
        "Who said that the port of Orrin is full?",
        "Wie viele Liegeplätze gibt es in Orrin?",
        "Orrin port size?",
    ],
)
def test_a_full_question_does_not(question: str) -> None:
    assert not leans_on_conversation(question)
    generator = ScriptedGenerator("never asked")
    assert standalone_question(question, TURNS, load_prompts(), generator) == question
    assert not generator.prompts


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("What did the salvage cost?", True),
        ("And where was Otto Brand born?", True),
        ("And the salvage cost?", False),
        ("What did its salvage cost?", False),
        ("Why?", False),
    ],
)
def test_some_may_be_questions_of_their_own(question: str, *, alone: bool) -> None:
    assert may_stand_alone(question) == alone


# --- by rule --------------------------------------------------------------------------------


def by_rule(before: str, question: str, short: str = "") -> str:
    return standalone_question(question, (Turn(before, "", short),), load_prompts(), None)


@pytest.mark.parametrize(
    ("before", "question", "rewritten"),
    [
        (
            "How many days of rest does a pilot get in the Orrin office?",
            "And in the Tarn office?",
            "How many days of rest does a pilot get in the Tarn office?",
        ),
        (
            "How many days of rest does a pilot get in the Orrin office?",
            "What about a cook there?",
            "How many days of rest does a cook get in the Orrin office?",
        ),
        ("What did Orrin earn in 2021?", "And in 2023?", "What did Orrin earn in 2023?"),
        ("What did Orrin earn?", "And in 2023?", "What did Orrin earn in 2023?"),
        ("When did Orrin sell Tarn?", "And Lunde?", "When did Orrin sell Lunde?"),
        (
            "What does a berth for boats cost?",
            "And for ferries?",
            "What does a berth for ferries cost?",
        ),
        (
            "How many berths did the old ports have?",
            "And the new ones?",
            "How many berths did the new ports have?",
        ),
        (
            "Who was the first pilot of Orrin?",
            "And the last?",
            "Who was the last pilot of Orrin?",
        ),
        (
            "Wie hoch ist die Gebühr in Orrin?",
            "Und in Tarn?",
            "Wie hoch ist die Gebühr in Tarn?",
        ),
        ("Wer leitet die Werft?", "Und den Hafen?", "Wer leitet den Hafen?"),
    ],
)
def test_a_phrase_takes_the_place_of_the_one_of_its_sort(
    before: str, question: str, rewritten: str
) -> None:
    assert by_rule(before, question) == rewritten


@pytest.mark.parametrize(
    ("before", "short", "question", "rewritten"),
    [
        (
            *("Who leads the port?", "Vera Lind"),
            "What did she say?",
            "What did Vera Lind say?",
        ),
        (
            "Which ferry sank?",
            "the ferry Alda",
            "Who owned it?",
            "Who owned the ferry Alda?",
        ),
        ("Which ferry sank?", "", "Who owned it?", "Who owned the ferry?"),
        (
            "Where does Orrin lie?",
            "in the north",
            "What is its area?",
            "What is Orrin's area?",
        ),
        (
            "When was the lease of Orrin signed?",
            "3 May",
            "Who signed it?",
            "Who signed Orrin?",
        ),
        (
            "When was the lease with Orrin signed?",
            "3 May",
            "Who signed it?",
            "Who signed the lease with Orrin?",
        ),
        (
            "When was the Battle of Tarn?",
            "1631",
            "Who won that battle?",
            "Who won the Battle of Tarn?",
        ),
        (
            "Wer leitet den Hafen?",
            "Vera Lind",
            "Wann begann sie?",
            "Wann begann Vera Lind?",
        ),
    ],
)
def test_a_pronoun_gives_way_to_what_was_named(
    before: str, short: str, question: str, rewritten: str
) -> None:
    assert by_rule(before, question, short) == rewritten


@pytest.mark.parametrize(
    ("before", "short", "question", "rewritten"),
    [
        ("Where was the port sold?", "Tarn", "When?", "When was the port sold?"),
        (
            "Who is the mayor?",
            "Ida Frey",
            "Since when?",
            "Since when is Ida Frey the mayor?",
        ),
        ("How many ports were sold?", "9", "Why?", "Why were ports sold?"),
        ("How tall is the mast of Alda?", "", "How old?", "How old is the mast of Alda?"),
        (
            "Will Orrin buy Tarn?",
            "yes",
            "On what terms?",
            "On what terms will Orrin buy Tarn?",
        ),
        ("Wann wurde Orrin gebaut?", "1820", "Und warum?", "Warum wurde Orrin gebaut?"),
    ],
)
def test_a_question_word_takes_the_place_of_the_one_before(
    before: str, short: str, question: str, rewritten: str
) -> None:
    assert by_rule(before, question, short) == rewritten


def test_the_last_named_wins() -> None:
    turns = [
        Turn("When was Vera Lind born?", "In 1960."),
        Turn("When was Otto Brand born?", ""),
    ]
    rewritten = standalone_question("Where did he live?", turns, load_prompts(), None)
    assert rewritten == "Where did Otto Brand live?"


def test_a_person_is_looked_for_further_back() -> None:
    turns = [Turn("Who is Vera Lind?", ""), Turn("When was the Battle of Tarn?", "1631")]
    rewritten = standalone_question("Where were her men?", turns, load_prompts(), None)
    assert rewritten == "Where were Vera Lind's men?"


@pytest.mark.parametrize(
    ("question", "rewritten"),
    [
        ("No, I meant reopened.", "When was the port of Orrin reopened?"),
        ("What about Tarn, how old is it?", "How old is Tarn?"),
        ("No, I meant Tarn: who leads it?", "Who leads Tarn?"),
    ],
)
def test_what_is_corrected_or_put_in_front_is_meant(question: str, rewritten: str) -> None:
    assert by_rule("When was the port of Orrin opened?", question) == rewritten


@pytest.mark.parametrize(
    ("before", "question", "both"),
    [
        (
            "How many berths are in the Orrin office?",
            "Are there more than in Tarn?",
            "How many berths are in the Orrin or Tarn office?",
        ),
        (
            "How many berths does the port have?",
            "Are there more than in winter?",
            "How many berths does the port have? How many berths does the port have in winter?",
        ),
    ],
)
def test_what_is_compared_is_asked_of_both(before: str, question: str, both: str) -> None:
    assert by_rule(before, question) == both


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
    rewritten = standalone_question("Where?", turns, load_prompts(), None)
    assert ("Tarn" in rewritten) == ("Tarn" in topic)
    assert ("Orrin" in rewritten) == ("Orrin" in topic)


def test_where_no_question_says_its_topic_the_last_one_is_put_in_front() -> None:
    turns = (Turn("Why?", ""), Turn("And then?", ""))
    assert "then" in standalone_question("When?", turns, load_prompts(), None)


TEXT = st.text("aAbB .?,:'’äßéthe itandwhoer123-", max_size=60)


@given(TEXT, TEXT, TEXT)
def test_any_words_give_a_question(question: str, before: str, short: str) -> None:
    rewritten = rewritten_by_rule(question, [Turn(before, "", short)])
    assert isinstance(rewritten, str)
    leans_on_conversation(question)
    may_stand_alone(question)


@given(TEXT, st.sampled_from(sorted(TABLES)))
def test_phrases_are_slices_in_order(question: str, language: str) -> None:
    end = 0
    for phrase in phrases(question, TABLES[language]):
        assert end <= phrase.start <= phrase.words_start < phrase.end
        assert question[phrase.words_start : phrase.end] == phrase.text
        end = phrase.end


def test_names_hold_together() -> None:
    found = phrases("Who built the Tower of Orrin in Tarn?", TABLES["en"])
    assert [(p.text, p.kind) for p in found if p.kind is Kind.NAME] == [
        ("the Tower of Orrin", Kind.NAME),
        ("Tarn", Kind.NAME),
    ]


# --- by the model ---------------------------------------------------------------------------


def test_a_rewriting_that_only_uses_what_was_said_is_taken() -> None:
    generator = ScriptedGenerator("When did Vera Lind begin at the port?")
    rewritten = standalone_question("When did she begin?", TURNS, load_prompts(), generator)
    assert rewritten == "When did Vera Lind begin at the port?"


@pytest.mark.parametrize(
    "unusable",
    [
        "When did Otto Brand begin?",
        "When did Vera Lind begin in 2019?",
        "She began in 2019.",
        "Vera Lind did begin as who leads the port.",
        "",
        "When did she begin?",
        "And Vera Lind?",
        "When did Vera Lind leave?",
    ],
)
def test_a_rewriting_that_adds_or_loses_anything_is_not(unusable: str) -> None:
    generator = ScriptedGenerator(unusable)
    rewritten = standalone_question("When did she begin?", TURNS, load_prompts(), generator)
    assert rewritten == "When did Vera Lind begin?"
    assert generator.prompts


def test_a_phrase_that_fits_is_put_in_without_the_model() -> None:
    turns = (Turn("Who leads the port of Orrin?", ""),)
    generator = ScriptedGenerator("never asked")
    rewritten = standalone_question("And of Tarn?", turns, load_prompts(), generator)
    assert rewritten == "Who leads the port of Tarn?"
    assert not generator.prompts


def test_a_conversation_that_does_not_fit_is_not_shown_to_the_model() -> None:
    generator = ScriptedGenerator("never asked", context_tokens=100)
    rewritten = standalone_question("When did she begin?", TURNS, load_prompts(), generator)
    assert rewritten == "When did Vera Lind begin?"
    assert not generator.prompts


def test_the_prompt_ends_with_what_changes() -> None:
    prompts = load_prompts()
    one, other = (prompts.rewrite(question, TURNS) for question in ("Why?", "When?"))
    assert one[:-1] == other[:-1]
    assert one[-1] != other[-1]
    assert [m.role for m in one[1:-1:2]] == ["user"] * (len(one[1:-1]) // 2)
