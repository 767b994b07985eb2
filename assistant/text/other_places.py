"""The office asked for, but of another place: Lorvek's foreign minister for Dravania's.

In a report about two countries both have a president, and the reader takes whichever stands
in the likelier sentence. Whose an office is said to be is told by the word before it:
"Belarusian President", "Lorvek's foreign minister", or "its", of what the sentence before is
about. English only: elsewhere a capital letter tells no name.
"""

from __future__ import annotations

import re

from assistant.text.words import content_words, same_name

__all__ = ["OFFICE", "other_place", "whose_office"]

_NAME = r"[A-Z][\w\-]*(?: [A-Z][\w\-]*)*"
# Of these each place has its own, in the same words.
OFFICE = (
    r"(?:ambassador|chancellor|chief|commander|emperor|empress|general|governor|"
    r"king|leader|mayor|minister|premier|president|queen|ruler|secretary|senator|"
    r"spokesman|spokesperson|spokeswoman|sultan)"
)
_ASKED = (
    re.compile(
        rf"\b(?P<office>{OFFICE}) (?:of|in) (?:the )?(?P<place>{_NAME})(?=\W*$|,| [a-z])"
    ),
    re.compile(rf"\b(?P<place>{_NAME})[’']s (?:[a-z][\w\-]+ )*?(?P<office>{OFFICE})\W*$"),
    re.compile(rf"\bthe (?P<place>{_NAME}) (?:[a-z][\w\-]+ )*?(?P<office>{OFFICE})\W*$"),
)
_WHO = re.compile(r"\b(?:who|whom|name)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"its|their", re.IGNORECASE)
# What stands before an office, with a capital letter, and is no place.
_NO_PLACE = frozenset(
    """a an the then this that former current new acting deputy vice prime chief first
    foreign defence defense finance interior health education justice general lord city
    state federal national minister president mr mrs ms dr""".split()
)
_BEFORE = re.compile(r"(?:[\w\-’']+ ){1,3}$")
LONGEST_ROLE = 60  # characters
_BETWEEN = re.compile(r"[\s,:;(\"“”]*")
LONGEST_TEXT = 2000  # characters looked at before the answer


def other_place(question: str, text: str, begin: int, end: int) -> str:
    """Return how a text says that the answer's office is another place's; "" if it does not.

    Args:
        question: Who holds an office somewhere.
        text: The sentence that answers, with those before it.
        begin: Where the answer begins in the text.
        end: Where it ends.
    """
    asked = next((m for p in _ASKED if (m := p.search(question))), None)
    if asked is None or not _WHO.search(question):
        return ""
    places, office = content_words(asked["place"]), asked["office"]
    said = whose_office(office, text[max(0, begin - LONGEST_TEXT) : end], end - begin)
    if said is None:
        return ""
    whose, words = said
    named = content_words(whose)
    own = any(same_name(place, name) for place in places for name in named)
    return "" if own or not named else words


def whose_office(office: str, text: str, length: int) -> tuple[str, str] | None:
    """Return whose office it is that the words at the end of a text hold, and how it is said.

    None where no one is said to hold it, or it is not said whose it is.
    """
    begin = len(text) - length
    for match in re.finditer(rf"\b{re.escape(office)}\b", text, re.IGNORECASE):
        before = _BEFORE.search(text, max(0, match.start() - LONGEST_ROLE), match.start())
        joined = match.end() > begin or _BETWEEN.fullmatch(text, match.end(), begin)
        if not before or not joined:
            continue
        for word in reversed(before[0].split()):
            place = _subject(text[: before.start()]) if _PRONOUN.fullmatch(word) else word
            if _is_place(place):
                return re.sub("[’']s?$", "", place), text[before.start() : match.end()]
            if not content_words(word):
                break
    return None


def _is_place(word: str) -> bool:
    return word[:1].isupper() and word.casefold() not in _NO_PLACE


def _subject(before: str) -> str:
    """Return the only name in the sentence before, "" where it has none or several."""
    *_, sentence = re.split(r"(?<=[.!?])\s+", before.strip())
    found = {
        match[0]
        for match in re.finditer(rf"\b{_NAME}", sentence)
        if content_words(match[0])
    }
    return found.pop() if len(found) == 1 else ""
