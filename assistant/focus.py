"""Cutting passages down to the sentences around what was found in them.

A model of a hundred million parameters gets lost in five passages; of the two or three
sentences around what was found it can make an answer.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING

from index.sentences import sentences
from index.types import Chunk, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Finding, Passage, Retrieved

__all__ = ["PROMPTED", "around", "focus", "sentences_of"]

FOCUSED = 4  # places kept, from which an answer may be cited
PROMPTED = 2  # of these, what a small model is shown
NEIGHBOURS = 1  # sentences shown before and after the one that holds a finding


@functools.lru_cache(maxsize=256)
def sentences_of(text: str) -> tuple[Span, ...]:
    """Return a passage's sentences; the same few are asked for often for one question."""
    return tuple(sentences(text))


def focus(found: Retrieved) -> Retrieved:
    """Return the same with only the sentences around the best findings as passages.

    Passages are numbered anew, the one with the best finding first. A finding far from the
    better ones of its passage gets a passage of its own.
    """
    passages = {passage.number: passage for passage in found.passages}
    focused: list[Passage] = []
    findings: list[Finding] = []
    for finding in found.findings:  # best first
        whole = passages[finding.passage]
        number = _holding(focused, whole, finding)
        if number is None and len(focused) < FOCUSED:
            number = len(focused) + 1
            focused.append(replace(around(whole, finding), number=number))
        if number is not None:
            findings.append(replace(finding, passage=number))
    return replace(found, passages=tuple(focused), findings=tuple(findings))


def _holding(focused: Sequence[Passage], whole: Passage, finding: Finding) -> int | None:
    """Return the number of the passage that already shows these words, if any does."""
    for passage in focused:
        chunk = passage.chunk
        if chunk.document_id == whole.chunk.document_id and chunk.span.contains(
            finding.span
        ):
            return passage.number
    return None


def around(passage: Passage, finding: Finding, neighbours: int = NEIGHBOURS) -> Passage:
    """Return the passage cut down to the sentences around a finding."""
    chunk = passage.chunk
    spans = [span.shifted(chunk.span.start) for span in sentences_of(chunk.text)]
    held = [place for place, span in enumerate(spans) if span.overlaps(finding.span)]
    if not held:
        return passage
    first = spans[max(held[0] - neighbours, 0)]
    last = spans[min(held[-1] + neighbours, len(spans) - 1)]
    span = Span(first.start, last.end)
    text = chunk.text[span.start - chunk.span.start : span.end - chunk.span.start]
    return replace(passage, chunk=Chunk(chunk.document_id, span, text, chunk.heading))
