"""A model's text, cut into claims with the passage numbers that it marked them with.

A claim is a sentence and the marks in it or right behind it. While the text is still growing,
a claim is given out as soon as the next one has begun.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.answering.refusals import is_refusal
from index.sentences import sentences

__all__ = ["Draft", "DraftClaim", "split_claims"]

# [1], [1, 2], [1-3], [Passage 2], 【1】; four digits are a year.
_MARK = re.compile(
    r"[\[【]\s*(?:(?:passage|source|document)s?\s*)?#?(\d{1,3}(?:\s*(?:,|;|&|and|-|–)\s*\d{1,3})*)\s*[\]】]",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A sentence without its marks, and the passage numbers that the marks named."""

    text: str
    marks: tuple[int, ...]
    new_line: bool  # whether it began on a line of its own
    end: int  # where it and its marks end in the text it was cut from


class Draft:
    """Collects pieces of text and gives out the claims that are complete.

    What was given out stays given out: later text is cut from there on, so no word is lost or
    said twice even where more text would have moved a boundary.

    Args:
        refusal: what a model writes for "no answer"; a sentence that says this, in these or
            other words, is no claim.
    """

    def __init__(self, refusal: str = "") -> None:
        self.text = ""
        self.refused = False  # whether a sentence refused to answer
        self._refusal = refusal
        self._given = 0  # the text before this offset has been given out

    def feed(self, piece: str) -> list[DraftClaim]:
        """Take the next piece; return the claims that it completes."""
        self.text += piece
        return self._give(split_claims(self.text[self._given :])[:-1])

    def finish(self) -> list[DraftClaim]:
        """Return the claims that were still open."""
        return self._give(split_claims(self.text[self._given :]))

    def _give(self, claims: list[DraftClaim]) -> list[DraftClaim]:
        if claims:
            claims[0] = replace(claims[0], new_line=_begins_line(self.text, self._given))
            self._given += claims[-1].end
        answering = [c for c in claims if not is_refusal(c.text, self._refusal)]
        self.refused |= len(answering) < len(claims)
        return answering


def split_claims(text: str) -> list[DraftClaim]:
    """Cut a text into sentences with their marks.

    Marks are blanked before the sentences are found, so that they cannot move a boundary; a
    mark behind a sentence's end belongs to that sentence.
    """
    blank = _MARK.sub(lambda match: " " * len(match.group()), text)
    spans = sentences(blank)
    claims: list[DraftClaim] = []
    for number, span in enumerate(spans):
        end = spans[number + 1].start if number + 1 < len(spans) else len(text)
        words = _without_marks(span.text_of(text))
        if words:
            marks = _marks(text[span.start : end])
            claims.append(DraftClaim(words, marks, _begins_line(text, span.start), end))
        elif claims:  # a stray mark or dash belongs to what stands before it
            marks = _marks(text[span.start : end])
            claims[-1] = replace(
                claims[-1], marks=_unique(claims[-1].marks + marks), end=end
            )
    return claims


def _marks(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for match in _MARK.finditer(text):
        ranges = list(_RANGE.finditer(match.group(1)))
        for first, last in ((int(r.group(1)), int(r.group(2))) for r in ranges):
            found += range(first, min(last, first + _LONGEST_RANGE) + 1)
        found += [
            int(number) for number in re.findall(r"\d+", _RANGE.sub(" ", match.group(1)))
        ]
    return _unique(tuple(found))


def _unique(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))


def _without_marks(sentence: str) -> str:
    bare = re.sub(r"\s+", " ", _MARK.sub(" ", sentence)).strip()
    bare = re.sub(r" ([.,;:!?])", r"\1", bare)
    return bare if re.search(r"\w", bare) else ""


def _begins_line(text: str, offset: int) -> bool:
    before = text[:offset].rstrip(" \t")
    return before.endswith("\n")
