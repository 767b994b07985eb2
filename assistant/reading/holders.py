"""Who holds an office: "Russian President Vladimir Putin" tells who is president of Russia.

News name people so, in passing and in sentences about something else, where the extractor is
not sure that anything was asked for. Whose office it is has to be said: "Its foreign minister"
of what the sentence before is about, but no minister of no country. How English and German say
it stands in `holders_en` and `holders_de`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from assistant.reading import holders_de, holders_en
from assistant.text.words import content_words
from index.types import Span

if TYPE_CHECKING:
    import re

    from assistant.types import Passage

__all__ = ["holder_asked_for"]

LONGEST_BEFORE = 40  # characters looked at before an office, for what makes another of it


class _Language(Protocol):
    """How a language asks for who holds an office, and how it names them."""

    ANOTHER: re.Pattern[str]  # what before an office makes another of it: "deputy mayor"

    def asked(self, question: str) -> re.Match[str] | None:
        """Match a question for an office, with its groups `role` and `place`."""

    def is_of_a_town(self, role: str) -> bool:
        """Say whether every town has one of its own."""

    def patterns(self, role: str) -> tuple[re.Pattern[str], ...]:
        """Return how a name stands beside a role, as the groups `name` and `role`."""

    def whose(self, match: re.Match[str]) -> str:
        """Return whose office it is said to be, in a match of these; "" if it is not."""

    def is_of(self, place: list[str], words: list[str]) -> bool:
        """Say whether some of the words name the place, or are made of its name."""


def holder_asked_for(question: str, passage: Passage) -> Span | None:
    """Return the name of the one who is said to hold the office that a question asks for.

    It is a span of the document.
    """
    for language in (holders_en, holders_de):
        asked = language.asked(question)
        if asked is not None:
            return _holder(language, asked, passage)
    return None


def _holder(language: _Language, asked: re.Match[str], passage: Passage) -> Span | None:
    """Return the first name in a passage that stands beside the office, of the place asked."""
    text, place = passage.chunk.text, content_words(asked["place"] or "")
    if asked["place"] and not place:
        return None  # of "it"
    # A mayor of no town is that of the town which the report is about.
    in_town = language.is_of_a_town(asked["role"])
    around = f"{passage.source.title}\n{text}" if in_town else ""
    for pattern in language.patterns(asked["role"]):
        for match in pattern.finditer(text):
            begin = match.start("role")
            if language.ANOTHER.search(text[max(0, begin - LONGEST_BEFORE) : begin]):
                continue
            named = content_words(language.whose(match) or around)
            if not place or language.is_of(place, named):
                return Span(*match.span("name")).shifted(passage.chunk.span.start)
    return None
