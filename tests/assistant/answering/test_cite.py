"""Sentences of passages as they may be quoted: exact, and without what only lays them out."""

from __future__ import annotations

import pytest

from assistant.answering.cite import PassageSentences
from tests.assistant.fakes import passages_of
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
    assert carrier.quote == quote
    start = passage.chunk.span.start
    assert carrier.span.shifted(-start).text_of(text) == quote
