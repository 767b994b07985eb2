"""A text about another of the same kind: told from one that answers, and from paraphrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.other_names import (
    LONGEST_QUESTION,
    is_spelled_like,
    name_parts,
    names_asked,
    other_names,
)


@pytest.mark.parametrize(
    ("asked", "said", "names"),
    [
        (
            "What did the repair of the Tarn Bridge cost?",
            "Repairing the closed Marrow Bridge could cost 62 million crowns.",
            ("Tarn Bridge", "Marrow Bridge"),
        ),
        (
            "how many people fell ill at silver lake",
            "The beach of Hallow Lake was closed after 140 people fell ill.",
            ("silver lake", "Hallow Lake"),
        ),
        (
            "What is the salary of Ada Moll?",
            "The salary of Bo Hale is 30 crowns.",
            ("Ada Moll", "Bo Hale"),
        ),
        ("When was Acme founded?", "Zenit was founded in 1990.", ("Acme", "Zenit")),
        (
            "What has Orrin Lines offered?",
            "Kestrel Lines raised its offer, the company said.",
            ("Orrin Lines", "Kestrel Lines"),
        ),
        (
            "Wann wurde die Tarnbrücke in Orrin gesperrt?",
            "Gestern wurde die Marrowbrücke in Orrin gesperrt.",
            ("Tarnbrücke", "Marrowbrücke"),
        ),
    ],
)
def test_another_name_stands_in_its_place(
    asked: str, said: str, names: tuple[str, str]
) -> None:
    assert other_names(asked, said) == [names]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("When was the Marrow Bridge closed?", "The Marrow Bridge was closed on Monday."),
        ("When was the bridge closed?", "The Marrow Bridge was closed on Monday."),
        ("who closed the bridge", "The Marrow Bridge was closed by the city."),
        (
            "When was the Marow Bridge closed?",
            "The Marrow Bridge was closed.",
        ),  # misspelled
        ("When did Italy join the League?", "The Italian League was joined in May."),
        ("What happened in Sept 1760?", "In September 1760 Montreal fell."),
        ("Which treaties made the EU law?", "Treaties made the European law in 1957."),
        ("Who leads the Seafarers' League?", "Hanne Quill leads it."),
        ("Which lake is larger, Orrin or Tarn?", "Hallow Lake, Marrow Lake and others."),
        ("What did Ada Moll say?", "Rain is expected. Bo Hale, the mayor, was away."),
        ("", ""),
    ],
)
def test_no_other_name_does(asked: str, said: str) -> None:
    assert other_names(asked, said) == []


def test_a_name_in_the_title_is_said() -> None:
    asked, said = (
        "What did the Tarn Bridge cost?",
        "Like the Marrow Bridge it cost 3 crowns.",
    )
    assert other_names(asked, said)
    assert not other_names(asked, said, title="The Tarn Bridge")


def test_what_was_asked_for_is_no_other_name() -> None:
    said = "The Marrow Bridge was closed before the others."
    asked = "Besides the Tarn Bridge, which was closed?"
    assert other_names(asked, said)
    assert not other_names(asked, said, answer="The Marrow Bridge")


def test_a_name_in_the_answer_alone_does_not_speak_of_it() -> None:
    said = "The well of Tessel is deep. It was dug by the Orvane brothers."
    asked = "Who dug the well of Orvane?"
    assert other_names(asked, said) == []
    assert other_names(asked, said, answer="the Orvane brothers") == [("Orvane", "Tessel")]


@given(
    st.text(st.sampled_from("Aab, B'."), max_size=60),
    st.text(st.sampled_from("Aab, B'."), max_size=60),
)
def test_names_are_words_of_either_text(asked: str, said: str) -> None:
    for one, other in other_names(asked, said):
        assert set(one.split()) <= set(asked.replace(",", " ").replace(".", " ").split())
        assert set(other.split()) <= set(said.replace(",", " ").replace(".", " ").split())


@pytest.mark.parametrize("words", ["Tarn ", "Tarn Bridge, ", "a b ", "of the Tarn "])
def test_a_text_made_of_names_costs_no_time(words: str) -> None:
    asked = ("X " + words * LONGEST_QUESTION)[:LONGEST_QUESTION]
    other_names(asked, words.replace("Tarn", "Marrow") * 2000)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What dose was Bo Hale given on Monday?", ["Bo Hale"]),
        ("Who owns Orrin Lines, and who Tarn Ltd?", ["Orrin Lines", "Tarn Ltd"]),
        ("Who leads the League? Explain it, Ada Moll!", ["League", "Ada Moll"]),
        ("What does the EU say of Tarn in March?", ["Tarn"]),
        ("what dose was bo hale given", []),
        ("Wann wurde der Vertrag mit Bo Hale geschlossen und wo?", []),
        ("¿Cuándo fue reabierto el Puente Marrow?", []),
        ("Tarn is where?", []),
        ("", []),
    ],
)
def test_names_asked_are_told_by_their_capitals(question: str, names: list[str]) -> None:
    assert names_asked(question) == names


def test_a_misspelled_name_is_known() -> None:
    assert is_spelled_like("Primeier League", "The Premier Division")
    assert is_spelled_like("Hales", "contracts/bo-hale.pdf")
    assert not is_spelled_like("Bo Hale", "Ada Moll was given 20 mg.")


def test_a_small_letter_question_stays_one_with_another_behind_it() -> None:
    said = "The beach of Hallow Lake was closed after 140 people fell ill."
    asked = "how many people fell ill at silver lake? Why?"
    assert other_names(asked, said) == [("silver lake", "Hallow Lake")]


def test_a_hostile_title_costs_no_time() -> None:
    title = "Ab cd, " * 300_000
    for _ in range(100):
        other_names("What did the Tarn Bridge cost?", title, "It cost 3.")
        other_names("What did the Tarn Bridge cost?", "It cost 3.", title)


def test_a_name_is_known_by_its_parts() -> None:
    assert name_parts("Dr Bo Hale-Moll") == ["bo", "hale", "moll"]
    assert name_parts("Mrs") == []


def test_a_name_may_be_another_one_in_another_language() -> None:
    asked = "When was the Tarn Bridge closed to all traffic?"
    english = "The Marrow Bridge was closed to all traffic in March."
    german = (
        "Die Marrow Bridge wurde im März für den Verkehr gesperrt, und sie ist es noch."
    )
    assert other_names(asked, english) == [("Tarn Bridge", "Marrow Bridge")]
    assert other_names(asked, german) == []
