"""An answer of the assistant keeps every position on its way into a run."""

from __future__ import annotations

from dataclasses import replace

from assistant.evaluate.runs.outcome import outcome_of
from assistant.evaluate.types import (
    ClaimTrace,
    Evidence,
    Place,
    Question,
    Quote,
    Ranked,
    Role,
)
from assistant.types import (
    Answer,
    Citation,
    Claim,
    Passage,
    Source,
    Status,
    Support,
    Timing,
)
from index.types import Chunk, Hit, Span

SOURCE = Source("hash-1", "a.txt")
CHUNK = Chunk("hash-1", Span(10, 40), "x" * 30)
CITATIONS = tuple(
    Citation(number, 1, SOURCE, Span(start, start + 5), "xxxxx")
    for number, start in ((1, 10), (2, 20))
)
ANSWER = Answer(
    question="?",
    status=Status.ANSWERED,
    text="Five [1]. Six [2][1].",
    claims=(
        Claim("Five", 0, 9, Support.SUPPORTED, (1,)),
        Claim("Six", 10, 21, Support.UNSUPPORTED, (2, 1)),
    ),
    citations=CITATIONS,
    nearest=(),
    passages=(Passage(1, CHUNK, SOURCE),),
    short="five",
    confidence=0.75,
    dropped_marks=3,
    timing=Timing(first_token_s=0.5, total_s=1.5, prompt_tokens=200, answer_tokens=9),
)
QUESTION = Question(
    "q", "?", ("five",), evidence=(Evidence("twin", Span(0, 5), Role.ANSWER),)
)
NAMES = {"hash-1": ["doc", "twin"]}
HITS = (Hit(CHUNK, 0.03), Hit(replace(CHUNK, document_id="hash-2"), 0.02))


def test_an_answer_becomes_an_outcome() -> None:
    found = outcome_of(QUESTION, ANSWER, HITS, NAMES, features={"top": 0.5})
    prediction, trace = found.prediction, found.trace
    assert prediction.answer == ANSWER.text
    assert (prediction.short_answer, prediction.confidence) == ("five", 0.75)
    assert (prediction.ttft_s, prediction.total_s) == (0.5, 1.5)
    assert prediction.citations == (
        Quote("twin", 10, 15, "xxxxx"),
        Quote("twin", 20, 25, "xxxxx"),
    )
    assert trace.claims == (
        ClaimTrace(0, 9, "supported", (0,)),
        ClaimTrace(10, 21, "unsupported", (1, 0)),
    )
    assert trace.prompt == (Place("twin", 10, 40),)
    assert (trace.prompt_tokens, trace.answer_tokens, trace.dropped_marks) == (200, 9, 3)
    assert trace.features == {"top": 0.5}


def test_of_twins_the_one_asked_about_is_named() -> None:
    ranked = outcome_of(QUESTION, ANSWER, HITS, NAMES).prediction.retrieved
    assert ranked == (Ranked("twin", 10, 40, 0.03), Ranked("hash-2", 10, 40, 0.02))
    other = outcome_of(Question("q", "?", ("five",)), ANSWER, HITS, NAMES)
    assert other.prediction.retrieved[0].doc == "doc"


def test_silence_shows_the_nearest_passages_and_nothing_else() -> None:
    silent = replace(ANSWER, status=Status.NO_EVIDENCE, text="", nearest=CITATIONS[:1])
    found = outcome_of(QUESTION, silent, HITS, NAMES, draft="Five.")
    assert found.prediction.abstained
    assert (found.prediction.answer, found.prediction.citations) == ("", ())
    assert found.trace.nearest == (Quote("twin", 10, 15, "xxxxx"),)
    assert (found.trace.claims, found.trace.draft) == ((), "Five.")


def test_digits_that_depend_on_the_order_of_a_sum_are_left_out() -> None:
    scores = (0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1)
    assert scores[0] != scores[1]
    first, second = (
        outcome_of(QUESTION, replace(ANSWER, confidence=score), (Hit(CHUNK, score),), NAMES)
        for score in scores
    )
    assert first == second
