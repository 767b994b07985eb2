"""How German names who holds an office: "der italienische Präsident ...", "Rigas ..."."""

from __future__ import annotations

import functools
import itertools
import re

__all__ = ["ANOTHER", "asked", "is_of", "is_of_a_town", "patterns", "whose"]

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
ANOTHER = re.compile(
    r"\b(?:ehemalige[nrs]?|frühere[nrs]?|ex|vize|stellvertretende[nrs]?|damalige[nrs]?)[ \-]$",
    re.IGNORECASE,
)
LEAST_ALIKE = 4  # letters: "Russland", "russische"
ENDING = 4  # letters that a place may have besides: "-land"


def asked(question: str) -> re.Match[str] | None:
    """Match a question for who holds an office."""
    return _ASKED.match(question)


def is_of_a_town(role: str) -> bool:
    """Say whether every town has one of its own."""
    return role.casefold().endswith("bürgermeister")


def is_of(place: list[str], words: list[str]) -> bool:
    """Say whether a word is of the place: "italienische", "Italiens" of "Italien"."""
    return any(
        _begin_alike(one, other) >= max(LEAST_ALIKE, min(len(one), len(other)) - ENDING)
        for one in place
        for other in words
    )


def whose(match: re.Match[str]) -> str:
    """Return whose office it is, as it is said before or behind it."""
    return " ".join(filter(None, map(match.groupdict().get, ("of", "its"))))


def _begin_alike(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


@functools.lru_cache(maxsize=64)
def patterns(role: str) -> tuple[re.Pattern[str], ...]:
    """Compile how a name stands beside a role, and whose it is said to be."""
    said = rf"\b(?P<role>(?i:{role})(?:in)?)"
    owner = rf"(?:\b(?P<its>\w+isch\w{{1,2}}|{_PLACE}s) )?"
    of = rf"(?: (?:von |der |des )?(?P<of>{_PLACE}))"
    return (
        re.compile(rf"{owner}{said},? {_NAME}"),
        re.compile(rf"\b{_NAME}, (?:der |die )?{owner}{said}(?:{of})?"),
        re.compile(rf"{said}{of}, {_NAME}"),
    )
