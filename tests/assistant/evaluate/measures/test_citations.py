"""Citations are judged by their spans, and every quotation shown by its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.measures.citations import (
    citation_scores,
    exact,
    faults,
    support_counts,
)
from assistant.evaluate.measures.quotes import Fault, quoted, stands_in
from assistant.evaluate.types import (
    ClaimTrace,
    Evidence,
    Outcome,
    Place,
    Prediction,
    Question,
    Quote,
    Role,
    SetDocument,
    Trace,
)
from index.types import Span

TEXT = (
    'The mayor said "we will rebuild the bridge" on Monday. Work starts in May, not June.'
)
DOCS = {
    "a": SetDocument("a", TEXT),
    "b": SetDocument("b", "A quite different story about seven lamps."),
}
FIRST, SECOND = Span(0, 54), Span(55, len(TEXT))
QUESTION = Question(
    "q",
    "When does the work start?",
    ("May",),
    evidence=(
        Evidence("a", SECOND, Role.SENTENCE),
        Evidence("a", Span(TEXT.index("May"), TEXT.index("May") + 3), Role.ANSWER),
    ),
)


def quote(doc: str, span: Span) -> Quote:
    return Quote(doc, span.start, span.end, DOCS[doc].text[span.start : span.end])


def outcome(answer: str, *quotes: Quote, claims: tuple[ClaimTrace, ...] = ()) -> Outcome:
    return Outcome(Prediction("q", answer, citations=quotes), Trace("q", claims))


def found(
    answer: str, *quotes: Quote, claims: tuple[ClaimTrace, ...] = ()
) -> list[Fault | None]:
    return [
        s.fault for s in faults(QUESTION, outcome(answer, *quotes, claims=claims), DOCS)
    ]


def test_precision_and_recall_by_spans() -> None:
    prediction = Prediction("q", "x", citations=(quote("a", SECOND), quote("a", FIRST)))
    scores = citation_scores(QUESTION, prediction)
    assert scores == {"cited": 1, "citation_precision": 0.5, "citation_recall": 1}


def test_an_answer_without_citations_has_recall_but_no_precision() -> None:
    scores = citation_scores(QUESTION, Prediction("q", "x"))
    assert scores == {"cited": 0, "citation_recall": 0}
    assert citation_scores(QUESTION, Prediction("q", abstained=True)) == {}


def test_one_place_of_the_answers_words_is_enough() -> None:
    spans = (Span(0, 3), Span(55, 59))
    question = Question(
        "q", "?", evidence=tuple(Evidence("a", s, Role.ANSWER) for s in spans)
    )
    prediction = Prediction("q", "x", citations=(quote("a", SECOND),))
    assert citation_scores(question, prediction)["citation_recall"] == 1
    facts = Question("q", "?", evidence=tuple(Evidence("a", s, Role.FACT) for s in spans))
    assert citation_scores(facts, prediction)["citation_recall"] == 0.5


@given(st.integers(-5, 99), st.integers(-5, 99), st.text(max_size=5))
def test_exact_means_to_the_character(start: int, end: int, text: str) -> None:
    inside = 0 <= start < end <= len(TEXT)
    assert exact(Quote("a", start, end, text), DOCS) == (inside and TEXT[start:end] == text)
    if inside:
        assert exact(Quote("a", start, end, TEXT[start:end]), DOCS)
    assert not exact(Quote("z", 0, 3, "The"), DOCS)


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        (quote("a", SECOND), None),
        (Quote("a", 0, 9, "The lamps"), Fault.FABRICATED),  # "lamps" is not shown
        (Quote("a", 0, 54, "we said rebuild the mayor"), Fault.FRANKENQUOTE),
        (Quote("b", 0, 12, "Work starts in May"), Fault.MISATTRIBUTED),
        (Quote("a", 0, 18, "Work starts in May"), Fault.MISATTRIBUTED),
        (Quote("nowhere", 0, 5, "purple"), Fault.FABRICATED),
    ],
)
def test_what_is_wrong_with_a_citation(shown: Quote, fault: Fault | None) -> None:
    assert found("x", shown) == [fault]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("He said “We will rebuild … the bridge” [1].", None),  # dots leave words out
        ('He said "we will tear down the bridge" [1].', Fault.FABRICATED),
        ('He said "the bridge will rebuild the mayor" [1].', Fault.FRANKENQUOTE),
        ('He said "seven lamps" [1].', Fault.MISATTRIBUTED),
        ("Er sagte „we will rebuild“ [1].", None),
        ('It asks "when does the work start" [1].', None),  # the question's own words
    ],
)
def test_what_is_wrong_with_quotation_marks(answer: str, fault: Fault | None) -> None:
    faults_found = found(answer, quote("a", FIRST))[1:]
    expected = [] if "asks" in answer else [fault]
    assert faults_found == expected


def test_a_quotation_belongs_to_the_citations_of_its_claim() -> None:
    answer = 'Lamps "seven lamps" [1]. He "will rebuild" [2].'
    cut = answer.index("He")
    right = (
        ClaimTrace(0, cut, "supported", (1,)),
        ClaimTrace(cut, len(answer), "supported", (0,)),
    )
    swapped = (
        ClaimTrace(0, cut, "supported", (0,)),
        ClaimTrace(cut, len(answer), "supported", (1,)),
    )
    quotes = (quote("a", FIRST), quote("b", Span(0, 42)))
    assert found(answer, *quotes, claims=right)[2:] == [None, None]
    assert found(answer, *quotes, claims=swapped)[2:] == [Fault.MISATTRIBUTED] * 2


def test_what_is_offered_instead_of_an_answer_is_judged_too() -> None:
    offered = Trace("q", nearest=(quote("a", FIRST), Quote("a", 0, 4, "Nine")))
    silent = Outcome(Prediction("q", abstained=True), offered)
    assert [s.fault for s in faults(QUESTION, silent, DOCS)] == [None, Fault.FABRICATED]


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("not sterilizing [22] [23] . During infection", True),  # as the paper prints it
        ("not sterilizing . During infection", True),
        ("not sterilizing [1] . During infection [2]", True),  # with marks of an answer
        ("not sterilizing during chronic infection", False),
        ("is 22 23 during", False),
    ],
)
def test_marks_may_be_the_documents_own(quote: str, stands: bool) -> None:
    source = "Immunity is not sterilizing [22] [23] . During infection it may [24] grow."
    assert stands_in(quote, source) is stands


@given(st.text(max_size=60))
def test_quoted_words_stand_where_they_are_said_to(text: str) -> None:
    for start, end, words in quoted(text):
        assert text[start:end] == words
        assert stands_in(words, text)


def test_support_is_counted_against_gold() -> None:
    claims = (
        ClaimTrace(0, 1, "supported", (0,)),
        ClaimTrace(1, 2, "supported", (1,)),
        ClaimTrace(2, 3, "unsupported", (0, 1)),
        ClaimTrace(3, 4, "uncited"),
    )
    one = outcome("abcd", quote("a", SECOND), quote("a", FIRST), claims=claims)
    assert support_counts(QUESTION, one) == {
        "supported": 2,
        "supported_gold": 1,
        "not_supported": 2,
        "not_supported_gold": 1,
    }
    assert Place("a", 0, 1).overlaps(quote("a", FIRST).place)
