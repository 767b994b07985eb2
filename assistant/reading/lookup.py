"""What a question has to do with: search, read closely, follow what was found, put in order.

A question over two documents ("the director of the film shot in Port Ellis") finds the first
by its own words. The second is found by what the first says, so what was read first is searched
for as well. A question that compares two things is looked up for each of them too, and several
questions in one are looked up one by one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.reading.bridges import led_to, names_to_follow, says_only
from assistant.reading.comparison import compared, side_of, together
from assistant.reading.focus import begun_earlier
from assistant.reading.merit import by_merit
from assistant.reading.sayings import speaker_asked_for
from assistant.reading.several import asked_apart
from assistant.reading.sides import best_side
from assistant.reading.structured import Structured
from assistant.reading.two_steps import in_two_steps
from assistant.text.language import languages_differ
from assistant.text.other_names import is_spelled_like, name_parts, names_asked
from assistant.text.words import content_words, coverage
from assistant.types import Passage, Retrieved, Side, Stepwise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.protocols import Documents, PassageReader
    from assistant.reading.direct import Direct
    from assistant.types import Finding
    from index.types import Hit, Retriever

__all__ = ["Lookup"]

# Below both, a passage has nothing to do with the question and is not even shown to the model.
LEAST_SIMILARITY = 0.1  # likeness
LEAST_COVERAGE = 0.5  # share of the question's content words
READER_WEIGHT = 0.5  # of the likeliest passage, beside its search score of about 0 to 1.3
FOLLOWED = 6  # hits looked at for each thing that is searched for next
MOST_STEPS = 3  # of a question that is asked in steps
MOST_LED_TO = 5  # passages read because something that was read names their document


@dataclass(frozen=True, slots=True)
class Lookup:
    """How to look for a question's passages."""

    retriever: Retriever
    documents: Documents
    reader: PassageReader | None  # None: nothing is read closely
    passages: int  # kept
    read: int  # read closely, before what they lead to
    candidates: int  # searched for
    direct: Direct | None = None  # tells what is asked of documents as such

    def find(self, question: str, documents: tuple[str, ...] | None) -> Retrieved:
        """Return what was found; findings name the passages by their numbers.

        Args:
            question: Standing for itself.
            documents: Search only in these; None for all.
        """
        told = self.direct.find(question, documents) if self.direct else None
        if told is not None:
            return told
        found = self._find(question, documents)
        if not found.findings:
            return found
        compares = compared(question)
        if compares:
            sides = [
                side_of(p, compares, self._find(p.question, documents)) for p in compares
            ]
            return together(found, compares, sides, self.passages)
        found = self._with_parts(found, question, documents)
        if found.parts:
            return found
        return replace(found, stepwise=self._in_steps(question, documents))

    def _with_parts(
        self, found: Retrieved, question: str, documents: tuple[str, ...] | None
    ) -> Retrieved:
        """Return it with what was found for each of several questions in one."""
        parts, missing = list[Side](), list[str]()
        for asked in asked_apart(question):
            alone = asked.after(parts[0].finding.text if parts else "")
            side = best_side(asked.said, alone, self._find(alone, documents))
            if side is None:
                missing.append(asked.said)
            else:
                parts.append(replace(side, rests_on_first=asked.of_answer))
        return replace(found, parts=tuple(parts), missing=tuple(missing))

    def _in_steps(
        self, question: str, documents: tuple[str, ...] | None
    ) -> Stepwise | None:
        """Return what was found step by step, if the question is asked so.

        Each step is looked up with the name that the one before it found; without a name
        there is no further step.
        """
        taken, asked = list[Side](), question
        while described := in_two_steps(asked) if len(taken) < MOST_STEPS else None:
            found = self._find(described.asked_for, documents)
            side = best_side(described.words, described.asked_for, found)
            if side is None:
                break
            taken.append(side)
            asked = described.asked_of(side.finding.text)
        if not taken:
            return None
        last = best_side(question, asked, self._find(asked, documents)) if asked else None
        known = last is not None and says_only(question, last.finding.text)
        return Stepwise(tuple(taken), None if known else last)

    def _find(self, question: str, documents: tuple[str, ...] | None) -> Retrieved:
        hits = self.retriever.retrieve(question, self.candidates, documents)
        good = _good_enough(hits, question)
        if self.reader is None:
            return Retrieved(tuple(hits), tuple(self._numbered(good[: self.passages])))
        read = self._numbered(good[: max(self.passages, self.read)])
        if speaker_asked_for(question):
            read = [
                begun_earlier(p, self.documents.document(p.source.id).text) for p in read
            ]
        findings = self.reader.read(question, read)
        structured = Structured(self.documents, self.reader)
        findings = structured.with_cells(question, read, findings, documents)
        findings = structured.with_clause(question, read, findings)
        followed = self._followed(question, documents, read, findings)
        numbered = self._numbered(followed, len(read))
        further = led_to(question, read, numbered)[:MOST_LED_TO]
        if further:
            hits = [*hits, *(followed[numbered.index(passage)] for passage in further)]
            read += further
            found = [*findings, *self.reader.read(question, further)]
            findings = by_merit(question, read, found)
        kept = _kept(hits, read, findings, self.passages)
        return replace(
            kept,
            findings=_first_reread(question, kept, self.reader),
            unknown=self._unknown(question, read),
        )

    def _unknown(self, question: str, read: Sequence[Passage]) -> tuple[str, ...]:
        """Return the names of a question of which no document has a part, even misspelled.

        No name if all that was found is in other languages, which may have other names.
        """
        if read and all(languages_differ(question, passage.chunk.text) for passage in read):
            return ()
        parts = {name: name_parts(name) for name in names_asked(question)}
        known = self.documents.holding([part for each in parts.values() for part in each])
        texts = (f"{p.chunk.text}\n{p.source.title}\n{p.source.path}" for p in read)
        said = "\n".join(texts) if parts else ""
        return tuple(
            name
            for name, each in parts.items()
            if any(not known[part] and not is_spelled_like(part, said) for part in each)
        )

    def _numbered(self, hits: Sequence[Hit], after: int = 0) -> list[Passage]:
        return [self._passage(number, hit) for number, hit in enumerate(hits, after + 1)]

    def _passage(self, number: int, hit: Hit) -> Passage:
        chunk = hit.chunk
        source, tables = self.documents.about(chunk.document_id), None
        if _may_hold_rows(chunk.text, source.path):
            tables = self.documents.tables(chunk.document_id)
        return Passage(number, chunk, source, hit.score, hit.similarity, tables)

    def _followed(
        self,
        question: str,
        documents: tuple[str, ...] | None,
        read: Sequence[Passage],
        findings: Sequence[Finding],
    ) -> list[Hit]:
        """Return what was not read yet, of searches with what was found in front."""
        # Passages may have been begun earlier than they were found; where they end is the same.
        known = {(passage.source.id, passage.chunk.span.end) for passage in read}
        new: dict[object, Hit] = {}
        for name in names_to_follow(question, read, findings):
            hits = self.retriever.retrieve(f"{name}. {question}", FOLLOWED, documents)
            for hit in _good_enough(hits, question):
                new.setdefault((hit.chunk.document_id, hit.chunk.span.end), hit)
        return [hit for place, hit in new.items() if place not in known]


