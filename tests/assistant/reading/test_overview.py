"""Overviews: asked for in many words, made of the documents' own sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.pipeline import Question
from assistant.reading.overview import main_sentences, overview_asked_for
from assistant.types import Status
from index.types import Document, Heading
from tests.assistant.fakes import FixedReader, ScriptedGenerator, reading_assistant

if TYPE_CHECKING:
    from assistant.types import Answer
    from tests.conftest import HashEmbedder


@pytest.mark.parametrize(
    "question",
    [
        "Summarise this document.",
        "Please give me a short summary of the report.",
        "Give me an overview of the documents",
        "What are these documents about?",
        "What is the report on the otters about?",
        "What is otters.md about?",
        "What are the main points of this letter?",
        "Fasse das Dokument kurz zusammen.",
        "Worum geht es in diesem Bericht?",
        "TL;DR",
    ],
)
def test_an_overview_is_asked_for(question: str) -> None:
    assert overview_asked_for(question) is not None


@pytest.mark.parametrize(
    "question",
    [
        "What is the novel about?",
        "What are the main points of the treaty of Pell?",
        "Who wrote the summary?",
        "What does the report say about the hull?",
        "How many documents were signed?",
        "What is the capital of Norland?",
    ],
)
def test_what_documents_tell_is_no_overview(question: str) -> None:
    assert overview_asked_for(question) is None


REPORT = """# The otters of Pell

The otters came back to the pond of Pell in 2019, and twelve live there now.

## Food

They eat carp and crayfish, and the fishermen complain about them every spring. It is wet.

## Plans

The parish wants to build a fence around the hatchery before the next winter begins.

Properties

Author: Ada Fenn of the otter and pond and parish society."""


def report() -> Document:
    starts = [
        (REPORT.index(t), t) for t in ("The otters of", "Food", "Plans", "Properties")
    ]
    headings = tuple(Heading(start, 1 + (start > 5), title) for start, title in starts)
    return Document("otters", REPORT, "text/markdown", headings=headings)


def test_a_sentence_of_each_section_is_taken_in_order(embedder: HashEmbedder) -> None:
    document = report()
    told = [span.text_of(REPORT) for span in main_sentences(document, embedder, 6)]
    assert [text.split()[1] for text in told] == ["otters", "eat", "parish"]
    assert not any("Properties" in text or "Ada Fenn" in text for text in told)
    assert len(main_sentences(document, embedder, 2)) == 2


def ask(question: str, documents: tuple[str, ...] | None = None) -> Answer:
    texts = {
        "otters": REPORT,
        "bread": "Rye bread is baked at 230 degrees for fifty minutes.",
    }
    built = reading_assistant(texts, FixedReader({}), ScriptedGenerator("never"))
    return built.ask(Question(question, documents=documents))


def test_an_overview_quotes_the_document_that_is_meant() -> None:
    answer = ask("Summarise this document.", ("otters",))
    assert answer.status is Status.ANSWERED
    assert {citation.source.id for citation in answer.citations} == {"otters"}
    assert len(answer.citations) > 1
    assert answer.short == ""
    assert answer.model is None


def test_an_overview_of_all_takes_from_each() -> None:
    answer = ask("What are these documents about?")
    assert {citation.source.id for citation in answer.citations} == {"otters", "bread"}


def test_the_document_named_in_the_question_is_taken() -> None:
    answer = ask("What is the report on the otters about?")
    assert {citation.source.id for citation in answer.citations} == {"otters"}
