"""Who answers the questions of a set: the assistant over its documents, or the model alone.

They share one language model, loaded once. A question that cannot be answered at all
(its prompt does not fit, the model breaks down) is an outcome, not the end of a run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answering.draft import Draft
from assistant.confidence.features import features
from assistant.errors import CitewellError
from assistant.evaluate.measures.gold import citation_gold, near_miss
from assistant.evaluate.runs.outcome import outcome_of
from assistant.evaluate.types import Outcome, Place, Prediction, Role, Trace
from assistant.pipeline import Question as Asked
from assistant.types import Answer, Finished, Retrieved, Status, Token
from index.sentences import sentences
from index.types import Chunk, Hit, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assistant.evaluate.types import Question, SetDocument
    from assistant.pipeline import Assistant
    from assistant.prompt import Prompts
    from assistant.protocols import Generator as Writer
    from assistant.types import Event, Finding, Passage
    from index.library import Library
    from index.types import Retriever

__all__ = ["ClosedBook", "DocumentsAnswerer", "OracleAnswerer", "WithheldAnswerer"]


@dataclass(frozen=True, slots=True)
class DocumentsAnswerer:
    """Asks the assistant, over all documents of the set or those a question is limited to."""

    assistant: Assistant
    names: Mapping[str, Sequence[str]]  # a document's id in the library -> ids in the set
    quotes_only: bool = False
    stopped: Callable[[], bool] | None = None  # asked while an answer is being written

    def __call__(self, question: Question) -> Outcome:
        """Answer one question of the set."""
        wanted = set(question.contexts)
        documents = tuple(i for i, ids in self.names.items() if wanted.intersection(ids))
        asked = Asked(
            question.question,
            documents=documents or None,
            quotes_only=self.quotes_only,
            stopped=self.stopped,
        )
        events: list[Event] = []
        try:
            events += self.assistant.stream(asked)
        except CitewellError as error:
            return _failed(question, error)
        return self._outcome(question, events)

    def _outcome(self, question: Question, events: Sequence[Event]) -> Outcome:
        last = events[-1]
        assert isinstance(last, Finished)
        found = next((e for e in events if isinstance(e, Retrieved)), Retrieved((), ()))
        known = features(question.question, events, self.assistant.prompts.no_answer)
        draft = "".join(event.text for event in events if isinstance(event, Token))
        return outcome_of(
            question,
            last.answer,
            found.hits,
            self.names,
            draft=draft or _held_back(found, last.answer),
            features={name: round(value, 6) for name, value in known.items()},
        )


@dataclass(frozen=True, slots=True)
class OracleAnswerer:
    """Hands the assistant the gold passages instead of letting it search.

    They are the paragraphs that the set marks, else the chunks that hold the evidence; for a
    question without an answer, the near miss that the set names. Where a set names none, the
    question is searched for as usual.
    """

    asks: DocumentsAnswerer  # whose search is replaced
    library: Library
    documents: Mapping[str, SetDocument]

    def __call__(self, question: Question) -> Outcome:
        """Answer one question of the set."""
        hits = list(self._hits(question))
        assistant = self.asks.assistant
        if hits:
            assistant = replace(assistant, retriever=_Given(hits), passages=len(hits))
        return replace(self.asks, assistant=assistant)(question)

    def _hits(self, question: Question) -> Iterator[Hit]:
        ids = {name: i for i, names in self.asks.names.items() for name in names}
        paragraphs = _paragraphs(question)
        for place in paragraphs:
            span = Span(place.start, place.end)
            words = span.text_of(self.documents[place.doc].text)
            yield Hit(Chunk(ids[place.doc], span, words), score=1.0)
        for place in () if paragraphs else citation_gold(question):
            for chunk in self.library.chunks_of(ids[place.doc]):
                if chunk.span.overlaps(Span(place.start, place.end)):
                    yield Hit(chunk, score=1.0)


@dataclass(frozen=True, slots=True)
class _Given:
    """A retriever that finds what it was given, each passage once."""

    hits: Sequence[Hit]

    def retrieve(
        self, question: str, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the given hits, whatever is asked."""
        del question, k, documents
        return list({hit.chunk.id: hit for hit in self.hits}.values())


