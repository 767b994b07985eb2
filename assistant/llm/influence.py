"""Was this passage used? How much likelier the passage makes the answer's words.

A model can name a passage and write what it knew before. So the log-probability of the words
is taken with all passages in the prompt and again without each of them, from the same model:
a passage that changes nothing was not used (the leave-one-out attribution of "ContextCite",
Cohen-Wang et al., NeurIPS 2024, over passages).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import ModelFailed
from assistant.protocols import Scorer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.prompt import Prompts
    from assistant.protocols import Generator
    from assistant.types import Answer, Passage

__all__ = ["Influence", "influences"]

USED = 0.1  # nats per token from which on a passage counts as used


@dataclass(frozen=True, slots=True)
class Influence:
    """What one passage did for an answer."""

    passage: Passage
    nats: float  # log-probability per token that the answer loses without the passage

    @property
    def used(self) -> bool:
        """Whether the passage made the answer's words likelier at all."""
        return self.nats >= USED


def influences(answer: Answer, prompts: Prompts, generator: Generator) -> list[Influence]:
    """Return the influence of each passage on the claims that stand, in the prompt's order.

    Costs a prompt's reading for each passage and one more. Empty where nothing stands.

    Raises ContextOverflow where not even one passage fits the model's context, ModelFailed
    where the model does not tell how likely it finds words.
    """
    if not isinstance(generator, Scorer):
        raise ModelFailed(f"{generator.info.name} does not say how likely it finds words.")
    said = [c.text for c in answer.claims if c.support.stands and not c.alternative]
    text = " ".join(said)
    if not text:
        return []
    question = answer.standalone or answer.question
    room = generator.count_tokens(text) + 1
    _, passages = prompts.fit(question, answer.passages, generator, room)

    def likelihood(left: Sequence[Passage]) -> float:
        messages = prompts.answer(question, left)
        ((total, tokens),) = generator.log_likelihoods(messages, [text])
        return total / max(tokens, 1)

    whole = likelihood(passages)
    return [
        Influence(passage, whole - likelihood([p for p in passages if p is not passage]))
        for passage in passages
    ]
