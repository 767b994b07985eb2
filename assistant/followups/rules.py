"""A follow-up question rewritten by rule, without a language model.

Three ways, the usual ones of conversational search: a pronoun gives way to what was named
last, a phrase alone takes the place of the phrase of its sort in the question before, and a
question word alone takes the place of the one before. What is left gets the names of the
question before put in front. English and German.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from assistant.followups.antecedents import Antecedents
from assistant.followups.leaning import points_back, table_of
from assistant.followups.phrases import Kind, phrases, tokens

if TYPE_CHECKING:
    from assistant.followups.phrases import Phrase
    from assistant.followups.words import Words
    from assistant.types import Turn

__all__ = ["rewritten_by_rule"]

# What speaks for one phrase to take the place of another, and how much of it is enough.
SAME_PREPOSITION, NO_PREPOSITION, SAME_KIND, SAME_ARTICLE = 4, 2, 3, 1
TIME_FOR_ANOTHER = -3
ENOUGH = 4
ALIKE = 0.6  # letters in common of two forms of a verb: opened, reopened


def rewritten_by_rule(question: str, before: Turn) -> str:
    """Return a follow-up question as one that can be looked up on its own.

    Args:
        question: as it was asked.
        before: the turn that it follows, whose question stands alone.
    """
    words = table_of(question, before.question)
    rest, corrects = _without_link(question, words)
    named = Antecedents.of(before, words)
    resolved = named.put_into(rest)
    follow = _FollowUp(resolved, before.question, named, words)
    if not follow.asks:
        found = follow.corrected() if corrects else None
        return found or follow.substituted()
    if follow.only_asks:
        return follow.asked_otherwise()
    if resolved != rest and not points_back(resolved, words):
        return _sentence(resolved)
    return follow.with_names(alone=corrects)


def _without_link(question: str, words: Words) -> tuple[str, bool]:
    """Cut off "And", "What about" and "No, I meant"; say whether it was the last."""
    rest = words.correction.sub("", question)
    corrects = rest != question
    return words.link.sub("", rest), corrects


@dataclass(frozen=True, slots=True)
class _FollowUp:
    """A follow-up without its link, beside the question that it follows."""

    question: str
    before: str
    named: Antecedents
    words: Words

    @property
    def asks(self) -> bool:
        """Whether it is a question, and not a phrase alone."""
        first = {token.folded for token in tokens(self.question)}
        return bool(first & (self.words.questions | self.words.auxiliaries))

    @property
    def only_asks(self) -> bool:
        """Whether it holds a question word and nothing that it asks about."""
        return not phrases(self.question, self.words)

    def substituted(self) -> str:
        """Put the phrase in the place of the one of its sort in the question before."""
        new = next(iter(phrases(self.question, self.words)), None)
        text = self.question.strip().rstrip("?.! ")
        ordinal = self._ordinal(text)
        if ordinal:
            return ordinal
        held = phrases(self.before, self.words)
        if new is None or not held:
            return self.with_names(alone=False)
        place = max(enumerate(held), key=lambda each: (_fit(new, each[1]), each[0]))[1]
        if _fit(new, place) < ENOUGH:
            return f"{self.before.rstrip('?. ')} {text}?"
        start = place.start if new.preposition else place.words_start
        if self.words.ones & {token.folded for token in tokens(text)}:
            text = f"{text.rpartition(' ')[0]} {place.text.rpartition(' ')[2]}"
        return f"{self.before[:start]}{text}{self.before[place.end :]}"

    def _ordinal(self, text: str) -> str:
        """Return the question before about "the last" in the place of "the first"."""
        new = [t for t in tokens(text) if t.folded not in self.words.articles]
        old = [t for t in tokens(self.before) if t.folded in self.words.ordinals]
        if not old or not new or new[0].folded not in self.words.ordinals:
            return ""
        return f"{self.before[: old[-1].start]}{new[0].text}{self.before[old[-1].end :]}"

    def corrected(self) -> str | None:
        """Put one word in the place of the most similar one in the question before."""
        text = self.question.strip().rstrip("?.! ")
        if " " in text:
            return None
        alike = [
            (SequenceMatcher(None, token.folded, text.casefold()).ratio(), token)
            for token in tokens(self.before)
        ]
        best, token = max(alike, key=lambda each: each[0])
        if best < ALIKE:
            return None
        return f"{self.before[: token.start]}{text}{self.before[token.end :]}"

    def asked_otherwise(self) -> str:
        """Ask the question before with the new question word: "Why?"."""
        asking = self._asking_words()
        old = self.before.rstrip("?. ")
        body = old[self._body_start() :]
        answer = f" {self.named.answer}" if self.named.answer else ""
        return _sentence(f"{asking}{answer} {body}?")

    def _asking_words(self) -> str:
        """Return the question words, with what belongs to them: "by when", "how thick"."""
        kept = self.words.questions | self.words.amounts | self.words.prepositions
        own = [t for t in tokens(self.question) if t.text[0].isalnum()]
        return " ".join(t.text for t in own if t.folded in kept)

    def _body_start(self) -> int:
        """Return where the question before goes on behind its own question words."""
        found = tokens(self.before)
        asking = self.words.questions | self.words.amounts | self.words.prepositions
        for token in found:
            if token.folded not in asking and token.folded not in self.named.asked_for:
                return token.start
        return 0

    def with_names(self, *, alone: bool) -> str:
        """Put what the question before names in front, if it is not named anyway."""
        own = [p for p in phrases(self.question, self.words) if p.kind is Kind.NAME]
        if alone and own:
            return _sentence(self.question)
        names = self.named.topics(without_subject=bool(own))
        told = [name for name in names if name.casefold() not in self.question.casefold()]
        if told:
            return f"{', '.join(told)}: {self.question}"
        return self.question if own else f"{self.before} {_sentence(self.question)}"


def _fit(new: Phrase, old: Phrase) -> int:
    """Say how well one phrase can take the place of another."""
    kinds = {new.kind, old.kind}
    fit = SAME_KIND * (len(kinds) == 1) + SAME_ARTICLE * (new.article == old.article)
    if new.preposition == old.preposition:
        fit += SAME_PREPOSITION if new.preposition else NO_PREPOSITION
    return fit + TIME_FOR_ANOTHER * (len(kinds) > 1 and Kind.TIME in kinds)


def _sentence(text: str) -> str:
    """Begin with a capital."""
    text = re.sub(r"\s+", " ", text).strip()
    return text[:1].upper() + text[1:]
