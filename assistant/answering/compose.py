"""Puts an answer together, claim by claim: cite, verify, number, compose.

What is shown as supported has been checked against the very words that it cites, and those
words are a slice of the document's text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answering.cite import Carrier, PassageSentences
from assistant.answering.following import Following
from assistant.answering.quoting import Quote, Quoting
from assistant.prompt import source_line
from assistant.text.dates import in_full
from assistant.text.differences import differences
from assistant.text.headings import repeats_question
from assistant.text.words import content_words, numbers
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
from index.readers.boxes import boxes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answering.draft import DraftClaim
    from assistant.protocols import Documents, Verifier
    from assistant.types import Finding, Passage
    from index.types import Embedder, Span

__all__ = ["Composer"]

MOST_QUOTES = 3
LEAST_QUOTE_SCORE = (
    0.5  # share of the question's words plus cosine, see PassageSentences.rank
)
LEAST_INSTEAD = 1.0  # the same, of a sentence quoted in the place of a refused claim
NEAR_THE_BEST = 0.75  # a further quotation must score this share of the best one


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
        self.complete = False  # whether nothing more is to be expected of the draft
        self._question = question
        self._passages = tuple(passages)
        self._documents = documents
        self._verifier = verifier
        self._sentences = PassageSentences(passages, embedder)
        self._citations: dict[tuple[str, Span], Citation] = {}
        self._claims: list[Claim] = []
        self._text = ""
        self._said: list[frozenset[str]] = []  # words and numbers of each claim
        self._dropped_marks = 0
        self._following: Following | None = None  # what the answer has to say, if set
        self._strictly = True  # whether it may say nothing else
        self._says_best = False  # whether a claim says the best of it

    def follow(
        self, findings: Sequence[Finding], *, compares: bool = False, strictly: bool = True
    ) -> None:
        """Hold what is written against these findings, or quote them where it says less.

        Args:
            findings: best first.
            compares: whether they are the sides of a comparison, all to be told.
            strictly: whether only what says the best of them is shown. Otherwise all that is
                supported is, and the best is quoted beside it where nothing says it.
        """
        if findings:
            self._strictly = strictly
            self._following = Following(
                self._question, tuple(findings), self._sentences, compares
            )

    def evidence(self) -> tuple[Citation, ...]:
        """Return the sentences that hold what is followed; nothing is cited by this."""
        if self._following is None:
            return ()
        held = (c for f in self._following.told for c in self._following.carriers(f))
        places = {_place(carrier): carrier for carrier in held}
        return tuple(self._citation(c, n) for n, c in enumerate(places.values(), start=1))

    # --- claim by claim -------------------------------------------------------------------

    def check(self, drafts: Sequence[DraftClaim]) -> Iterator[Checked]:
        """Cite and verify complete claims; one that was said before ends the answer."""
        for draft in drafts:
            said = frozenset(content_words(draft.text)) | {*map(str, numbers(draft.text))}
            self.complete |= bool(said) and any(said <= before for before in self._said)
            if self.complete:
                return
            self._said.append(said)
            yield from self._check(draft)

    def _check(self, draft: DraftClaim) -> Iterator[Checked]:
        marks = [mark for mark in draft.marks if 1 <= mark <= len(self._passages)]
        self._dropped_marks += len(draft.marks) - len(marks)
        verdict, carriers = self._best_evidence(draft.text, marks)
        stands = verdict.support.stands
        says_it = stands and self._says_what_was_found(draft.text, carriers)
        if self._following is not None and self._strictly:
            if not says_it:
                return  # held back: a quotation will take its place
            self.complete = True  # what was found has been said; the rest would be chatter
        if says_it:
            self._says_best = True
            carriers = [*carriers, *self._agreeing(draft.text)]
        if stands:
            yield self._add(draft, verdict, carriers)
        else:
            yield from self._repair(draft, verdict)

    def _says_what_was_found(self, claim: str, carriers: Sequence[Carrier]) -> bool:
        """Say whether a claim says the best finding, and of it what its sentence says.

        "Ada Fenn said that it would rain" names the one who closed the bridge, and does not
        say that she did.
        """
        if self._following is None or not self._following.said_in(claim):
            return False
        held = self._following.carriers(self._following.best)
        shared = {*map(_place, held)} & {*map(_place, carriers)}
        return bool(shared) or self._judge(claim, held).support.stands

    def _repair(self, draft: DraftClaim, verdict: Verdict) -> Iterator[Checked]:
        """Leave a claim out of the text, and quote what the passages say in its place."""
        end = len(self._text)
        claim = Claim(
            draft.text, end, end, verdict.support, (), verdict.reason, verdict.score
        )
        self._claims.append(claim)
        yield Checked(claim, (), "")
        everywhere = [passage.number for passage in self._passages]
        for carrier in self._sentences.rank(draft.text, everywhere)[:1]:
            if carrier.score >= LEAST_INSTEAD and not self._is_cited(carrier):
                yield self._add_quote(carrier)

    def close(self) -> Iterator[Checked]:
        """Quote what was found where nothing written says it, and what belongs beside it."""
        if self._following is None:
            return
        quoting = Quoting(self._question, self._documents, self._following, self._is_cited)
        for quote in quoting.each(written=self._says_best):
            if quote.cell:
                yield self._add_cell(quote)
            elif not self._is_cited(quote.carriers[0]):
                yield self._add_quote(quote.carriers[0], alternative=quote.alternative)

    def _is_cited(self, carrier: Carrier) -> bool:
        return _place(carrier) in self._citations

    def _agreeing(self, claim: str) -> list[Carrier]:
        """Return what carries a claim in other documents that were found to say it as well."""
        assert self._following is not None
        return [
            carrier
            for carriers in self._following.agreeing()
            if self._judge(claim, carriers).support.stands
            for carrier in carriers
        ]

    def _add(
        self, draft: DraftClaim, verdict: Verdict, carriers: Sequence[Carrier]
    ) -> Checked:
        before = len(self._citations)
        citations = list(dict.fromkeys(self._cite(carrier) for carrier in carriers))
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
        if pointed is not None and pointed[0].support.stands:
            return pointed
        searched = self._evidence(claim, everywhere)
        if searched[0].support.stands:
            return searched
        if pointed is not None:
            return pointed
        return Verdict(Support.UNCITED, "no passage was found that says this"), []

    def _evidence(
        self, claim: str, numbers: Sequence[int]
    ) -> tuple[Verdict, list[Carrier]]:
        carriers = self._sentences.carrying(claim, numbers)
        return self._judge(claim, carriers), carriers

    def _judge(self, claim: str, carriers: Sequence[Carrier]) -> Verdict:
        cited = {carrier.passage.number: carrier.passage for carrier in carriers}
        evidence = Evidence(
            quotes=tuple(carrier.quote for carrier in carriers),
            context="\n".join(passage.chunk.text for passage in cited.values()),
            about="\n".join(source_line(passage.source) for passage in cited.values()),
            question=self._question,
            in_full=tuple(in_full(c.quote, c.passage.source.date) for c in carriers),
        )
        return self._verifier.verify(claim, evidence)

    def _cite(self, carrier: Carrier) -> Citation:
        """Return the citation of these words, a new one only if they were not cited yet."""
        key = _place(carrier)
        if key not in self._citations:
            self._citations[key] = self._citation(carrier, len(self._citations) + 1)
        return self._citations[key]

    def _citation(self, carrier: Carrier, number: int) -> Citation:
        source, span = carrier.passage.source, carrier.said
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
            place=document.place_at(span.start),
        )

    def _add_cell(self, quote: Quote) -> Checked:
        """Add a cell of a table as it stands, after what names it."""
        before = len(self._citations)
        citations = list(dict.fromkeys(self._cite(carrier) for carrier in quote.carriers))
        self._text += "\n" if self._text else ""
        start = len(self._text)
        said = f"{quote.names}: “{quote.cell}”" if quote.names else f"“{quote.cell}”"
        self._text += f"{said} " + "".join(f"[{each.number}]" for each in citations)
        claim = Claim(
            said,
            start,
            len(self._text),
            Support.SUPPORTED,
            tuple(citation.number for citation in citations),
            score=1.0,
            alternative=quote.alternative,
        )
        self._claims.append(claim)
        fresh = tuple(citation for citation in citations if citation.number > before)
        return Checked(claim, fresh, self._text[start:])

    def _add_quote(self, carrier: Carrier, *, alternative: bool = False) -> Checked:
        """Add a sentence of a passage as it stands, in quotation marks."""
        before = len(self._citations)
        citation = self._cite(carrier)
        self._text += "\n" if self._text else ""
        start = len(self._text)
        self._text += f"“{citation.quote}” [{citation.number}]"
        claim = Claim(
            citation.quote,
            start,
            len(self._text),
            Support.SUPPORTED,
            (citation.number,),
            score=1.0,
            alternative=alternative,
        )
        self._claims.append(claim)
        fresh = (citation,) if citation.number > before else ()
        return Checked(claim, fresh, self._text[start:])

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
        if not any(claim.support.stands for claim in self._claims):
            return self.no_evidence()
        return Answer(
            self._question,
            Status.ANSWERED,
            text=self._text,
            claims=tuple(self._claims),
            citations=tuple(self._citations.values()),
            passages=self._passages,
            short=self._short(),
            confidence=self._support(),
            dropped_marks=self._dropped_marks,
        )

    def _short(self) -> str:
        """Return the words that answer, unless they are all that is quoted anyway."""
        following = self._following
        if following is None or following.compares:
            return ""
        quoted = [carrier.said for carrier in following.carriers(following.best)]
        return "" if quoted == [following.best.span] else following.best.text

    def _support(self) -> float:
        """Return the mean support over all claims: a stand-in where nothing is calibrated."""
        return sum(claim.score for claim in self._claims) / len(self._claims)

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
            differences=differences(self._question, nearest[0]) if nearest else (),
            passages=self._passages,
            dropped_marks=self._dropped_marks,
        )

    def quotes_only(self) -> Answer:
        """Answer with exact sentences and nothing else.

        They are the ones that hold the best finding that is followed, or every finding of a
        comparison, or, where no passage was read closely, the ones nearest to the question.
        """
        if self._following is not None:
            for _ in self.close():
                pass
            return self.answer()
        best = self._nearest()
        if not best or best[0].score < LEAST_QUOTE_SCORE:
            return self.no_evidence()
        for carrier in best:
            if carrier.score >= NEAR_THE_BEST * best[0].score:
                self._add_quote(carrier)
        return self.answer()

    def _nearest(self) -> list[Carrier]:
        """Return the best sentence for the question of each of the nearest passages."""
        everywhere = [passage.number for passage in self._passages]
        best: dict[int, Carrier] = {}
        for carrier in self._sentences.rank(self._question, everywhere):
            if not repeats_question(carrier.quote, self._question):
                best.setdefault(carrier.passage.number, carrier)
        # Passages overlap: two of them may have the same sentence.
        places = {_place(carrier): carrier for carrier in best.values()}
        return list(places.values())[:MOST_QUOTES]


def _place(carrier: Carrier) -> tuple[str, Span]:
    """Return which words of which document these are; passages overlap."""
    return carrier.passage.source.id, carrier.span
