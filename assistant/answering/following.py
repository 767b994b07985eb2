"""What the reader found, as the measure of what may be shown: said, agreed with, contradicted.

A model too small to be trusted is only shown where it says what the reader found. Other
places that say the same are cited beside it; a place about as likely that says something
else is quoted too, so that reports which disagree are not turned into one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.reading.focus import speaker_of
from assistant.reading.surroundings import of_another
from assistant.text.words import content_words, coverage, numbers
from assistant.types import LookedUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.answering.cite import Carrier, PassageSentences
    from assistant.types import Finding

__all__ = ["Following"]

LEAST_SAID = 0.6  # share of a finding's content words that a claim must say
LEAST_BRIDGED = 0.2  # share of the question that only the sentence leading there says
ALTERNATIVE_WITHIN = 0.85  # nats of the best merit, which may be 2.3 times as likely
FURTHER_WITHIN = 2.0  # the same, of what a passage goes on to say where more is wanted


@dataclass(frozen=True, slots=True)
class Following:
    """Findings, best first, at least one; and the sentences of the passages they are in."""

    question: str
    findings: tuple[Finding, ...]
    sentences: PassageSentences
    compares: bool = False  # whether they are the sides of a comparison, one each

    @property
    def best(self) -> Finding:
        """The one that the answer has to say."""
        return self.findings[0]

    @property
    def told(self) -> tuple[Finding, ...]:
        """Those that are quoted as the answer: the best one, or all sides of a comparison."""
        return self.findings if self.compares else self.findings[:1]

    def carriers(self, finding: Finding) -> list[Carrier]:
        """Return the sentences that hold a finding: one, or the few it runs over."""
        held = self.sentences.of(finding.passage)
        return [carrier for carrier in held if carrier.span.overlaps(finding.span)]

    def speaker(self, finding: Finding) -> list[Carrier]:
        """Return the sentence that names who says a finding, if its own does not."""
        held = self.sentences.of(finding.passage)
        span = speaker_of(held[0].passage, finding.span) if held else None
        return [carrier for carrier in held if carrier.span == span]

    def leading(self) -> list[Carrier]:
        """Return the sentence that leads to the best finding's document, if one is needed."""
        bridge = self.best.bridge
        if bridge is None or bridge.share < LEAST_BRIDGED:
            return []
        held = self.sentences.of(bridge.passage)
        return [carrier for carrier in held if carrier.span.overlaps(bridge.span)]

    def further(self) -> list[Carrier]:
        """Return the sentences of what else the best finding's passage says, next likely.

        For questions that one sentence seldom answers whole: "How does ...?"
        """
        if self.best.looked_up in {LookedUp.HOLDER, LookedUp.CELL, LookedUp.RECORD}:
            return []
        first = self.carriers(self.best)
        for finding in self.findings[1:]:
            near = finding.merit >= self.best.merit - FURTHER_WITHIN
            if near and finding.passage == self.best.passage and not self.compares:
                carriers = self.carriers(finding)
                if not any(carrier in first for carrier in carriers):
                    return carriers
        return []

    def statements(self, shown: Callable[[Carrier], bool]) -> list[Carrier]:
        """Return what else the one asked about says of the matter: one sentence more."""
        if self.best.looked_up is not LookedUp.STATEMENT:
            return []
        for finding in self.findings[1:]:
            carriers = self.carriers(finding)
            if finding.looked_up is LookedUp.STATEMENT and not any(map(shown, carriers)):
                return [*carriers, *self.speaker(finding)]
        return []

    def agreeing(self) -> Iterator[list[Carrier]]:
        """Yield, from each other document that answers the same, the sentences that do."""
        first = self.carriers(self.best)
        seen = {carrier.passage.source.id for carrier in first}
        for finding in self.findings[1:]:
            carriers = self.carriers(finding)
            sources = {carrier.passage.source.id for carrier in carriers}
            if finding.score > 0 and _same(finding, self.best) and not sources & seen:
                seen |= sources
                yield carriers

    def alternative(self, shown: Callable[[Carrier], bool]) -> Finding | None:
        """Return a finding about as likely as the best that says otherwise.

        One whose sentence is shown already is before the reader's eyes anyway. The sides of a
        comparison are no alternatives of each other, nor is what one person says of one
        matter, nor what another says where one's account is asked for. Two cells of tables
        that were named are, and to one who is said to hold an office is only another who is.
        """
        if self.compares or self.best.looked_up is LookedUp.STATEMENT:
            return None
        for finding in self.findings[1:]:
            if self.best.looked_up is LookedUp.HOLDER is not finding.looked_up:
                continue
            near = finding.merit >= self.best.merit - ALTERNATIVE_WITHIN
            if not near and not (finding.looked_up and self.best.looked_up):
                continue
            carriers = self.carriers(finding)
            if _same(finding, self.best) or any(map(shown, carriers)):
                continue
            if not any(of_another(self.question, c.passage, finding) for c in carriers):
                return finding
        return None

    def said_in(self, claim: str) -> bool:
        """Say whether a claim says the best finding, at least most of it."""
        return _says(claim, self.best.text)


def _same(one: Finding, other: Finding) -> bool:
    return _says(one.text, other.text) or _says(other.text, one.text)


def _says(claim: str, found: str) -> bool:
    if not numbers(found) <= numbers(claim):
        return False
    words = content_words(found)
    if not words and not numbers(found):
        return found.casefold() in claim.casefold()
    return coverage(words, frozenset(content_words(claim))) >= LEAST_SAID
