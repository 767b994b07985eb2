"""What stands around a finding: its sentence, and whose office that one speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.reading.focus import around
from assistant.reading.table_lookup import columns_over
from assistant.text.other_places import other_places

if TYPE_CHECKING:
    from assistant.types import Finding, Passage

__all__ = ["of_another_place", "sentence_of"]


def sentence_of(passage: Passage, finding: Finding) -> str:
    """Return the sentence that holds a finding, or the row with what names its columns."""
    text = around(passage, finding.span, 0).chunk.text
    return f"{columns_over(passage, finding.span)}\n{text}".lstrip("\n")


def of_another_place(question: str, passage: Passage, finding: Finding) -> bool:
    """Say whether a finding holds the office asked for, but of another place."""
    beside = around(passage, finding.span).chunk
    place = finding.span.shifted(-beside.span.start)
    return bool(other_places(question, beside.text, place.start, place.end))
