"""What was found of several things that one question asks about, put before all else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.reading.focus import around
from assistant.types import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.types import Finding, Passage, Retrieved

__all__ = [
    "best_side",
    "in_front",
    "place_of",
    "said_beside",
    "sentence_of",
    "short_of_all",
]


def best_side(name: str, question: str, found: Retrieved) -> Side | None:
    """Return the best that was found for a question, if anything was."""
    if not found.findings:
        return None
    best = found.findings[0]
    return Side(name, question, found, best, found.passage_of(best))


def in_front(found: Retrieved, sides: Sequence[Side], most: int) -> Retrieved:
    """Return what was found with the sides, their passages and their findings in front.

    Args:
        found: For the question as it was asked.
        sides: At least one, in the order in which they are told.
        most: Passages to keep, but never less than the sides'.
    """
    passages = _numbered([side.passage for side in sides], found.passages, most)
    number_of = {place_of(passage): passage.number for passage in passages}
    placed = tuple(
        replace(
            side,
            finding=replace(
                side.finding, passage=number_of[place_of(side.passage)], bridge=None
            ),
        )
        for side in sides
    )
    return replace(
        found,
        passages=passages,
        findings=tuple(side.finding for side in placed),
        sides=placed,
    )


def short_of_all(told: Sequence[Finding]) -> str:
    """Return the words of several findings in a line, none of them twice."""
    said: list[str] = []
    for finding in told:
        if not any(finding.text in one or one in finding.text for one in said):
            said.append(finding.text)
    return "; ".join(said)


def said_beside(side: Side, told: Sequence[Side]) -> bool:
    """Say whether a side's words stand in a sentence that is shown for others' sake."""
    return side in told or any(
        sentence_of(side) == sentence_of(other)
        and not side.finding.span.overlaps(other.finding.span)
        for other in told
    )


def sentence_of(side: Side) -> object:
    """Return where the sentence of a side's finding stands, to tell it from others."""
    return place_of(around(side.passage, side.finding.span, 0))


def place_of(passage: Passage) -> object:
    """Return where a passage stands, to tell it from others."""
    return passage.source.id, passage.chunk.span


def _numbered(
    first: Iterable[Passage], others: Iterable[Passage], most: int
) -> tuple[Passage, ...]:
    front = {place_of(passage): passage for passage in first}
    kept = list(
        {**front, **{place_of(p): p for p in others if place_of(p) not in front}}.values()
    )
    kept = kept[: max(most, len(front))]
    return tuple(replace(p, number=number) for number, p in enumerate(kept, start=1))
