"""The nouns of an answer: what a question becomes on its way to being answered.

    Hits -> Passages in the prompt -> Tokens -> Claims with Citations -> Support -> Answer

A passage number is what the model sees; a citation number is what a person sees. The two are
different: citations are numbered in the order in which the answer first uses them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from index.names import called

if TYPE_CHECKING:
    from index.types import Box, Chunk, Hit, Part, Span

__all__ = [
    "Answer",
    "Bridge",
    "CellPlace",
    "Checked",
    "Citation",
    "Claim",
    "Event",
    "Evidence",
    "Finding",
    "Finished",
    "LookedUp",
    "Message",
    "ModelInfo",
    "ModelScores",
    "Passage",
    "Policy",
    "Quoted",
    "Retrieved",
    "Source",
    "Status",
    "Support",
    "TablesOfDocument",
    "Timing",
    "Token",
    "Turn",
    "Verdict",
]


class Support(StrEnum):
    """What the cited words do for a claim."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    UNCITED = "uncited"
    UNCHECKED = "unchecked"  # nobody looked: checking was turned off

    @property
    def stands(self) -> bool:
        """Whether a claim may stand in an answer, with its citations."""
        return self in {Support.SUPPORTED, Support.UNCHECKED}


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NO_EVIDENCE = "no_evidence"


class Policy(StrEnum):
    """How far a language model is trusted to write an answer."""

    EXTRACTIVE = "extractive"  # it writes nothing: exact quotations
    GUIDED = "guided"  # it phrases what the span model found; else the quotation is shown
    FREE = "free"  # it writes from the passages; the span model's finding is a witness


class LookedUp(StrEnum):
    """What a rule found, beside what the reader finds."""

    CELL = "cell"  # of a table, by its row and its column
    SAYING = "saying"  # the sentence that says what a question asks the speaker of
    CLAUSE = "clause"  # a numbered clause, or the number of one
    HOLDER = "holder"  # the name of the one who is said to hold an office
    OVERVIEW = "overview"  # a sentence that tells what a document is about
    RECORD = "record"  # who wrote a document and when; a clause or cell named in full
    STATEMENT = "statement"  # what somebody who is named says of something


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a document without its text."""

    id: str  # SHA-256 of the file's bytes
    path: str
    title: str = ""
    author: str = ""
    date: str = ""
    outlet: str = ""
    name: str = ""  # of its file, as words: see `index.names`
    unread: tuple[Part, ...] = ()  # what of the file was not read

    @property
    def called(self) -> str:
        """The title, with the file's name where that says more."""
        return called(self.title, self.name)


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where in a table some words stand: spans of the document's text."""

    names: tuple[Span, ...]  # what names the row: sections first, then its labels
    headings: tuple[Span, ...]  # what names the column, outermost first
    row: Span  # from the row's first to its last cell
    unit: Span | None = None  # what says that its figures are in thousands, if anything


class TablesOfDocument(Protocol):
    """The tables of a passage's document: see `assistant.tables.lookup.Tables`."""

    def holds(self, words: Span) -> bool:
        """Say whether some words stand in a table."""
        ...

    def place_of(self, words: Span) -> CellPlace | None:
        """Return where in a table some words stand, None outside of cells."""
        ...

    def names_of(self, words: Span) -> str:
        """Return what names the row and the column of some words, one a line, or ""."""
        ...

    def says_all_asked(self, question: str, words: Span) -> bool:
        """Say whether what names some words is all of the question that their table says."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as the model sees it, under its number in the prompt."""

    number: int  # from 1
    chunk: Chunk
    source: Source
    score: float = 0.0
    similarity: float | None = None
    tables: TablesOfDocument | None = field(
        default=None, repr=False, compare=False
    )  # the document's


@dataclass(frozen=True, slots=True)
class Bridge:
    """A sentence that names another document and says more of what was asked."""

    passage: int  # the number of the passage it stands in
    span: Span  # of the document's text
    share: float  # of the question's words and numbers: those only this sentence has


