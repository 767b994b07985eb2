"""Questions that compare two things: what is asked of each, and what is shown of both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.commands.terminal import print_answer
from assistant.confidence.calibration import probability
from assistant.confidence.features import features
from assistant.confidence.gate import Gate
from assistant.pipeline import Question
from assistant.reading.comparison import LONGEST_QUESTION, compared
from assistant.reading.lookup import Lookup
from assistant.serialize import answer_json
from assistant.types import Answer, Finding, Passage, Retrieved, Status
from index.types import Span
from tests.assistant.fakes import (
    FixedDocuments,
    FixedReader,
    FixedRetriever,
    ScriptedGenerator,
    reading_assistant,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Which was built first, the Marrow Bridge or the Tarn Bridge?",
            "Which was built, the Marrow Bridge?",
            "Which was built, the Tarn Bridge?",
        ),
        (
            "Are Medici and Senet both board games?",
            "Are Medici board games?",
            "Are Senet board games?",
        ),
        (
            "Which singer is American, Ada Fenn or Bo Hale?",
            "Which singer is American, Ada Fenn?",
            "Which singer is American, Bo Hale?",
        ),
        (
            "Between Ada Fenn and Bo Hale, who wrote the report?",
            "Ada Fenn, who wrote the report?",
            "Bo Hale, who wrote the report?",
        ),
        (
            "Do Dravania and Lorvek give the same number of soldiers?",
            "Do Dravania give the number of soldiers?",
            "Do Lorvek give the number of soldiers?",
        ),
        (
            "Were Escape from the Dark and Big Hero 6 made by the same studio?",
            "Were Escape from the Dark made by the studio?",
            "Were Big Hero 6 made by the studio?",
        ),
        (
            "Was First Tarn Bank or Last Ferry founded earlier?",
            "Was First Tarn Bank founded?",
            "Was Last Ferry founded?",
        ),
        (
            "Wurde der Hallow Lake oder die Marrow Bridge zuerst gesperrt?",
            "Wurde der Hallow Lake gesperrt?",
            "Wurde die Marrow Bridge gesperrt?",
        ),
    ],
)
def test_each_of_the_two_is_asked_about(question: str, one: str, other: str) -> None:
    assert [part.question for part in compared(question)] == [one, other]


@pytest.mark.parametrize(
    "question",
    [
        "Who designed the Marrow Bridge?",
        "What do Tarn and Sons sell?",  # one name
        "What fell between 1984 and 1991?",
        "What happened in or around Leland?",
        "Is Senet or Senet older?",
        "Which is older, Senet, Medici or Tarn?",
        "Was Senet or Medici or Tarn played first?",
        "What does X do if X and Y have the same size?",
        "Which is older, " + "Marrow " * LONGEST_QUESTION + "or Tarn?",
    ],
)
def test_other_questions_compare_nothing(question: str) -> None:
    assert compared(question) == ()


@pytest.mark.parametrize("words", ["A 1 ", "Tarn of the ", "The A ", "A, ", "A and "])
def test_a_question_made_of_names_costs_no_time(words: str) -> None:
    compared((words * LONGEST_QUESTION)[: LONGEST_QUESTION - 5] + " same")


@given(st.text(st.sampled_from("Aa or and both, the 1?"), max_size=80))
def test_parts_are_names_of_the_question_and_ask_less(question: str) -> None:
    for part in compared(question):
        assert part.name in question
        assert part.name in part.question
        assert len(part.question) < len(question)


TEXTS = {
    "bridges": "The Marrow Bridge carries trams. The Marrow Bridge was opened in 1931.",
    "rivers": "Boats pass below it. The Tarn Bridge was opened in 1907, say its owners.",
    "harbour": "The harbour was opened in 1850.",
}
QUESTION = "Which was opened first, the Marrow Bridge or the Tarn Bridge?"


class YearReader:
    """Finds years, the first passages' first, and likelier where the sentence is asked for."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        made = []
        for passage in passages:
            text = passage.chunk.text
            start = next(i for i, c in enumerate(text) if c.isdigit())
            asked = sum(word in question for word in ("Marrow", "Tarn") if word in text)
            score = asked - 0.1 * passage.number
            span = Span(start, start + 4)
            year = span.text_of(text)
            made.append(Finding(passage.number, span, year, score, score, score))
        return sorted(made, key=lambda finding: -finding.merit)

    def reread(self, question: str, passage: Passage, finding: Finding) -> Finding:
        return finding


