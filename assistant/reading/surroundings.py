"""What stands around a finding: its sentence, and whose account or office that gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.reading.according import is_anothers
from assistant.reading.focus import around
from assistant.text.other_places import other_place

if TYPE_CHECKING:
    from assistant.types import Finding, Passage

__all__ = ["of_another", "sentence_of"]


def sentence_of(passage: Passage, finding: Finding) -> str:
    """Return the sentence that holds a finding, or the row with what names the cell."""
    text = around(passage, finding.span, 0).chunk.text
    names = passage.tables.names_of(finding.span) if passage.tables else ""
    return f"{names}\n{text}".lstrip("\n")


def of_another(question: str, passage: Passage, finding: Finding) -> bool:
    """Say whether a finding is somebody else's account, or somebody else's office.

    It is, where a question asks for what one names or for who holds an office somewhere, and
    it is another who says it, or whose office it is.
    """
    beside = around(passage, finding.span).chunk
    place = finding.span.shifted(-beside.span.start)
    return is_anothers(question, passage, finding.span) or bool(
        other_place(question, beside.text, place.start, place.end)
    )
