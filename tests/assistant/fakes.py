"""Stand-ins that keep the protocols' promises: a model that says what it is told to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.confidence.gate import Gate
from assistant.pipeline import Assistant, Lead
from assistant.prompt import load_prompts
from assistant.reading.bridges import with_bridges
from assistant.tables.lookup import Tables
from assistant.types import Finding, Message, ModelInfo, Passage, Policy, Source
from assistant.verification.lexical import LexicalVerifier
from index.types import Chunk, Document, Hit, Span
from tests.conftest import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.protocols import PassageReader

__all__ = [
    "FixedDocuments",
    "FixedReader",
    "FixedRetriever",
    "ScriptedGenerator",
    "passages_of",
    "reading_assistant",
]


class ScriptedGenerator:
    """Writes the given text, in pieces of a few characters; a token is a character."""

    def __init__(self, text: str, context_tokens: int = 100_000) -> None:
        self.text = text
        self.prompts: list[str] = []
        self.written = 0
        self._context_tokens = context_tokens

    @property
    def info(self) -> ModelInfo:
        return ModelInfo("scripted", "0" * 64)

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def count_tokens(self, text: str) -> int:
        return len(text)

    def count(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content) + 1 for message in messages)

    def generate(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        stopped: Callable[[], bool] | None = None,
    ) -> Iterator[str]:
        self.prompts.append("\n".join(message.content for message in messages))
        for start in range(0, len(self.text), 3):
            if stopped is not None and stopped():
                return
            self.written += 1
            yield self.text[start : start + 3]


class FixedDocuments:
    """Documents given as texts; each is one chunk, or the chunks that its spans name."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._documents = {
            name: Document(name, text, "text/plain", title=f"On {name}")
            for name, text in texts.items()
        }

    def about(self, document_id: str) -> Source:
        return Source(document_id, f"/folder/{document_id}.txt", f"On {document_id}")

    def document(self, document_id: str) -> Document:
        return self._documents[document_id]

    def sources(self) -> list[Source]:
        return [self.about(name) for name in self._documents]

    def tables(self, document_id: str) -> Tables:
        return Tables.of(self.document(document_id), self.about(document_id).called)

    def holding(self, words: Sequence[str]) -> dict[str, int]:
        held = [
            set(re.findall(r"\w+", d.text.casefold())) for d in self._documents.values()
        ]
        return {word: sum(word.casefold() in words for words in held) for word in words}

    def hits(self) -> list[Hit]:
        return [
            Hit(
                Chunk(name, Span(0, len(d.text)), d.text),
                score=1.0 - 0.1 * rank,
                similarity=0.9,
            )
            for rank, (name, d) in enumerate(self._documents.items(), start=1)
        ]


class FixedReader:
    """Finds the given words in the passages that hold them, with the given scores."""

    def __init__(self, found: dict[str, float]) -> None:
        self.found = found

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        findings = []
        for passage in passages:
            for words, score in self.found.items():
                start = passage.chunk.text.find(words)
                if start >= 0:
                    span = Span(start, start + len(words)).shifted(passage.chunk.span.start)
                    findings.append(
                        Finding(passage.number, span, words, score, score, score)
                    )
        led = with_bridges(question, passages, findings)
        return sorted(led, key=lambda finding: -finding.logit)

    def reread(self, question: str, passage: Passage, finding: Finding) -> Finding:
        return finding


class FixedRetriever:
    """Finds the same hits for every question and remembers what was asked."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.hits = list(hits)
        self.questions: list[str] = []

    def retrieve(
        self, question: str, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        self.questions.append(question)
        return [
            h for h in self.hits if documents is None or h.chunk.document_id in documents
        ][:k]


def passages_of(*texts: str) -> list[Passage]:
    """Return a passage of a document of its own for each text, numbered from 1."""
    return [
        Passage(
            number,
            Chunk(f"doc{number}", Span(0, len(text)), text),
            Source(f"doc{number}", f"{number}.txt"),
            1.0,
        )
        for number, text in enumerate(texts, start=1)
    ]


def reading_assistant(
    texts: dict[str, str],
    reader: PassageReader,
    model: ScriptedGenerator,
    *,
    policy: Policy = Policy.GUIDED,
    least_confidence: float = 0.0,
) -> Assistant:
    """Return an assistant over these texts, all of which are found, with a reader of them."""
    documents, embedder = FixedDocuments(texts), HashEmbedder()
    return Assistant(
        FixedRetriever(documents.hits()),
        documents,
        embedder,
        load_prompts(),
        LexicalVerifier(embedder),
        lambda: model,
        Lead(reader, gate=Gate(least_confidence=least_confidence)),
        policy,
    )
