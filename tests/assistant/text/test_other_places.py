"""Whose office it is: the place asked for, or another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.other_places import other_place

ASKED = "Who is the foreign minister of Dravania?"


def found(question: str, text: str, answer: str) -> str:
    begin = text.index(answer)
    return other_place(question, text, begin, begin + len(answer))


@pytest.mark.parametrize(
    ("question", "text", "answer", "said"),
    [
        (ASKED, "Lorvek sees it otherwise. Its foreign minister, Matthis Crane, said so.",
         "Matthis Crane", "Its foreign minister"),
        (ASKED, "On Monday Lorvek's foreign minister Matthis Crane came.", "Matthis Crane",
         "Lorvek's foreign minister"),
        ("Who is the president of Russia?",
         "It follows a report from Belarusian President Alexander Lukashenko.",
         "Alexander Lukashenko", "Belarusian President"),
        ("Who is Russia's president?",
         "It follows a report from Belarusian President Alexander Lukashenko.",
         "President Alexander Lukashenko", "Belarusian President"),
        ("Who is the Russian president?", "Then Polish President Andrzej Duda spoke.",
         "Andrzej Duda", "Polish President"),
    ],
)  # fmt: skip
def test_an_office_of_another_place_is_seen(
    question: str, text: str, answer: str, said: str
) -> None:
    assert found(question, text, answer).endswith(said)


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Who is the president of Ukraine?", "Ukrainian President Volodymyr Zelenskyy agreed.",
         "Volodymyr Zelenskyy"),
        (ASKED, "Foreign Minister Irena Sokal told reporters.", "Irena Sokal"),
        (ASKED, "Dravania met Lorvek. Its foreign minister, Irena Sokal, came.", "Irena Sokal"),
        (ASKED, "The foreign minister, Irena Sokal, came from Lorvek.", "Irena Sokal"),
        (ASKED, "Lorvek's president met Irena Sokal.", "Irena Sokal"),
        ("Who is the mayor of Tarn?", "Mayor Anselm Rook said so.", "Anselm Rook"),
        ("Who is the director of The Wave?", "English director Ada Moll was named.",
         "Ada Moll"),
        ("Who is the president of the club?", "Club President Ada Moll left.", "Ada Moll"),
        ("When did the president of Russia come?", "Polish President A. came in May.", "May"),
    ],
)  # fmt: skip
def test_what_may_be_the_one_asked_for_is_let_be(
    question: str, text: str, answer: str
) -> None:
    assert not found(question, text, answer)


@given(st.text(max_size=80), st.integers(0, 80), st.integers(1, 20))
def test_any_text_may_be_looked_at(text: str, begin: int, length: int) -> None:
    begin = min(begin, len(text))
    end = min(begin + length, len(text))
    said = other_place("Who is the president of Russia?", text, begin, end)
    assert said in text
