"""The assistant's answers become outcomes: with documents, with the gold passage, without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from assistant.errors import ContextOverflow
from assistant.evaluate.runs.answerers import (
    ClosedBook,
    DocumentsAnswerer,
    OracleAnswerer,
    WithheldAnswerer,
)
from assistant.evaluate.types import (
    Evidence,
    Outcome,
    Place,
    Question,
    Role,
    SetDocument,
)
from assistant.pipeline import Lead
from assistant.prompt import load_prompts
from assistant.types import Policy
from index.types import Chunk, Span
from tests.assistant.fakes import FixedReader, FixedRetriever, ScriptedGenerator
from tests.assistant.test_pipeline import TEXTS, assistant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.library import Library

NAMES = {name: [f"set-{name}"] for name in TEXTS}
DOCUMENTS = {f"set-{n}": SetDocument(f"set-{n}", text) for n, text in TEXTS.items()}
QUESTION = Question(
    "q",
    "How many people were saved from the ferry Alda?",
    ("17",),
    evidence=(Evidence("set-beta", Span(25, 27), Role.ANSWER),),
)
DRAFT = "17 people were saved from the ferry Alda [2]."


class WholeChunks:
    """A library in which every document is two chunks, cut in the middle."""

    def chunks_of(self, document_id: str) -> Sequence[Chunk]:
        text = TEXTS[document_id]
        spans = (Span(0, len(text) // 2), Span(len(text) // 2, len(text)))
        return [Chunk(document_id, span, span.text_of(text)) for span in spans]


def oracle(question: Question, draft: str = DRAFT) -> Outcome:
    library = cast("Library", WholeChunks())
    asks = DocumentsAnswerer(assistant(draft), NAMES)
    return OracleAnswerer(asks, library, DOCUMENTS)(question)


def test_an_answer_from_documents_is_an_outcome_with_everything_behind_it() -> None:
    outcome = DocumentsAnswerer(assistant(DRAFT), NAMES)(QUESTION)
    prediction, trace = outcome.prediction, outcome.trace
    assert not prediction.abstained
    assert "17 people" in prediction.answer
    assert [hit.doc for hit in prediction.retrieved] == list(DOCUMENTS)
    for quote in prediction.citations:
        assert quote.text == DOCUMENTS[quote.doc].text[quote.start : quote.end]
    assert trace.draft == DRAFT
    assert trace.features["supported_share"] == 1
    assert trace.error == ""


def test_contexts_limit_the_search() -> None:
    only = replace(QUESTION, contexts=("set-gamma",))
    outcome = DocumentsAnswerer(assistant("NO ANSWER"), NAMES)(only)
    assert {hit.doc for hit in outcome.prediction.retrieved} == {"set-gamma"}


def test_a_held_back_draft_is_kept() -> None:
    outcome = DocumentsAnswerer(assistant("The ferry sank in 1907 [1]."), NAMES)(QUESTION)
    assert outcome.prediction.abstained
    assert outcome.prediction.answer == ""
    assert outcome.trace.draft == "The ferry sank in 1907 [1]."


def test_what_the_reader_found_and_did_not_trust_is_kept_too() -> None:
    lead = Lead(FixedReader({"14 people": -2.0}))
    cautious = replace(assistant("never asked"), lead=lead, policy=Policy.GUIDED)
    outcome = DocumentsAnswerer(cautious, NAMES)(QUESTION)
    assert outcome.prediction.abstained
    assert outcome.trace.draft == "According to the port, 14 people were saved."
    assert outcome.trace.features["reader_score"] == -2


def test_a_question_that_fails_is_an_outcome_and_says_why() -> None:
    class Full(ScriptedGenerator):
        def count(self, messages: object) -> int:
            raise ContextOverflow("too long")

    broken = replace(assistant(""), generator=lambda: cast("ScriptedGenerator", Full("")))
    outcome = DocumentsAnswerer(broken, NAMES)(QUESTION)
    assert outcome.prediction.abstained
    assert outcome.trace.error == "ContextOverflow: too long"
    alone = ClosedBook(cast("ScriptedGenerator", Full("")), load_prompts(), 20)(QUESTION)
    assert alone.trace.error == outcome.trace.error


def test_a_mistake_of_ours_is_not_hidden() -> None:
    broken = replace(assistant(""), retriever=cast("FixedRetriever", None))
    with pytest.raises(AttributeError):
        DocumentsAnswerer(broken, NAMES)(QUESTION)


def test_the_oracle_gives_the_chunk_of_the_evidence() -> None:
    outcome = oracle(QUESTION)
    end = len(TEXTS["beta"]) // 2
    assert outcome.trace.prompt == (Place("set-beta", 0, end),)
    assert len(outcome.prediction.retrieved) == 1


def test_the_oracle_gives_the_paragraph_where_there_is_one() -> None:
    paragraph = Evidence("set-beta", Span(0, 60), Role.PARAGRAPH)
    question = replace(QUESTION, evidence=(*QUESTION.evidence, paragraph))
    assert oracle(question).trace.prompt == (Place("set-beta", 0, 60),)


def test_the_oracle_gives_the_near_miss_of_an_unanswerable_question() -> None:
    near: dict[str, str | int] = {"doc": "set-alpha", "start": 0, "end": 30}
    question = Question("q", "Who?", answerable=False, extra={"near_paragraph": {**near}})
    assert oracle(question).trace.prompt == (Place("set-alpha", 0, 30),)


def test_without_gold_the_oracle_searches() -> None:
    question = Question("q", "How many were saved from the ferry?", answerable=False)
    assert len(oracle(question).prediction.retrieved) == len(TEXTS)


def test_what_holds_the_evidence_is_withheld_and_nothing_else() -> None:
    places = {"q": [Place("set-beta", 25, 27)], "r": [Place("set-delta", 0, 9)]}
    asks = DocumentsAnswerer(assistant("14 people were saved [1]."), NAMES)
    ask = WithheldAnswerer(asks, places)
    unanswerable = replace(QUESTION, answers=(), evidence=(), answerable=False)
    found = ask(unanswerable).prediction.retrieved
    assert {hit.doc for hit in found} == set(DOCUMENTS) - {"set-beta"}
    found = ask(replace(unanswerable, id="r")).prediction.retrieved
    assert {hit.doc for hit in found} == set(DOCUMENTS)


def test_a_closed_book_has_no_passages_and_nothing_to_cite() -> None:
    generator = ScriptedGenerator("It was 17. It was 17. It was 17.")
    outcome = ClosedBook(generator, load_prompts(), 100)(QUESTION)
    assert outcome.prediction.answer == "It was 17."
    assert outcome.prediction.citations == ()
    assert outcome.trace.prompt == ()
    assert not any(text in generator.prompts[0] for text in TEXTS.values())
    assert QUESTION.question in generator.prompts[0]
    assert generator.written < len(generator.text) // 3  # it stopped at the repetition


@pytest.mark.parametrize("said", ["NO ANSWER", "No answer.", " "])
def test_a_closed_book_can_stay_silent(said: str) -> None:
    outcome = ClosedBook(ScriptedGenerator(said), load_prompts(), 100)(QUESTION)
    assert outcome.prediction.abstained
    assert outcome.prediction.answer == ""
