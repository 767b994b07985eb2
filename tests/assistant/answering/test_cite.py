"""Sentences of passages as they may be quoted: exact, and without what only lays them out."""

from __future__ import annotations

import pytest

from assistant.answering.cite import PassageSentences
from assistant.pipeline import Question
from assistant.types import Answer, Status
from tests.assistant.fakes import (
    FixedReader,
    ScriptedGenerator,
    passages_of,
    reading_assistant,
)
from tests.conftest import HashEmbedder


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("## The bridge is open", "The bridge is open"),
        ("- 19 looms were sold", "- 19 looms were sold"),  # or minus nineteen
        ("- The looms were sold.", "The looms were sold."),
        ("* • Two marks", "Two marks"),
        ("> 10 mg a day", "> 10 mg a day"),
        ("1. The looms", "1. The looms"),
        ("#", "#"),
        ("Drums - 5 of them", "Drums - 5 of them"),
    ],
)
def test_a_quotation_begins_with_what_is_said(text: str, quote: str) -> None:
    (passage,) = passages_of(text)
    (carrier,) = PassageSentences([passage], HashEmbedder()).of(1)
    start = passage.chunk.span.start
    assert carrier.said.shifted(-start).text_of(text) == quote
    answer = asked(text, quote)
    assert [citation.quote for citation in answer.citations] == [quote]
    assert answer.citations[0].span.text_of(text) == quote


@pytest.mark.parametrize("found", ["# ", "#", "The", "- ", "-", "o", "open.\n"])
def test_whatever_is_found_is_quoted_in_its_sentence(found: str) -> None:
    text = "# The bridge is open.\n- The looms were sold."
    answer = asked(text, found, "The looms")
    assert answer.status is Status.ANSWERED
    for citation in answer.citations:
        assert citation.quote in {"The bridge is open.", "The looms were sold."}


def asked(text: str, *found: str) -> Answer:
    """Ask somebody who finds these words, the first of them the surest."""
    reader = FixedReader({words: 9.0 - at for at, words in enumerate(found)})
    built = reading_assistant({"doc": text}, reader, ScriptedGenerator(""))
    return built.ask(Question("What?", quotes_only=True))