@dataclass(frozen=True, slots=True)
class WithheldAnswerer:
    """Asks the assistant over the documents without the passages that hold the evidence."""

    asks: DocumentsAnswerer
    evidence: Mapping[str, Sequence[Place]]  # a question's id -> what is kept from it

    def __call__(self, question: Question) -> Outcome:
        """Answer one question of the set."""
        assistant = self.asks.assistant
        kept_back = _Without(
            assistant.retriever, self.evidence[question.id], self.asks.names
        )
        assistant = replace(assistant, retriever=kept_back)
        return replace(self.asks, assistant=assistant)(question)


@dataclass(frozen=True, slots=True)
class _Without:
    """A retriever that does not find what overlaps certain places."""

    retriever: Retriever
    places: Sequence[Place]
    names: Mapping[str, Sequence[str]]  # a document's id in the library -> ids in the set

    def retrieve(
        self, question: str, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the k best of the other passages."""
        hits = self.retriever.retrieve(question, 2 * k, documents)
        return [hit for hit in hits if not self._holds_any(hit.chunk)][:k]

    def _holds_any(self, chunk: Chunk) -> bool:
        own = self.names[chunk.document_id]
        return any(
            place.doc in own and chunk.span.overlaps(Span(place.start, place.end))
            for place in self.places
        )


@dataclass(frozen=True, slots=True)
class ClosedBook:
    """Asks the language model without any document; nothing it says can be cited."""

    generator: Writer
    prompts: Prompts
    answer_tokens: int
    stopped: Callable[[], bool] | None = None

    def __call__(self, question: Question) -> Outcome:
        """Answer one question of the set."""
        began = time.perf_counter()
        first, pieces = 0.0, 0
        draft, claims = Draft(self.prompts.no_answer), list[str]()
        try:
            messages = self.prompts.closed_book(question.question)
            prompt_tokens = self.generator.count(messages)
            for piece in self.generator.generate(
                messages, self.answer_tokens, self.stopped
            ):
                first = first or time.perf_counter() - began
                pieces += 1
                fresh = [claim.text for claim in draft.feed(piece)]
                if set(fresh) & set(claims):
                    break  # a small model can run in circles; nothing new will come
                claims += fresh
            else:
                claims += [claim.text for claim in draft.finish()]
        except CitewellError as error:
            return _failed(question, error)
        return Outcome(
            Prediction(
                id=question.id,
                answer=" ".join(claims),
                abstained=not claims,
                ttft_s=first,
                total_s=time.perf_counter() - began,
            ),
            Trace(
                id=question.id,
                draft=draft.text,
                prompt_tokens=prompt_tokens,
                answer_tokens=pieces,
            ),
        )


def _failed(question: Question, error: CitewellError) -> Outcome:
    return Outcome(
        Prediction(id=question.id, abstained=True),
        Trace(id=question.id, error=f"{type(error).__name__}: {error}"),
    )


def _held_back(found: Retrieved, answer: Answer) -> str:
    """Return what would have been shown, where not a word was written and none is shown."""
    if answer.model is not None or answer.status is Status.ANSWERED:
        return ""
    if found.findings:
        return "\n".join(_sentence_of(each, found.passages) for each in found.told)
    return "\n".join(citation.quote for citation in answer.nearest)


def _sentence_of(finding: Finding, passages: Sequence[Passage]) -> str:
    """Return the sentence, or the sentences, that the reader's words stand in."""
    chunk = next(p.chunk for p in passages if p.number == finding.passage)
    words = finding.span.shifted(-chunk.span.start)
    held = (s for s in sentences(chunk.text) if s.overlaps(words))
    return " ".join(span.text_of(chunk.text) for span in held)


def _paragraphs(question: Question) -> list[Place]:
    """Return the paragraphs that the set marks as evidence, or as the near miss."""
    marked = [e.place for e in question.evidence if e.role is Role.PARAGRAPH]
    near = near_miss(question)
    return marked or ([near] if near else [])
