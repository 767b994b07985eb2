"""A passage that begins with "he said" is read from where he is named."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.focus import LEAD, begun_earlier
from assistant.reading.lookup import Lookup
from assistant.reading.sayings import statements_asked_for
from assistant.types import Finding, Passage
from index.types import Chunk, Hit, Span
from tests.assistant.fakes import FixedDocuments, FixedRetriever, passages_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMED = '"We closed the bridge at once," Mayor Rook told reporters.'
UNNAMED = '"The strike is another matter," he said, "and it will end soon."'


def part(text: str, begin: int) -> Passage:
    whole = passages_of(text)[0]
    chunk = Chunk(whole.chunk.document_id, Span(begin, len(text)), text[begin:])
    return replace(whole, chunk=chunk)


@given(
    st.lists(st.sampled_from(["The boat left. ", "It rained all day. ", "x" * 300 + ". "])),
    st.integers(0, 20),
)
def test_it_begins_with_whole_sentences_and_stays_what_its_document_says(
    sentences: list[str], before: int
) -> None:
    text = "".join([*sentences, UNNAMED])
    starts = [0, *accumulate(map(len, sentences))]
    begin = starts[min(before, len(sentences))]
    span = begun_earlier(part(text, begin), text).chunk.span
    assert begun_earlier(part(text, begin), text).chunk.text == text[span.start : span.end]
    assert span.end == len(text)
    assert begin - LEAD <= span.start <= begin
    assert span.start in starts


class Statements:
    """A reader that finds what the one asked about says, and nothing else."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        return [
            Finding(
                p.number,
                span,
                span.shifted(-p.chunk.span.start).text_of(p.chunk.text),
                1,
                1,
            )
            for p in passages
            for span in statements_asked_for(question, p)
        ]

    def reread(self, _question: str, _passage: Passage, finding: Finding) -> Finding:
        return finding


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did Rook say about the strike?", [UNNAMED]),
        ("What did Berg say about the strike?", []),
    ],
)
def test_whoever_is_named_before_the_passage_is_heard(
    question: str, said: list[str]
) -> None:
    text = f"{NAMED} {UNNAMED}"
    documents = FixedDocuments({"report": text})
    found = Hit(part(text, text.index(UNNAMED)).chunk, score=0.9, similarity=0.9)
    hit = replace(found, chunk=replace(found.chunk, document_id="report"))
    lookup = Lookup(FixedRetriever([hit]), documents, Statements(), 5, 10, 20)
    assert [f.text for f in lookup.find(question, None).findings] == said
