"""In what the nearest passage differs from a question that it does not answer."""

from __future__ import annotations

import pytest

from assistant.commands.terminal import print_answer
from assistant.text.differences import differences, without_exceptions
from assistant.types import Answer, Citation, Difference, Source, Status
from index.types import Span

SENTENCE = "On Tuesday the northern ferry company rejected the union's offer."


def nearest(quote: str = SENTENCE) -> Citation:
    source = Source("0" * 64, "ferry.txt", "The strike", date="2023-06-08")
    return Citation(
        number=1, passage=1, source=source, span=Span(0, len(quote)), quote=quote
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who accepted the union's offer?", [Difference("accepted", "rejected")]),
        (
            "Did the Southern company accept the union's offer?",
            [Difference("Southern", "northern"), Difference("accept", "rejected")],
        ),
        ("What did the ferry company reject in 2019?", [Difference("2019", "")]),
        ("What did the ferry company reject on 6 June 2023?", []),
        ("What did the ferry company reject?", []),
        ("Who accepted the moon in 2019?", []),
        ("Which ferry company besides the Southern one rejected the offer?", []),
    ],
)
def test_the_word_or_number_that_differs_is_named(
    question: str, expected: list[Difference]
) -> None:
    assert list(differences(question, nearest())) == expected


def test_another_name_is_named() -> None:
    quote = "The Marrow Bridge was reopened on Sunday by the mayor."
    found = differences("When was the Tarn Bridge reopened by the mayor?", nearest(quote))
    assert found == (Difference("Tarn Bridge", "Marrow Bridge"),)


def test_another_quarter_is_named() -> None:
    quote = "In the first quarter of 2022 the ferry company lost 3 million crowns."
    found = differences("What did the ferry company lose in Q2 2022?", nearest(quote))
    assert found == (Difference("Q2", "first quarter"),)


def test_the_command_line_says_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    differing = (Difference("accepted", "rejected"), Difference("2019", ""))
    print_answer(Answer("Who?", Status.NO_EVIDENCE, "", (), (), (nearest(),), differing))
    said = capsys.readouterr().out
    assert "(The nearest passage says “rejected”, not “accepted”.)" in said
    assert "(The nearest passage does not name 2019.)" in said


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Which language other than English is spoken?", "Which language   is spoken?"),
        ("What lies in Ohio, besides Little Rock, Arkansas?", "What lies in Ohio,  ?"),
        ("Who, apart from the mayor, voted?", "Who,  , voted?"),
        ("Wer außer Ada Moll kam?", "Wer   kam?"),
        ("What else is there?", "What else is there?"),
    ],
)
def test_what_a_question_leaves_out_is_not_asked_for(question: str, left: str) -> None:
    assert without_exceptions(question) == left
