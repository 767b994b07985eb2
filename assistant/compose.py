"""Puts an answer together, claim by claim: cite, verify, number, compose.

What is shown as supported has been checked against the very words that it cites, and those
words are a slice of the document's text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from assistant.cite import PassageSentences
from assistant.prompt import source_line
from assistant.types import (
    Answer,
    Checked,
    Citation,
    Claim,
    Evidence,
    Status,
    Support,
    Verdict,
)
from assistant.words import content_words, numbers
from index.readers.boxes import boxes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.cite import Carrier
    from assistant.draft import DraftClaim
    from assistant.types import Passage, Source, Verifier
    from index.types import Document, Embedder, Span

__all__ = ["Composer", "Documents"]

MOST_QUOTES = 3
LEAST_QUOTE_SCORE = (
    0.5  # share of the question's words plus cosine, see PassageSentences.rank
)
NEAR_THE_BEST = 0.75  # a further quotation must score this share of the best one


class Documents(Protocol):
    """Where passages come from: the library, as far as answering needs it."""

    def about(self, document_id: str) -> Source:
        """Return what is known of a document without its text."""
        ...

    def document(self, document_id: str) -> Document:
        """Return the whole document."""
        ...


class Composer:
    """One answer in the making."""

    def __init__(
        self,
        question: str,
        passages: Sequence[Passage],
        documents: Documents,
        embedder: Embedder,
        verifier: Verifier,
    ) -> None:
        self.repeats = False  # whether the draft has begun to say again what it said
        self._question = question
        self._passages = tuple(passages)
        self._documents = documents
        self._verifier = verifier
        self._sentences = PassageSentences(passages, embedder)
        self._citations: dict[tuple[str, Span], Citation] = {}
        self._claims: list[Claim] = []
        self._verdicts: list[Verdict] = []
        self._text = ""
        self._said: list[frozenset[str]] = []  # words and numbers of each claim
        self._dropped_marks = 0

    # --- claim by claim -------------------------------------------------------------------

    def check(self, drafts: Sequence[DraftClaim]) -> Iterator[Checked]:
        """Cite and verify complete claims; one that was said before ends the answer."""
        for draft in drafts:
            said = frozenset(content_words(draft.text)) | {*map(str, numbers(draft.text))}
            self.repeats |= any(said <= before for before in self._said)
            if not self.repeats:
                self._said.append(said)
                yield self._check(draft)

    def _check(self, draft: DraftClaim) -> Checked:
        marks = [mark for mark in draft.marks if 1 <= mark <= len(self._passages)]
        self._dropped_marks += len(draft.marks) - len(marks)
        verdict, carriers = self._best_evidence(draft.text, marks)
        if verdict.support is not Support.SUPPORTED:
            carriers = []
        before = len(self._citations)
        citations = [self._cite(carrier) for carrier in carriers]
        self._verdicts.append(verdict)
        claim = self._append(draft, verdict, citations)
        fresh = tuple(c for c in citations if c.number > before)
        return Checked(claim, fresh, self._text[claim.start : claim.end])

    def _best_evidence(
        self, claim: str, marks: Sequence[int]
    ) -> tuple[Verdict, list[Carrier]]:
        """Look where the model pointed, and only then in the other passages.

        A small model often forgets its marks or gets them wrong. A passage that it did not
        name may carry the claim all the same; it is held to the same test.
        """
        everywhere = [passage.number for passage in self._passages]
        pointed = self._evidence(claim, marks) if marks else None
        if pointed is not None and pointed[0].support is Support.SUPPORTED:
            return pointed
        searched = self._evidence(claim, everywhere)
        if searched[0].support is Support.SUPPORTED:
            return searched
        if pointed is not None:
            return pointed
        return Verdict(Support.UNCITED, "no passage was found that says this"), []

    def _evidence(
        self, claim: str, numbers: Sequence[int]
    ) -> tuple[Verdict, list[Carrier]]:
        carriers = self._sentences.carrying(claim, numbers)
        cited = {carrier.passage.number: carrier.passage for carrier in carriers}
        context = "\n".join(
            f"{source_line(passage.source)}\n{passage.chunk.text}"
            for passage in cited.values()
        )
        quotes = tuple(carrier.quote for carrier in carriers)
        evidence = Evidence(quotes, context, self._question)
        return self._verifier.verify(claim, evidence), carriers

    def _cite(self, carrier: Carrier) -> Citation:
        """Return the citation of these words, a new one only if they were not cited yet."""
        key = (carrier.passage.source.id, carrier.span)
        if key not in self._citations:
            self._citations[key] = self._citation(carrier, len(self._citations) + 1)
        return self._citations[key]

    def _citation(self, carrier: Carrier, number: int) -> Citation:
        source, span = carrier.passage.source, carrier.span
        document = self._documents.document(source.id)
        return Citation(
            number=number,
            passage=carrier.passage.number,
            source=source,
            span=span,
            quote=span.text_of(document.text),
            page=document.page_at(span.start),
            line=document.line_at(span.start),
            boxes=boxes_of(document, span),
        )

    def _append(
        self, draft: DraftClaim, verdict: Verdict, citations: Sequence[Citation]
    ) -> Claim:
        if self._text:
            self._text += "\n" if draft.new_line else " "
        start = len(self._text)
        marks = "".join(f"[{citation.number}]" for citation in citations)
        self._text += f"{draft.text} {marks}" if marks else draft.text
        claim = Claim(
            draft.text, start, len(self._text), verdict.support,
            tuple(citation.number for citation in citations), verdict.reason, verdict.score,
        )  # fmt: skip
        self._claims.append(claim)
        return claim

    # --- the whole ------------------------------------------------------------------------

    def answer(self) -> Answer:
        """Return what was written, or that the documents do not say, if nothing held."""
        supported = [v for v in self._verdicts if v.support is Support.SUPPORTED]
        if not supported:
            return self.no_evidence()
        return Answer(
            self._question,
            Status.ANSWERED,
            text=self._text,
            claims=tuple(self._claims),
            citations=tuple(self._citations.values()),
            passages=self._passages,
            confidence=self._confidence(supported),
            dropped_marks=self._dropped_marks,
        )

    def _confidence(self, supported: Sequence[Verdict]) -> float:
        """Return the mean support over all claims; uncalibrated."""
        return sum(verdict.score for verdict in supported) / len(self._verdicts)

    def no_evidence(self) -> Answer:
        """Return that the documents do not say, with the nearest sentences as quotations."""
        nearest = [
            self._citation(carrier, number)
            for number, carrier in enumerate(self._nearest(), start=1)
        ]
        return Answer(
            self._question,
            Status.NO_EVIDENCE,
            nearest=tuple(nearest),
            passages=self._passages,
            dropped_marks=self._dropped_marks,
        )

    def quotes_only(self) -> Answer:
        """Answer with the sentences nearest to the question and nothing else."""
        best = self._nearest()
        if not best or best[0].score < LEAST_QUOTE_SCORE:
            return self.no_evidence()
        kept = [
            carrier for carrier in best if carrier.score >= NEAR_THE_BEST * best[0].score
        ]
        for carrier in kept:
            citation = self._cite(carrier)
            self._verdicts.append(Verdict(Support.SUPPORTED, score=1.0))
            self._quote(citation)
        return self.answer()

    def _quote(self, citation: Citation) -> None:
        self._text += "\n" if self._text else ""
        start = len(self._text)
        self._text += f"“{citation.quote}” [{citation.number}]"
        self._claims.append(
            Claim(
                citation.quote,
                start,
                len(self._text),
                Support.SUPPORTED,
                (citation.number,),
                score=1.0,
            )
        )

    def _nearest(self) -> list[Carrier]:
        """Return the best sentence for the question of each of the nearest passages."""
        everywhere = [passage.number for passage in self._passages]
        best: dict[int, Carrier] = {}
        for carrier in self._sentences.rank(self._question, everywhere):
            best.setdefault(carrier.passage.number, carrier)
        return list(best.values())[:MOST_QUOTES]
