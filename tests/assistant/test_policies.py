"""What is written under each policy, and what the language model's scores change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.confidence.gate import Gate
from assistant.pipeline import Assistant, Question
from assistant.types import (
    Checked,
    Finished,
    ModelScores,
    Policy,
    Quoted,
    Retrieved,
    Status,
    Support,
    Token,
)
from tests.assistant.fakes import FixedReader, ScriptedGenerator, reading_assistant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.types import Answer, Event, Message

TEXTS = {
    "alpha": "The ferry Alda sank on 3 May 2024. According to the port, 14 people were saved. "
    "The search went on for two days.",
    "beta": "The coast guard spoke of 17 people saved from the ferry Alda. Nobody was hurt.",
}
SAVED = Question("How many people were saved from the ferry?")
SENTENCE = "14 people were saved from the ferry, according to the port."


class Scoring(ScriptedGenerator):
    """Finds a refusal as likely as it is told to."""

    def __init__(self, text: str, refusal: float, answer: float = -2.0) -> None:
        super().__init__(text)
        self.refusal = refusal
        self.answer = answer
        self.scored: list[list[str]] = []

    def log_likelihoods(
        self,
        messages: Sequence[Message],
        texts: Sequence[str],
        stopped: Callable[[], bool] | None = None,
    ) -> list[tuple[float, int]]:
        self.scored.append(list(texts))
        return [(self.refusal, 2), *((2 * self.answer, 2) for _ in texts[1:])]


class ByRefusal:
    """A judge for which only the model's refusal counts."""

    def confidence(self, features: Mapping[str, float]) -> float:
        return 0.9 if features["model_refusal"] < -3 else 0.1


def asked(
    model: ScriptedGenerator, policy: Policy = Policy.GUIDED, *, scored: bool = True
) -> Assistant:
    built = reading_assistant(TEXTS, FixedReader({"14 people": 3.0}), model, policy=policy)
    assert built.lead is not None
    lead = replace(built.lead, scored=Gate(ByRefusal()) if scored else None)
    return replace(built, lead=lead)


def events_of(built: Assistant, question: Question = SAVED) -> list[Event]:
    return list(built.stream(question))


def answer_of(events: Sequence[Event]) -> Answer:
    last = events[-1]
    assert isinstance(last, Finished)
    return last.answer


def test_what_was_found_is_shown_before_a_word_is_written() -> None:
    events = events_of(asked(Scoring(SENTENCE, -8.0)))
    kinds = [type(event) for event in events]
    assert kinds[:3] == [Retrieved, Quoted, ModelScores]
    assert kinds.index(Token) == 3
    quoted = events[1]
    assert isinstance(quoted, Quoted)
    (citation,) = quoted.citations
    text = TEXTS[citation.source.id]
    assert citation.quote == text[citation.span.start : citation.span.end]
    assert "14 people" in citation.quote
    assert 0 <= quoted.confidence <= 1


def test_guided_a_sentence_that_says_what_was_found_is_the_answer() -> None:
    answer = answer_of(events_of(asked(Scoring(SENTENCE, -8.0))))
    (claim,) = answer.claims
    assert claim.text == SENTENCE
    assert claim.support is Support.SUPPORTED
    assert claim.citations == (1,)
    assert answer.model is not None
    assert answer.confidence == 0.9


def test_guided_the_model_is_shown_the_words_and_their_sentence() -> None:
    model = Scoring(SENTENCE, -8.0)
    asked(model).ask(SAVED)
    (prompt,) = model.prompts
    assert "Likely answer: 14 people" in prompt
    assert "According to the port, 14 people were saved." in prompt
    assert "coast guard" not in prompt
    assert model.scored == [["NOT FOUND", "14 people"]]


@pytest.mark.parametrize(
    "written",
    [
        "17 people were saved.",
        "The ferry sank.",
        "",
        "The passages do not say.",
        "NOT FOUND",
    ],
)
def test_guided_anything_else_gives_way_to_the_quotation(written: str) -> None:
    answer = answer_of(events_of(asked(Scoring(written, -8.0))))
    (claim,) = answer.claims
    assert claim.text == "According to the port, 14 people were saved."
    assert answer.status is Status.ANSWERED


def test_a_model_that_would_refuse_makes_the_answer_silent_and_writes_nothing() -> None:
    model = Scoring(SENTENCE, -0.5)
    events = events_of(asked(model))
    assert answer_of(events).status is Status.NO_EVIDENCE
    assert answer_of(events).confidence == 0.1
    assert not [event for event in events if isinstance(event, Token)]
    assert model.prompts == []


def test_words_that_the_model_would_not_have_said_are_quoted_and_not_phrased() -> None:
    model = Scoring(SENTENCE, -8.0, answer=-4.0)
    answer = asked(model).ask(SAVED)
    (claim,) = answer.claims
    assert claim.text == "According to the port, 14 people were saved."
    assert model.prompts == []
    assert answer.confidence == 0.9


def test_without_scores_the_span_model_alone_decides() -> None:
    model = ScriptedGenerator(SENTENCE)  # tells no likelihoods
    answer = answer_of(events_of(asked(model)))
    assert answer.status is Status.ANSWERED
    assert answer.confidence == pytest.approx(0.953, abs=0.001)


def test_extractive_nothing_is_written_or_scored() -> None:
    model = Scoring(SENTENCE, -8.0)
    answer = asked(model, Policy.EXTRACTIVE).ask(SAVED)
    assert (model.prompts, model.scored) == ([], [])
    assert answer.model is None
    assert answer.claims[0].text == "According to the port, 14 people were saved."


def test_free_all_that_is_supported_is_said_and_the_rest_is_told_apart() -> None:
    written = "14 people were saved, said the port [1]. The ferry had 90 cabins [1]."
    events = events_of(asked(Scoring(written, -8.0), Policy.FREE))
    answer = answer_of(events)
    assert [claim.support for claim in answer.claims] == [
        Support.SUPPORTED,
        Support.UNSUPPORTED,
    ]
    assert "90 cabins" not in answer.text
    assert sum(isinstance(event, Checked) for event in events) == 2


def test_free_a_refusal_in_other_words_is_no_claim() -> None:
    model = Scoring("The passages do not say how many were saved.", -8.0)
    answer = asked(model, Policy.FREE).ask(SAVED)
    assert [c.text for c in answer.claims] == [
        "According to the port, 14 people were saved."
    ]


def test_free_a_sentence_without_content_words_does_not_end_the_answer() -> None:
    written = "It was so. 14 people were saved, said the port [1]."
    answer = asked(Scoring(written, -8.0), Policy.FREE).ask(SAVED)
    assert "14 people were saved, said the port." in [c.text for c in answer.claims]


def test_a_hopeless_question_does_not_wait_for_the_model() -> None:
    def never() -> ScriptedGenerator:
        raise AssertionError("the model was loaded")

    built = asked(Scoring(SENTENCE, -8.0))
    built = replace(
        built,
        generator=never,
        lead=replace(
            built.lead,  # type: ignore[type-var]
            reader=FixedReader({"14 people": -6.0}),
            gate=Gate(least_confidence=0.5),
        ),
    )
    assert built.ask(SAVED).status is Status.NO_EVIDENCE
