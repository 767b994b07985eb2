"""Who is said to hold an office, and whose."""

from __future__ import annotations

import pytest

from assistant.reading.holders import holder_asked_for
from tests.assistant.fakes import passages_of


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("Who is the mayor?", "Mayor Ana Ruiz said so.", "Ana Ruiz"),
        ("Who is the mayor of Riga?", "Riga's mayor, Ana Ruiz, said so.", "Ana Ruiz"),
        ("Who is the mayor of Riga?", "RIGA - Mayor Ana Ruiz said so.", "Ana Ruiz"),
        ("who is the mayor of riga", "Riga's mayor, Ana Ruiz, said so.", "Ana Ruiz"),
        ("Who is the Italian president?", "Italian President Ada Poe spoke.", "Ada Poe"),
        ("Who's the mayor of Riga?", "Ana Ruiz, the mayor of Riga, said so.", "Ana Ruiz"),
        ("Who is Riga's mayor?", "The mayor of Riga, Ana Ruiz, said so.", "Ana Ruiz"),
        (
            "Who is the president of Italy?",
            "He met Italian President Ada de Luca in May.",
            "Ada de Luca",
        ),
        (
            "Who is the foreign minister of Lorvek?",
            "Lorvek sees it otherwise. Its foreign minister, Bo Rask, said so.",
            "Bo Rask",
        ),
        ("Wer ist Bürgermeister?", "Bürgermeisterin Ana Ruiz sprach.", "Ana Ruiz"),
        ("Wer ist der Bürgermeister von Riga?", "Rigas Bürgermeister Bo Rask.", "Bo Rask"),
        ("Wer ist Außenminister Lorveks?", "Lorveks Außenminister Bo Rask.", "Bo Rask"),
        (
            "Wer ist der Präsident von Russland?",
            "Der russische Präsident Ada de Luca kam.",
            "Ada de Luca",
        ),
        (
            "Wer ist der Präsident Italiens?",
            "Ada Poe, Präsidentin von Italien, und Bo Rask, Präsident der Schweiz.",
            "Ada Poe",
        ),
        ("Who is the new CEO of Solway?", "Solway CEO Ana Ruiz said so.", "Ana Ruiz"),
        (
            "Who is the managing director of Kestrel Lines?",
            "Tarn Lines director Bo Rask met Kestrel Lines' managing director, Ana Ruiz.",
            "Ana Ruiz",
        ),
        (
            "Who is the defence minister?",
            "Deputy Defence Minister Ed Kay met Defense Minister Bo Rask.",
            "Bo Rask",
        ),
    ],
)
def test_the_name_beside_the_office_is_found(question: str, text: str, name: str) -> None:
    (passage,) = passages_of(text)
    span = holder_asked_for(question, passage)
    assert span is not None
    assert span.text_of(text) == name


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is the mayor of Riga?", "Mayor Ana Ruiz said so."),  # of what?
        ("Who is the mayor of Riga?", "Tallinn's mayor, Ana Ruiz, said so."),
        ("Who is the president of Italy?", "In Italy, President Ada de Luca said so."),
        ("Who is the president of Italy?", "Spanish President Ada de Luca said so."),
        ("Who is the mayor?", "Deputy Mayor Ana Ruiz said so."),
        ("Who is the president?", "Former President Ana Ruiz said so."),
        ("Who is the minister?", "Prime Minister Ana Ruiz said so."),
        ("Wer ist der Präsident von Italien?", "Der spanische Präsident Bo Rask kam."),
        ("Wer ist der Präsident von Nordkorea?", "Der nordirische Präsident Bo Rask."),
        ("Wer ist der Präsident von Italien?", "Präsident Bo Rask kam nach Italien."),
        ("Wer ist Bürgermeister?", "Der frühere Bürgermeister Bo Rask kam."),
        ("Wer ist Minister?", "Außenminister Bo Rask kam."),
        ("Who met the mayor?", "Mayor Ana Ruiz said so."),
        ("Where is the mayor?", "Mayor Ana Ruiz said so."),
        ("Who is the mayor?", "The mayor said so."),
        ("Who is the owner of it?", "The owner, Ana Ruiz, said so."),  # of what?
    ],
)
def test_nobody_is_found_for_another_office_or_one_of_nobody_knows_where(
    question: str, text: str
) -> None:
    (passage,) = passages_of(text)
    assert holder_asked_for(question, passage) is None


@pytest.mark.parametrize(
    "words",
    ["Mayor A", "Mayor Ana ", "Mayor of A, ", "A, the mayor of ", "Bürgermeister A "],
)
def test_a_text_made_of_offices_costs_no_time(words: str) -> None:
    (passage,) = passages_of(words * 1000)
    holder_asked_for("Who is the mayor of Riga?", passage)
