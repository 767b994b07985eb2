"""Find quoted words in their sources, and name what is wrong with those that are not there.

A quotation is judged by its words in their order: upper and lower case, white space and
punctuation may differ, and three dots inside it leave words out. Three faults are told
apart:

- *fabricated*: a word of it stands in none of the sources shown;
- *frankenquote*: all its words stand there, but never together;
- *misattributed*: the exact words stand in a document, but not at the place that is named.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Fault", "classify", "quoted", "stands_in"]

WORD = re.compile(r"\w+")
GAP = re.compile(r"\[\s*(?:\.{3}|…)\s*\]|\.{3,}|…")
MARK = re.compile(r"\[\d+(?:\s*,\s*\d+)*\]")
PAIRS: tuple[str, ...] = ('""', "“”", "„“", "„”", "«»", "»«", "「」", "『』", "‟”")
QUOTED = re.compile("|".join(f"{p[0]}([^{p}]+){p[1]}" for p in PAIRS))


class Fault(StrEnum):
    """What is wrong with a quotation."""

    FABRICATED = "fabricated"
    FRANKENQUOTE = "frankenquote"
    MISATTRIBUTED = "misattributed"


def quoted(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and words of everything between quotation marks."""
    for match in QUOTED.finditer(text):
        group = match.lastindex or 0
        words = match[group]
        if WORD.search(MARK.sub(" ", words)):
            yield match.start(group), match.end(group), words


def stands_in(quote: str, source: str) -> bool:
    """Say whether every piece of the quotation stands in the source in one piece.

    A mark like [22] inside it may be one of the answer's, or one that the document has.
    """
    raw, bare = _padded(source), _padded_bare(source)
    return all(p in raw for p in _pieces(quote, with_marks=True)) or all(
        p in bare for p in _pieces(quote)
    )


def classify(quote: str, shown: Sequence[str], elsewhere: Iterable[str]) -> Fault:
    """Name the fault of a quotation that does not stand where it is said to stand.

    Args:
        quote: The words shown.
        shown: The texts that were shown beside it, or that the model saw.
        elsewhere: Further texts in which the exact words may stand.
    """
    if any(stands_in(quote, text) for text in shown):
        return Fault.MISATTRIBUTED
    if any(stands_in(quote, text) for text in elsewhere):
        return Fault.MISATTRIBUTED
    known = {word for text in shown for word in _padded(text).split()}
    words = " ".join(_pieces(quote)).split()
    return Fault.FRANKENQUOTE if known.issuperset(words) else Fault.FABRICATED


def _pieces(quote: str, *, with_marks: bool = False) -> list[str]:
    kept = quote if with_marks else MARK.sub(" ", quote)
    padded = (_padded(piece) for piece in GAP.split(kept))
    return [piece for piece in padded if piece.strip()]


@lru_cache(maxsize=4096)
def _padded_bare(text: str) -> str:
    return _padded(MARK.sub(" ", text))


@lru_cache(maxsize=4096)
def _padded(text: str) -> str:
    words = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return f" {' '.join(words)} "
