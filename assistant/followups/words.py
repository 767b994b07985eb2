"""The words by which a question leans on a conversation, one table for each language.

All are lower case. A language is added by adding its table to `TABLES`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.text.language import language_of

__all__ = ["TABLES", "Words", "words_for"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Words:
    """What the rules for follow-up questions know of a language."""

    links: tuple[str, ...]  # what joins a question to the one before; the longest first
    corrections: tuple[str, ...]  # what takes back the question before
    persons: frozenset[str]  # pronouns for one person
    things: frozenset[str]  # pronouns for anything else, and for several persons
    possessives: frozenset[str]  # pronouns that stand before a noun
    his: frozenset[str]  # those of them that are a person's
    places: frozenset[str]  # "there"
    times: frozenset[str]  # "then"
    pointing: frozenset[str]  # demonstratives: "this", and "that" before no clause
    ones: frozenset[str]  # what stands for a noun: "the second one"
    questions: frozenset[str]  # words that ask
    who: frozenset[str]  # those of them that ask for a person
    which: frozenset[str]  # those that ask for a thing, or one of several
    amounts: frozenset[str]  # what follows "how": "many"
    articles: frozenset[str]
    prepositions: frozenset[str]
    auxiliaries: frozenset[str]
    doing: frozenset[str]  # auxiliaries after whose subject a verb comes: "did she leave"
    ordinals: frozenset[str]
    times_named: frozenset[str]  # months and seasons
    that: str  # an expression for "that" where it points to something said
    existing: str  # an expression for what only looks like a pronoun: "is there"
    comparing: str  # an expression for what is compared with something said: "more than"
    emphatic: frozenset[str]  # words that add nothing: "Kestrel Lines itself"
    of: frozenset[str]  # prepositions that only say whose
    within: str  # the preposition of a place
    definite: str  # an article
    either: str  # "or"
    genitive: str  # an ending that makes a name possessive
    nouns_are_capitalized: bool = False

    @cached_property
    def link(self) -> re.Pattern[str]:
        """Match what joins a question to the one before, at its start."""
        return re.compile(rf"^\W*(?:(?:{'|'.join(self.links)})\b[\s,:]*)+", re.IGNORECASE)

    @cached_property
    def correction(self) -> re.Pattern[str]:
        """Match what takes back the question before, at a question's start."""
        return re.compile(rf"^\W*(?:{'|'.join(self.corrections)})\b[\s,:]*", re.IGNORECASE)

    @cached_property
    def pronouns(self) -> frozenset[str]:
        """Return all that stands for something named before."""
        return self.persons | self.things | self.possessives | self.places | self.pointing

    @property
    def amount_alone(self) -> tuple[frozenset[str], ...]:
        """Return the words, one after the other, of an amount of nothing: "how many in"."""
        return self.questions, self.amounts, self.prepositions

    @property
    def empty(self) -> frozenset[str]:
        """Return the words that name nothing."""
        return (
            self.pronouns | self.times | self.ones | self.questions | self.amounts
            | self.articles | self.prepositions | self.auxiliaries
        )  # fmt: skip


