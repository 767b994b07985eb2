"""Clauses by their numbers: what one says, what is said in it, which one says something.

Contracts, statutes and minutes are spoken of by number. A clause is a line that begins with its
number; what the question says beside the number is read in that line alone. English and German.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.text.lines import line_of
from assistant.text.words import content_words
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["asks_only_what_it_says", "clause_asked_for", "clause_of", "number_asked_for"]

_KIND = (
    r"(?:clauses?|sections?|articles?|paragraphs?|items?|points?|§|klauseln?|abschnitte?s?|"
    r"artikels?|absatz(?:es)?|paragraf|paragraph|ziffern?|punkte?s?|nummer)"
)
_NUMBERED = re.compile(
    rf"{_KIND}\s*(?P<number>\d+(?:\.\d+)*\.?(?:\s?\(?[a-z]\))?)", re.IGNORECASE
)
_WHICH = re.compile(
    rf"\b(?:which|what|welche[rs]?|in which|in welche[rm])\s+{_KIND}\b", re.IGNORECASE
)
_BEGINS = re.compile(
    r"(?:- )?(?:§\s?)?(?P<number>\d+(?:\.\d+)+|\d+|\(?[a-z]\))[.)]?\s+(?=\S)"
)
_SAYS = frozenset(
    "say says state states mean means read reads provide provides contain contains about "
    "content sagt steht besagt lautet bedeutet enthält inhalt".split()
)


def number_asked_for(question: str) -> str:
    """Return the number of the clause that a question names, "" if it names none."""
    found = _NUMBERED.search(question)
    return found["number"].rstrip(".") if found else ""


def asks_only_what_it_says(question: str) -> bool:
    """Say whether a question about a clause asks for all of it."""
    rest = _NUMBERED.sub(" ", question)
    return all(word in _SAYS for word in content_words(rest))


def clause_asked_for(number: str, text: str) -> Span | None:
    """Return the clause of a number in a text: its words behind the number; None if none."""
    for line in _lines(text):
        found = _BEGINS.match(line.text_of(text))
        if found and found["number"].rstrip(".") == number:
            return Span(line.start + found.end(), line.end)
    return None


def clause_of(question: str, words: Span, text: str) -> Span | None:
    """Return the number of the clause that some words stand in, if a question asks for it."""
    if not _WHICH.search(question):
        return None
    line = line_of(text, words)
    found = _BEGINS.match(line.text_of(text))
    return Span(*found.span("number")).shifted(line.start) if found else None


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield line_of(text, Span(start, start + len(line)))
        start += len(line) + 1
