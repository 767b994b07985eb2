"""Why the nearest passage is no answer: the word or number in which it differs.

"The documents do not say" leaves a person guessing whether the search failed. Where the
nearest sentence speaks of nearly all that was asked and says "rejected" for "accepted", or
"the Marrow Bridge" for "the Tarn Bridge", or nothing of 1970, that is worth a line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.text.dates import in_full
from assistant.text.opposites import contrasts
from assistant.text.other_names import other_names
from assistant.text.other_times import other_times
from assistant.text.words import content_words, coverage, numbers
from assistant.types import Difference

if TYPE_CHECKING:
    from decimal import Decimal

    from assistant.types import Citation, Source

__all__ = ["differences", "differing", "missing_numbers", "without_exceptions"]

_EXCEPTION = re.compile(
    r"\b(?:other than|besides|except(?: for)?|apart from|aside from|in addition to|außer|neben)"
    r" (?:(?:the|a|an|der|die|das|dem|den) )?[\w'’-]+(?:,? (?-i:[A-Z])[\w'’-]+)*",
    re.IGNORECASE,
)
# Share of the question's content words; below it, they differ in everything.
LEAST_SHARED = 0.6


def differences(question: str, nearest: Citation) -> tuple[Difference, ...]:
    """Return in what the question differs from the passage nearest to it."""
    source = nearest.source
    sentence = f"{in_full(nearest.quote, source.date)}\n{source.called}"
    pairs = differing(question, in_full(nearest.quote, source.date), source.called)
    around = f"{source.called}\n{source.date}"
    times = other_times(question, nearest.quote, around)  # a missing year is a number too
    pairs += [pair for pair in times if not pair[0].isdigit()]
    found = [Difference(asked, said) for asked, said in pairs]
    contrasted = {word for each in found for word in content_words(each.asked)}
    rest = [word for word in content_words(question) if word not in contrasted]
    if coverage(rest, frozenset(content_words(sentence))) < LEAST_SHARED:
        return ()
    missing = missing_numbers(numbers(question), nearest.quote, source)
    return (*found, *(Difference(f"{number:f}", "") for number in sorted(missing)))


def differing(
    asked: str, said: str, title: str = "", answer: str = ""
) -> list[tuple[str, str]]:
    """Return words and names of the question, each with what the text has instead.

    Args:
        asked: A question.
        said: What may answer it.
        title: Of what it is from.
        answer: The words of it that answer; "Which state lies north of the South?"
    """
    asked = without_exceptions(asked)
    bare = said.replace(answer, " ") if answer else said
    pairs = contrasts(asked, f"{bare}\n{title}")
    words = {word for word, _ in pairs}
    names = other_names(asked, said, title, answer)
    return [*pairs, *(pair for pair in names if words.isdisjoint(pair[0].split()))]


def without_exceptions(question: str) -> str:
    """Return the question without what it leaves out: "Which language other than English?"."""
    return _EXCEPTION.sub(" ", question)


def missing_numbers(
    asked: frozenset[Decimal], said: str, source: Source
) -> frozenset[Decimal]:
    """Return the numbers that neither the words nor their document's title and date name."""
    return asked - numbers(f"{in_full(said, source.date)}\n{source.called}\n{source.date}")
