"""Who was something once is not who is, and a deputy is not the one stood in for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.other_offices import other_offices


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "role"),
    [
        (
            "Who is the mayor?",
            "Tom Berg, the former mayor of Riga, spoke.",
            "Tom Berg",
            "mayor",
        ),
        ("Who is the mayor?", "Former Riga mayor Tom Berg spoke.", "Tom Berg", "mayor"),
        (
            "Who is the mayor?",
            "Former mayor Tom Berg spoke.",
            "Former mayor Tom Berg",
            "mayor",
        ),
        ("Who's the mayor of Riga?", "Ex-mayor Tom Berg spoke.", "Tom Berg", "mayor"),
        (
            "Wer ist Bürgermeister?",
            "der frühere Bürgermeister Berg",
            "Berg",
            "bürgermeister",
        ),
        ("Who is the mayor?", "Ana Ruiz, who followed former mayor Berg", "Ana Ruiz", ""),
        ("Who is the mayor?", "Ana Ruiz, a former judge, is the mayor.", "Ana Ruiz", ""),
        ("Who was the mayor?", "The former mayor Tom Berg spoke.", "Tom Berg", ""),
        ("Who is the former mayor?", "The former mayor Tom Berg spoke.", "Tom Berg", ""),
        ("Who is the mayor?", "The mayor, Ana Ruiz, spoke.", "Ana Ruiz", ""),
        ("Who is the mayor?", "Ana Ruiz spoke.", "Tom Berg", ""),
        ("Who was the mayor?", "Deputy mayor Tom Berg spoke.", "Tom Berg", "mayor"),
        (
            "Who was president?",
            "Tom Berg, the vice-president, spoke.",
            "Tom Berg",
            "president",
        ),
        ("Who coached it?", "The assistant coach Tom Berg spoke.", "Tom Berg", "coach"),
        ("Wer ist Leiter?", "der stellvertretende Leiter Berg", "Berg", "leiter"),
        ("Who was vice president?", "Vice president Tom Berg spoke.", "Tom Berg", ""),
        ("Who was mayor?", "Ana Ruiz, who beat deputy mayor Berg", "Ana Ruiz", ""),
        (
            "Who is the mayor of Riga?",
            "A city spokeswoman, Ana Ruiz, spoke for the mayor.",
            "Ana Ruiz",
            "mayor",
        ),
        ("Who is the mayor?", "Tom Berg, the mayor's son, spoke.", "Tom Berg", ""),
        ("Who is the mayor?", "Tom Berg, a lawyer, met the mayor.", "Tom Berg", "mayor"),
        ("Who is the mayor?", "Tom Berg, a lawyer, was elected mayor.", "Tom Berg", ""),
        ("Who is the chairman?", "Tom Berg, the managing director", "Tom Berg", "chairman"),
        ("Who is the mayor's lawyer?", "Tom Berg, a lawyer, spoke.", "Tom Berg", ""),
        ("Wer ist Präsident?", "die Sprecherin Ana Ruiz sagte", "Ana Ruiz", "präsident"),
        ("Where was the mayor?", "Deputy mayor Berg was in Rome.", "Rome", ""),
    ],
)
def test_another_office_speaks_against_an_answer(
    question: str, sentence: str, answer: str, role: str
) -> None:
    found = other_offices(question, sentence, answer)
    assert [asked for asked, _ in found] == ([role] if role else [])
    assert all(said.casefold() in sentence.casefold() for _, said in found)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_any_texts_will_do(question: str, sentence: str, answer: str) -> None:
    found = other_offices(f"Who is {question}", f"{sentence} former {answer}", answer)
    assert len(found) <= 1
