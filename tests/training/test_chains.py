"""Questions about what a passage only names, and tables: what answers stands where they say."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.extractor_chains import (
    Chains,
    described,
    done_otherwise,
    only_named,
    untold,
)
from models.training.extractor_data import Row
from models.training.extractor_tables import Tables

MILL = (
    "The Tarn Mill was opened by Ann Lee in 1874 with twelve looms. Ann Lee sold it to "
    "Bob Ray, who ran it for Moll Works."
)
NAMES = "Ann Lee|Bob Ray|Moll Works|Tarn Mill|Eva Sand|Old Bridge|Iver Holm|Kay Dunn"


def asking(question: str, answer: str, text: str = MILL) -> Row:
    at = text.index(answer)
    return Row(
        "1", "pool", "Tarn Mill", text, question, (answer,), ((at, at + len(answer)),), ""
    )


OPENED = asking("Who opened the mill?", "Ann Lee")
SOLD = asking("To whom did Ann Lee sell it?", "Bob Ray")


@pytest.mark.parametrize(
    ("question", "answer", "description"),
    [
        ("Who opened the mill?", "Ann Lee", "the person who opened the mill"),
        ("Who was the founder of the mill?", "Ann Lee", "the founder of the mill"),
        ("Which firm was run by him?", "Moll Works", "the firm that was run by him"),
        ("Where was Ann Lee born?", "Tarn", "the place where Ann Lee was born"),
        ("When was it opened?", "1874", None),
        ("How many looms did it have?", "twelve", None),
        ("Who did Ann Lee sell it to?", "Bob Ray", None),
    ],
)
def test_a_question_describes_its_answer(
    question: str, answer: str, description: str | None
) -> None:
    found = described(asking(question, answer))
    assert (found[0] if found else None) == description


def test_two_questions_of_a_paragraph_are_put_together() -> None:
    chains = Chains([OPENED, SOLD])
    drawn = [chains.drawn(OPENED, random.Random(seed)) for seed in range(60)]
    joined = [row for row in drawn if row is not None and row.spans]
    assert joined
    for row in joined:
        assert row.question == "To whom did the person who opened the mill sell it?"
        assert row.spans == SOLD.spans


def test_the_name_alone_does_not_answer_what_is_asked_of_it() -> None:
    asked = ("the person who opened the mill", "person")
    drawn = [only_named(OPENED, asked, random.Random(seed)) for seed in range(60)]
    made = [row for row in drawn if row is not None]
    assert made
    assert all("the person who opened the mill" in row.question for row in made)
    assert all(not row.spans and not row.answers for row in made)


def test_what_the_paragraph_tells_is_not_taken_for_untold() -> None:
    born = asking(
        "Who opened it?", "Ann Lee", "Ann Lee, born in 1850, was its first owner."
    )
    for seed in range(200):
        row = untold(born, random.Random(seed))
        assert row is None or "born" not in row.question
        assert row is None or "owns" not in row.question


def test_something_else_done_is_not_told() -> None:
    seen = Counter(
        row.question
        for seed in range(100)
        if (row := done_otherwise(OPENED, random.Random(seed))) is not None
    )
    assert "Who built the mill?" in seen
    assert "Who sold the mill?" not in seen  # the paragraph tells of a sale
    assert "Who opened the mill?" not in seen


@given(seed=st.integers(0, 10_000))
def test_a_cell_that_answers_stands_in_the_row_that_is_asked_for(seed: int) -> None:
    rng = random.Random(seed)
    tables = Tables([asking("Who?", name, NAMES) for name in NAMES.split("|")])
    row = next(row for _ in range(1000) if (row := tables.drawn(SOLD, rng)) is not None)
    if not row.spans:
        return
    ((start, end),) = row.spans
    assert (row.paragraph[start:end],) == row.answers
    told = row.paragraph[:start].rpartition("\n")[2] or row.paragraph
    named = [name for name in NAMES.split("|") if name in row.question]
    listed = row.paragraph[:start].count("\n") and not told.startswith(tuple(named))
    assert listed or told.startswith(tuple(named))


def test_some_tables_lack_what_is_asked_for() -> None:
    tables = Tables([asking("Who?", name, NAMES) for name in NAMES.split("|")])
    rng = random.Random(1)
    drawn = [row for _ in range(2000) if (row := tables.drawn(SOLD, rng)) is not None]
    silent = sum(not row.spans for row in drawn)
    assert len(drawn) / 8 < silent < len(drawn) / 2
