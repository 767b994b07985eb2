"""Rows that a person writes hold exact spans and read back as questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import EvaluationError
from assistant.evaluate.sets.load import load_set
from assistant.evaluate.sets.native import parse_question
from assistant.evaluate.sets.write_set import (
    Draft,
    append_row,
    find_words,
    propose,
    row_from_feedback,
    row_of,
)
from assistant.evaluate.types import Place, Role, SetDocument

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Before. The bridge opened in May. The old bridge closed in May too! After."
DOCS = {"d": SetDocument("d", TEXT)}
PASSAGE = Place("d", 8, 67)


def test_the_same_words_twice_are_two_places() -> None:
    places = find_words(" bridge ", PASSAGE, DOCS["d"])
    assert [TEXT[p.start : p.end] for p in places] == ["bridge", "bridge"]
    assert find_words("Before", PASSAGE, DOCS["d"]) == []
    assert find_words(" ", PASSAGE, DOCS["d"]) == []


def test_a_row_holds_the_answer_its_sentence_and_its_passage() -> None:
    answer = find_words("May", PASSAGE, DOCS["d"])[1]
    row = row_of(
        Draft("When did the old one close?", PASSAGE, (answer,), ("in May",)), DOCS
    )
    question = parse_question({"id": "q", **row}, DOCS)
    words = {e.role: e.span.text_of(TEXT) for e in question.evidence}
    assert words[Role.ANSWER] == "May"
    assert words[Role.SENTENCE] == "The old bridge closed in May too!"
    assert words[Role.PARAGRAPH] == TEXT[8:67]
    assert question.answers == ("May", "in May")


@given(st.text(min_size=1, max_size=80), st.data())
def test_any_marked_words_become_exact_spans(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    documents = {"d": SetDocument("d", text)}
    draft = Draft("What?", Place("d", 0, len(text)), (Place("d", start, end),))
    if not text[start:end].strip():
        return
    question = parse_question({"id": "q", **row_of(draft, documents)}, documents)
    spans = {e.role: e.span for e in question.evidence}
    assert spans[Role.ANSWER].text_of(text) == text[start:end]
    assert spans[Role.SENTENCE].contains(spans[Role.ANSWER])


def test_an_unanswerable_row_remembers_its_near_miss() -> None:
    row = row_of(Draft("When did it fall?", PASSAGE), DOCS)
    assert not parse_question({"id": "q", **row}, DOCS).answerable
    assert row["near_paragraph"] == {"doc": "d", "start": 8, "end": 67}
    outside = Draft("?", PASSAGE, (Place("d", 0, 6),))
    with pytest.raises(EvaluationError, match="outside the passage"):
        row_of(outside, DOCS)


def test_rows_are_appended_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "questions.jsonl"
    row = row_of(Draft("When?", PASSAGE, (find_words("May", PASSAGE, DOCS["d"])[0],)), DOCS)
    assert [append_row(path, row, DOCS), append_row(path, row, DOCS)] == ["q1", "q2"]
    path.write_text(path.read_text("utf-8").rstrip("\n"), "utf-8")  # an editor took it away
    append_row(path, row | {"id": "mine"}, DOCS)
    found = load_set(path, library=DOCS.values())
    assert [q.id for q in found.questions] == ["q1", "q2", "mine"]
    with pytest.raises(EvaluationError, match="there already"):
        append_row(path, row | {"id": "mine"}, DOCS)
    assert len(load_set(path, library=DOCS.values()).questions) == 3


def test_feedback_becomes_a_row_once_it_is_certain(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    known = row_from_feedback("When did it open?", "in May", [PASSAGE], DOCS)
    assert known["confirmed"]
    append_row(path, known, DOCS)
    question = load_set(path, library=DOCS.values()).questions[0]
    assert question.evidence[0].span.text_of(TEXT) == "in May"
    elsewhere = row_from_feedback("Who?", "the mayor", [PASSAGE, Place("gone", 0, 2)], DOCS)
    assert (elsewhere["answers"], elsewhere["evidence"]) == (["the mayor"], [])
    unsaid = row_from_feedback("Who?", " ", [PASSAGE], DOCS)
    with pytest.raises(EvaluationError, match="has not been confirmed"):
        append_row(path, unsaid, DOCS)
    append_row(path, unsaid | {"confirmed": True}, DOCS)


def test_every_document_has_its_turn_before_one_comes_again() -> None:
    passages = [Place(doc, i, i + 1) for doc in "abc" for i in range(3)]
    order = list(propose(passages, seed=5))
    assert sorted(order, key=lambda p: (p.doc, p.start)) == passages
    assert [len({p.doc for p in order[i : i + 3]}) for i in (0, 3, 6)] == [3, 3, 3]
    assert order == list(propose(passages, seed=5))
