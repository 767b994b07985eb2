"""The parts that an answer needs, as far as the pipeline has to know them.

Each has one implementation or two here, and may have another: a model behind other software,
a reader of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assistant.tables.lookup import Tables
    from assistant.types import (
        Evidence,
        Finding,
        Message,
        ModelInfo,
        Passage,
        Source,
        Verdict,
    )
    from index.types import Document

__all__ = [
    "Documents",
    "Generator",
    "Judge",
    "PassageReader",
    "Scorer",
    "Verifier",
]


class Documents(Protocol):
    """Where passages come from: the library, as far as answering needs it."""

    def about(self, document_id: str) -> Source:
        """Return what is known of a document without its text."""
        ...

    def sources(self) -> Sequence[Source]:
        """Return what is known of all documents."""
        ...

    def document(self, document_id: str) -> Document:
        """Return the whole document."""
        ...

    def tables(self, document_id: str) -> Tables:
        """Return the document's tables, ready to be looked up in."""
        ...

    def holding(self, words: Sequence[str]) -> Mapping[str, int]:
        """Return how many passages of all documents hold each word, in any of its forms."""
        ...


class Generator(Protocol):
    """A language model. One call at a time: implementations hold their own lock."""

    @property
    def info(self) -> ModelInfo:
        """Name the model and the fingerprint of its weights."""
        ...

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        ...

    def count_tokens(self, text: str) -> int:
        """Count the tokens of plain text, as it would stand in a prompt."""
        ...

    def count(self, messages: Sequence[Message]) -> int:
        """Count the tokens of a prompt, those of the chat template included."""
        ...

    def generate(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        stopped: Callable[[], bool] | None = None,
    ) -> Iterator[str]:
        """Yield the answer piece by piece.

        No text of a message can become a control token of the model.

        It ends early, without an error, when the iterator is closed or `stopped` says yes,
        which is asked also while the prompt is being read.
        """
        ...


@runtime_checkable
class Scorer(Protocol):
    """A language model that says how likely it finds words that it need not write."""

    def log_likelihoods(
        self,
        messages: Sequence[Message],
        texts: Sequence[str],
        stopped: Callable[[], bool] | None = None,
    ) -> list[tuple[float, int]]:
        """Return for each text its log-probability (nats) after the prompt, and its tokens.

        Raises Stopped once `stopped` says yes.
        """
        ...


class PassageReader(Protocol):
    """Finds the words of passages that answer a question, without writing any."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        """Return the likeliest answers in all passages, best first."""
        ...

    def reread(self, question: str, passage: Passage, finding: Finding) -> Finding:
        """Return a finding of the passage after a second, closer look at its words."""
        ...


class Judge(Protocol):
    """Says how likely it is that the answer is there, from named numbers."""

    def confidence(self, features: Mapping[str, float]) -> float:
        """Return a probability, 0 to 1."""
        ...


class Verifier(Protocol):
    """A judge of claims that does not ask the model that wrote them."""

    def verify(self, claim: str, evidence: Evidence) -> Verdict:
        """Say what the cited words do for the claim."""
        ...
