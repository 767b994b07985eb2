"""Whose account a question asks for, and whose a finding is: "according to Lorvek".

Reports of one event disagree, and a question may ask for what one side says of it. The
reader finds a figure of the right kind, whoever gives it. Here it is told apart who does, by
who is named for the sentence (`assistant.text.speech`). English and German.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from assistant.reading.focus import around, speaker_of
from assistant.text.words import content_words, coverage, names, same_name, speakers

if TYPE_CHECKING:
    from assistant.types import Passage
    from index.types import Span

__all__ = ["Account", "account", "is_anothers", "source_asked_for"]

_ASKED = re.compile(
    r"\b(?:according to|laut|nach (?:den )?angaben (?:von|der|des))\s+"
    r"(?P<who>[^,;:?]{2,60}?)\s*(?:[,?.]|$)",
    re.IGNORECASE,
)


_MAIL = (".eml", ".msg")  # whose headings name who speaks


class Account(IntEnum):
    """Whose account some words are, the farther from the one asked for the lower."""

    ANOTHERS = 0
    NOBODYS = 1  # nobody is named for it
    BESIDE_THEIRS = 2  # a sentence beside it names the one asked for
    THEIRS = 3  # or no one's account is asked for


def source_asked_for(question: str) -> str:
    """Return whose account a question asks for, as it is written; "" for nobody's."""
    asked = _ASKED.search(question)
    return asked["who"] if asked and content_words(asked["who"]) else ""


def account(question: str, passage: Passage, words: Span) -> Account:
    """Say whose account some words of a passage's document are."""
    asked = source_asked_for(question)
    who = content_words(asked)
    if not who:
        return Account.THEIRS
    name = [*who, *_names_in(asked)][-1]
    own = around(passage, words, 0).chunk.text
    naming = speaker_of(passage, words)
    speaking = naming.shifted(-passage.chunk.span.start) if naming else None
    told = speakers(speaking.text_of(passage.chunk.text) if speaking else own)
    if any(same_name(name, word) for each in told for word in each) or _holds(own, who):
        return Account.THEIRS
    if told:
        return Account.ANOTHERS
    source = passage.source
    if _names_in(asked) and (writer := _writer_of_mail(passage)):
        return Account.THEIRS if _holds(writer, who) else Account.ANOTHERS
    if _holds(f"{source.title}\n{source.author}\n{source.outlet}\n{source.path}", who):
        return Account.THEIRS
    beside = around(passage, words).chunk.text
    return Account.BESIDE_THEIRS if _holds(beside, who) else Account.NOBODYS


def _writer_of_mail(passage: Passage) -> str:
    """Return who wrote a passage of a mail: its sender, or whom it quotes; "" elsewhere."""
    if not passage.source.path.lower().endswith(_MAIL):
        return ""
    return passage.chunk.heading.split(" > ", 1)[0]


def is_anothers(question: str, passage: Passage, words: Span) -> bool:
    """Say whether somebody else says it than the one who is asked for by name.

    "According to the study" names nobody.
    """
    named = _names_in(source_asked_for(question))
    return bool(named) and account(question, passage, words) is Account.ANOTHERS


def _names_in(asked: str) -> list[str]:
    """Return the capitalized words of whom a question asks for, folded."""
    return names(f"to {asked}")  # a first word that begins nothing


def _holds(text: str, who: list[str]) -> bool:
    return coverage(who, frozenset(content_words(text))) == 1
