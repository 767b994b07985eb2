"""Reading the best passages closely for the very words that answer: to findings.

The extractor reads sentences; what somebody said, where the speaker or the matter is asked
for, is looked up by its words, and who holds an office by the office.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import mean
from typing import TYPE_CHECKING

from assistant.reading.focus import around
from assistant.reading.holders import holder_asked_for
from assistant.reading.merit import by_merit
from assistant.reading.sayings import saying_asked_for, statements_asked_for
from assistant.reading.windows import central_span
from assistant.text.headings import repeats_question
from assistant.text.words import content_words, numbers, spelled_alike
from assistant.types import Finding, LookedUp
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.reading.extract import Extractor
    from assistant.types import Passage, Source

__all__ = ["ExtractiveReader"]

SPANS = 3  # of each passage
BESIDE = (0, 1)  # sentences on either side of a finding's own when it is read again
# What is looked up is taken to be as sure as the surer quarter of what the extractor finds
# where it is right: these are the upper quartiles of its numbers there.
SCORE_LOOKED_UP = 2.4
LOGIT_LOOKED_UP = 10.0
TOTAL_LOOKED_UP = 10.1


@dataclass(frozen=True, slots=True)
class ExtractiveReader:
    """The `PassageReader` made of the shipped extractor."""

    extractor: Extractor

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        """Return the likeliest answers in all passages, best first."""
        found = self.extractor.extract(
            question,
            [passage.chunk.text for passage in passages],
            titles=[_title(question, passage.source) for passage in passages],
            n=SPANS,
        )
        named = [
            *_looked_up(question, passages, LookedUp.HOLDER),
            *_looked_up(question, passages, LookedUp.SAYING),
            *_looked_up(question, passages, LookedUp.STATEMENT),
        ]
        findings = [
            Finding(
                passage.number,
                Span(span.start, span.end).shifted(passage.chunk.span.start),
                passage.chunk.text[span.start : span.end],
                span.mass - span.null,
                span.mass,
                total=span.total,
            )
            for passage, spans in zip(passages, found, strict=True)
            for span in spans
            if span.end > span.start
        ]
        rest = _outside(named, _telling(question, passages, findings))
        return by_merit(question, passages, [*named, *rest])

    def reread(self, question: str, passage: Passage, finding: Finding) -> Finding:
        """Return the finding with its words chosen anew, in its sentence and those beside it.

        In a short text the reader is less often led astray: in which words to take, and in
        whether they answer at all.
        """
        if finding.looked_up:
            return finding
        text, offset = passage.chunk.text, passage.chunk.span.start
        words = finding.span.shifted(-offset)
        parts = {
            around(passage, finding.span, n).chunk.span.shifted(-offset) for n in BESIDE
        }
        readings = self.extractor.read_again(
            question,
            text,
            (words.start, words.end),
            [(part.start, part.end) for part in sorted(parts)],
            title=_title(question, passage.source),
        )
        ways = [way for reading in readings for way in reading.ways]
        if not ways:
            return finding
        span = Span(*central_span(ways))
        return replace(
            finding,
            span=span.shifted(offset),
            text=span.text_of(text),
            total=mean([finding.total, *(reading.total for reading in readings)]),
        )


def _title(question: str, source: Source) -> str:
    """Return the title that a passage is read under: the file's name, where it is asked for.

    The span model heeds a short title that says what was asked more than a long one.
    """
    asked = frozenset(content_words(question))
    said = frozenset(content_words(source.title))
    new = spelled_alike(asked, source.name) - said
    numbered = numbers(question) & numbers(source.name) - numbers(source.title)
    return source.name if new or numbered else source.title


_RULES = {
    LookedUp.SAYING: saying_asked_for,
    LookedUp.HOLDER: holder_asked_for,
}


def _looked_up(
    question: str, passages: Sequence[Passage], kind: LookedUp
) -> Iterator[Finding]:
    """Yield what a rule finds that the question asks for."""
    for passage in passages:
        for span in _asked_for(question, passage, kind):
            yield Finding(
                passage.number,
                span,
                span.shifted(-passage.chunk.span.start).text_of(passage.chunk.text),
                SCORE_LOOKED_UP,
                LOGIT_LOOKED_UP,
                total=TOTAL_LOOKED_UP,
                looked_up=kind,
            )


def _asked_for(question: str, passage: Passage, kind: LookedUp) -> list[Span]:
    if kind is LookedUp.STATEMENT:
        return statements_asked_for(question, passage)
    span = _RULES[kind](question, passage)
    return [] if span is None else [span]


def _telling(
    question: str, passages: Sequence[Passage], findings: Iterable[Finding]
) -> Iterator[Finding]:
    """Yield the findings but for those in a heading that only says what was asked."""
    by_number = {passage.number: passage for passage in passages}
    for finding in findings:
        line = around(by_number[finding.passage], finding.span, 0).chunk.text
        if not repeats_question(line, question):
            yield finding


def _outside(sayings: Sequence[Finding], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings but for those in a sentence that is known to say what was asked."""
    for finding in findings:
        if not any(
            finding.passage == saying.passage and finding.span.overlaps(saying.span)
            for saying in sayings
        ):
            yield finding
