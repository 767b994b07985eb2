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
from assistant.answering.writing import Writing
from assistant.confidence.gate import Gate
from assistant.followups import may_stand_alone, standalone_question
from assistant.reading.direct import Direct
from assistant.reading.focus import focus
from assistant.reading.lookup import Lookup
from assistant.reading.several import asked_apart
from assistant.reading.sides import in_front, said_beside, short_of_all
from assistant.text.explaining import wants_explanation
from assistant.types import (
    Answer,
    Difference,
    Event,
    Finished,
    LookedUp,
    Policy,
    Quoted,
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
    from assistant.types import Side, Turn
    from index.types import Embedder, Retriever

__all__ = ["Assistant", "Lead", "Question"]

HOPELESS = 0.4  # of the least confidence: the scores made up for less in 0 of 38 cases
# Mean log-probability (nats per token) that the model gives to the words that were found, from
# which on it phrases them. Below lie 10 % of the right answers and 40 % of those that are right
# only by the whole sentence.
LEAST_AGREED = -2.0
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
    """A span model that looks for the words that answer before anything is written.

    `gate` judges by what it finds, `scored` also by what the language model makes of it.
    """

    reader: PassageReader
    gate: Gate = field(default_factory=Gate)
    scored: Gate | None = None  # None: the language model's scores are not asked for
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
    policy: Policy = Policy.FREE
    rewrites: bool = False  # whether the language model makes follow-ups stand alone
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
        yield found
        if self._only_quotes(asked, found, confidence):
            answer = self._quote(asked, found, confidence)
        else:
            answer, confidence = yield from self._write(asked, found, confidence, clock)
        yield Finished(
            replace(
                answer,
                question=question.text,
                standalone=asked.text if asked.text != question.text else "",
                missing=found.missing,
                confidence=answer.confidence if confidence is None else confidence,
                timing=clock.timing(answer.timing),
                policy=self.policy.value,
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
        by_model = self.rewrites and not question.quotes_only
        generator = self.generator() if by_model else None
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
            direct=self._direct if lead else None,
        ).find(question.text, question.documents)

    @property
    def _direct(self) -> Direct:
        return Direct(self.retriever, self.documents, self.embedder, self.candidates)

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
        if question.quotes_only or self._led:
            unsaid = [
                part.name
                for part, c in known
                if c < NEARLY * least or not said_beside(part, sides)
            ]
            found = replace(found, missing=(*found.missing, *unsaid))
        return in_front(found, sides, self.passages)

    @property
    def _led(self) -> bool:
        """Whether an answer may say only what the span model found."""
        return self.lead is not None and self.policy is not Policy.FREE

    @property
    def _scored(self) -> bool:
        """Whether the language model is large enough for its scores to be used."""
        return self.lead is not None and self.lead.scored is not None

    def _silent(self, confidence: float | None) -> bool:
        """Whether to abstain by what was found, without the language model."""
        if self.lead is None or confidence is None:
            return False
        gate = self.lead.gate
        if not self._led and gate.judge is None:
            return False  # the model decides for itself
        return confidence < gate.least_confidence

    def _only_quotes(
        self, question: Question, found: Retrieved, confidence: float | None
    ) -> bool:
        """Whether the answer is quotations, or silence, and nothing is written.

        Nor is anything where the language model's scores could not make it sure enough.
        """
        if question.quotes_only or not found.passages or self.policy is Policy.EXTRACTIVE:
            return True
        if self._stands_as_it_is(found):
            return True
        if self.lead is None or self.lead.scored is None or confidence is None:
            return self._silent(confidence)
        return confidence < HOPELESS * self.lead.gate.least_confidence

    def _stands_as_it_is(self, found: Retrieved) -> bool:
        """Whether what was found is only quoted, as phrasing would garble it.

        That is both sides of a comparison, a row of a table, and what somebody said.
        """
        if not self._led or not found.findings:
            return False
        best = found.findings[0]
        passage = found.passage_of(best)
        tables = passage.tables
        in_table = tables is not None and tables.place_of(best.span) is not None
        return bool(found.sides or best.looked_up or in_table)

    # --- the answer -----------------------------------------------------------------------

    def _quote(
        self, question: Question, found: Retrieved, confidence: float | None
    ) -> Answer:
        """Answer with exact sentences, or with nothing."""
        composer = self._composer(question, found)
        if not found.passages or self._silent(confidence):
            return _with_unknown(composer.no_evidence(), found)
        answer = composer.quotes_only()
        if found.sides and found.stepwise:
            before = found.stepwise.before
            steps = tuple(Step(side.question, side.finding.text) for side in before)
            return replace(answer, short=found.findings[0].text, steps=steps)
        if found.sides and found.parts:
            return replace(answer, short=short_of_all(found.told))
        if found.sides and found.told[0].looked_up is LookedUp.RECORD:
            return replace(answer, short="; ".join(side.name for side in found.sides))
        return answer

    def _write(
        self, question: Question, found: Retrieved, confidence: float | None, clock: _Clock
    ) -> Generator[Event, None, tuple[Answer, float | None]]:
        """Show what was found, ask the model how likely it is, and let it write.

        Returns the answer and how sure it is, by the language model's scores too.
        """
        shown = focus(found) if found.findings else found
        if shown.findings and confidence is not None:  # before the model is even loaded
            yield Quoted(self._composer(question, shown).evidence(), confidence)
        writing = Writing(
            question.text, shown, self.generator(), self.prompts, self.answer_tokens,
            question.stopped,
        )  # fmt: skip
        phrased = self._phrased(question)
        if not phrased:
            writing.leave_out_what_does_not_fit()
        composer = self._composer(question, writing.found, strictly=phrased)
        pieces = writing.sentence() if phrased else writing.prose()
        gate = self.lead.scored if self.lead is not None else None
        scores = writing.scores() if gate is not None else None
        if gate is None or scores is None:
            return (yield from self._written(pieces, writing, composer, clock)), confidence
        yield scores
        confidence = gate.confidence(question.text, found, scores)
        if confidence < gate.least_confidence:
            answer = _with_unknown(composer.no_evidence(), found)
        elif phrased and scores.answer < LEAST_AGREED:
            answer = composer.quotes_only()  # the sentence says it, maybe in other words
        else:
            answer = yield from self._written(pieces, writing, composer, clock)
        return replace(answer, calibrated_for=gate.fitted_for), confidence

    def _phrased(self, question: Question) -> bool:
        """Whether the answer is one sentence that says what was found, and nothing else.

        Where more is asked for than one sentence says, a guided model writes freely as well,
        unless it is too small for that: then its scores are not used either.
        """
        return self._led and not (self._scored and wants_explanation(question.text))

    def _written(
        self, pieces: Iterator[str], writing: Writing, composer: Composer, clock: _Clock
    ) -> Generator[Event, None, Answer]:
        """Pass on what the model writes, and check each claim as soon as it is complete."""
        draft, count = Draft(self.prompts.no_answer), 0
        for piece in pieces:
            clock.wrote()
            count += 1
            yield Token(piece)
            yield from composer.check(draft.feed(piece))
            if composer.complete:
                break  # it goes in circles, or has said what was found
        yield from composer.check(draft.finish())
        yield from composer.close()
        return replace(
            composer.answer(),
            model=writing.generator.info,
            timing=Timing(prompt_tokens=writing.prompt_tokens, answer_tokens=count),
        )

    def _composer(
        self, question: Question, found: Retrieved, *, strictly: bool = True
    ) -> Composer:
        composer = Composer(
            question.text, found.passages, self.documents, self.embedder, self.verifier
        )
        composer.follow(found.findings, compares=bool(found.sides), strictly=strictly)
        return composer


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
