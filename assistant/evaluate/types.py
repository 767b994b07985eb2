"""The nouns of an evaluation: what is asked, what was shown, and what it is judged by.

    Question -> answerer -> Outcome (Prediction + Trace) -> figures

A `Prediction` is everything a person saw and everything another scorer needs; a `Trace` is
what went on behind it. Positions are half-open ranges of code points of the text of the
set's own document. Nothing here reads a file or computes a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from index.types import Span

__all__ = [
    "Answerer",
    "ClaimTrace",
    "Evidence",
    "Json",
    "Mode",
    "Outcome",
    "Place",
    "Prediction",
    "Question",
    "QuestionSet",
    "Quote",
    "Ranked",
    "Role",
    "SetDocument",
    "Skipped",
    "Trace",
]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Role(StrEnum):
    """What a gold span is: from the words of the answer to the paragraph they stand in."""

    ANSWER = "answer"
    SENTENCE = "sentence"
    FACT = "fact"  # one of several sentences that are needed together
    PARAGRAPH = "paragraph"


class Mode(StrEnum):
    """What the assistant may look at."""

    DOCUMENTS = "documents"  # the documents of the set, through retrieval
    CLOSED_BOOK = "closed_book"  # nothing: what does the model already know
    ORACLE = "oracle"  # the gold passage: how much is lost in retrieval
    WITHHELD = "withheld"  # all but the gold passages: is it silent where it should be


@dataclass(frozen=True, slots=True)
class Place:
    """A range of a document."""

    doc: str
    start: int
    end: int

    def overlaps(self, other: Place) -> bool:
        """Say whether the two share at least one code point."""
        return self.doc == other.doc and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Evidence:
    """A gold span: where the answer stands or what it rests on."""

    doc: str
    span: Span
    role: Role

    @property
    def place(self) -> Place:
        """The span with its document."""
        return Place(self.doc, self.span.start, self.span.end)


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a set.

    `relevance` grades whole documents (above 0 is relevant), for sets that judge retrieval
    only. `contexts` limits the question to these documents; empty means all of them.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool = True
    evidence: tuple[Evidence, ...] = ()
    contexts: tuple[str, ...] = ()
    relevance: Mapping[str, int] = field(default_factory=dict)
    group: str = ""  # questions of one group are not independent of each other
    extra: Mapping[str, Json] = field(default_factory=dict)  # further keys, as they came


@dataclass(frozen=True, slots=True)
class SetDocument:
    """A document of a set; `path` where it is a real file."""

    id: str
    text: str
    title: str = ""
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that could not be used."""

    where: str  # the file and the line, or the place inside a JSON file
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, the documents they are asked of, and the rows that were left out."""

    name: str
    questions: tuple[Question, ...]
    documents: Mapping[str, SetDocument]
    skipped: tuple[Skipped, ...] = ()
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words shown as standing in a document at a place."""

    doc: str
    start: int
    end: int
    text: str

    @property
    def place(self) -> Place:
        """Where the words are said to stand."""
        return Place(self.doc, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A retrieved passage; the best comes first."""

    doc: str
    start: int
    end: int
    score: float

    @property
    def place(self) -> Place:
        """The passage without its score."""
        return Place(self.doc, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a person was shown: one row of `predictions.jsonl`."""

    id: str
    answer: str = ""  # the whole text shown; empty when abstained
    short_answer: str = ""
    abstained: bool = False
    confidence: float = 0.0  # 0 to 1
    citations: tuple[Quote, ...] = ()
    retrieved: tuple[Ranked, ...] = ()
    ttft_s: float = 0.0  # 0 where nothing was written
    total_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ClaimTrace:
    """A claim, `prediction.answer[start:end]`, with its support and its citations."""

    start: int
    end: int
    support: str  # supported, unsupported or uncited
    citations: tuple[int, ...] = ()  # positions in `Prediction.citations`, from 0


@dataclass(frozen=True, slots=True)
class Trace:
    """What went on behind a prediction: one row of `details.jsonl`."""

    id: str
    claims: tuple[ClaimTrace, ...] = ()
    prompt: tuple[Place, ...] = ()  # the passages the model saw
    nearest: tuple[Quote, ...] = ()  # shown when abstained
    draft: str = ""  # what would have been said, where it was held back
    prompt_tokens: int = 0
    answer_tokens: int = 0
    dropped_marks: int = 0
    features: Mapping[str, float] = field(default_factory=dict)  # what calibration may use
    error: str = ""  # why this question could not be answered at all


@dataclass(frozen=True, slots=True)
class Outcome:
    """A prediction and its trace."""

    prediction: Prediction
    trace: Trace


Answerer = Callable[[Question], Outcome]
