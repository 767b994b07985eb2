"""Whether a question needs what was said before it to be understood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.followups.phrases import Kind, Phrase, phrases, tokens
from assistant.followups.words import TABLES, Words, words_for
from assistant.text.words import content_words

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["leans_on_conversation", "may_stand_alone", "table_of"]

FEW_WORDS = 2  # content words: "And in 2023?", "Why?"
_WORD = re.compile(r"[^\W\d_][\w'’\-]*")
_DIGITS = re.compile(r"\d+")


def table_of(question: str, before: str = "") -> Words:
    """Return the words of a question's language; a short one is taken to go on in it."""
    for text in (question, before):
        asked = frozenset(_folded(text))
        if asked & (TABLES["de"].questions - {"was"}):
            return TABLES["de"]
        if asked & TABLES["en"].questions:
            return TABLES["en"]
    return words_for(f"{before} {question}")


def leans_on_conversation(question: str) -> bool:
    """Say whether the question needs what was said before to be understood."""
    words = table_of(question)
    if any(
        t.link.search(question) or t.correction.search(question) for t in _either(words)
    ):
        return True
    if points_back(question, words):
        return True
    told = _told(question, words)
    if told <= FEW_WORDS and re.search(words.comparing, question, re.IGNORECASE):
        return True
    asked = _folded(question)
    bare = words.questions.intersection(asked) and not words.auxiliaries.intersection(asked)
    if bare and (told <= 1 or amount_of_nothing(question, words)):
        return True  # "How many Oscars?"
    return told <= FEW_WORDS and not _named(question, words)


def may_stand_alone(question: str) -> bool:
    """Say whether a question that was taken for a follow-up may be one of its own."""
    words = table_of(question)
    if words.correction.search(question) or points_back(question, words):
        return False
    rest = words.link.sub("", question)
    if rest != question:
        asks = words.questions.intersection(_folded(rest))
        return bool(asks) and bool(_named(rest, words))
    return _told(question, words) >= FEW_WORDS


def points_back(question: str, words: Words) -> bool:
    """Say whether a pronoun stands for something that the question does not name itself.

    A name before the pronoun is taken for what it stands for: "When did Vera Lind say that
    she would leave?"
    """
    named = _named(question, words)
    existing = re.compile(words.existing, re.IGNORECASE)
    unnamed = existing.sub(lambda m: " " * len(m.group()), question)
    unnamed = unnamed[: named[0].start] if named else unnamed
    if words.times.intersection(_folded(question)):
        return True
    pointing = words.pronouns | (frozenset() if named else words.ones)
    if re.search(words.that, unnamed):
        return True
    return bool((pointing - {"that"}).intersection(_folded(unnamed)))


def amount_of_nothing(question: str, words: Words) -> int:
    """Return where "How many" ends in "How many in Orrin?", 0 in other questions."""
    if words.auxiliaries.intersection(_folded(question)):
        return 0
    found = tokens(question)[:3]
    asks = [t.folded in group for t, group in zip(found, words.amount_alone, strict=False)]
    return found[1].end if len(asks) == len(words.amount_alone) and all(asks) else 0


def _named(question: str, words: Words) -> list[Phrase]:
    """Return the names in a question; one capital in front may be any word."""
    found = [p for p in phrases(question, words) if p.kind is Kind.NAME]
    return [p for p in found if p.start or " " in p.text]


def _told(question: str, words: Words) -> int:
    """Count the words that say what a question is about."""
    said = [word for word in content_words(question) if word not in words.empty]
    return len(said) + len(_DIGITS.findall(question))


def _either(words: Words) -> Iterable[Words]:
    """A question too short to tell its language may be in any."""
    return (words, *TABLES.values())


def _folded(text: str) -> list[str]:
    return [m.group().casefold().replace("’", "'") for m in _WORD.finditer(text)]
