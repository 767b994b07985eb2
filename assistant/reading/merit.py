"""Which finding to take: the reader's score, and what else speaks for the place it found.

The reader sees one passage at a time and is easily too sure. How well the search found the
passage, how much of the question the sentence and its neighbours speak of, whether they say
the opposite or another number, whether other places say the same, and whether another
document leads to it, tell it apart from a look-alike. The weights are those of a softmax over
a question's findings (`models/training/merit.py`), so a difference of merits is in nats.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from assistant.reading.bridges import with_bridges
from assistant.reading.focus import around
from assistant.reading.preferred import preferred_first
from assistant.reading.said import alike, said
from assistant.reading.surroundings import of_another, sentence_of
from assistant.text.differences import differing, missing_numbers, without_exceptions
from assistant.text.kinds import of_another_kind
from assistant.text.other_names import other_names
from assistant.text.other_offices import other_offices
from assistant.text.other_times import other_times
from assistant.text.words import content_words, coverage, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.types import Finding, Passage

__all__ = ["WEIGHTS", "Grounds", "by_merit", "grounds"]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for a finding."""

    logit: float  # the reader's
    search: float  # the passage's score, about 0 to 1.3
    sentence: float  # share of the question's words in the sentence that holds it
    window: float  # the same with the sentences beside it and the document's title
    agreement: float  # logarithm of how many places say the same, about as likely as it
    opposed: float  # words, names and years of the question that it has something else for
    unnumbered: float  # numbers of the question missing from sentence, date and title
    bridged: float  # share of the question that a sentence leading here adds


OF_ANOTHER = 2  # times as grave as another word: who says it, whose office, which kind

WEIGHTS = Grounds(
    logit=0.29,
    search=3.5,
    sentence=1.2,
    window=1.4,
    agreement=1.0,
    opposed=0.0,  # the fit gave -0.02; how sure to be counts it
    unnumbered=-0.41,
    bridged=7.5,
)


def by_merit(
    question: str, passages: Sequence[Passage], findings: Sequence[Finding]
) -> list[Finding]:
    """Return the findings with what leads to them and their merit, best first."""
    led = with_bridges(question, passages, findings)
    weighed = [
        replace(finding, merit=_merit(each))
        for finding, each in zip(led, grounds(question, passages, led), strict=True)
    ]
    by_number = {passage.number: passage for passage in passages}
    found = sorted(weighed, key=lambda finding: (-finding.merit, finding.passage))
    return preferred_first(question, found, by_number)


def _merit(each: Grounds) -> float:
    pairs = zip(astuple(WEIGHTS), astuple(each), strict=True)
    total: float = sum(weight * value for weight, value in pairs)
    return total


def grounds(
    question: str, passages: Sequence[Passage], findings: Sequence[Finding]
) -> Iterator[Grounds]:
    """Yield what speaks for each finding, in their order."""
    words, named = content_words(question), numbers(question)
    by_number = {passage.number: passage for passage in passages}
    words_of = [said(finding) for finding in findings]
    for place, finding in enumerate(findings):
        passage = by_number[finding.passage]
        sentence = sentence_of(passage, finding)
        beside = around(passage, finding.span)
        window = f"{beside.chunk.text}\n{passage.source.called}"
        yield Grounds(
            finding.logit,
            passage.score,
            coverage(words, frozenset(content_words(sentence))),
            coverage(words, frozenset(content_words(window))),
            _agreement(place, findings, words_of, by_number),
            _opposed(question, sentence, beside, finding)
            + OF_ANOTHER * of_another(question, passage, finding)
            + OF_ANOTHER * of_another_kind(question, finding.text),
            len(missing_numbers(named, sentence, passage.source)),
            finding.bridge.share if finding.bridge else 0.0,
        )


def _opposed(question: str, sentence: str, beside: Passage, finding: Finding) -> int:
    """Return how many words, names and years of the question it has something else for."""
    text, title = beside.chunk.text, beside.source.called
    question = without_exceptions(question)
    own = differing(question, sentence, title, finding.text)
    own = own or other_names(question, text, title, finding.text)
    own = own or other_names(question, title, text)
    own += other_offices(question, sentence, finding.text)
    bare = f"{sentence.replace(finding.text, ' ')}\n{title}"
    return len(own) + len(other_times(question, bare, f"{text}\n{beside.source.date}"))


def _agreement(
    place: int,
    findings: Sequence[Finding],
    words_of: Sequence[frozenset[str]],
    passages: Mapping[int, Passage],
) -> float:
    """Return log(1 + the others that say the same), each passage once.

    One that is less likely than this finding counts as less than one, none as more: else a
    poor finding that happens to hold the words of a good one would live on its odds.

    Passages overlap: the same words of the same document are one place, not two.
    """
    mine, words = findings[place], words_of[place]
    document = passages[mine.passage].source.id
    best: dict[int, float] = {}
    for other, theirs in zip(findings, words_of, strict=True):
        same_place = (
            passages[other.passage].source.id == document
            and other.span.overlaps(mine.span)
        )  # fmt: skip
        elsewhere = other.passage != mine.passage and not same_place
        if elsewhere and alike(words, theirs):
            known = best.get(other.passage, -math.inf)
            best[other.passage] = max(known, other.logit - mine.logit)
    return math.log1p(sum(math.exp(min(gain, 0.0)) for gain in best.values()))
