"""Paragraphs in which somebody says what answers: as reports give it, and as they disagree.

"How many soldiers took part, according to Lorvek?" asks for one of several figures. The
pool's paragraphs seldom name who says something, and hardly ever two who say otherwise, so
here the sentence that answers is put into somebody's mouth, at times beside another with
another answer, and the question asks for what one of the two says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.training.extractor_augment import NUMBER, changed
from models.training.extractor_questions import SENTENCE, small_first

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from models.training.extractor_data import Row

__all__ = ["Reports"]

# How often, of the questions whose answer stands in one sentence, and what for.
REPORTED = 0.15
ASKED_OF_WHO_SAYS_IT = 0.35
ASKED_OF_ANOTHER = 0.2  # who says nothing there
ASKED_OF_NOBODY = 0.25  # of the rest, in which two disagree: both answer
NUMBER_ALONE = 0.5  # of what the second says, if it is a number
IN_TURN = 0.3  # the other way round
OTHER_OFFICE_TOO = 0.5
OFFICE_IS_HELD = 0.6  # of those asked for
WHO_HOLDS = (
    "Who is the {office} of {where}?",
    "Who is {where}'s {office}?",
    "What is the name of the {office} of {where}?",
)
OFFICES = 0.03  # of all questions: who holds an office, of two or three named

PERSON = re.compile(r"[A-Z][a-z]+ (?!of)[A-Z][a-z]+")
NAMED = re.compile(r"(?:the )?[A-Z][\w'’\-]+(?: (?:of )?[A-Z][\w'’\-]+){0,3}")
BODIES = (
    "the health office|the foreign ministry|the police|the union|the company|the mayor's "
    "office|the government|the court|the opposition|the army|a spokesman|a spokeswoman|the "
    "defence ministry|the council|the organisers|the news agency|local media|an eyewitness|"
    "state television|the manufacturer|the authors|the trade association"
).split("|")
ATTRIBUTED = (
    "According to {who}, {small}",
    "According to {who}, {small}",
    "{said}, according to {who}",
    "{said}, {who} said",
    "{said}, said {who}",
    "{who} said that {small}",
    "{who} said that {small}",
    "{who} reported that {small}",
    "{who} claimed that {small}",
    "{who} says {small}",
)
# What one says who gives another number, without saying again of what.
ANOTHER_NUMBER = (
    "{Who} put the number at {said}.",
    "{Who} puts it at {said}.",
    "{Who} spoke of {said}.",
    "{Who} counted {said}.",
    "{Who} gave another figure: {said}.",
    "{Who} estimates {said}.",
    "It was {said}, according to {who}.",
    "{Who}, however, named {said}.",
    "{Who} came to {said}.",
)
ASKED = (
    "{question} according to {who}?",
    "{question}, according to {who}?",
    "According to {who}, {small}?",
)


# Who holds an office where: in the sentence, or only with the one before it.
HOLDERS = (
    "{where}'s {office}, {name}, {did}.",
    "The {office} of {where}, {name}, {did}.",
    "{name}, the {office} of {where}, {did}.",
    "{where} {did}. Its {office}, {name}, {did_too}.",
    "{where} {did}. {Office} {name} {did_too}.",
    "{where}'s {office} {name} {did}.",
    "“{words},” said {name}, {office} of {where}.",
)
OFFICE_NAMES = (
    "foreign minister|defence minister|president|prime minister|mayor|finance minister|"
    "ambassador|governor|police chief|chancellor|interior minister|spokesman|spokeswoman|"
    "health minister|chief prosecutor|managing director|head coach|army chief|king|chairman"
).split("|")
DID = (
    "rejected the reports on Thursday|did not comment|asked for more time|spoke of a "
    "misunderstanding|met reporters on Monday|called for talks|denied this|sees it otherwise|"
    "promised an answer within a week|left the meeting early|showed no documents|confirmed "
    "the date|blamed the weather|welcomed the decision|signed the agreement in May"
).split("|")
WORDS = (
    "We can count|Nobody asked us|It is not over|There will be no second time|We have time|"
    "That is simply untrue|Let us wait for the results|It could have been worse"
).split("|")


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence with who says it, and where the answers stand in it."""

    text: str
    spans: tuple[tuple[int, int], ...]
    who: str


