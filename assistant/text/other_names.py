"""Another name in the place of the one asked for: the Marrow Bridge for the Tarn Bridge.

A passage about a thing of the same kind reads like an answer. Where a folder holds forty
contracts of one pattern it is the likeliest mistake, and the gravest. Two names stand in one
place if they share the word that says what they name ("Bridge"), or if the same words go
before and follow ("the salary of Ada Moll", "the salary of Bo Hale").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.text.dates import MONTHS, WEEKDAYS
from assistant.text.language import languages_differ
from assistant.text.words import content_words, same_name, same_word

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

__all__ = ["is_spelled_like", "name_parts", "names_asked", "other_names"]

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_PLAIN = re.compile(r"[\s'’\-]*")
_ASKED_BEFORE = re.compile(r"[?!]")
LEAST_MISSPELLED = 5  # letters; a shorter name one letter off is another one
MISSPELLED = 0.75  # share of letters in common, of those
SHORTEST_MONTH = 3  # letters of "Sept"
LONGEST_QUESTION = 500  # characters; of a longer one no names are looked for
LONGEST_TEXT = (
    5000  # characters that are looked at; passages are shorter, titles may be hostile
)
# One of these makes a question English. In German a capital letter makes no name, and in
# other languages the words around a name ("Puente", "Lago") stand in no English document.
_ENGLISH = frozenset("what when who whom whose which where why how the did does".split())
_ADDRESSED = frozenset("mr mrs ms miss mx dr prof professor sir madam".split())


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a text: as written, folded, and in which stretch without a comma.

    And which of them begin a question or what follows one, where a capital makes no name.
    """

    written: tuple[str, ...]
    folded: tuple[str, ...]
    stretch: tuple[int, ...]
    begins: tuple[bool, ...]

    def is_name(self, place: int) -> bool:
        return _is_name(self.written[place]) and not self.begins[place]

    def said(self, begin: int, end: int) -> str:
        return " ".join(self.written[begin:end])

    def content(self, place: int, step: int) -> int | None:
        """Return the next place from `place` on with a word of its own meaning, if any."""
        while 0 <= place < len(self.folded):
            if _means(self.folded[place]):
                return place
            place += step
        return None

    def runs(self, wanted: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
        """Yield the longest runs of words that are wanted, each within one stretch."""
        begin = 0
        while begin < len(self.folded):
            end = begin
            while (
                end < len(self.folded)
                and wanted(end)
                and self.stretch[end] == self.stretch[begin]
            ):
                end += 1
            if end > begin:
                yield begin, end
            begin = max(end, begin + 1)


def other_names(
    asked: str, said: str, title: str = "", answer: str = ""
) -> list[tuple[str, str]]:
    """Return the names of the question that the text has another name in the place of.

    Args:
        asked: A question. In one written all in small letters any word may be a name.
        said: What may answer it.
        title: Of what it is from; a name that stands there counts as said.
        answer: The words of it that answer. A name among them was asked for, and one of the
            question's that stands nowhere else is there for another reason.

    Returns:
        Each name asked for, with the other, as the two write them. Nothing in another
        language: "Vienna" is no other name than "Wien".
    """
    if len(asked) > LONGEST_QUESTION or languages_differ(asked, said):
        return []
    said, title = said[:LONGEST_TEXT], title[:LONGEST_TEXT]
    question, text = _read(asked), _read(said)
    bare = said.replace(answer, " ") if answer else said
    have = {*_read(bare).folded, *_read(title).folded}
    small = not any(map(question.is_name, range(len(question.written))))

    def missing(place: int) -> bool:
        word = question.folded[place]
        named = small or question.is_name(place)
        return named and word not in have and _means(word) and not word.isdigit()

    def another(place: int) -> bool:
        name = _is_name(text.written[place]) and _means(text.folded[place])
        return name and text.folded[place] not in question.folded

    others = [run for run in text.runs(another) if text.said(*run) not in answer]
    found = []
    for own in question.runs(missing):
        for other in others:
            if _one_place(question, own, text, other, small=small) and _strange(
                question, own, have, text, other
            ):
                found.append(_with_head(question, own, text, other))
                break
    return found


def names_asked(question: str) -> list[str]:
    """Return the names in an English question, as it writes them, each once.

    Capital letters tell them, so a question in small letters has none; abbreviations, months
    and days are left out, as texts write them in other ways.
    """
    text = _read(question)
    if _ENGLISH.isdisjoint(text.folded) or len(question) > LONGEST_QUESTION:
        return []

    def named(place: int) -> bool:
        word = text.folded[place]
        usual = not _means(word) or word in MONTHS or word in WEEKDAYS
        letters = text.written[place].isupper()
        return text.is_name(place) and not letters and not usual

    return list(dict.fromkeys(text.said(*run) for run in text.runs(named)))


def name_parts(name: str) -> list[str]:
    """Return the words of a name that tell it from others, not "Dr" or "Mrs", folded."""
    return [
        part
        for word in _read(name).folded
        for part in word.split("-")
        if part and part not in _ADDRESSED
    ]


def is_spelled_like(name: str, text: str) -> bool:
    """Say whether a word of the name stands in the text, in another form or misspelled."""
    words = {part for word in _read(text).folded for part in (word, *word.split("-"))}
    return any(_alike(one, word) for one in _read(name).folded for word in words)


def _one_place(
    question: _Text,
    own: tuple[int, int],
    text: _Text,
    other: tuple[int, int],
    *,
    small: bool,
) -> bool:
    """Say whether two names share what they name, or stand between the same words."""
    heads = _head(question, own[1], small=small), _head(text, other[1], small=False)
    if all(heads) and heads[0] == heads[1]:
        return text.stretch[other[1] - 1] == text.stretch[other[1]]
    if small:
        return False  # no telling what is a name: only a shared word is enough
    after = _same(question, own[1], text, other, 1)
    before = _same(question, own[0] - 1, text, other, -1)
    return after is not False and before is not False and bool(after or before)


def _head(text: _Text, place: int, *, small: bool) -> str:
    """Return the word of a name behind its own part, "" if there is none."""
    if place >= len(text.written) or not _means(text.folded[place]):
        return ""
    named = small or _is_name(text.written[place])
    return text.folded[place] if named else ""


def _same(
    question: _Text, place: int, text: _Text, other: tuple[int, int], step: int
) -> bool | None:
    """Say whether the next word of meaning is the same; None where the question has none."""
    asked = question.content(place, step)
    if asked is None:
        return None
    edge = other[1] - 1 if step > 0 else other[0]
    said = text.content(edge + step, step)
    if said is None or text.stretch[said] != text.stretch[edge]:
        return False
    return question.folded[asked] == text.folded[said]


def _strange(
    question: _Text,
    own: tuple[int, int],
    have: Collection[str],
    text: _Text,
    other: tuple[int, int],
) -> bool:
    """Say whether neither name is a form of a word on the other side, or misspelled.

    Letters that stand for names are only set against letters.
    """
    parts = {part for word in have for part in (word, *word.split("-"))}
    mine = range(*own)
    if any(_alike(question.folded[i], word) for i in mine for word in parts):
        return False
    letters = all(question.written[i].isupper() for i in mine)
    if letters != text.said(*other).replace(" ", "").isupper():
        return False
    theirs = text.folded[slice(*other)]
    return not any(_alike(one, word) for one in theirs for word in question.folded)


def _with_head(
    question: _Text, own: tuple[int, int], text: _Text, other: tuple[int, int]
) -> tuple[str, str]:
    """Return the two names, each with the word they share behind them, if they do."""
    head = _head(text, other[1], small=False)
    shared = bool(head) and head == _head(question, own[1], small=True)
    return question.said(own[0], own[1] + shared), text.said(other[0], other[1] + shared)


def _alike(one: str, other: str) -> bool:
    if same_name(one, other) or same_word(one, other):
        return True
    if min(len(one), len(other)) >= LEAST_MISSPELLED and abs(len(one) - len(other)) <= 1:
        return SequenceMatcher(None, one, other).ratio() >= MISSPELLED
    return len(one) >= SHORTEST_MONTH and other in MONTHS and other.startswith(one)


def _is_name(word: str) -> bool:
    return word[0].isupper()


@lru_cache(4096)
def _means(word: str) -> bool:
    return bool(content_words(word)) or word.isdigit()


@lru_cache(512)
def _read(text: str) -> _Text:
    written, folded, stretch, begins = [], [], [], []
    end = at = 0
    for match in _WORD.finditer(text):
        at += not _PLAIN.fullmatch(text, end, match.start())
        begins.append(not end or bool(_ASKED_BEFORE.search(text, end, match.start())))
        end = match.end()
        written.append(match[0])
        folded.append(_folded(match[0]))
        stretch.append(at)
    return _Text(tuple(written), tuple(folded), tuple(stretch), tuple(begins))


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).removesuffix("'s")
