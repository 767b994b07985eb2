"""How English names who holds an office: "Italian President ...", "..., mayor of Riga"."""

from __future__ import annotations

import functools
import re

from assistant.text.other_places import OFFICE, whose_office
from assistant.text.words import same_name

__all__ = ["ANOTHER", "asked", "is_of", "is_of_a_town", "patterns", "whose"]

_PLACE = r"[A-Z][\w\-]*(?: [A-Z][\w\-]*)*"
_WHO = r"^\W*[Ww]ho(?:[’']s| is| was)(?: currently| now)?"
_HELD = (
    rf"(?:{OFFICE}|ceo|chief executive|chairman|chairwoman|coach|dean|director|editor|founder|"
    r"head|manager|owner|principal|rector|treasurer)"
)
_ROLE = rf"(?:(?:new|current|present) )?(?P<role>(?i:(?:[a-z]+ ){{0,2}}?{_HELD}))"
_WHERE = r"(?P<place>[\w\-]+(?: [\w\-]+){0,3})"  # questions are typed without capitals, too
_ASKED = (
    re.compile(rf"{_WHO} (?:the )?{_ROLE}(?: (?:of|in) (?:the )?{_WHERE})?\W*$"),
    re.compile(rf"{_WHO} (?:the )?{_WHERE}[’']s? {_ROLE}\W*$"),
    re.compile(rf"{_WHO} the {_WHERE} {_ROLE}\W*$"),
)
_NAME = (
    r"(?P<name>[A-Z][\w\-]+(?: (?:[A-Z]\.|de|van|von|der|al|bin|del|la))*"
    r"(?: [A-Z][\w\-]+){1,2})"
)
# What makes another office of one: "deputy mayor", "prime minister".
ANOTHER = re.compile(
    r"\b(?:prime|vice|deputy|acting|former|ex|late|then|foreign|defen[cs]e|finance|interior|"
    r"health|education|justice|economy|assistant|first|onetime)[ \-]$",
    re.IGNORECASE,
)
LONGEST_TEXT = 400  # characters looked at for whose it is: "its" is the sentence before's


def asked(question: str) -> re.Match[str] | None:
    """Match a question for who holds an office."""
    return next((m for pattern in _ASKED if (m := pattern.match(question))), None)


def is_of_a_town(role: str) -> bool:
    """Say whether every town has one of its own."""
    return role == "mayor"


def is_of(place: list[str], words: list[str]) -> bool:
    """Say whether a word is of the place: "Italian" of Italy."""
    return any(same_name(one, other) for one in place for other in words)


def whose(match: re.Match[str]) -> str:
    """Return whose office it is: said with it, or before it ("Italian", "its")."""
    told = match.groupdict()
    said = told.get("place") or told.get("whose")
    start, end = match.span("name")
    if said or match.start("role") > start:
        return said or ""
    before = match.string[max(0, end - LONGEST_TEXT) : end]
    office = match["role"].rsplit(" ", 1)[-1]
    found = whose_office(office, before, end - start)
    return found[0] if found else ""


@functools.lru_cache(maxsize=64)
def patterns(role: str) -> tuple[re.Pattern[str], ...]:
    """Compile how a name stands beside a role: behind it, before it, and with its place."""
    words = re.sub("defen[cs]e", "defen[cs]e", role)
    said = rf"\b(?P<role>(?i:{words}))"
    place = rf"(?:of|in) (?:the )?(?P<place>{_PLACE})"
    owner = rf"(?:(?P<whose>{_PLACE})[’']s? )?"
    return (
        re.compile(rf"{said},? {_NAME}"),
        re.compile(rf"\b{_NAME}, (?:who is )?(?:the )?{owner}{said}(?: {place})?"),
        re.compile(rf"{said} {place}(?:,| is) {_NAME}"),
    )
