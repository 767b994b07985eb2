"""Who holds an office: "Russian President Vladimir Putin" tells who is president of Russia.

News name people so, in passing and in sentences about something else, where the extractor is
not sure that anything was asked for. Whose office it is has to be said: "Its foreign minister"
of what the sentence before is about, but no minister of no country. For German questions see
`holders_de`.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from assistant.reading import holders_de
from assistant.text.other_places import OFFICE, whose_office
from assistant.text.words import content_words, same_name
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.types import Passage

__all__ = ["holder_asked_for"]

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
_ANOTHER = re.compile(
    r"\b(?:prime|vice|deputy|acting|former|ex|late|then|foreign|defen[cs]e|finance|interior|"
    r"health|education|justice|economy|assistant|first|onetime)[ \-]$",
    re.IGNORECASE,
)
LONGEST_BEFORE = 60  # characters looked at before an office
LONGEST_TEXT = 400  # the same, for whose it is: the sentence before tells who "its" is


def holder_asked_for(question: str, passage: Passage) -> Span | None:
    """Return the name of the one who is said to hold the office that a question asks for.

    It is a span of the document.
    """
    asked = next((m for pattern in _ASKED if (m := pattern.match(question))), None)
    if asked is None:
        return holders_de.holder_asked_for(question, passage)
    text, place = passage.chunk.text, content_words(asked["place"] or "")
    if asked["place"] and not place:
        return None  # of "it"
    # A mayor of no town is that of the town which the report is about.
    around = f"{passage.source.title}\n{text}" if asked["role"] == "mayor" else ""
    for span, whose in _named(asked["role"], text):
        named = content_words(whose or around)
        if not place or any(same_name(one, other) for one in place for other in named):
            return span.shifted(passage.chunk.span.start)
    return None


def _named(role: str, text: str) -> Iterator[tuple[Span, str]]:
    """Yield the names that stand beside a role, and whose it is said to be, "" if it is not."""
    for pattern in _patterns(role):
        for match in pattern.finditer(text):
            begin, (start, end) = match.start("role"), match.span("name")
            if _ANOTHER.search(text[max(0, begin - LONGEST_BEFORE) : begin]):
                continue
            told = match.groupdict()
            whose = told.get("place") or told.get("whose")
            if not whose and begin < start:  # "Italian President", "its president"
                before = text[max(0, end - LONGEST_TEXT) : end]
                office = role.rsplit(" ", 1)[-1]
                whose, _ = whose_office(office, before, end - start) or ("", "")
            yield Span(start, end), whose or ""


@functools.lru_cache(maxsize=64)
def _patterns(role: str) -> tuple[re.Pattern[str], ...]:
    """Compile how a name stands beside a role: behind it, before it, and with its place."""
    words = re.sub("defen[cs]e", "defen[cs]e", role)
    said = rf"\b(?P<role>(?i:{words}))"
    place = rf"(?:of|in) (?:the )?(?P<place>{_PLACE})"
    whose = rf"(?:(?P<whose>{_PLACE})[’']s? )?"
    return (
        re.compile(rf"{said},? {_NAME}"),
        re.compile(rf"\b{_NAME}, (?:who is )?(?:the )?{whose}{said}(?: {place})?"),
        re.compile(rf"{said} {place}(?:,| is) {_NAME}"),
    )