class Reports:
    """Draws reports; speakers and other answers are answers of the pool."""

    def __init__(self, rows: Sequence[Row]) -> None:
        answers = sorted({answer for row in rows for answer in row.answers})
        self._answers = answers
        named = [answer for answer in answers if NAMED.fullmatch(answer)]
        self._speakers = [*named, *BODIES * (len(named) // len(BODIES) + 1)]
        self._names = [name for name in named if PERSON.fullmatch(name)]
        self._places = [name for name in named if name.isalpha()]

    def drawn(self, row: Row, rng: random.Random) -> Row | None:
        """Return the row as a report, now and then; None to take it as it is."""
        if rng.random() < OFFICES:
            return self._offices(row, rng)
        if not row.spans or rng.random() >= REPORTED:
            return None
        sentence = next(
            (
                s
                for s in SENTENCE.finditer(row.paragraph)
                if all(s.start() <= b and e < s.end() for b, e in row.spans)
            ),
            None,
        )
        if sentence is None:
            return None
        spans = tuple((b - sentence.start(), e - sentence.start()) for b, e in row.spans)
        one, other = rng.sample(self._speakers, 2)
        said = _attributed(sentence[0], spans, one, rng)
        chance = rng.random()
        if chance < ASKED_OF_WHO_SAYS_IT:
            return _shown(row, sentence.span(), [said], _asked(row.question, one, rng))
        if chance < ASKED_OF_WHO_SAYS_IT + ASKED_OF_ANOTHER:
            unsaid = replace(said, spans=())
            return _shown(row, sentence.span(), [unsaid], _asked(row.question, other, rng))
        return self._disagreeing(row, sentence, spans, (one, other), rng)

    def _disagreeing(
        self,
        row: Row,
        sentence: re.Match[str],
        spans: tuple[tuple[int, int], ...],
        speakers: tuple[str, str],
        rng: random.Random,
    ) -> Row | None:
        """Return the row with a second sentence, in which another says otherwise."""
        begin, end = min(spans)
        instead = self._another(sentence[0][begin:end], rng)
        if not instead:
            return None
        both = [
            _attributed(sentence[0], spans, speakers[0], rng),
            self._otherwise(sentence[0], (begin, end), instead, speakers[1], rng),
        ]
        if rng.random() < IN_TURN:
            both.reverse()
        question = row.question
        if rng.random() >= ASKED_OF_NOBODY:
            asked = rng.randrange(2)
            both[1 - asked] = replace(both[1 - asked], spans=())
            question = _asked(question, both[asked].who, rng)
        return _shown(row, sentence.span(), both, question)

    def _offices(self, row: Row, rng: random.Random) -> Row:
        """Return the row's paragraph with sentences that name office-holders of two places.

        The question asks for one of them, or for one of another place or another office.
        """
        offices, where = rng.sample(OFFICE_NAMES, 2), rng.sample(self._places, 3)
        who = rng.sample(self._names, 3)
        held = [(offices[0], where[0], who[0]), (offices[0], where[1], who[1])]
        if rng.random() < OTHER_OFFICE_TOO:
            held.append((offices[1], where[rng.randrange(2)], who[2]))
        rng.shuffle(held)
        said = [_holding(*each, rng) for each in held]
        office, place = rng.choice(offices), rng.choice(where)
        if rng.random() < OFFICE_IS_HELD:
            office, place, _ = rng.choice(held)
        question = rng.choice(WHO_HOLDS).format(office=office, where=place)
        for number, each in enumerate(held):
            if each[:2] != (office, place):
                said[number] = replace(said[number], spans=())
        at = rng.choice([0, *(m.end() for m in SENTENCE.finditer(row.paragraph))])
        before = row.paragraph[:at] + (" " if at else "")
        row = replace(row, paragraph=before + " " + row.paragraph[at:].lstrip())
        return _shown(row, (len(before), len(before)), said, question)

    @staticmethod
    def _otherwise(
        sentence: str, place: tuple[int, int], instead: str, who: str, rng: random.Random
    ) -> _Said:
        """Return what another says: the sentence with another answer, or a number alone."""
        begin, end = place
        if NUMBER.search(instead) and rng.random() < NUMBER_ALONE:
            form = rng.choice(ANOTHER_NUMBER)
            text = form.format(who=who, Who=who[:1].upper() + who[1:], said=instead)
            at = text.rindex(instead)
            return _Said(text, ((at, at + len(instead)),), who)
        altered = sentence[:begin] + instead + sentence[end:]
        return _attributed(altered, ((begin, begin + len(instead)),), who, rng)

    def _another(self, answer: str, rng: random.Random) -> str:
        """Return another answer that reads alike: another number, or of as many words."""
        number = NUMBER.search(answer)
        if number:
            other = changed(number[0], rng)
            return answer[: number.start()] + other + answer[number.end() :]
        for other in rng.sample(self._answers, 60):
            alike = len(other.split()) == len(answer.split())
            same_case = other[:1].isupper() == answer[:1].isupper()
            if alike and same_case and not NUMBER.search(other) and other != answer:
                return other
        return ""


def _holding(office: str, where: str, name: str, rng: random.Random) -> _Said:
    """Say that somebody holds an office somewhere, in passing."""
    did, did_too = rng.sample(DID, 2)
    big = " ".join(word.capitalize() for word in office.split())
    text = rng.choice(HOLDERS).format(
        office=office, Office=big, where=where, name=name, did=did, did_too=did_too,
        words=rng.choice(WORDS),
    )  # fmt: skip
    at = text.index(name)
    return _Said(text, ((at, at + len(name)),), where)


def _attributed(
    sentence: str, spans: tuple[tuple[int, int], ...], who: str, rng: random.Random
) -> _Said:
    """Put a sentence into somebody's mouth."""
    form, said = rng.choice(ATTRIBUTED), sentence[:-1]
    before, _, _ = form.replace("{small}", "{said}").partition("{said}")
    shift = len(before.format(who=who))
    text = form.format(who=who, said=said, small=small_first(said)) + "."
    return _Said(
        text[:1].upper() + text[1:], tuple((b + shift, e + shift) for b, e in spans), who
    )


def _asked(question: str, who: str, rng: random.Random) -> str:
    """Ask for what somebody says."""
    plain = question.rstrip(" ?")
    small = plain[:1].lower() + plain[1:]
    return rng.choice(ASKED).format(question=plain, small=small, who=who)


def _shown(row: Row, place: tuple[int, int], said: Sequence[_Said], question: str) -> Row:
    """Return the row with some sentences in the place of one of its paragraph."""
    start, end = place
    text, spans = row.paragraph[:start], list[tuple[int, int]]()
    for each in said:
        spans += [(b + len(text), e + len(text)) for b, e in each.spans]
        text += each.text + " "
    text = text[:-1] + row.paragraph[end:]
    answers = tuple(dict.fromkeys(text[b:e] for b, e in spans))
    return replace(
        row, paragraph=text, question=question, spans=tuple(spans), answers=answers
    )
