"""What is asked about documents is answered by what they say of themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from assistant.pipeline import Question
from assistant.reading.records import Record, record_asked_for
from assistant.types import Source, Status
from tests.assistant.fakes import FixedDocuments, FixedReader, ScriptedGenerator
from tests.assistant.fakes import reading_assistant as built

if TYPE_CHECKING:
    from assistant.types import Answer
    from index.types import Document


@pytest.mark.parametrize(
    ("question", "record", "topic"),
    [
        ("Who wrote the article about the otter pond?", Record.AUTHOR, ("otter", "pond")),
        ("Who is the author of the essay on peat?", Record.AUTHOR, ("peat",)),
        ("Wer hat den Bericht über den Deich verfasst?", Record.AUTHOR, ("deich",)),
        ("Wer ist die Autorin des Artikels über Torf?", Record.AUTHOR, ("torf",)),
        ("When did the article about the otters appear?", Record.DATE, ("otters",)),
        ("When was the letter to the mill sent?", Record.DATE, ("mill",)),
        ("Who sends the minutes?", Record.AUTHOR, ("minutes",)),
        ("Wann ist der Artikel über den Deich erschienen?", Record.DATE, ("deich",)),
    ],
)
def test_what_is_asked_of_which_document(
    question: str, record: Record, topic: tuple[str, ...]
) -> None:
    asked = record_asked_for(question)
    assert asked is not None
    assert asked.record is record
    assert set(topic) <= set(asked.topic)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the Marrow Symphony?",
        "When did the ferry appear on the lake?",
        "Which bridges were built by Petra Ollin?",
        "What does the report say about the hull?",
        "When was the author born?",
        "Which article did the king sign?",
    ],
)
def test_what_stands_in_documents_is_not_asked_of_their_records(question: str) -> None:
    assert record_asked_for(question) is None


class Signed(FixedDocuments):
    """Documents with authors and dates."""

    def __init__(self, texts: dict[str, str], known: dict[str, dict[str, Any]]) -> None:
        super().__init__(texts)
        self.known = known

    def about(self, document_id: str) -> Source:
        return replace(super().about(document_id), **self.known[document_id])

    def document(self, document_id: str) -> Document:
        return super().document(document_id)


TEXTS = {
    "otters": "The otters are back\n\nBy Ines Tarn | 14 April 2026\n\nThe warden of the otter "
    "pond, Bo Hale, wrote in a letter that twelve otters live there since 2009.",
    "peat": "Peat\n\nBy Ines Tarn\n\nPeat was cut for six hundred years.",
    "dykes": "Dykes\n\nBy Ada Fenn\n\nThe dyke holds.",
}
KNOWN = {
    "otters": {"title": "The otters are back", "author": "Ines Tarn", "date": "2026-04-14"},
    "peat": {"title": "Peat", "author": "Ines Tarn"},
    "dykes": {"title": "Dykes", "author": "Ada Fenn"},
}


def answer_to(question: str) -> Answer:
    assistant = built(
        TEXTS, FixedReader({"Bo Hale": 5.0, "2009": 5.0}), ScriptedGenerator("")
    )
    return replace(assistant, documents=Signed(TEXTS, KNOWN)).ask(
        Question(question, quotes_only=True)
    )


def test_the_author_is_who_the_byline_names_and_no_one_who_is_quoted() -> None:
    answer = answer_to("Who wrote the article about the otters?")
    assert answer.status is Status.ANSWERED
    assert answer.short == "Ines Tarn"
    assert [c.quote for c in answer.citations] == ["By Ines Tarn | 14 April 2026"]


def test_the_date_is_the_documents_and_none_of_its_text() -> None:
    assert (
        answer_to("When did the article about the otters appear?").short == "14 April 2026"
    )


def test_all_documents_of_an_author_are_named() -> None:
    answer = answer_to("Which articles are by Ines Tarn?")
    assert {citation.source.id for citation in answer.citations} == {"otters", "peat"}
    assert answer.short == "The otters are back; Peat"
    assert "Ada Fenn" not in answer.text


def test_a_document_that_does_not_say_so_is_read_as_ever() -> None:
    assert answer_to("When did the article about dykes appear?").short != "14 April 2026"