def answered(
    texts: dict[str, str], question: str = QUESTION, *, quotes_only: bool = True
) -> tuple[Answer, ScriptedGenerator]:
    model = ScriptedGenerator("The Tarn Bridge [1].")
    built = reading_assistant(texts, YearReader(), model)
    return built.ask(Question(question, quotes_only=quotes_only)), model


@pytest.mark.parametrize("quotes_only", [True, False])
def test_both_sides_are_quoted_and_none_is_chosen(quotes_only: bool) -> None:
    answer, model = answered(TEXTS, quotes_only=quotes_only)
    assert answer.text == (
        "“The Marrow Bridge was opened in 1931.” [1]\n"
        "“The Tarn Bridge was opened in 1907, say its owners.” [2]"
    )
    assert answer.short == ""
    assert model.prompts == []  # a small model is not asked which it is
    assert not any(claim.alternative for claim in answer.claims)
    for citation in answer.citations:
        assert citation.span.text_of(TEXTS[citation.source.id]) == citation.quote
        passage = next(p for p in answer.passages if p.number == citation.passage)
        assert passage.source == citation.source


def test_where_one_side_is_missing_the_question_is_answered_as_it_stands() -> None:
    answer, _ = answered({name: TEXTS[name] for name in ("bridges", "harbour")})
    assert answer.status is Status.ANSWERED
    assert answer.text.startswith("“The Marrow Bridge was opened in 1931.” [1]")
    assert "Tarn" not in answer.text
    assert answer.missing == ("the Tarn Bridge",)
    assert answer_json(answer)["missing"] == ["the Tarn Bridge"]


def test_a_name_is_not_found_in_a_longer_one() -> None:
    texts = {"bridges": TEXTS["bridges"], "town": "The bridge in Tarnwick opened in 1999."}
    answer, _ = answered(texts)
    assert answer.missing == ("the Tarn Bridge",)


def test_what_was_not_found_is_named_in_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found, _ = answered({name: TEXTS[name] for name in ("bridges", "harbour")})
    print_answer(found)
    print_answer(replace(found, status=Status.NO_EVIDENCE))
    out = capsys.readouterr().out
    assert out.count("(Nothing was found about “the Tarn Bridge”.)") == 2
    whole, _ = answered(TEXTS)
    print_answer(whole)
    assert "Nothing was found" not in capsys.readouterr().out


def test_a_sentence_that_speaks_of_both_needs_no_second() -> None:
    both = "The Tarn Bridge was opened in 1907, the Marrow Bridge in 1931."
    answer, _ = answered({"both": both, **TEXTS})
    assert answer.text.startswith(f"“{both}” [1]")


def test_a_comparison_is_as_sure_as_its_weaker_side() -> None:
    documents = FixedDocuments(TEXTS)
    lookup = Lookup(FixedRetriever(documents.hits()), documents, YearReader(), 5, 10, 20)
    found = lookup.find(QUESTION, None)
    assert [side.finding.text for side in found.sides] == ["1931", "1907"]
    weaker = min(found.sides, key=lambda side: side.finding.score)
    assert Gate().confidence(QUESTION, found) == probability(weaker.finding.score)
    known = features(QUESTION, [found])
    assert known == features(weaker.question, [weaker.found])
    assert known != features(QUESTION, [replace(found, sides=())])


@pytest.mark.parametrize(
    ("asked", "found"), [("opened first", "1931"), ("crossed by more people", "trams")]
)
def test_where_times_are_compared_a_sentence_with_a_time_goes_first(
    asked: str, found: str
) -> None:
    documents = FixedDocuments(TEXTS)
    reader = FixedReader({"trams": 1.0, "1931": 0.5, "1907": 0.5})
    lookup = Lookup(FixedRetriever(documents.hits()), documents, reader, 5, 10, 20)
    question = f"Which was {asked}, the Marrow Bridge or the Tarn Bridge?"
    marrow, tarn = lookup.find(question, None).sides
    assert marrow.finding.text == found
    assert tarn.finding.text == "1907"


def test_without_a_reader_nothing_is_compared() -> None:
    documents = FixedDocuments(TEXTS)
    lookup = Lookup(FixedRetriever(documents.hits()), documents, None, 5, 10, 20)
    found = lookup.find(QUESTION, None)
    assert isinstance(found, Retrieved)
    assert found.sides == ()
    assert len(found.passages) == 3
