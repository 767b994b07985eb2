"""The way of a question, from top to bottom: search, read, write, cite, check, answer.

`Assistant.stream` is the only implementation. It yields events; `ask` returns the last one's
answer. The command line, the web page and the evaluation all fold the same events.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.answering.compose import Composer
from assistant.answering.draft import Draft
from assistant.confidence.gate import Gate
from assistant.followups import may_stand_alone, standalone_question
from assistant.reading.focus import PROMPTED, focus
from assistant.reading.lookup import Lookup
from assistant.reading.several import asked_apart
from assistant.reading.sides import in_front, said_beside, short_of_all
from assistant.reading.table_lookup import columns_over
from assistant.types import (
    Answer,
    Difference,
    Event,
    Finished,
    Retrieved,
    Step,
    Timing,
    Token,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from assistant.prompt import Prompts
    from assistant.protocols import Documents, PassageReader, Verifier
    from assistant.protocols import Generator as Writer
    from assistant.types import Passage, Side, Turn
    from index.types import Embedder, Retriever

__all__ = ["Assistant", "Lead", "Question"]

NEARLY = 0.8  # of the least confidence: enough for words in a sentence that is shown anyway


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how."""

    text: str
    turns: tuple[Turn, ...] = ()  # the conversation so far
    documents: tuple[str, ...] | None = None  # only in these; None: in all
    quotes_only: bool = False  # exact quotations and not one generated word
    stopped: Callable[[], bool] | None = None  # asked all the time; yes ends the answer


