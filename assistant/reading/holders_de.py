"""The same of German: "der italienische Präsident ..." tells who is president of Italy."""

from __future__ import annotations

import functools
import itertools
import re
from typing import TYPE_CHECKING

from assistant.text.words import content_words
from index.types import Span

if TYPE_CHECKING:
    from assistant.types import Passage

__all__ = ["holder_asked_for"]

_OFFICE = (
    r"(?:präsident|bürgermeister|minister|kanzler|botschafter|gouverneur|könig|kaiser)"
)
_PLACE = r"[A-ZÄÖÜ][\w\-]*(?: [A-ZÄÖÜ][\w\-]*)*"
_ASKED = re.compile(
    rf"^\W*wer (?:ist|war) (?:(?:der|die) )?(?P<role>\w*?{_OFFICE})(?:in)?"
    r"(?: (?:von |der |des |in )?(?P<place>[\w\-]+(?: [\w\-]+){0,3}))?\W*$",
    re.IGNORECASE,
)
_NAME = (
    r"(?P<name>[A-ZÄÖÜ][\w\-]+(?: (?:[A-Z]\.|de|van|von|al|bin))*(?: [A-ZÄÖÜ][\w\-]+){1,2})"
)
# What makes another office of one: "ehemaliger Bürgermeister".
_ANOTHER = re.compile(
    r"\b(?:ehemalige[nrs]?|frühere[nrs]?|ex|vize|stellvertretende[nrs]?|damalige[nrs]?)[ \-]$",
    re.IGNORECASE,
)
LONGEST_BEFORE = 40  # characters looked at before an office
LEAST_ALIKE = 4  # letters: "Russland", "russische"
ENDING = 4  # letters that a place may have besides: "-land"


def holder_asked_for(question: str, passage: Passage) -> Span | None:
    """Return the name of the one who is said to hold the office that a question asks for.

    It is a span of the document.
    """
    asked = _ASKED.match(question)
    if asked is None:
        return None
    text, place = passage.chunk.text, content_words(asked["place"] or "")
    if asked["place"] and not place:
        return None
    town = asked["role"].casefold().endswith("bürgermeister")
    around = f"{passage.source.title}\n{text}" if town else ""
    for pattern in _patterns(asked["role"]):
        for match in pattern.finditer(text):
            begin = match.start("role")
            if _ANOTHER.search(text[max(0, begin - LONGEST_BEFORE) : begin]):
                continue
            whose = " ".join(filter(None, map(match.groupdict().get, ("of", "its"))))
            if not place or _alike(place, content_words(whose or around)):
                return Span(*match.span("name")).shifted(passage.chunk.span.start)
    return None


def _alike(places: list[str], words: list[str]) -> bool:
    """Say whether a word is of one of the places: "italienische", "Italiens" of "Italien"."""
    return any(
        _begin_alike(place, word) >= max(LEAST_ALIKE, min(len(place), len(word)) - ENDING)
        for place in places
        for word in words
    )


def _begin_alike(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


@functools.lru_cache(maxsize=64)
def _patterns(role: str) -> tuple[re.Pattern[str], ...]:
    """Compile how a name stands beside a role, and whose it is said to be."""
    said = rf"\b(?P<role>(?i:{role})(?:in)?)"
    whose = rf"(?:\b(?P<its>\w+isch\w{{1,2}}|{_PLACE}s) )?"
    of = rf"(?: (?:von |der |des )?(?P<of>{_PLACE}))"
    return (
        re.compile(rf"{whose}{said},? {_NAME}"),
        re.compile(rf"\b{_NAME}, (?:der |die )?{whose}{said}(?:{of})?"),
        re.compile(rf"{said}{of}, {_NAME}"),
    )
