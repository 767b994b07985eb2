"""Questions about the documents themselves: who wrote one, when it appeared, which are by whom.

What the library keeps of a document answers them, with the place in its text that says so: the
byline, the date line, a line of its properties. The span model, which reads passages, takes
whoever "wrote" something in the text. English and German.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.text.words import content_words, coverage
from index.readers.stated import dates_in
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.types import Source
    from index.types import Document

__all__ = [
    "AskedRecord",
    "Record",
    "best_document",
    "by_author",
    "place_of",
    "record_asked_for",
]

_KIND = (
    r"(?:articles?|essays?|reports?|letters?|e?-?mails?|messages?|stor(?:y|ies)|pieces?|"
    r"documents?|files?|notes?|papers?|posts?|texts?|minutes|memos?|reviews?|columns?|"
    r"artikels?|aufs(?:atz(?:es)?|ätze)|bericht(?:e?s?)|brief(?:e?s?)|nachricht(?:en)?|"
    r"dokument(?:e?s?)|datei(?:en)?|notiz(?:en)?|beitr(?:ag(?:e?s)?|äge)|protokoll(?:e?s?)|"
    r"text(?:e?s?))"
)
_AUTHOR = re.compile(
    rf"\bwho (?:has )?(?:wrote|written|authored|penned)\b.*\b{_KIND}\b|"
    rf"\bauthors? of\b.*\b{_KIND}\b|\bby whom\b.*\b{_KIND}\b.*\bwritten\b|"
    rf"\bwho (?:has )?sen(?:t|ds)\b.*\b{_KIND}\b|"
    rf"\bwer hat\b.*\b{_KIND}\b.*\b(?:geschrieben|verfasst|geschickt)\b|"
    rf"\b(?:autor(?:in)?|verfasser(?:in)?)\b.*\b{_KIND}\b|"
    rf"\bvon wem\b.*\b{_KIND}\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\bwhen\b.*\b{_KIND}\b.*\b(?:appear(?:ed)?|published|written|come out|sent|"
    r"issued|dated)\b|"
    rf"\b(?:date|publication date) of\b.*\b{_KIND}\b|"
    rf"\bwann\b.*\b{_KIND}\b.*\b(?:erschienen|veröffentlicht|geschrieben|verfasst|geschickt)\b|"
    rf"\bwann erschien\b.*\b{_KIND}\b|\bvon wann\b.*\b{_KIND}\b",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"\b(?:which|what|list (?:all|the)|welche)\b.*?\b{_KIND}\b.*?"
    rf"\b(?:by|von|from)\s+(?P<who>[^?.]{{2,80}}?)"
    r"(?:\s+(?:wrote|written|verfasst|geschrieben))?\s*[?.]?\s*$|"
    rf"\b(?:which|what|welche)\b.*?\b{_KIND}\b\s+(?:did|has|hat)\s+(?P<writer>[^?.]{{2,80}}?)\s+"
    r"(?:write|written|geschrieben|verfasst)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    rf"\b(?:{_KIND}|authors?|wrote|written|write|authored|penned|sent|sends|appear(?:ed)?|published|"
    r"dated?|issued|publication|autor(?:in)?|verfasser(?:in)?|geschrieben|verfasst|erschienen|"
    r"erschien|veröffentlicht|geschickt|saved|folder)\b",
    re.IGNORECASE,
)
LEAST_COVERED = 0.5  # of the words that say which document is meant
LEAST_NAME = 0.99  # of the words of an author's name
SEARCHED = (
    4000  # characters at either end of a document, where it says who wrote it and when
)


class Record(StrEnum):
    """What is asked of a document."""

    AUTHOR = "author"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """A question about documents."""

    record: Record
    topic: tuple[str, ...]  # the words that say which document is meant
    who: str = ""  # whose documents are asked for; "" where one document is asked about


def record_asked_for(question: str) -> AskedRecord | None:
    """Return what a question asks of a document, None if it asks of what stands in it."""
    by = _BY.search(question)
    if by is not None:
        who = (by["who"] or by["writer"]).strip(" \"'“”")
        if who[:1].isupper():
            return AskedRecord(Record.AUTHOR, (), who)
    for record, pattern in ((Record.AUTHOR, _AUTHOR), (Record.DATE, _DATE)):
        if pattern.search(question):
            topic = content_words(_ABOUT.sub(" ", question))
            kind = re.findall(_KIND, question, re.IGNORECASE)
            return AskedRecord(record, tuple(topic or map(str.casefold, kind)))
    return None


def by_author(who: str, sources: Iterable[Source]) -> list[Source]:
    """Return the documents whose author has all of a name's words."""
    words = content_words(who)
    return [
        s
        for s in sources
        if words and coverage(words, content_words(s.author)) >= LEAST_NAME
    ]


def best_document(
    asked: AskedRecord, candidates: Sequence[tuple[Source, str]]
) -> Source | None:
    """Return the document that is meant, None if none of them plainly is.

    Args:
        asked: The question.
        candidates: Documents with the text that was found of them, best first.
    """
    shares = [
        (
            coverage(asked.topic, frozenset(content_words(f"{source.called}\n{text}"))),
            source,
        )
        for source, text in candidates
    ]
    best = max((share for share, _ in shares), default=0.0)
    if best < LEAST_COVERED:
        return None
    return next(source for share, source in shares if share == best)


def place_of(record: Record, source: Source, document: Document) -> Span | None:
    """Return where a document says who wrote it, or when it appeared; None if nowhere."""
    if record is Record.AUTHOR:
        return _place_of_words(source.author, document.text)
    return _place_of_date(source.date, document.text)


def _place_of_words(words: str, text: str) -> Span | None:
    if not words:
        return None
    start = text.find(words, 0, SEARCHED)
    if start < 0:
        start = text.rfind(words)
    return Span(start, start + len(words)) if start >= 0 else None


def _place_of_date(date: str, text: str) -> Span | None:
    if not date:
        return None
    tail = max(len(text) - SEARCHED, 0)
    for offset, part in ((0, text[:SEARCHED]), (tail, text[tail:])):
        for start, end, said in dates_in(part):
            if said == date:
                return Span(start, end).shifted(offset)
    return None
