"""A question cut into phrases, by its function words and capitals; no parser, no model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.followups.words import Words

__all__ = ["Kind", "Phrase", "Token", "phrases", "tokens"]

_TOKEN = re.compile(r"[^\W_][\w'’\-./]*[\w'’]|[^\W_]|[^\w\s]")
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_INSIDE = {"of", "to", "the"}  # words that names have inside: Tower of London


class Kind(StrEnum):
    """What a phrase is about."""

    NAME = "name"
    TIME = "time"
    NOUN = "noun"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of a question."""

    text: str
    start: int
    end: int

    @property
    def folded(self) -> str:
        """Return the word in lower case."""
        return self.text.casefold().replace("’", "'")

    @property
    def capital(self) -> bool:
        """Say whether it is written as a name is: a capital or a digit in it."""
        return any(c.isupper() or c.isdigit() for c in self.text)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a question that name something, with what stands before them."""

    text: str  # without the preposition
    start: int  # of the preposition, where there is one
    words_start: int  # of `text` in the question
    end: int
    preposition: str
    article: bool
    kind: Kind

    @property
    def like_a_verb(self) -> bool:
        """Whether it may as well be a verb: a plain word or two, with nothing in front."""
        plain = self.text.replace(" ", "").isalpha() and self.text.islower()
        return plain and not self.article and not self.preposition

    @property
    def bare(self) -> str:
        """Return the phrase without its article."""
        return self.text.partition(" ")[2] if self.article else self.text


def tokens(text: str) -> list[Token]:
    """Return the words and marks of a text."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def phrases(question: str, words: Words) -> list[Phrase]:
    """Return the phrases of a question in order; the words that ask are none."""
    found = tokens(question)
    return [
        _phrase(question, group, words)
        for group in _groups(found, words)
        if any(_names_something(t, words) for t in group)
    ]


def _names_something(token: Token, words: Words) -> bool:
    return token.text[0].isalnum() and token.folded not in words.empty


def _groups(found: Sequence[Token], words: Words) -> Iterator[list[Token]]:
    """Yield the tokens of each phrase, a preposition and an article in front."""
    group: list[Token] = []
    verb_comes = False
    for place, token in enumerate(found):
        inside = _inside_name(found, place)
        opens = token.folded in words.prepositions | words.articles
        opens = opens and not _opening(group, words)
        how = place > 0 and found[place - 1].folded in words.questions
        no_part = _cuts(token, words) or (how and token.folded in words.amounts)
        cuts = no_part or (bool(group) and _ends_at(group, token, words))
        if not inside and (opens or cuts):
            has_verb = token.folded in words.auxiliaries  # "did the colonies have"
            last = place == len(found) - 1
            shorter = _without_verb(group, words, last=last)
            trimmed = verb_comes and not has_verb and shorter != group
            yield shorter if trimmed else group
            alone = len(group) == 1 and not _opening(group, words) and not group[0].capital
            verb_comes = verb_comes and not trimmed and not alone
            verb_comes |= token.folded in words.doing
            group = []
        if inside or not no_part:
            group.append(token)
    yield _without_verb(group, words, last=True) if verb_comes else group


def _cuts(token: Token, words: Words) -> bool:
    folded = token.folded
    if not token.text[0].isalnum():
        return True
    others = words.auxiliaries | words.questions | words.pronouns
    return folded in others and not (token.capital and folded not in words.questions)


def _opening(group: Sequence[Token], words: Words) -> bool:
    """Say whether nothing but a preposition has been read of a phrase."""
    return all(token.folded in words.prepositions for token in group)


def _ends_at(group: Sequence[Token], token: Token, words: Words) -> bool:
    """Say whether a phrase ends before a token: behind a name, or a verb before one.

    With an article a word may follow one capital, "the Tarvik office", and not two.
    """
    if _YEAR.fullmatch(token.text) and group[-1].folded not in words.articles:
        return not _opening(group, words)
    if token.text.isdigit():
        return False
    if token.capital:
        plain = (each.folded for each in group if not each.capital)
        return all(word not in words.articles | words.prepositions for word in plain) and (
            not group[-1].capital
        )
    article = any(each.folded in words.articles for each in group)
    names = sum(each.capital for each in group)
    several = not article or names > 1 or words.nouns_are_capitalized
    return group[-1].capital and several


def _inside_name(found: Sequence[Token], place: int) -> bool:
    """Say whether a small word stands between two capitals: "Tower of London"."""
    if not 1 < place < len(found) - 1 or found[place].folded not in _INSIDE:
        return False
    return found[place - 1].capital and found[place + 1].capital and place > 1


def _without_verb(group: list[Token], words: Words, *, last: bool) -> list[Token]:
    """Leave out the verb after a subject, or at the end: "does a clerk get"."""
    bare = bool(group) and group[0].folded not in words.prepositions
    own = [t for t in group if t.folded not in words.articles | words.prepositions]
    verb = len(own) > 1 and not group[-1].capital and (bare or last)
    return group[:-1] if verb else group


def _phrase(question: str, group: Sequence[Token], words: Words) -> Phrase:
    leading = 0
    while leading < len(group) - 1 and group[leading].folded in words.prepositions:
        leading += 1
    own = group[leading:]
    start, end = own[0].start, own[-1].end
    return Phrase(
        text=question[start:end],
        start=group[0].start,
        words_start=start,
        end=end,
        preposition=" ".join(token.folded for token in group[:leading]),
        article=own[0].folded in words.articles and len(own) > 1,
        kind=_kind(own, words, "" if leading else question[: group[0].start]),
    )


def _kind(own: Sequence[Token], words: Words, before: str) -> Kind:
    if any(_YEAR.fullmatch(t.text) or t.folded in words.times_named for t in own):
        return Kind.TIME
    upper = [t for t in own if any(map(str.isupper, t.text))]
    named = [t for t in upper if t.folded not in words.empty]
    if not named or (words.nouns_are_capitalized and _is_noun(own, words, before)):
        return Kind.NOUN
    return Kind.NAME


def _is_noun(own: Sequence[Token], words: Words, before: str) -> bool:
    """Say whether a capital is one of a noun: one word with an article or the like."""
    last = tokens(before)[-1:] if before else []
    of_noun = words.articles | words.possessives | words.questions | words.amounts
    led = own[0].folded in of_noun or any(token.folded in of_noun for token in last)
    return led and sum(token.capital for token in own) == 1
