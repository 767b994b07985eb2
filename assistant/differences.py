"""Why the nearest passage is no answer: the word or number in which it differs.

"The documents do not say" leaves a person guessing whether the search failed. Where the
nearest sentence speaks of nearly all that was asked and says "rejected" for "accepted", or
nothing of 1970, that is worth a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.dates import in_full
from assistant.opposites import contrasts
from assistant.types import Difference
from assistant.words import content_words, coverage, numbers

if TYPE_CHECKING:
    from assistant.types import Citation

__all__ = ["differences"]

LEAST_SHARED = (
    0.6  # share of the question's content words; below, they differ in everything
)


def differences(question: str, nearest: Citation) -> tuple[Difference, ...]:
    """Return in what the question differs from the passage nearest to it."""
    source = nearest.source
    sentence = f"{in_full(nearest.quote, source.date)}\n{source.title}"
    found = [Difference(asked, said) for asked, said in contrasts(question, sentence)]
    contrasted = {each.asked.casefold() for each in found}
    rest = [word for word in content_words(question) if word not in contrasted]
    if coverage(rest, frozenset(content_words(sentence))) < LEAST_SHARED:
        return ()
    missing = numbers(question) - numbers(f"{sentence}\n{source.date}")
    return (*found, *(Difference(f"{number:f}", "") for number in sorted(missing)))
