"""Who says something, and what somebody says: sentences looked up by speaker and words.

"Who said that the bridge would stay closed?" asks for somebody, and the extractor, trained on
questions for facts, takes whoever is named near by. What was said is given in the question:
here the sentence that says it is looked up by its words. "What did the mayor say about the
bridge?" asks for whole sentences, and the extractor takes a few words of one: here those are
looked up that name the speaker and the matter. Who is named for a sentence stands in it or
beside it (`assistant.text.speech`). English and German.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.reading.focus import sentences_of, speaker_of
from assistant.text.words import (
    content_words,
    coverage,
    names,
    negated,
    numbers,
    same_name,
    speakers,
)

if TYPE_CHECKING:
    from assistant.types import Passage
    from index.types import Span

__all__ = ["saying_asked_for", "speaker_asked_for", "statements_asked_for"]

_PLAIN = r"(?:said|says|sagte|sagt)"
_WITH_THAT = (
    r"(?:announced|argue[sd]|claim(?:s|ed)|confirm(?:s|ed)|denie[sd]|explain(?:s|ed)|"
    r"insist(?:s|ed)|report(?:s|ed)|stated|told \w+|warn(?:s|ed)|behauptete?t?|bestätigte?|"
    r"bestritt|bestreitet|erklärte?|meldete?|warnte?)"
)
_ASKED = re.compile(
    rf"^\W*(?:who|wer)\s+(?:has\s+|hat\s+)?(?:{_PLAIN},?\s+(?:(?:that|dass)\s+)?|"
    rf"{_WITH_THAT},?\s+(?:that|dass)\s+)(?P<said>.+)$",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:den(?:y|ied|ies)|reject(?:s|ed)?|bestritt|bestreitet|dementierte?)\b",
    re.IGNORECASE,
)
_STATEMENTS_ASKED = (
    re.compile(
        r"^\W*what (?:did|does|do|has|have|had|would) (?P<who>.+?) (?:say|said|saying|claim|"
        r"claimed|state|stated|think|(?:tell|told) (?:the |a )?\w+|write|written|announced?|"
        r"predict|predicted|promised?|recommend|recommended|suggest|suggested)"
        r"(?: (?:about|on|of|regarding|concerning) (?P<matter>.+))?\W*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*was (?:sagt|sagte|sagen|sagten|meint|meinte|schreibt|schrieb|denkt) (?P<who>.+?)"
        r"(?: (?:über|zu[rm]?) (?P<matter>.+))?\W*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*was (?:hat|haben) (?P<who>.+?)(?: (?:über|zu[rm]?) (?P<matter>.+?))? "
        r"(?:gesagt|gemeint|geschrieben)\W*$",
        re.IGNORECASE,
    ),
)
LEAST_MATTER = 0.6  # share of the matter's words that a statement has
MOST_STATEMENTS = 3  # of a passage
LEAST_WORDS = 3  # content words; of fewer, any sentence says them
LEAST_SAID = 0.8  # share of them that the sentence has


def saying_asked_for(question: str, passage: Passage) -> Span | None:
    """Return the sentence of a passage that says what a question asks the speaker of.

    It is a span of the document; None where none says it, or nobody is named for it, or where
    one of the two denies it.
    """
    asked = _ASKED.match(question)
    words = content_words(asked["said"]) if asked else []
    if asked is None or len(words) < LEAST_WORDS:
        return None
    denied = _is_denied(question)
    text, start = passage.chunk.text, passage.chunk.span.start
    best: tuple[float, Span] | None = None
    for span in sentences_of(text):
        sentence = span.text_of(text)
        held = coverage(words, frozenset(content_words(sentence)))
        enough = held >= LEAST_SAID and numbers(asked["said"]) <= numbers(sentence)
        if not enough or _is_denied(sentence) != denied:
            continue
        place = span.shifted(start)
        named = speakers(sentence) or speaker_of(passage, place)
        if named and (best is None or held > best[0]):
            best = held, place
    return best[1] if best else None


def speaker_asked_for(question: str) -> str:
    """Return the last name of the one whose words an English question asks for, folded.

    It is "" where it asks for nobody's, or where no capital letter tells a name: "What does
    the contract say about notice?" asks for what is written.
    """
    asked = _STATEMENTS_ASKED[0].match(question)
    who = content_words(asked["who"]) if asked else []
    return who[-1] if who and who[-1] in names(question) else ""


def statements_asked_for(question: str, passage: Passage) -> list[Span]:
    """Return the sentences of a passage in which the one asked about speaks of the matter.

    They are spans of the document, those with most of the matter's words first; where no
    matter is named, all that the one asked about says.
    """
    asked = next((m for p in _STATEMENTS_ASKED if (m := p.match(question))), None)
    who = content_words(asked["who"]) if asked else []
    named = asked["matter"] or "" if asked else ""
    matter = content_words(named)
    if not who or (named and not matter):
        return []
    text, start = passage.chunk.text, passage.chunk.span.start
    found: list[tuple[float, Span]] = []
    for span in sentences_of(text):
        sentence, place = span.text_of(text), span.shifted(start)
        held = coverage(matter, frozenset(content_words(sentence)))
        enough = held >= LEAST_MATTER and numbers(named) <= numbers(sentence)
        if enough and _is_speaker(who[-1], passage, place):
            found.append((held, place))
    found.sort(key=lambda each: -each[0])
    return [place for _, place in found[:MOST_STATEMENTS]]


def _is_speaker(name: str, passage: Passage, place: Span) -> bool:
    """Say whether the sentence, or the one beside it that names its speaker, names this one."""
    text, start = passage.chunk.text, passage.chunk.span.start
    naming = speaker_of(passage, place) or place
    named = speakers(naming.shifted(-start).text_of(text))
    return any(same_name(name, word) for words in named for word in words)


def _is_denied(text: str) -> bool:
    return negated(text) != bool(_DENIED.search(text))