@dataclass(frozen=True, slots=True)
class Lead:
    """A reader that looks for the answer's words before anything is written.

    With `decides`, what it finds is the answer: it decides whether there is one, and of what
    the model writes only what says the same is shown. That is for models too small to be
    trusted. Otherwise it only puts the passages into a better order.
    """

    reader: PassageReader
    decides: bool = False
    gate: Gate = field(default_factory=Gate)
    passages: int = 10  # read closely


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything that an answer needs, put together."""

    retriever: Retriever
    documents: Documents
    embedder: Embedder
    prompts: Prompts
    verifier: Verifier
    generator: Callable[[], Writer] = field(repr=False)  # loaded when first needed
    lead: Lead | None = None
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
        asked, found, confidence = self._looked_up(question)
        clock.retrieved()
        quoted = question.quotes_only or not found.passages or self._silent(confidence)
        if quoted or self._stands_as_it_is(found):
            yield found
            answer = self._quote(asked, found, confidence)
        else:
            answer = yield from self._write(asked, found, clock)
        yield Finished(
            replace(
                answer,
                question=question.text,
                standalone=asked.text if asked.text != question.text else "",
                missing=found.missing,
                confidence=answer.confidence if confidence is None else confidence,
                timing=clock.timing(answer.timing),
                prompts_sha256=self.prompts.sha256,
            )
        )

    def _looked_up(self, question: Question) -> tuple[Question, Retrieved, float | None]:
        """Search for a question, and judge what was found; return how it was understood.

        A short one that was taken for a follow-up and finds nothing so may begin anew.
        """
        standalone = self._standalone(question)
        asked = replace(question, text=standalone)
        found, confidence = self._judged(question, standalone, self._retrieve(asked))
        followed = asked, found, confidence
        if standalone == question.text or not self._silent(confidence):
            return followed
        if not may_stand_alone(question.text):
            return followed
        alone = replace(question, turns=())
        found, confidence = self._judged(alone, alone.text, self._retrieve(alone))
        return followed if self._silent(confidence) else (alone, found, confidence)

    def _standalone(self, question: Question) -> str:
        if not question.turns:
            return question.text
        untrusted = self.lead is not None and self.lead.decides
        generator = None if question.quotes_only or untrusted else self.generator()
        return standalone_question(
            question.text, question.turns, self.prompts, generator, question.stopped
        )

    def _retrieve(self, question: Question) -> Retrieved:
        """Search, and put what is good enough into order."""
        lead = self.lead
        return Lookup(
            self.retriever,
            self.documents,
            reader=lead.reader if lead else None,
            passages=self.passages,
            read=lead.passages if lead else 0,
            candidates=self.candidates,
        ).find(question.text, question.documents)

    # --- whether to answer ----------------------------------------------------------------

    def _judged(
        self, question: Question, standalone: str, found: Retrieved
    ) -> tuple[Retrieved, float | None]:
        """Return the probability that the answer is there; None where nobody read for it."""
        found, at_once = self._judged_at_once(question, standalone, found)
        steps = found.stepwise
        if self.lead is None or at_once is None or steps is None:
            return found, at_once
        at_once, stepwise = self.lead.gate.of_steps(found, steps, at_once)
        if steps.last is None or stepwise < at_once:
            return found, at_once
        sides = [steps.last, *reversed(steps.before)]
        return in_front(found, sides, self.passages), stepwise

    def _judged_at_once(
        self, question: Question, standalone: str, found: Retrieved
    ) -> tuple[Retrieved, float | None]:
        """Return what was found, and how sure it is, of a question as it was asked.

        Several questions in one are judged one by one. Where none of them is sure enough,
        all are taken for one; but a follow-up is not answered with what the question before
        it asked for.
        """
        if self.lead is None:
            return found, None
        gate = self.lead.gate
        own = len(asked_apart(question.text)) or 1  # without those that it follows
        known = list(zip(found.parts, gate.of_parts(found.parts), strict=True))[-own:]
        sure = [c for _, c in known if c >= gate.least_confidence]
        if sure:
            return self._apart(question, found, known, gate.least_confidence), min(sure)
        if len(known) < len(found.parts):
            return found, max(c for _, c in known)
        return found, gate.confidence(standalone, found)

    def _apart(
        self,
        question: Question,
        found: Retrieved,
        known: Sequence[tuple[Side, float]],
        least: float,
    ) -> Retrieved:
        """Put the sure ones of several questions in one in front, and name the others."""
        sides = [part for part, c in known if c >= least]
        if question.quotes_only or (self.lead is not None and self.lead.decides):
            unsaid = [
                part.name
                for part, c in known
                if c < NEARLY * least or not said_beside(part, sides)
            ]
            found = replace(found, missing=(*found.missing, *unsaid))
        return in_front(found, sides, self.passages)

    def _silent(self, confidence: float | None) -> bool:
        """Say whether somebody decides, and is not sure enough."""
        if self.lead is None or confidence is None:
            return False
        gate = self.lead.gate
        if not self.lead.decides and gate.judge is None:
            return False  # a trusted model decides for itself
        return confidence < gate.least_confidence

    def _stands_as_it_is(self, found: Retrieved) -> bool:
        """Say whether what was found is only quoted, as a small model would garble it.

        That is both sides of a comparison, a row of a table, and what somebody said.
        """
        if self.lead is None or not self.lead.decides or not found.findings:
            return False
        best = found.findings[0]
        passage = found.passage_of(best)
        return bool(found.sides or best.looked_up or columns_over(passage, best.span))

    # --- the answer -----------------------------------------------------------------------

    def _quote(
        self, question: Question, found: Retrieved, confidence: float | None
    ) -> Answer:
        """Answer with exact sentences, or with nothing."""
        composer = self._composer(question, found.passages)
        if not found.passages or self._silent(confidence):
            return _with_unknown(composer.no_evidence(), found)
        answer = composer.quotes_only(found.findings, compares=bool(found.sides))
        if found.sides and found.stepwise:
            before = found.stepwise.before
            steps = tuple(Step(side.question, side.finding.text) for side in before)
            return replace(answer, short=found.findings[0].text, steps=steps)
        if found.sides and found.parts:
            return replace(answer, short=short_of_all(found.told))
        return answer

    def _write(
        self, question: Question, found: Retrieved, clock: _Clock
    ) -> Generator[Event, None, Answer]:
        """Let the model write, and check each claim as soon as it is complete."""
        generator = self.generator()
        led = self.lead is not None and self.lead.decides
        found = focus(found) if led and found.findings else found
        prompt, fitting = self.prompts.fit(
            question.text,
            found.passages[:PROMPTED] if led else found.passages,
            generator,
            self.answer_tokens,
        )
        found = found if led else replace(found, passages=fitting)
        yield found
        composer = self._composer(question, found.passages)
        if led:
            composer.follow(found.findings)
        draft = Draft(self.prompts.no_answer)
        pieces = 0
        for piece in generator.generate(prompt, self.answer_tokens, question.stopped):
            clock.wrote()
            pieces += 1
            yield Token(piece)
            yield from composer.check(draft.feed(piece))
            if composer.complete:
                break  # it goes in circles, or has said what was found
        yield from composer.check(draft.finish())
        yield from composer.close()
        return replace(
            composer.answer(),
            model=generator.info,
            timing=Timing(prompt_tokens=len(prompt.tokens), answer_tokens=pieces),
        )

    def _composer(self, question: Question, passages: tuple[Passage, ...]) -> Composer:
        return Composer(
            question.text, passages, self.documents, self.embedder, self.verifier
        )


def _with_unknown(answer: Answer, found: Retrieved) -> Answer:
    """Return a silent answer that says which names stand nowhere, each in one way only."""
    told = " ".join(each.asked for each in answer.differences)
    unknown = [Difference(name, "") for name in found.unknown if name not in told]
    return replace(answer, differences=(*answer.differences, *unknown))


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
