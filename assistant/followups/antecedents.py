"""What the pronouns of a follow-up question can stand for: what was named last.

In the order in which listeners prefer them: the answer to "who" or "which", the subject of
the question before, then what it names elsewhere, the last first. A person who is not in the
question before is looked for in those before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
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
_WHO = frozenset({"who", "whom", "wer", "wen", "wem"})
_WHICH = frozenset({"which", "what", "welcher", "welche", "welches", "welchen", "welchem"})
_CAPITAL = re.compile(r"^(?:the |a |der |die |das )?[^\W\d_]*[A-ZÄÖÜ]")
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
    for token in rest[:3] if word in _WHICH else []:
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
        asks = self.asked[0] in _WHO | _WHICH
        return self.short if asks and _is_name(self.short) else ""

    def put_into(self, question: str, *, things: bool = True) -> str:
        """Return the question with its pronouns replaced by what they can stand for."""
        used: list[str] = []
        parts, end = [], 0
        found = tokens(question)
        for place, token in enumerate(found):
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

    def topics(self) -> list[Phrase]:
        """Return the names of the question; those behind prepositions, if there are any."""
        named = self._named()
        return [p for p in named if p.preposition][::-1] or named

    def _for(
        self, pronoun: str, follows: str, used: Sequence[str], *, things: bool
    ) -> str:
        """Return what stands for a pronoun, "" where nothing does."""
        words = self.words
        if pronoun in words.persons or pronoun[:3] in {"his", "her"}:
            name = self.person()
        elif not things:
            return ""
        elif pronoun in words.places:
            return next((f"{p.preposition} {p.text}" for p in self._behind()), "")
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
        if self.asked[0] in _WHO and self.answer:
            return self.answer
        persons = [p for p in self._named() if not p.article]
        subject = next((p.text for p in persons if not p.preposition), "")
        before = Antecedents.of(self.earlier, self.words).person() if self.earlier else ""
        return _GENITIVE.sub("", subject) or before or "".join(p.text for p in persons[:1])

    def _thing(self, used: Sequence[str]) -> str:
        """Return the likeliest thing; where a person was meant by "he", something else."""
        subjects = [p.text for p in self._named() if not p.preposition]
        others = [p.text for p in self._behind()]
        nouns = [p.text for p in self.held if p.article and not p.preposition]
        first = [self.answer] if self.answer and not subjects else []
        if self.asked[0] in _WHO and others:
            first = []
        order = [*first, *subjects, *others, *nouns]
        return next((_GENITIVE.sub("", name) for name in order if name not in used), "")

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
    return bool(_CAPITAL.match(text)) and len(text.split()) <= LONGEST_NAME
