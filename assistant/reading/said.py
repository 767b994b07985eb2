"""What the words of a finding say, so that two findings can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.text.words import content_words, numbers

if TYPE_CHECKING:
    from assistant.types import Finding

__all__ = ["alike", "said", "same_words"]


def said(finding: Finding) -> frozenset[str]:
    """Return the words and numbers that a finding says; itself where it has neither."""
    words = {*content_words(finding.text), *map(str, numbers(finding.text))}
    return frozenset(words) or frozenset({finding.text.casefold()})


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether one of two sets of words holds the other."""
    return one <= other or other <= one


def same_words(one: Finding, other: Finding) -> bool:
    """Say whether one of the two says all words and numbers of the other."""
    return alike(said(one), said(other))