@dataclass(frozen=True, slots=True)
class Finding:
    """The words of a passage that most likely answer the question, found by reading it."""

    passage: int  # its number
    span: Span  # of the document's text
    text: str
    score: float  # logit against "this passage does not say": above 0, it rather does
    logit: float  # of all ways to say it, comparable between the passages of one question
    merit: float = 0.0  # all that speaks for it, in nats: see `assistant.reading.merit`
    total: float = 0.0  # logit that the text around it answers, in whatever words
    bridge: Bridge | None = None  # what leads to its document, if anything does
    looked_up: LookedUp | None = None  # None: found by the reader


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words a claim rests on: `quote == document.text[span.start:span.end]`."""

    number: int  # from 1, in the order of first use in the answer
    passage: int  # the number of the passage it lies in
    source: Source
    span: Span
    quote: str
    page: int | None = None
    line: int = 0  # 1-based line of the document's text
    boxes: tuple[Box, ...] = ()
    place: str = ""  # "slide 3", "00:01:07": what the file itself calls it, without pages


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer and what it rests on."""

    text: str  # without marks
    start: int  # the claim with its marks is `answer.text[start:end]`
    end: int  # equal to start where it is not supported: then it is left out of the text
    support: Support
    citations: tuple[int, ...] = ()  # citation numbers
    reason: str = ""  # why it is not supported, for a person
    score: float = 0.0  # 0 to 1, higher is better supported
    alternative: bool = False  # not the answer itself: what another place says instead


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds and tokens that an answer cost."""

    retrieve_s: float = 0.0
    first_token_s: float = (
        0.0  # from the question to the first piece; 0 if none was written
    )
    total_s: float = 0.0
    prompt_tokens: int = 0
    answer_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The language model that wrote an answer."""

    name: str
    fingerprint: (
        str  # of the weights: a local file's SHA-256, or what a server says of them
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What the question asks for and its nearest passage says otherwise."""

    asked: str  # a word of the question, or a number in figures
    said: str  # its opposite; "" where the passage names no such number


@dataclass(frozen=True, slots=True)
class Step:
    """A question that was looked up on the way, and what was found."""

    question: str
    found: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole outcome of a question.

    `NO_EVIDENCE` is a value, never a phrase to look for: `text` is then empty and `nearest`
    holds the closest passages as exact quotations.
    """

    question: str
    status: Status
    text: str = ""
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    differences: tuple[Difference, ...] = ()  # of the question from the first of `nearest`
    passages: tuple[Passage, ...] = ()
    short: str = ""  # the answer in its fewest words, where there is such a form
    confidence: float = 0.0  # 0 to 1, that the answer is there and right
    missing: tuple[str, ...] = ()  # of what was asked together: what nothing was found of
    dropped_marks: int = 0  # marks that named no passage
    standalone: str = ""  # the question as searched for, where a conversation changed it
    steps: tuple[Step, ...] = ()  # looked up before the question itself could be
    timing: Timing = Timing()
    model: ModelInfo | None = None  # None where not one word was generated
    policy: str = ""  # a `Policy`: how far the model was trusted
    calibrated_for: str = (
        ""  # the model whose scores the confidence was fitted with, if any
    )
    prompts_sha256: str = ""

    @property
    def unread(self) -> tuple[tuple[Source, Part], ...]:
        """What was not read of the documents that were looked at."""
        sources = {passage.source.id: passage.source for passage in self.passages}
        return tuple(
            (source, part) for source in sources.values() for part in source.unread
        )


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The search is done: what was found and what of it fits into the prompt."""

    hits: tuple[Hit, ...]
    passages: tuple[Passage, ...]
    findings: tuple[
        Finding, ...
    ] = ()  # best first; empty where no passage was read closely
    sides: tuple[Side, ...] = ()  # what is told side by side: their findings come first
    missing: tuple[str, ...] = ()  # of what is asked together: what nothing was found of
    parts: tuple[Side, ...] = ()  # of several questions in one, for the gate to choose from
    stepwise: Stepwise | None = None  # of a question that is asked in several
    unknown: tuple[str, ...] = ()  # names of the question that stand in no document
    elsewhere: tuple[
        Finding, ...
    ] = ()  # in what comes next and is not kept; their passages' numbers go on from these

    @property
    def told(self) -> tuple[Finding, ...]:
        """Those that are quoted as the answer: the best one, or all sides."""
        return self.findings if self.sides else self.findings[:1]

    def passage_of(self, finding: Finding) -> Passage:
        """Return the passage that a finding of these stands in."""
        return next(p for p in self.passages if p.number == finding.passage)


@dataclass(frozen=True, slots=True)
class Side:
    """What was found of one of the things that a question compares or asks together."""

    name: str  # as the question has it
    question: str  # about this one alone
    found: Retrieved  # for that question; only findings that are about it
    finding: Finding  # the best of them, with its passage's number in the whole
    passage: Passage  # that it stands in
    rests_on_first: bool = False  # whether it is asked about what the first one found


@dataclass(frozen=True, slots=True)
class Stepwise:
    """What was found step by step, of a question about what it only describes."""

    before: tuple[Side, ...]  # what is described
    last: Side | None  # what is asked of it, if anything was found


@dataclass(frozen=True, slots=True)
class Quoted:
    """The sentences that most likely hold the answer, before anything is written."""

    citations: tuple[Citation, ...]  # numbered from 1; the answer numbers its own
    confidence: float  # 0 to 1, that the answer is there and right


@dataclass(frozen=True, slots=True)
class ModelScores:
    """What the language model makes of the passages before it writes.

    Log-probabilities (nats) of what it could reply to the question.
    """

    refusal: float  # that it begins with the words for "not in the passages"
    answer: float  # of the words that the span model found, mean per token


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the draft as the model writes it: unchecked, marks are passage numbers."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim is complete and checked; `citations` are those it is the first to use."""

    claim: Claim
    citations: tuple[Citation, ...]
    shown: str  # the claim as a person reads it, with citation marks


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event."""

    answer: Answer


Event = Retrieved | Quoted | ModelScores | Token | Checked | Finished


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model; its content is always plain text, never control tokens."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation and the answer it got."""

    question: str
    answer: str
    short: str = ""  # the answer in its fewest words, where there is such a form


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a claim is held against."""

    quotes: tuple[str, ...]  # the cited words
    context: str  # the passages that they stand in
    about: str = ""  # title, outlet and date of these passages' documents
    question: str = ""
    in_full: tuple[str, ...] = ()  # the cited words with "last Wednesday" spelled out


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verifier found."""

    support: Support
    reason: str = ""  # why the claim is not supported, for a person
    score: float = 0.0  # 0 to 1, higher is better supported
