"""A follow-up beside the question that it follows, and the ways to make one of the two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.followups.antecedents import Antecedents, asking_words
from assistant.followups.leaning import points_back
from assistant.followups.phrases import Kind, phrases, tokens

if TYPE_CHECKING:
    from assistant.followups.phrases import Phrase
    from assistant.followups.words import Words

__all__ = ["FollowUp", "asks", "sentence"]

# What speaks for one phrase to take the place of another, and how much of it is enough.
SAME_PREPOSITION, NO_PREPOSITION, SAME_KIND, SAME_ARTICLE = 4, 2, 3, 2
TIME_FOR_ANOTHER, OTHER_PREPOSITION = -3, -9
ENOUGH = 2
ALIKE = 0.6  # letters in common of two forms of a verb: opened, reopened


def asks(text: str, words: Words) -> bool:
    """Say whether a text is a question, and not a phrase alone."""
    said = {token.folded for token in tokens(text)}
    return bool(said & (words.questions | words.auxiliaries))


@dataclass(frozen=True)
class FollowUp:
    """A follow-up without its link and its pronouns, beside the turn that it follows."""

    question: str
    named: Antecedents
    resolved: bool = False  # whether pronouns were replaced
    heading: str = ""  # what stands in front: "Lake Orrin, how far is it?"

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
    def asks(self) -> bool:
        """Whether it is a question, and not a phrase alone."""
        return asks(self.question, self.words)

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

    def under_heading(self) -> str:
        """Ask about what stands in front, which is what "it" stands for then."""
        own = phrases(f" {self.heading}", self.words)
        things = [t for t in tokens(self.question) if t.folded in self.words.things]
        if not things or not own or own[0].preposition:
            return sentence(f"{self.heading}: {self.question}")
        asked, place = self.question, things[0]
        return sentence(f"{asked[: place.start]}{self.heading}{asked[place.end :]}")

    def compared(self) -> str:
        """Ask the question before about two, one of them what follows "than"."""
        than = re.split(
            self.words.comparing, self.question, maxsplit=1, flags=re.IGNORECASE
        )[-1]
        other = FollowUp(than.strip(), self.named)
        place = other._place()
        if place is None or {place.kind, *(p.kind for p in other.own)} != {Kind.NAME}:
            return f"{self.named.question} {other.substituted()}"
        names = [t for t in tokens(place.text) if t.capital]
        end = place.words_start + names[-1].end
        new = tokens(other.own[0].text)
        added = " ".join(token.text for token in new if token.capital)
        return f"{self.before[:end]} {self.words.either} {added}{self.before[end:]}?"

    def substituted(self) -> str:
        """Put the phrase in the place of the one of its sort in the question before."""
        text = self.question.strip().rstrip("?.! ")
        ordinal = self._ordinal(text)
        if ordinal:
            return ordinal
        place = self._place()
        if place is None:
            return self.with_names()
        new = self.own[0]
        if _fit(new, place) < ENOUGH:
            return f"{self.before} {text}?"
        start = place.start if new.preposition else place.words_start
        if self.words.ones & {token.folded for token in tokens(text)}:
            text = f"{text.rpartition(' ')[0]} {place.text.rpartition(' ')[2]}"
        return f"{self.before[:start]}{text}{self.before[place.end :]}?"

    def fit(self) -> int:
        """Say how well it takes the place of a phrase of the question before."""
        place = self._place()
        return _fit(self.own[0], place) if place and len(self.own) == 1 else -1

    def _place(self) -> Phrase | None:
        """Return the phrase whose place it takes best."""
        places = self._places(self.own[0]) if self.own else []
        return max(places, key=lambda old: _fit(self.own[0], old), default=None)

    def _places(self, new: Phrase) -> list[Phrase]:
        """Return the phrases whose place another can take, the last first."""
        asked = self.named.asked[1]
        found = []
        for old in self.named.held[::-1]:
            asked_for = bool(asked) and asked in old.text.split()
            plain = not new.article and not new.preposition and new.kind is old.kind
            if plain if asked_for else not old.like_a_verb:
                found.append(old)
        return found

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
        _, noun, end = self.named.asked
        body = self.before[end:].strip()
        if asking_words(self.question, self.words)[1]:
            body = body.removeprefix(noun)
        body = body if self.named.asked[0] else body[:1].lower() + body[1:]
        verb = {token.folded for token in tokens(body)[:1]}
        subject = [] if verb & self.words.auxiliaries else self.named.which()
        answer = [self.named.answer] if self.named.answer else subject
        return sentence(f"{asking} {self._verb_first(' '.join([*answer, body]))}?")

    def _verb_first(self, text: str) -> str:
        """Put an auxiliary in front, as questions have it: "were the ports sold"."""
        found = [t for t in tokens(text) if t.folded in self.words.auxiliaries]
        if not found:
            return text
        verb = found[0]
        return f"{verb.text} {text[: verb.start]}{text[verb.end :].lstrip()}"

    def with_names(self) -> str:
        """Add what the question before names, and "one" or "how many" of what."""
        question = self._of_what().rstrip("?. ")
        front, behind = self.named.topics(besides=question, named=bool(self.names))
        told = front or behind
        leans = not self.resolved and points_back(self.question, self.words)
        leans |= not self.names
        if not told and leans:
            return f"{self.before}? {sentence(self.question)}"
        return f"{front}: {question}?" if front else sentence(f"{question}{behind}?")

    def _of_what(self) -> str:
        """Return the question with the noun that "the second" or "how many" leaves out."""
        noun = self.named.asked[1]
        ones = [t for t in tokens(self.question) if t.folded in self.words.ones]
        if noun and ones:
            return f"{self.question[: ones[0].start]}{noun}{self.question[ones[0].end :]}"
        word, own, end = asking_words(self.question, self.words)
        many = (
            bool(word) and self.question[:end].split()[-1].casefold() in self.words.amounts
        )
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


def sentence(text: str) -> str:
    """Begin with a capital."""
    text = re.sub(r"\s+", " ", text).strip()
    return text[:1].upper() + text[1:]
