"""A follow-up question rewritten by rule, without a language model.

Three ways, the usual ones of conversational search: a pronoun gives way to what was named
last, a phrase alone takes the place of the phrase of its sort in the question before, and a
question word alone takes the place of the one before. What is left gets the names of the
question before. English and German.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.followups.antecedents import Antecedents, asking_words
from assistant.followups.leaning import points_back, table_of
from assistant.followups.phrases import Kind, phrases, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.followups.phrases import Phrase
    from assistant.followups.words import Words
    from assistant.types import Turn

__all__ = ["rewritten_by_rule"]

# What speaks for one phrase to take the place of another, and how much of it is enough.
SAME_PREPOSITION, NO_PREPOSITION, SAME_KIND, SAME_ARTICLE = 4, 2, 3, 2
TIME_FOR_ANOTHER, OTHER_PREPOSITION = -3, -9
ENOUGH = 2
ALIKE = 0.6  # letters in common of two forms of a verb: opened, reopened
_HEADING = re.compile(r"^(?P<name>[^,:?]{2,60})[,:]\s+(?P<rest>.+)$")


def rewritten_by_rule(question: str, turns: Sequence[Turn]) -> str:
    """Return a follow-up question as one that can be looked up on its own.

    Args:
        question: as it was asked.
        turns: what it follows, at least one; the question of the last one stands alone.
    """
    words = table_of(question, turns[-1].question)
    named = Antecedents.of(turns, words)
    rest, corrects = _without_link(question, words)
    heading = _HEADING.match(rest)
    if heading and _asks(heading["rest"], words):
        return _under_heading(heading["name"], heading["rest"], named)
    follow = _FollowUp(named.put_into(rest), named)
    if not _asks(rest, words):
        return (corrects and follow.corrected()) or follow.substituted()
    if follow.only_asks:
        return follow.asked_otherwise()
    if follow.question != rest and not points_back(follow.question, words):
        return _sentence(follow.question)
    return follow.with_names()


def _without_link(question: str, words: Words) -> tuple[str, bool]:
    """Cut off "And", "What about" and "No, I meant"; say whether it was the last."""
    rest = words.correction.sub("", question)
    corrects = rest != question
    kept = [t.text for t in tokens(rest) if t.folded in words.emphatic]
    rest = re.sub(rf"\s+\b(?:{'|'.join(kept)})\b", "", rest) if kept else rest
    return words.link.sub("", rest), corrects


def _asks(text: str, words: Words) -> bool:
    """Say whether a text is a question, and not a phrase alone."""
    said = {token.folded for token in tokens(text)}
    return bool(said & (words.questions | words.auxiliaries))


def _under_heading(heading: str, rest: str, named: Antecedents) -> str:
    """Return "Lake Orrin, how far is it?" as a question about what stands in front."""
    words = named.words
    own = phrases(f" {heading}", words)
    asked = named.put_into(rest, things=False)
    things = [t for t in tokens(asked) if t.folded in words.things]
    if not things or not own or own[0].preposition:
        return _sentence(f"{heading}: {asked}")
    place = things[0]
    return _sentence(f"{asked[: place.start]}{heading}{asked[place.end :]}")


@dataclass(frozen=True)
class _FollowUp:
    """A follow-up without its link and its pronouns, beside the turn that it follows."""

    question: str
    named: Antecedents

    @property
    def words(self) -> Words:
        """Return the words of its language."""
        return self.named.words

    @property
    def before(self) -> str:
        """Return the question that it follows, without its mark."""
        return self.named.question.rstrip("?. ")

    @cached_property
    def own(self) -> list[Phrase]:
        """Return its phrases; as its link was cut off, a capital in front is one of a name."""
        return phrases(f" {self.question}", self.words)

    @property
    def names(self) -> list[Phrase]:
        """Return those of its phrases that are names."""
        return [phrase for phrase in self.own if phrase.kind is Kind.NAME]

    @property
    def only_asks(self) -> bool:
        """Whether nothing is asked about: "Why?", "On what condition?"."""
        said = [token.folded for token in tokens(self.question)]
        bare = not self.words.auxiliaries.intersection(said)
        return not self.own or (bare and len(self.own) == 1 and not self._tells_time())

    def _tells_time(self) -> bool:
        return self.own[0].kind is Kind.TIME or len(self.own[0].text.split()) > 1

    def substituted(self) -> str:
        """Put the phrase in the place of the one of its sort in the question before."""
        text = self.question.strip().rstrip("?.! ")
        ordinal = self._ordinal(text)
        if ordinal:
            return ordinal
        if not self.own or not self.named.held:
            return self.with_names()
        new = self.own[0]
        asked = self.named.asked[1]
        held = [p for p in self.named.held if p.kind is new.kind or asked not in {p.text, p.bare}]
        place = max(enumerate(held), key=lambda each: (_fit(new, each[1]), each[0]))[1]
        if _fit(new, place) < ENOUGH:
            return f"{self.before} {text}?"
        start = place.start if new.preposition else place.words_start
        if self.words.ones & {token.folded for token in tokens(text)}:
            text = f"{text.rpartition(' ')[0]} {place.text.rpartition(' ')[2]}"
        return f"{self.before[:start]}{text}{self.before[place.end :]}?"

    def _ordinal(self, text: str) -> str:
        """Return the question before about "the last" in the place of "the first"."""
        new = [t for t in tokens(text) if t.folded not in self.words.articles]
        old = [t for t in tokens(self.before) if t.folded in self.words.ordinals]
        if not old or not new or new[0].folded not in self.words.ordinals:
            return ""
        return f"{self.before[: old[-1].start]}{new[0].text}{self.before[old[-1].end :]}?"

    def corrected(self) -> str:
        """Put one word in the place of the most similar one; "" where none is."""
        text = self.question.strip().rstrip("?.! ")
        if " " in text:
            return ""
        alike = [
            (SequenceMatcher(None, token.folded, text.casefold()).ratio(), token)
            for token in tokens(self.before)
        ]
        best, token = max(alike, key=lambda each: each[0])
        if best < ALIKE:
            return ""
        return f"{self.before[: token.start]}{text}{self.before[token.end :]}?"

    def asked_otherwise(self) -> str:
        """Ask the question before with the new question words: "Why?"."""
        pronouns = self.words.pronouns | self.words.auxiliaries
        own = [t for t in tokens(self.question) if t.text[0].isalnum()]
        asking = " ".join(t.text for t in own if t.folded not in pronouns)
        body = self.before[self.named.asked[2] :].strip()
        answer = f" {self.named.answer}" if self.named.answer else ""
        return _sentence(f"{asking}{answer} {body}?")

    def with_names(self) -> str:
        """Add what the question before names, and "one" or "how many" of what."""
        question = self._of_what().rstrip("?. ")
        told = [p for p in self.named.topics() if p.bare not in question]
        if self.names:
            told = [p for p in told if p.preposition or not p.start]
        behind = "".join(f" {p.preposition} {p.text}" for p in told if p.preposition)
        front = ", ".join(p.text for p in told if not p.preposition)
        if not told and not self.names:
            return f"{self.before}? {_sentence(self.question)}"
        return f"{front}: {question}?" if front else _sentence(f"{question}{behind}?")

    def _of_what(self) -> str:
        """Return the question with the noun that "the second" or "how many" leaves out."""
        noun = self.named.asked[1]
        ones = [t for t in tokens(self.question) if t.folded in self.words.ones]
        if noun and ones:
            return f"{self.question[: ones[0].start]}{noun}{self.question[ones[0].end :]}"
        word, own, end = asking_words(self.question, self.words)
        many = bool(word) and self.question[:end].split()[-1].casefold() in self.words.amounts
        follows = {t.folded for t in tokens(self.question[end:])[:1]}
        verb = self.words.nouns_are_capitalized or follows & self.words.auxiliaries
        if noun and many and not own and verb:
            return f"{self.question[:end]} {noun}{self.question[end:]}"
        return self.question


def _fit(new: Phrase, old: Phrase) -> int:
    """Say how well one phrase can take the place of another."""
    kinds = {new.kind, old.kind}
    fit = SAME_KIND * (len(kinds) == 1) + SAME_ARTICLE * (new.article == old.article)
    if new.preposition == old.preposition:
        fit += SAME_PREPOSITION if new.preposition else NO_PREPOSITION
    elif new.preposition and not (old.preposition and kinds == {Kind.NAME}):
        fit += OTHER_PREPOSITION
    return fit + TIME_FOR_ANOTHER * (len(kinds) > 1 and Kind.TIME in kinds)


def _sentence(text: str) -> str:
    """Begin with a capital."""
    text = re.sub(r"\s+", " ", text).strip()
    return text[:1].upper() + text[1:]