TABLES = {
    "en": Words(
        links=("and what about", "but what about", "what about", "how about", "and", "but",
               "so", "or", "also", "that(?= of)", "those(?= of)"),
        corrections=(r"(?:no|sorry|oh)?,? ?(?:i (?:meant|mean|was asking about)|not that,?)",
                     r"back to"),
        persons=_words("he she him"),
        things=_words("it they them"),
        possessives=_words("his her hers its their theirs"),
        his=_words("his her hers"),
        places=_words("there"),
        times=_words("then"),
        pointing=_words("this these those that such"),
        ones=_words("one ones former latter same"),
        questions=_words("who whom whose what which when where why how"),
        who=_words("who whom"),
        which=_words("which what"),
        amounts=_words("many much long old far tall high large wide deep heavy often fast big "
                       "thick likely"),
        articles=_words("a an the"),
        prepositions=_words("in on at of to for from by with about under over since until "
                            "before after during between within per into through against "
                            "above below across near according"),
        auxiliaries=_words("is are was were be been do does did has have had can could will "
                           "would shall should may might must"),
        doing=_words("do does did can could will would shall should may might must"),
        ordinals=_words("first second third fourth fifth last next previous other"),
        times_named=_words("january february march april june july august september october "
                           "november december spring summer autumn winter"),
        that=r"\b(?i:is|was|are|were|do|does|did|has|have|had|of|at|in|on|by|for|about|to|"
             r"from|with|after|before|since|until|like) that\b|\bthat\W*$",
        existing=r"\b(?:is|are|was|were|has|have|had) there\b(?!\W*$)|"
                 r"\bthere (?:is|are|was|were)\b|\bis it (?:true|possible)\b|"
                 r"\b(?:does|did) it take\b",
        comparing=r"\b(?:more|less|fewer|\w+er) (?:\w+ )?than\b",
        emphatic=_words("itself himself herself themselves too"),
        of=_words("of"),
        within="in",
        definite="the",
        either="or",
        genitive="'s",
    ),
    "de": Words(
        links=("und was ist mit", "was ist mit", "wie ist es mit", "wie steht es mit",
               "wie sieht es mit", "und", "aber", "oder", "also", "d(?:ie|er|as)(?= von)"),
        corrections=(r"(?:nein|sorry|ach)?,? ?(?:ich (?:meinte|meine)|sondern)",
                     r"zurück zu[rm]?"),
        persons=_words("er ihn ihm"),
        things=_words("sie es ihnen darin daran dabei damit darüber dazu"),
        possessives=_words("sein seine seinen seinem seiner seines ihr ihre ihren ihrem ihrer "
                           "ihres dessen deren"),
        his=frozenset(),
        places=_words("dort"),
        times=_words("damals dann"),
        pointing=_words("dieser diese dieses diesen diesem jener jene jenes"),
        ones=_words("davon"),
        questions=_words("wer wen wem wessen was wann wo warum wieso weshalb wie woher wohin "
                         "womit wovon wovor wodurch wofür worüber welcher welche welches "
                         "welchen welchem"),
        who=_words("wer wen wem"),
        which=_words("was welcher welche welches welchen welchem"),
        amounts=_words("viel viele vielen lang lange alt weit hoch groß breit tief schwer oft "
                       "schnell dick"),
        articles=_words("der die das den dem des ein eine einen einem einer eines"),
        prepositions=_words("in im an am auf aus bei beim mit nach von vom vor zu zum zur für "
                            "über unter seit bis um während zwischen laut gegen durch ab"),
        auxiliaries=_words("ist sind war waren wird werden wurde wurden hat haben hatte hatten "
                           "kann können konnte konnten soll sollen sollte muss müssen darf "
                           "gilt gelten"),
        doing=frozenset(),
        ordinals=_words("erste ersten zweite zweiten dritte dritten vierte vierten letzte "
                        "letzten nächste nächsten andere anderen"),
        times_named=_words("januar februar märz april mai juni juli august september oktober "
                           "november dezember frühjahr sommer herbst winter"),
        that=r"\b(?i:ist|war|gilt|galt|wird|wurde|hat|hatte|kann|geht|ging|heißt|bedeutet) "
             r"das\b(?! [A-ZÄÖÜ])|\bdas\W*$",
        existing=r"\b(?:gibt|gab|ist|war) es\b|\bes (?:gibt|gab)\b",
        comparing=r"\b(?:mehr|weniger|\w+er) (?:\w+ )?als\b",
        emphatic=_words("selbst auch"),
        of=_words("von vom"),
        within="in",
        definite="das",
        either="oder",
        genitive="s",
        nouns_are_capitalized=True,
    ),
}  # fmt: skip


def words_for(text: str) -> Words:
    """Return the table of a text's language, the English one if it has none."""
    return TABLES.get(language_of(text), TABLES["en"])
