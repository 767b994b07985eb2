"""The way of a question, from top to bottom: search, read, write, cite, check, answer.

`Assistant.stream` is the only implementation. It yields events; `ask` returns the last one's
answer. The command line, the web page and the evaluation all fold the same events.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.compose import Composer, Documents
from assistant.draft import Draft
from assistant.history import standalone_question
from assistant.types import (
    Answer,
    Event,
    Finished,
    Passage,
    Retrieved,
    Timing,
    Token,
)
from assistant.words import content_words, coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from assistant.prompt import Prompts
    from assistant.types import Generator as Writer
    from assistant.types import Turn, Verifier
    from index.types import Embedder, Hit, Retriever

__all__ = ["Assistant", "Question"]

# Below both, a passage has nothing to do with the question and is not even shown to the model.
LEAST_SIMILARITY = 0.2  # cosine
LEAST_COVERAGE = 0.5  # share of the question's content words


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how."""

    text: str
    turns: tuple[Turn, ...] = ()  # the conversation so far
    documents: tuple[str, ...] | None = None  # only in these; None: in all
    quotes_only: bool = False  # exact quotations and not one generated word
    stopped: Callable[[], bool] | None = None  # asked all the time; yes ends the answer


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything that an answer needs, put together."""

    retriever: Retriever
    documents: Documents
    embedder: Embedder
    prompts: Prompts
    verifier: Verifier
    generator: Callable[[], Writer] = field(repr=False)  # loaded when first needed
    passages: int = 5
    candidates: int = 20
    answer_tokens: int = 256

    def ask(self, question: Question) -> Answer:
        """Return the whole answer at once."""
        *_, last = self.stream(question)
        assert isinstance(last, Finished)
        return last.answer

    def stream(self, question: Question) -> Iterator[Event]:
        """Answer a question; the last event is `Finished`."""
        clock = _Clock()
        standalone = self._standalone(question)
        hits = self.retriever.retrieve(standalone, self.candidates, question.documents)
        passages = self._passages(standalone, hits)
        clock.retrieved()
        asked = replace(question, text=standalone)
        if question.quotes_only or not passages:
            yield Retrieved(tuple(hits), passages)
            answer = self._quote(asked, passages)
        else:
            answer = yield from self._write(asked, hits, passages, clock)
        yield Finished(
            replace(
                answer,
                question=question.text,
                standalone=standalone if standalone != question.text else "",
                timing=clock.timing(answer.timing),
                prompts_sha256=self.prompts.sha256,
            )
        )

    def _standalone(self, question: Question) -> str:
        if not question.turns:
            return question.text
        generator = None if question.quotes_only else self.generator()
        return standalone_question(
            question.text, question.turns, self.prompts, generator, question.stopped
        )

    def _passages(self, question: str, hits: Sequence[Hit]) -> tuple[Passage, ...]:
        """Number the best of the hits that are good enough, with what is known of each."""
        words = content_words(question)
        good = [hit for hit in hits if _good_enough(hit, words)]
        return tuple(
            Passage(
                number, hit.chunk, self.documents.about(hit.chunk.document_id), hit.score,
                hit.similarity,
            )
            for number, hit in enumerate(good[: self.passages], start=1)
        )  # fmt: skip

    def _quote(self, question: Question, passages: tuple[Passage, ...]) -> Answer:
        """Answer with the nearest exact sentences, or with nothing."""
        composer = self._composer(question, passages)
        return composer.quotes_only() if passages else composer.no_evidence()

    def _write(
        self,
        question: Question,
        hits: Sequence[Hit],
        passages: tuple[Passage, ...],
        clock: _Clock,
    ) -> Generator[Event, None, Answer]:
        """Let the model write, and check each claim as soon as it is complete."""
        generator = self.generator()
        prompt, fitting = self.prompts.fit(
            question.text, passages, generator, self.answer_tokens
        )
        yield Retrieved(tuple(hits), fitting)
        composer = self._composer(question, fitting)
        draft = Draft(self.prompts.no_answer)
        pieces = 0
        stream = generator.generate(prompt, self.answer_tokens, question.stopped)
        for piece in stream:
            clock.wrote()
            pieces += 1
            yield Token(piece)
            yield from composer.check(draft.feed(piece))
            if composer.repeats:
                break  # a small model can run in circles; nothing new will come
        yield from composer.check(draft.finish())
        return replace(
            composer.answer(),
            model=generator.info,
            timing=Timing(prompt_tokens=len(prompt.tokens), answer_tokens=pieces),
        )

    def _composer(self, question: Question, passages: tuple[Passage, ...]) -> Composer:
        return Composer(
            question.text, passages, self.documents, self.embedder, self.verifier
        )


def _good_enough(hit: Hit, words: Sequence[str]) -> bool:
    """Say whether a hit has anything to do with the question, in meaning or in words."""
    if hit.similarity is None or hit.similarity >= LEAST_SIMILARITY:
        return True
    return coverage(words, frozenset(content_words(hit.chunk.text))) >= LEAST_COVERAGE


class _Clock:
    """Seconds since the question was asked."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._retrieved = self._first = 0.0

    def _now(self) -> float:
        return time.perf_counter() - self._start

    def retrieved(self) -> None:
        self._retrieved = self._now()

    def wrote(self) -> None:
        self._first = self._first or self._now()

    def timing(self, counted: Timing) -> Timing:
        """Add the seconds to a timing that holds the tokens."""
        return replace(
            counted,
            retrieve_s=self._retrieved,
            first_token_s=self._first,
            total_s=self._now(),
        )
