"""Questions made by rule, and reports: what they ask for is where they say it is."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.extractor_data import Row, documents_as_rows
from models.training.extractor_questions import made_questions, small_first
from models.training.extractor_reports import Reports

if TYPE_CHECKING:
    from pathlib import Path

MILL = (
    "The mill stood by the river. It was opened by the engineer Ann Lee in 1874 with "
    "twelve looms. Bob Ray ran it for a while."
)


def paragraph(text: str) -> Row:
    return Row("1", "pool", "Mill", text, "", (), (), "mill")


def asking(question: str, answer: str, text: str = MILL) -> Row:
    at = text.index(answer)
    return Row(
        "1", "pool", "Mill", text, question, (answer,), ((at, at + len(answer)),), ""
    )


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            "An inquiry led by the retired judge Benno Holt is to report in spring.",
            "Who is Benno Holt?",
            "the retired judge",
        ),
        (
            "Ada Moll, a surgeon from Tarn, opened the ward.",
            "Who is Ada Moll?",
            "a surgeon from Tarn",
        ),
        (
            "The road was closed because the river had risen; nobody was hurt.",
            "Why was the road closed?",
            "because the river had risen",
        ),
        (
            "On 4 May 1921, the mill was sold to its workers.",
            "What happened on 4 May 1921?",
            "the mill was sold to its workers",
        ),
        (
            "The two villages became one town in 1921.",
            "What happened in 1921?",
            "The two villages became one town",
        ),
    ],
)
def test_a_sentence_becomes_a_question(text: str, question: str, answer: str) -> None:
    made = {
        row.question.replace("Who was", "Who is"): row.answers
        for row in made_questions([paragraph(text)])
    }
    assert made[question] == (answer,)


@pytest.mark.parametrize(
    "text",
    [
        "It was closed because the river had risen.",  # what was?
        "In 1921 it was sold, and in 1930 it burnt down.",  # two years
        "In Australia, the show has had a strong following.",  # a place, no name
        "Writers, including singer Paul Holt, came.",  # a role without its article
    ],
)
def test_what_is_not_clear_is_not_asked_for(text: str) -> None:
    made = [(row.question, row.answers) for row in made_questions([paragraph(text)])]
    assert all(answers == ("singer",) for _, answers in made)


@given(st.text(alphabet="AB abc,.;()1890\n", max_size=200))
def test_answers_are_slices_of_the_paragraph(text: str) -> None:
    for row in made_questions([paragraph(text)]):
        assert [text[start:end] for start, end in row.spans] == list(row.answers)


def test_a_sentence_goes_on_after_another() -> None:
    assert small_first("The mill burnt") == "the mill burnt"
    assert small_first("Ann Lee came") == "Ann Lee came"


def test_documents_are_read_as_paragraphs(tmp_path: Path) -> None:
    file = tmp_path / "some-set" / "docs.jsonl"
    file.parent.mkdir()
    file.write_text(json.dumps({"id": "d", "title": "Mill", "text": MILL}) + "\n", "utf-8")
    (row,) = documents_as_rows([file])
    assert (row.paragraph, row.source, row.spans) == (MILL, "some-set", ())


def pool() -> list[Row]:
    named = ("Ann Lee", "Bob Ray", "Cleo Holt", "Dora Fenn", "Lorn", "Karsk", "Velm")
    rows = [asking(f"Who is {n}?", n, f"There is {n} in the hall.") for n in named]
    return [*rows, asking("How many looms did the mill have?", "twelve looms")]


@given(st.integers(0, 10**6))
def test_reports_answer_what_they_ask(seed: int) -> None:
    rng = random.Random(seed)
    row = asking("When was the mill opened?", "1874")
    drawn = Reports(pool()).drawn(row, rng)
    if drawn is None:
        return
    found = [drawn.paragraph[start:end] for start, end in drawn.spans]
    assert set(found) == set(drawn.answers)
    assert "The mill stood by the river." in drawn.paragraph
    assert "Bob Ray ran it for a while." in drawn.paragraph


def test_what_one_says_is_not_what_the_other_says() -> None:
    """Of two who disagree the one asked for answers, and no one who says nothing."""
    reports, row = Reports(pool()), asking("When was the mill opened?", "1874")
    seen: set[bool | None] = set()
    for seed in range(4000):
        drawn = reports.drawn(row, random.Random(seed))
        if drawn is None or "ccording to" not in drawn.question:
            continue
        who = drawn.question.rstrip("?").split("ccording to ")[1].split(", when")[0]
        for start, end in drawn.spans:
            sentences = drawn.paragraph[:start].split(". ")[-1] + drawn.paragraph[start:]
            assert who.casefold() in sentences.split(". ")[0].casefold()
            seen.add(drawn.paragraph[start:end] == "1874")
        seen |= set() if drawn.spans else {None}
    assert seen == {True, False, None}
