"""What the pronouns of a follow-up question can stand for: what was named last.

In the order in which listeners prefer them: the answer to "who" or "which", the subject of
the question before, then what it names elsewhere, the last first. A person who is not in the
question before is looked for in those before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

from assistant.followups.phrases import Kind, phrases, tokens
from assistant.text.words import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.followups.phrases import Phrase, Token
    from assistant.followups.words import Words
    from assistant.types import Turn

__all__ = ["Antecedents", "asking_words"]

LONGEST_NAME = 6  # words of an answer that can be one
_GENITIVE = re.compile(r"['’]s$")


def asking_words(question: str, words: Words) -> tuple[str, str, int]:
    """Return the word that asks, the noun behind it ("which judge"), and where both end.

    The noun is "" behind other question words, and all is empty where nothing asks in the
    first two words.
    """
    found = [t for t in tokens(question) if t.text[0].isalnum()]
    start = next((n for n, t in enumerate(found[:2]) if t.folded in words.questions), None)
    if start is None:
        return "", "", 0
    word, end, noun = found[start].folded, found[start].end, ""
    rest = found[start + 1 :]
    if rest and rest[0].folded in words.amounts:
        end, rest = rest[0].end, rest[1:]
        return word, rest[0].text if rest and _is_noun(rest[0].text, words) else "", end
    for token in rest[:3] if word in words.which else []:
        if token.folded in words.empty or (noun and not token.capital):
            break
        if numbers(token.text) and not noun:
            continue  # "which three explanations"
        noun, end = token.text, token.end
        if token.capital and words.nouns_are_capitalized:
            break
    return word, noun, end


def _is_noun(word: str, words: Words) -> bool:
    if words.nouns_are_capitalized:
        return word[:1].isupper()
    return word.casefold() not in words.empty


@dataclass(frozen=True)
class Antecedents:
    """What a turn names, its question and its answer."""

    question: str
    short: str  # the answer, "" where it is not known in few words
    words: Words
    earlier: tuple[Turn, ...] = ()

    @classmethod
    def of(cls, turns: Sequence[Turn], words: Words) -> Antecedents:
        """Return what the last of some turns names."""
        return cls(turns[-1].question, turns[-1].short, words, tuple(turns[:-1]))

    @cached_property
    def held(self) -> list[Phrase]:
        """Return the phrases of the question."""
        return phrases(self.question, self.words)

    @cached_property
    def asked(self) -> tuple[str, str, int]:
        """Return how the question asks, see `asking_words`."""
        return asking_words(self.question, self.words)

    @property
    def answer(self) -> str:
        """The answer, where it is a name and the question asks for one."""
        asks = self.asked[0] in self.words.who | self.words.which
        return self.short if asks and _is_name(self.short) else ""

    def put_into(self, question: str, *, things: bool = True) -> str:
        """Return the question with its pronouns replaced by what they can stand for."""
        used: list[str] = []
        parts, end = [], 0
        found = tokens(question)
        existing = [
            m.span() for m in re.finditer(self.words.existing, question, re.IGNORECASE)
        ]
        for place, token in enumerate(found):
            if any(start <= token.start < stop for start, stop in existing):
                continue
            follows = found[place + 1].folded if place + 1 < len(found) else ""
            bound = token.folded in self.words.possessives and self._bound(found[:place])
            name = "" if bound else self._for(token.folded, follows, used, things=things)
            if not name or (_GENITIVE.sub("", name) in question and name not in used):
                continue
            used.append(name)
            parts += [question[end : token.start], name]
            end = found[place + 1].end if token.folded in self.words.pointing else token.end
        return "".join(parts) + question[end:]

    def _bound(self, before: Sequence[Token]) -> bool:
        """Say whether a noun before it is what a possessive stands for: "the state ... its"."""
        return any(token.folded in self.words.articles for token in before[:-1])

    def topics(self, *, besides: str, named: bool) -> tuple[str, str]:
        """Return what to put in front of a question, and behind it: what is talked about.

        Args:
            besides: the question; what it holds is left out.
            named: whether it names something itself; it then needs no subject.
        """
        held = [p for p in self._named() if p.bare not in besides]
        behind = [p for p in held if p.preposition][::-1]
        front = [p for p in held if not p.preposition and not (named and p.start)]
        whole = self._noun_before(behind[0]) if len(behind) == 1 and not named else ""
        if whole and whole not in besides:
            return whole, ""
        if behind:
            front = [p for p in front if not p.start]
        return (
            ", ".join(p.text for p in front),
            "".join(f" {p.preposition} {p.text}" for p in behind),
        )

    def _noun_before(self, name: Phrase) -> str:
        """Return "the bridge in Tarnwick" for "in Tarnwick", if that is what stands there."""
        of = name.preposition in self.words.of
        nouns = [p for p in self.held if p.article and p.end + 1 == name.start and not of]
        found = next(iter(nouns), None)
        return self.question[found.words_start : name.end] if found else ""

    def _for(self, pronoun: str, follows: str, used: Sequence[str], *, things: bool) -> str:
        """Return what stands for a pronoun, "" where nothing does."""
        words = self.words
        if pronoun in words.persons | words.his:
            name = self.person()
        elif not things:
            return ""
        elif pronoun in words.places:
            place = self.answer if self.asked[0] in words.which else ""
            within = [f"{words.within} {place}"] if place else []
            behind = [f"{p.preposition} {p.text}" for p in self._behind()]
            return next(iter([*within, *behind]), "")
        elif pronoun in words.pointing:
            held = (p.text for p in self.held if p.kind is Kind.NAME)
            return next((text for text in held if follows in _folded(text)), "")
        else:
            known = pronoun in words.things | words.possessives
            name = self._thing(used) if known else ""
        possessive = name and pronoun in words.possessives
        return f"{name}{words.genitive}".replace("s's", "s'") if possessive else name

    def person(self) -> str:
        """Return whom "he" or "she" can stand for, here or in the turns before."""
        known = self.answer or not self._asks_who_it_is()
        if self.asked[0] in self.words.who and known:
            return self.answer  # "" where nobody knows: no other name is that person's
        persons = [p for p in self._named() if not p.article]
        subject = next((p.text for p in persons if not p.preposition), "")
        before = Antecedents.of(self.earlier, self.words).person() if self.earlier else ""
        return _GENITIVE.sub("", subject) or before or "".join(p.text for p in persons[:1])

    def _asks_who_it_is(self) -> bool:
        """Say whether the question names a person itself: "Who is Vera Lind?"."""
        follows = {token.folded for token in tokens(self.question)[1:2]}
        names = [p for p in self._named() if not p.preposition and not p.article]
        return bool(follows & self.words.auxiliaries) and bool(names)

    def _thing(self, used: Sequence[str]) -> str:
        """Return the likeliest thing; where a person was meant by "he", something else."""
        subjects = [p.text for p in self._named() if not p.preposition]
        others = [p.text for p in self._behind()]
        answer = [self.answer] if self.answer and not subjects else []
        if self.asked[0] in self.words.who and others:
            answer = []
        order = [*answer, *subjects, *self._nouns(), *others, *self.which()]
        return next((_GENITIVE.sub("", name) for name in order if name not in used), "")

    def which(self) -> list[str]:
        """Return "the judge" of a question that asks "which judge"."""
        word, noun, _ = self.asked
        return (
            [f"{self.words.definite} {noun}"] if noun and word in self.words.which else []
        )

    def _nouns(self) -> list[str]:
        """Return the nouns with articles, each with the name behind it that tells which."""
        found = []
        for noun, behind in zip_longest(self.held, self.held[1:]):
            if noun is None or not noun.article or noun.preposition:
                continue
            if behind is not None and behind.preposition and behind.kind is Kind.NAME:
                found.append(self._noun_before(behind) or behind.text)
            found.append(noun.text)
        return found

    def _named(self) -> list[Phrase]:
        """Return the names: those without a preposition, then the others, last first."""
        named = [p for p in self.held if p.kind is Kind.NAME]
        return [p for p in named if not p.preposition] + self._behind()

    def _behind(self) -> list[Phrase]:
        named = [p for p in self.held if p.kind is Kind.NAME and p.preposition]
        return named[::-1]


def _folded(text: str) -> set[str]:
    return {token.folded for token in tokens(text)}


def _is_name(text: str) -> bool:
    """Say whether an answer of few words names somebody or something."""
    capital = any(map(str.isupper, text))
    return capital and len(text.split()) <= LONGEST_NAME and not text[0].isdigit()
