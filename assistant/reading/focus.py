"""Cutting passages down to the sentences around what was found in them.

A model of a hundred million parameters gets lost in five passages; of the two or three
sentences around what was found it can make an answer.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.text.speech import speaker_beside
from index.sentences import sentences
from index.types import Chunk, Span

if TYPE_CHECKING:
    from assistant.types import Finding, Passage, Retrieved

__all__ = ["PROMPTED", "around", "begun_earlier", "focus", "sentences_of", "speaker_of"]

FOCUSED = 4  # places kept, from which an answer may be cited
PROMPTED = 2  # of these, what a small model is shown
LEAD = 800  # characters before a passage in which its first speaker is looked for
NEIGHBOURS = 1  # sentences shown before and after the one that holds a finding


@functools.lru_cache(maxsize=256)
def sentences_of(text: str) -> tuple[Span, ...]:
    """Return a passage's sentences; the same few are asked for often for one question."""
    return tuple(sentences(text))


def focus(found: Retrieved) -> Retrieved:
    """Return the same with only the sentences around the best findings as passages.

    Passages are numbered anew, the one with the best finding first, then the one that leads
    to it. A finding far from the better ones of its passage gets a passage of its own.
    """
    whole = {passage.number: passage for passage in found.passages}
    focused: list[Passage] = []
    findings: list[Finding] = []
    for finding in found.findings:  # best first
        passage = whole[finding.passage]
        speaker = speaker_of(passage, finding.span) or finding.span
        number = _place(focused, passage, finding.span.hull(speaker))
        bridge = None if findings else finding.bridge
        if bridge is not None:
            place = _place(focused, whole[bridge.passage], bridge.span)
            bridge = replace(bridge, passage=place) if place else None
        if number is not None:
            findings.append(replace(finding, passage=number, bridge=bridge))
    return replace(found, passages=tuple(focused), findings=tuple(findings))


def _place(focused: list[Passage], whole: Passage, words: Span) -> int | None:
    """Return the number of the passage that shows these words, made if there is room."""
    for passage in focused:
        chunk = passage.chunk
        if chunk.document_id == whole.chunk.document_id and chunk.span.contains(words):
            return passage.number
    if len(focused) == FOCUSED:
        return None
    focused.append(replace(around(whole, words), number=len(focused) + 1))
    return len(focused)


def speaker_of(passage: Passage, words: Span) -> Span | None:
    """Return the sentence that names who says some words, where their own does not."""
    start, text = passage.chunk.span.start, passage.chunk.text
    speaker = speaker_beside(words.shifted(-start), text, sentences_of(text))
    return speaker.shifted(start) if speaker else None


def begun_earlier(passage: Passage, text: str) -> Passage:
    """Return the passage with the sentences of its document's text right before it.

    Where it begins with "he said", they are what names him.
    """
    chunk = passage.chunk
    begin = max(chunk.span.start - LEAD, 0)
    before = [span.shifted(begin) for span in sentences_of(text[begin : chunk.span.start])]
    whole = before[1:] if begin else before  # the first is cut somewhere
    if not whole:
        return passage
    span = Span(whole[0].start, chunk.span.end)
    return replace(passage, chunk=replace(chunk, span=span, text=span.text_of(text)))


def around(passage: Passage, words: Span, neighbours: int = NEIGHBOURS) -> Passage:
    """Return the passage cut down to the sentences around some words of its document."""
    chunk = passage.chunk
    spans = [span.shifted(chunk.span.start) for span in sentences_of(chunk.text)]
    held = [place for place, span in enumerate(spans) if span.overlaps(words)]
    if not held:
        return passage
    first = spans[max(held[0] - neighbours, 0)]
    last = spans[min(held[-1] + neighbours, len(spans) - 1)]
    span = Span(first.start, last.end)
    text = chunk.text[span.start - chunk.span.start : span.end - chunk.span.start]
    return replace(passage, chunk=Chunk(chunk.document_id, span, text, chunk.heading))