def _may_hold_rows(text: str, path: str) -> bool:
    return "|" in text or "\t" in text or path.lower().endswith((".csv", ".tsv"))


def _kept(
    hits: Sequence[Hit],
    read: Iterable[Passage],
    findings: Sequence[Finding],
    most: int,
) -> Retrieved:
    """Return the passages that matter most, numbered anew, with what was found in them."""
    ordered = _in_order(read, findings)
    kept = [replace(p, number=place) for place, p in enumerate(ordered[:most], start=1)]
    places = {passage.number: place for place, passage in enumerate(ordered, start=1)}
    numbers = {number: place for number, place in places.items() if place <= most}
    return Retrieved(
        tuple(hits),
        tuple(kept),
        tuple(_renumbered(f, numbers) for f in findings if f.passage in numbers),
        elsewhere=tuple(
            replace(f, passage=places[f.passage], bridge=None)
            for f in findings
            if f.passage not in numbers
        ),
    )


def _first_reread(
    question: str, found: Retrieved, reader: PassageReader
) -> tuple[Finding, ...]:
    """Return the findings, the first one after a second look."""
    if not found.findings:
        return ()
    first, *others = found.findings
    return (reader.reread(question, found.passage_of(first), first), *others)


def _renumbered(finding: Finding, numbers: Mapping[int, int]) -> Finding:
    bridge = finding.bridge
    if bridge is not None:
        place = numbers.get(bridge.passage)
        bridge = replace(bridge, passage=place) if place else None
    return replace(finding, passage=numbers[finding.passage], bridge=bridge)


def _in_order(passages: Iterable[Passage], findings: Sequence[Finding]) -> list[Passage]:
    """Sort passages by how well they were found and how likely they hold the answer.

    The one with the best finding and the one that leads to it come first.
    """
    likely: dict[int, float] = {}
    for finding in findings:  # best first
        likely.setdefault(finding.passage, math.exp(finding.merit - findings[0].merit))
    first = [f.passage for f in findings[:1]]
    first += [f.bridge.passage for f in findings[:1] if f.bridge]

    def worth(passage: Passage) -> float:
        return passage.score + READER_WEIGHT * likely.get(passage.number, 0.0)

    return sorted(passages, key=lambda p: (p.number not in first, -worth(p), p.number))


def _good_enough(hits: Iterable[Hit], question: str) -> list[Hit]:
    """Return the hits that have to do with the question, in meaning or in words."""
    words = content_words(question)
    return [
        hit
        for hit in hits
        if hit.similarity is None
        or hit.similarity >= LEAST_SIMILARITY
        or coverage(words, frozenset(content_words(hit.chunk.text))) >= LEAST_COVERAGE
    ]
