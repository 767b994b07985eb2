"""What a language model is asked about what was found: how likely it is, and to write it.

Guided, it phrases the words that the span model found, from the sentence they stand in: a task
that a model of a hundred million parameters often and one of a billion almost always can do.
Free, it writes from the evidence windows. Before either, its log-probabilities say what it
would reply, which is a second opinion that costs no writing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.errors import Stopped
from assistant.protocols import Scorer
from assistant.reading.focus import around
from assistant.types import ModelScores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.prompt import Prompts
    from assistant.protocols import Generator
    from assistant.types import Message, Retrieved

__all__ = ["Writing"]

CHECKED = 3  # evidence windows in the prompt that is scored
SENTENCE_TOKENS = 96
LONGEST_SOURCE = 600  # characters of the sentence that holds the answer
ANSWER_ROOM = 64  # tokens of an answer that is scored


@dataclass(slots=True)
class Writing:
    """One answer, to be written by a language model.

    Args:
        question: as it was searched for.
        found: the evidence windows and the findings in them.
        generator: the language model.
        prompts: what it is told.
        answer_tokens: how many tokens free prose may have.
        stopped: asked all the time; yes ends the writing.
    """

    question: str
    found: Retrieved
    generator: Generator
    prompts: Prompts
    answer_tokens: int
    stopped: Callable[[], bool] | None = None
    prompt_tokens: int = field(default=0, init=False)  # of all prompts so far

    def scores(self) -> ModelScores | None:
        """Return what the model makes of the passages; None where it does not tell."""
        if not self.found.findings or not isinstance(self.generator, Scorer):
            return None
        messages, _ = self.prompts.fit(
            self.question,
            self.found.passages[:CHECKED],
            self.generator,
            ANSWER_ROOM,
            checked=True,
        )
        self._count(messages)
        replies = [self.prompts.no_answer, self._answer()]
        try:
            (refusal, _), (answer, tokens) = self.generator.log_likelihoods(
                messages, replies, self.stopped
            )
        except Stopped:
            return None
        return ModelScores(refusal, answer / max(tokens, 1))

    def sentence(self) -> Iterator[str]:
        """Yield, piece by piece, one sentence that gives the best finding as the answer."""
        best = self.found.findings[0]
        held = around(self.found.passage_of(best), best.span, 0).chunk.text
        source = " ".join(held.split())
        if len(source) > LONGEST_SOURCE:
            source = self._answer()  # a sentence of that length is a list or a table
        messages = self.prompts.phrase(self.question, self._answer(), source)
        self._count(messages)
        return self.generator.generate(messages, SENTENCE_TOKENS, self.stopped)

    def leave_out_what_does_not_fit(self) -> None:
        """Keep only the passages that prose can be written from in the model's context.

        Raises ContextOverflow if not even one of them fits.
        """
        _, kept = self.prompts.fit(
            self.question, self.found.passages, self.generator, self.answer_tokens
        )
        numbers = {passage.number for passage in kept}
        findings = tuple(f for f in self.found.findings if f.passage in numbers)
        self.found = replace(self.found, passages=kept, findings=findings)

    def prose(self) -> Iterator[str]:
        """Yield, piece by piece, an answer from the evidence windows."""
        messages = self.prompts.answer(self.question, self.found.passages)
        self._count(messages)
        return self.generator.generate(messages, self.answer_tokens, self.stopped)

    def _answer(self) -> str:
        """Return the words of the best finding in one line, without what ends a sentence."""
        return " ".join(self.found.findings[0].text.split()).strip(" .,;:")

    def _count(self, messages: Sequence[Message]) -> None:
        self.prompt_tokens += self.generator.count(messages)
