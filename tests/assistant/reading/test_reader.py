"""The reader made of the shipped extractor: what is found is taken a second look at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.reading.reader import ExtractiveReader
from assistant.types import LookedUp, Passage, Source
from index.types import Chunk, Span

if TYPE_CHECKING:
    from assistant.reading.extract import Extractor
    from assistant.types import Finding

TEXT = (
    "The mill at Sorley burnt down in 1811. It was rebuilt by the brothers Amos and Jon Hale "
    "within two years. Since 1950 it has been a school. Its wheel can still be seen."
)
START = 500  # of the passage in its document
PASSAGE = Passage(
    1, Chunk("mill", Span(START, START + len(TEXT)), TEXT), Source("mill", "mill.txt")
)


@pytest.fixture(scope="module")
def reader(real_extractor: Extractor) -> ExtractiveReader:
    return ExtractiveReader(real_extractor)


def first(reader: ExtractiveReader, question: str) -> Finding:
    return reader.read(question, [PASSAGE])[0]


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who rebuilt the mill?", "Amos and Jon Hale"),
        ("When did the mill burn down?", "1811"),
        ("What has the mill been since 1950?", "school"),
    ],
)
def test_a_second_look_finds_the_same_words_of_the_document(
    reader: ExtractiveReader, question: str, answer: str
) -> None:
    found = first(reader, question)
    again = reader.reread(question, PASSAGE, found)
    assert answer in again.text
    assert again.span.overlaps(found.span)
    assert again.text == again.span.shifted(-START).text_of(TEXT)
    assert (again.merit, again.logit, again.score) == (
        *(found.merit, found.logit),
        found.score,
    )


@pytest.mark.model
def test_what_is_not_there_is_less_sure_of_an_answer_after_both_looks(
    reader: ExtractiveReader,
) -> None:
    there = "Who rebuilt the mill?"
    elsewhere = "Which bishop was buried in the crypt?"
    sure, unsure = (
        reader.reread(question, PASSAGE, first(reader, question))
        for question in (there, elsewhere)
    )
    assert sure.total > unsure.total


@pytest.mark.model
def test_a_cell_that_was_looked_up_stays_as_it_is(reader: ExtractiveReader) -> None:
    found = replace(first(reader, "Who rebuilt the mill?"), looked_up=LookedUp.CELL)
    assert reader.reread("Who rebuilt the mill?", PASSAGE, found) == found


@pytest.mark.model
def test_who_said_something_is_found_by_what_was_said(reader: ExtractiveReader) -> None:
    text = (
        "Ada Hale said that the wheel would turn again. The wheel was last seen turning in "
        "1950, said the teacher Jon Moss."
    )
    passage = replace(PASSAGE, chunk=Chunk("mill", Span(START, START + len(text)), text))
    found = reader.read("Who said that the wheel was last seen turning in 1950?", [passage])
    assert found[0].looked_up
    assert found[0].text.endswith("said the teacher Jon Moss.")
    assert not any(f.span.overlaps(found[0].span) for f in found[1:])


@pytest.mark.model
def test_what_somebody_says_of_a_matter_is_given_in_whole_sentences(
    reader: ExtractiveReader,
) -> None:
    text = (
        "Ada Hale said that the wheel would turn again. The wheel cost 40 crowns, said Jon "
        "Moss. Hale added that the old wheel was rotten."
    )
    passage = replace(PASSAGE, chunk=Chunk("mill", Span(START, START + len(text)), text))
    found = reader.read("What did Ada Hale say about the wheel?", [passage])
    assert [f.text[:11] for f in found[:2]] == ["Ada Hale sa", "Hale added "]
    assert all(f.looked_up is LookedUp.STATEMENT for f in found[:2])


@pytest.mark.model
def test_a_heading_that_only_says_what_was_asked_answers_nothing(
    reader: ExtractiveReader,
) -> None:
    text = "What the mill cost\n\nThe mill cost 900 crowns in all.\n\nThe mill in 1950"
    passage = replace(PASSAGE, chunk=Chunk("mill", Span(START, START + len(text)), text))
    asked = "What did the mill cost?"
    found = reader.read(asked, [passage])
    assert found[0].text.startswith("900 crowns")
    assert all(f.span.start >= START + text.index("The mill cost") for f in found)
    heading = replace(passage, chunk=Chunk("mill", Span(START, START + 18), text[:18]))
    assert reader.read(asked, [heading]) == []
