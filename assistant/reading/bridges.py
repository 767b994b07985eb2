"""Findings that another document leads to: "the director of the film shot in Port Ellis".

The sentence that answers often says only half of what was asked; who is meant, or what, stands
in another document, which names this one by its title. In questions over two documents that
name is called the bridge entity (Yang et al., "HotpotQA", EMNLP 2018). A finding in a document
that is named by a sentence with the missing half is worth more than its own sentence says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.reading.focus import around, sentences_of
from assistant.text.words import content_words, holds_word, numbers
from assistant.types import Bridge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from assistant.types import Finding, Passage

    Terms = frozenset[str | Decimal]

__all__ = ["led_to", "name_in", "names_to_follow", "says_only", "with_bridges"]

MOST_NAMES = 3
SHORTEST_NAME = 4  # characters of a title; shorter ones stand in too many texts
LONGEST_TITLE = 200  # characters; a longer one names nothing, and a hostile one costs time
_BESIDE_THE_NAME = re.compile(r"\s*\(.*\)|,.*")  # "Harbour Lights (film)", "Ellis, Kent"


class _Asked:
    """The words and numbers of a question, and which of them a text has."""

    def __init__(self, question: str) -> None:
        self.text = question.casefold()
        self._words = frozenset(content_words(question))
        self._numbers = numbers(question)
        self._held: dict[str, Terms] = {}

    @cached_property
    def terms(self) -> Terms:
        return self._words | self._numbers

    def held(self, text: str) -> Terms:
        """Return those of its words and numbers that the text has."""
        if text not in self._held:
            said = frozenset(content_words(text))
            words = frozenset(word for word in self._words if holds_word(said, word))
            self._held[text] = words | (self._numbers & numbers(text))
        return self._held[text]

    def says(self, text: str) -> bool:
        """Say whether it has every word and number of the text."""
        words = all(holds_word(self._words, word) for word in content_words(text))
        return words and numbers(text) <= self._numbers


def with_bridges(
    question: str, passages: Sequence[Passage], findings: Sequence[Finding]
) -> list[Finding]:
    """Return the findings, in their order, each with the best sentence that leads to it."""
    asked = _Asked(question)
    by_number = {passage.number: passage for passage in passages}
    leading: dict[str, list[tuple[Bridge, Terms]]] = {}
    made = []
    for finding in findings:
        passage = by_number[finding.passage]
        document = passage.source.id
        if document not in leading:
            leading[document] = list(_naming(passage, passages, asked))
        missing = asked.terms - asked.held(_said(around(passage, finding.span)))
        made.append(replace(finding, bridge=_best(leading[document], missing, asked)))
    return made


def led_to(
    question: str, read: Sequence[Passage], further: Sequence[Passage]
) -> list[Passage]:
    """Return the further passages whose document a sentence of those that were read names."""
    asked = _Asked(question)
    return [passage for passage in further if next(_naming(passage, read, asked), None)]


def _naming(
    to: Passage, passages: Sequence[Passage], asked: _Asked
) -> Iterator[tuple[Bridge, Terms]]:
    """Yield the sentences of other documents that name a passage's, and what they have.

    A document that the question names itself needs nothing to lead to it. A title that is
    written small elsewhere is a word, no name: "Report", "Oxygen".
    """
    name = name_in(to.source.title)
    small = name.casefold()
    if len(name) < SHORTEST_NAME or _names(asked.text, small):
        return
    if small != name and any(_names(p.chunk.text, small) for p in passages):
        return
    for passage in passages:
        text, title = passage.chunk.text, passage.source.title
        if passage.source.id == to.source.id or name not in text:
            continue
        for span in sentences_of(text):
            sentence = span.text_of(text)
            if _names(sentence, name):
                place = span.shifted(passage.chunk.span.start)
                held = asked.held(f"{sentence}\n{title}")
                yield Bridge(passage.number, place, 0.0), held


def name_in(title: str) -> str:
    """Return what a title names, without what sets it apart: "Ina Mol (director)"; or ""."""
    return "" if len(title) > LONGEST_TITLE else _BESIDE_THE_NAME.sub("", title).strip()


def _best(
    leading: Sequence[tuple[Bridge, Terms]], missing: Terms, asked: _Asked
) -> Bridge | None:
    """Return the first of those that say most of what is missing, if any says something."""
    most = max((len(held & missing) for _, held in leading), default=0)
    for bridge, held in leading:
        if most and len(held & missing) == most:
            return replace(bridge, share=most / len(asked.terms))
    return None


def names_to_follow(
    question: str, passages: Sequence[Passage], findings: Sequence[Finding]
) -> list[str]:
    """Return what to search for next: what was found first, if it leaves anything unsaid.

    None where the best finding's sentences have all that was asked.
    """
    asked = _Asked(question)
    by_number = {passage.number: passage for passage in passages}
    if not findings or asked.terms == asked.held(
        _said(around(by_number[findings[0].passage], findings[0].span))
    ):
        return []
    new = [finding.text for finding in findings if not asked.says(finding.text)]
    return list(dict.fromkeys(new))[:MOST_NAMES]


def says_only(question: str, text: str) -> bool:
    """Say whether the question itself has every word and number of a text."""
    return _Asked(question).says(text)


def _said(passage: Passage) -> str:
    return f"{passage.chunk.text}\n{passage.source.title}"


def _names(text: str, name: str) -> bool:
    return name in text and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))
