"""What the pronouns of a follow-up question can stand for: what was named last.

In the order in which listeners prefer them: the answer to "who" or "which", the subject of
the question before, then what it names elsewhere, the last first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.followups.phrases import Kind, phrases, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.followups.phrases import Phrase
    from assistant.followups.words import Words
    from assistant.types import Turn

__all__ = ["Antecedents"]

LONGEST_NAME = 6  # words of an answer that can be one
_WHO = frozenset({"who", "whom", "wer", "wen", "wem"})
_WHICH = frozenset({"which", "what", "welcher", "welche", "welches", "welchen", "welchem"})
_CAPITAL = re.compile(r"^(?:the |a |der |die |das )?[^\W\d_]*[A-ZÄÖÜ]")


@dataclass(frozen=True, slots=True)
class Antecedents:
    """What the question before and its answer name."""

    held: Sequence[Phrase]
    answer: str  # the answer, where it names somebody or something, else ""
    asks_who: bool
    asked_for: frozenset[str]  # "Which judge": the words that the answer stands for
    words: Words

    @classmethod
    def of(cls, before: Turn, words: Words) -> Antecedents:
        """Return what a turn names."""
        asked = [t.folded for t in tokens(before.question) if t.text[0].isalnum()]
        start = next((n for n, w in enumerate(asked) if w in _WHO | _WHICH), None)
        first = asked[start] if start is not None and start <= 1 else ""
        short = before.short if _is_name(before.short) and first else ""
        noun = asked[start + 1 : start + 2] if short and first in _WHICH and start is not None else []
        held = phrases(before.question, words)
        return cls(held, short, first in _WHO, frozenset(noun) - words.auxiliaries, words)

    def put_into(self, question: str) -> str:
        """Return the question with its pronouns replaced by what they can stand for."""
        used: list[str] = []
        parts, end = [], 0
        found = tokens(question)
        for place, token in enumerate(found):
            follows = found[place + 1].folded if place + 1 < len(found) else ""
            name, upto = self._for(token.folded, follows, used), token.end
            if name and token.folded in self.words.pointing:
                upto = found[place + 1].end
            if not name or name.rstrip("'s") in question:
                continue
            used.append(name)
            parts += [question[end : token.start], name]
            end = upto
        return "".join(parts) + question[end:]

    def topics(self, *, without_subject: bool) -> list[str]:
        """Return the names of the question before, if any with a preposition only those."""
        named = [p for p in self.held if p.kind is Kind.NAME]
        behind = [p for p in named if p.preposition]
        kept = behind if without_subject and behind else named
        answer = [self.answer] if self.answer and not kept else []
        return [p.bare for p in kept] + answer

    def _for(self, pronoun: str, follows: str, used: Sequence[str]) -> str:
        """Return what stands for a pronoun, "" where nothing does."""
        words = self.words
        if pronoun in words.places:
            return next((self._place(p) for p in self._behind()), "")
        if pronoun in words.pointing:
            return next((p.text for p in self.held if follows and follows in _folded(p)), "")
        if pronoun in words.possessives:
            name = self._person() if pronoun[:2] in {"hi", "he"} else self._thing(used)
            return f"{name}{words.genitive}" if name else ""
        if pronoun in words.persons:
            return self._person()
        return self._thing(used) if pronoun in words.things else ""

    def _person(self) -> str:
        return self.answer or next((p.text for p in self._named()), "")

    def _thing(self, used: Sequence[str]) -> str:
        """Return the likeliest thing; where a person was meant by "he", something else."""
        first = [self.answer] if self.answer and not (self.asks_who and self._named()) else []
        nouns = [p.text for p in self.held if p.article and not p.preposition]
        order = [*first, *(p.text for p in self._named()), *nouns]
        return next((name for name in order if name not in used), "")

    def _named(self) -> list[Phrase]:
        """Return the names: those without a preposition, then the others, last first."""
        named = [p for p in self.held if p.kind is Kind.NAME]
        return [p for p in named if not p.preposition] + self._behind()

    def _behind(self) -> list[Phrase]:
        named = [p for p in self.held if p.kind is Kind.NAME and p.preposition]
        return named[::-1]

    @staticmethod
    def _place(phrase: Phrase) -> str:
        return f"{phrase.preposition} {phrase.text}"


def _folded(phrase: Phrase) -> set[str]:
    return {token.folded for token in tokens(phrase.text)}


def _is_name(text: str) -> bool:
    return bool(_CAPITAL.match(text)) and len(text.split()) <= LONGEST_NAME
