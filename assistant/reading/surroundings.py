"""What stands around a finding: its sentence, and whose office or account it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.reading.focus import around
from assistant.reading.table_lookup import columns_over
from assistant.text.other_offices import other_offices
from assistant.text.other_places import other_places

if TYPE_CHECKING:
    from assistant.types import Finding, Passage

__all__ = ["another_office", "sentence_of"]


def sentence_of(passage: Passage, finding: Finding) -> str:
    """Return the sentence that holds a finding, or the row with what names its columns."""
    text = around(passage, finding.span, 0).chunk.text
    return f"{columns_over(passage, finding.span)}\n{text}".lstrip("\n")


def another_office(
    question: str, passage: Passage, finding: Finding
) -> list[tuple[str, str]]:
    """Return the office asked for that a finding has another one of, and how it is said.

    That is a former or a deputy one, or that of another place.
    """
    beside = around(passage, finding.span).chunk
    place = finding.span.shifted(-beside.span.start)
    return [
        *other_offices(question, sentence_of(passage, finding), finding.text),
        *other_places(question, beside.text, place.start, place.end),
    ]
