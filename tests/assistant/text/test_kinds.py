"""Whether words are of the kind that is asked for."""

from __future__ import annotations

import pytest

from assistant.text.kinds import of_another_kind


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When was the anthem put to music?", "Baltimore"),
        ("when do they throw the fish?", "across the shopping area"),
        ("In what year was the mill founded?", "Ann Lee"),
        ("Wann wurde die Brücke gebaut?", "in Tarnwick"),
        ("In welchem Jahr wurde sie gebaut?", "Tarnwick"),
        ("How many workers struck?", "the union"),
        ("Wie viele Arbeiter streikten?", "die Gewerkschaft"),
        ("How long is the bridge?", "made of steel"),
        ("What was Harbour Re's revenue in 2020?", "revenue"),
        ("What is the monthly rent?", "the tenant"),
    ],
)
def test_a_place_is_no_time_and_no_number(question: str, words: str) -> None:
    assert of_another_kind(question, words)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When was it built?", "1874"),
        ("When was it built?", "soon after the war"),
        ("What day does it take place?", "Wednesdays"),
        ("Wann wurde sie gebaut?", "im Frühjahr"),
        ("Wann wurde sie gebaut?", "nach dem Krieg"),
        ("How many workers struck?", "all of them"),
        ("How many workers struck?", "twenty-four"),
        ("How long is the bridge?", "640 metres"),
        ("How long did it take?", "until noon"),
        ("Wie viele Arbeiter streikten?", "mehrere hundert"),
        ("Wie lange dauerte es?", "drei Wochen"),
        ("What was Harbour Re's revenue in 2020?", "6 million crowns"),
        ("What is the name of the limit?", "the threshold"),
        ("What was the reason for the loss?", "the fire"),
        ("Who built it?", "Ann Lee"),
        ("When the bridge was closed, who closed it?", "Ann Lee"),
        ("¿Cuándo se construyó?", "Tarnwick"),
    ],
)
def test_what_tells_one_is_let_be(question: str, words: str) -> None:
    assert not of_another_kind(question, words)
