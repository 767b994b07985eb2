"""Which of the findings that are about as likely as the best one goes first.

How likely a finding is says little about some things that anybody would mind: that somebody
no longer holds the office asked for, that somebody else said it, that "2017" is a poor answer
beside "1 December 2017".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.reading.according import Account, account
from assistant.reading.focus import around
from assistant.reading.said import said, same_words
from assistant.reading.surroundings import sentence_of
from assistant.text.dates import exactness
from assistant.text.kinds import of_another_kind
from assistant.text.other_offices import other_offices
from assistant.types import LookedUp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.types import Finding, Passage

__all__ = ["preferred_first"]

WITHIN = 2.0  # nats of the best merit: about as likely
FAR_LIKELIER = 2.0  # nats of the reader's own score
_A_YEAR = re.compile(r"\b(?:what|which|welche[mns]?) (?:year|jahr)", re.IGNORECASE)


def preferred_first(
    question: str, findings: Sequence[Finding], passages: Mapping[int, Passage]
) -> list[Finding]:
    """Return the findings, best first, with one of the likely ones preferred to the best.

    Args:
        question: As it was asked.
        findings: The likeliest first.
        passages: By their numbers.
    """
    found = list(findings)
    for better in (
        _reads_better,
        _is_of_the_kind,
        _is_their_account,
        _holds_the_office,
        _is_said_by_the_one,
        _tells_more_exactly,
    ):
        found = _first(found, better(question, found, passages)) if found else []
    return found


def _first(found: list[Finding], better: Callable[[Finding], bool] | None) -> list[Finding]:
    """Put the first likely finding that is better than the best one before it."""
    if better is None:
        return found
    least = found[0].merit - WITHIN
    for finding in found[1:]:
        if finding.merit >= least and better(finding):
            return [finding, *(each for each in found if each is not finding)]
    return found


def _reads_better(
    _question: str, found: Sequence[Finding], passages: Mapping[int, Passage]
) -> Callable[[Finding], bool] | None:
    """Prefer what the reader finds far likelier in the same sentence.

    "24 were replaced, 19 that were cracked": there it has read both, and what other places
    say of 19 is about something else.
    """
    best = found[0]
    if best.looked_up:
        return None
    sentence = around(passages[best.passage], best.span, 0).chunk.span
    return lambda finding: (
        finding.passage == best.passage
        and sentence.contains(finding.span)
        and finding.logit >= best.logit + FAR_LIKELIER
    )


def _is_of_the_kind(
    question: str, found: Sequence[Finding], _passages: Mapping[int, Passage]
) -> Callable[[Finding], bool] | None:
    """Prefer a time where a time is asked for, and a number where it is a number."""
    if not of_another_kind(question, found[0].text):
        return None
    return lambda finding: not of_another_kind(question, finding.text)


def _is_their_account(
    question: str, found: Sequence[Finding], passages: Mapping[int, Passage]
) -> Callable[[Finding], bool] | None:
    """Prefer what the one says whose account is asked for ("according to Lorvek")."""

    def told(finding: Finding) -> Account:
        return account(question, passages[finding.passage], finding.span)

    known = told(found[0])
    if known is Account.THEIRS:
        return None
    nearest = max(told(f) for f in found if f.merit >= found[0].merit - WITHIN)
    return lambda finding: told(finding) == nearest > known


def _holds_the_office(
    question: str, found: Sequence[Finding], passages: Mapping[int, Passage]
) -> Callable[[Finding], bool] | None:
    """Prefer another finding to one that is said to hold another office."""
    best = found[0]

    def another(finding: Finding) -> bool:
        sentence = sentence_of(passages[finding.passage], finding)
        return bool(other_offices(question, sentence, finding.text))

    if not another(best):
        return None
    return lambda finding: not same_words(finding, best) and not another(finding)


def _is_said_by_the_one(
    _question: str, found: Sequence[Finding], _passages: Mapping[int, Passage]
) -> Callable[[Finding], bool] | None:
    """Prefer what the one who is asked about says to what may be somebody else's words."""
    said_so = [f for f in found if f.looked_up is LookedUp.STATEMENT]
    best = found[0]
    if any(s.passage == best.passage and s.span.overlaps(best.span) for s in said_so):
        return None
    return lambda finding: finding.looked_up is LookedUp.STATEMENT


def _tells_more_exactly(
    question: str, found: Sequence[Finding], _passages: Mapping[int, Passage]
) -> Callable[[Finding], bool] | None:
    """Prefer a finding that tells the best one's time more exactly.

    "2017" and "1 December 2017" say the same, but only one of them is an answer to "When?".
    """
    best = found[0]
    level = exactness(best.text)
    if not level or _A_YEAR.search(question):
        return None
    return lambda finding: exactness(finding.text) > level and said(best) <= said(finding)
