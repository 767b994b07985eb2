"""Questions about whole documents: summaries, overviews, what a document is about.

The answer is made of the documents' own sentences, each with its place. For a document they are
taken section by section: of each the sentence nearest to the centroid of all of the section's
sentences, early ones preferred (centroid and lead: Radev et al., "Centroid-based summarization
of multiple documents", 2004). For several documents two are taken of each. English and German.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from assistant.text.words import content_words
from index.sentences import sentences
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.types import Document, Embedder

__all__ = ["MOST_DOCUMENTS", "Overview", "main_sentences", "overview_asked_for", "told_of"]

MOST_DOCUMENTS = 6
OF_ONE = 6  # sentences of one document
OF_SEVERAL = 2  # of each, its title among them
OPENING = 1000  # characters in which a title stands
EARLY = 0.03  # cosine that each later sentence of a section lacks, up to the fifth
SHORTEST, LONGEST = 25, 500  # characters of a sentence that tells something
MOST_READ = 40  # sentences of a section that are embedded

_WHOLE = (
    r"(?:this|the|these|all|my|those) ?(?:whole |entire )?"
    r"(?:documents?|files?|reports?|texts?|papers?|articles?|folder|notes?|letters?|mails?|pdfs?)"
)
_WHOLE_DE = (
    r"(?:dies(?:es|er|en|e)|das|der|die|den|dem|alle) ?(?:ganze[nsr]? )?"
    r"(?:dokument(?:e|en|s)?|datei(?:en)?|bericht(?:e|en|s)?|text(?:e|en|es)?|ordners?|"
    r"artikel[ns]?|notiz(?:en)?|brief(?:e|en|es)?)"
)
_ASKED = re.compile(
    r"\b(?:summari[sz]e|sum up|summary of|give (?:me )?(?:an? )?(?:short |brief )?"
    r"(?:overview|summary)|overview of|(?:main|key) points|key takeaways|tl;?dr|"
    r"fasse?\b.*\bzusammen|zusammenfassung|überblick|hauptpunkte|wichtigsten punkte|"
    r"worum geht es in|wovon handel[nt]|was steht in)\b|"
    rf"\bwhat (?:is|are) .{{1,80}} about\b|\bwhat does {_WHOLE} say\s*\?",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:main|key|wichtigsten) ?(?:points|punkte)|hauptpunkte", re.IGNORECASE
)
_ABOUT = re.compile(
    rf"\b(?:{_WHOLE}|{_WHOLE_DE})\b|\b(?:summari[sz]e|sum up|summary|overview|points|main|key|"
    r"takeaways|tl;?dr|documents?|files?|report|about|please|short(?:ly)?|brief(?:ly)?|give|fasse?|"
    r"zusammen|zusammenfassung|überblick|hauptpunkte|wichtigsten|punkte|worum|geht|wovon|handel[nt]|"
    r"steht|dokument|datei|bericht|bitte|kurz)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"\b(?:{_WHOLE}|{_WHOLE_DE}|documents|files|dokumente|dateien)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Overview:
    """What whole documents are asked about."""

    topic: tuple[str, ...]  # words that say which are meant; none: all that are searched in


def overview_asked_for(question: str) -> Overview | None:
    """Return what an overview is asked of, None if a question asks for something else."""
    if not _ASKED.search(question):
        return None
    named = re.search(r"\b[\w-]+\.\w{2,5}\b", question)
    if named:
        return Overview(tuple(content_words(re.sub(r"[_\-.]", " ", named[0]))[:-1]))
    if _POINTS.search(question) and not _ALL.search(question):
        return None  # of something that documents tell of
    about = re.search(r"\bwhat (?:is|are) (.{1,80}?) about\b", question, re.IGNORECASE)
    if about and not _ALL.search(about[1]):
        return None  # "What is the novel about?" is asked of what the documents tell
    said = about[1] if about else question
    return Overview(tuple(content_words(_ABOUT.sub(" ", said))))


def told_of(document: Document, embedder: Embedder, *, alone: bool) -> list[Span]:
    """Return what an overview tells of a document.

    That is its main sentences; of one of several its title, where that stands in the text, and
    the sentence nearest to the whole.
    """
    if alone:
        return main_sentences(document, embedder, OF_ONE)
    start = document.text.find(document.title, 0, OPENING) if document.title else -1
    title = [Span(start, start + len(document.title))] if start >= 0 else []
    return [*title, *main_sentences(document, embedder, OF_SEVERAL - len(title))]


def main_sentences(document: Document, embedder: Embedder, most: int) -> list[Span]:
    """Return up to `most` sentences that tell what a document is about, in its order."""
    chosen: list[tuple[float, Span]] = []
    for section in _sections(document):
        spans = [span for span in section if _tells(document, span)][:MOST_READ]
        if spans:
            chosen.append(_nearest(document, spans, embedder))
    if len(chosen) > most:  # the sections that are nearest to the whole
        chosen = sorted(chosen, key=lambda pair: -pair[0])[:most]
    return sorted(span for _, span in chosen)


def _sections(document: Document) -> Iterator[list[Span]]:
    """Yield the sentences of each part under a heading; of a bare text, of each third."""
    spans = sentences(document.text)
    starts = [h.start for h in document.headings if h.title != "Properties"]
    ends = [h.start for h in document.headings if h.title == "Properties"]
    spans = [span for span in spans if not ends or span.start < ends[0]]
    if len(starts) < 2:  # noqa: PLR2004 - a title alone parts nothing
        size = max(1, -(-len(spans) // 3))
        for first in range(0, len(spans), size):
            yield spans[first : first + size]
        return
    edges = [0, *starts, len(document.text)]
    for start, end in pairwise(edges):
        yield [span for span in spans if start <= span.start < end]


def _tells(document: Document, span: Span) -> bool:
    text = span.text_of(document.text)
    whole = SHORTEST <= len(text) <= LONGEST and text.rstrip("\"'”’)")[-1:] in ".!?…"
    return whole and not text.startswith("#") and document.table_at(span.start) is None


def _nearest(
    document: Document, spans: Sequence[Span], embedder: Embedder
) -> tuple[float, Span]:
    """Return the sentence nearest to the centroid of all, and how near."""
    vectors = embedder.embed_passages([span.text_of(document.text) for span in spans])
    centroid = vectors.mean(axis=0)
    near = vectors @ (centroid / max(float(np.linalg.norm(centroid)), 1e-9))
    late = EARLY * np.minimum(np.arange(len(spans)), 4)
    best = int(np.argmax(near - late))
    return float(near[best]), spans[best]
