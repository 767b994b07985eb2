"""Who said something, and what somebody said of something: looked up by speaker and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.sayings import (
    saying_asked_for,
    speaker_asked_for,
    statements_asked_for,
)
from assistant.types import Passage, Source
from index.types import Chunk, Span

REPORT = (
    "The Marrow Bridge was closed on Monday. “The bridge will stay closed for three weeks,” "
    "said Petra Ollin of the roads department. The mayor denied that 40 steel hangers had "
    "cracked. “We counted them twice. We counted them at night in the rain.” So the engineer "
    "Ada Fenn told reporters. Traffic on the ferry doubled at once."
)
START = 7


def passage_of(text: str) -> Passage:
    chunk = Chunk("doc", Span(START, START + len(text)), text)
    return Passage(1, chunk, Source("doc", "a.txt"), 1.0)


def said(question: str, text: str = REPORT) -> str:
    span = saying_asked_for(question, passage_of(text))
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


def stated(question: str, text: str = REPORT) -> list[str]:
    spans = statements_asked_for(question, passage_of(text))
    return [span.shifted(-START).text_of(text) for span in spans]


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("What did Petra Ollin say about the bridge?", ["“The bridge will stay"]),
        (
            "what does Ollin say about how long the bridge stays closed",
            ["“The bridge will"],
        ),
        ("What has the mayor said about steel hangers?", ["The mayor denied"]),
        ("What did the mayor tell the press about hangers?", ["The mayor denied"]),
    ],
)
def test_what_somebody_says_of_a_matter_is_found(question: str, begins: list[str]) -> None:
    found = stated(question)
    assert len(found) == len(begins)
    assert all(text.startswith(begin) for text, begin in zip(found, begins, strict=True))


def test_a_quotation_that_goes_on_has_the_speaker_of_its_beginning() -> None:
    text = (
        "“It is an old bridge,” Ada Fenn told the press. “We counted its hangers at night.” "
        "The mayor counted no hangers."
    )
    found = stated("What did Ada Fenn say about counting hangers at night?", text)
    assert found == ["“We counted its hangers at night.”"]


@pytest.mark.parametrize(
    "question",
    [
        "What did Petra Ollin say about the ferry?",  # she does not
        "What did Petra Ollin say about the bridge in 1987?",  # of another year
        "What did Gerd Mallo say about the bridge?",  # he says nothing
        "What did the report say about traffic on the ferry?",  # by nobody who is named
        "What did they say about it?",
        "What did Petra Ollin close?",
        "What did they say?",
        "What did Gerd Mallo say?",
    ],
)
def test_nobody_is_given_the_words_of_another(question: str) -> None:
    assert stated(question) == []


def test_of_no_matter_in_particular_all_is_told_that_somebody_says() -> None:
    assert [each[:12] for each in stated("What did Petra Ollin say?")] == ["“The bridge "]
    assert stated("Was sagte Ollin?") == stated("What does Ollin think?") != []


def test_he_is_the_one_who_was_named_before() -> None:
    text = "Ollin said that it rains. “The bridge is old,” he added, according to the Post."
    assert len(stated("What did Ollin say about the bridge?", text)) == 1


def test_several_statements_are_told_the_nearest_first() -> None:
    text = (
        "Ollin said that the bridge is old. It rained. Ollin added that the old bridge needs "
        "new hangers. Fenn said that the bridge is not old."
    )
    found = stated("What did Ollin say about the old bridge and its hangers?", text)
    assert [each.split()[1] for each in found] == ["added", "said"]


@pytest.mark.parametrize(
    "question",
    [
        "Was sagte Petra Ollin über die Brücke?",
        "Was sagt Ollin zur Brücke?",
        "Was hat Petra Ollin über die Brücke gesagt?",
    ],
)
def test_statements_are_found_in_german(question: str) -> None:
    text = "Die Brücke bleibt gesperrt, sagte Petra Ollin. Die Fähre fährt, sagte Fenn."
    assert stated(question, text) == [text.partition(" Die Fähre")[0]]


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=1, max_size=200))
def test_statements_are_sentences_of_the_passage(who: str, what: str, text: str) -> None:
    found = stated(f"What did {who} say about {what}?", text)
    assert all(each in text for each in found)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Petra Ollin say about the bridge?", "ollin"),
        ("What does Ollin think?", "ollin"),
        ("What does the contract say about notice?", ""),
        ("what did ollin say about the bridge", ""),
        ("Was sagt der Vertrag über die Brücke?", ""),
        ("Who is Petra Ollin?", ""),
    ],
)
def test_whose_words_are_asked_for_is_told_by_a_name(question: str, name: str) -> None:
    assert speaker_asked_for(question) == name
