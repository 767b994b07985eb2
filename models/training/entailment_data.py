"""Claims whose truth is known, each with the words it would cite: what entailment learns from.

True are: what a language model wrote and holds a gold answer, statements made of a question
and its gold answer, the gold sentence reworded, the answer alone. False are: what a language
model wrote on a question that its passage does not answer, statements with another answer,
and true ones changed by rule. Split by `group`.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from assistant.answering.cite import PassageSentences
from assistant.evaluate.measures.answers import contains_gold, normalize
from assistant.evaluate.measures.corruption import NAME, corrupt
from assistant.text.words import content_words, coverage
from assistant.types import Evidence, Passage, Source
from index.sentences import sentences
from index.types import Chunk, Span
from models.training.entailment_claims import reworded, statement

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.reading.extract import Extractor
    from index.types import Embedder

__all__ = ["Example", "from_drafts", "from_pool", "read_examples", "write_examples"]

MARKS = re.compile(r"\s*\[\d+\]\.?")
REFUSAL = re.compile(
    r"not found|no answer|(?:passages?|text|document|article|information|sources?)\b.{0,40}?\b"
    r"(?:not|n't|no)\b|\bnot (?:mentioned|stated|specified|provided|given|possible|clear)|"
    r"cannot be|unable to",
    re.IGNORECASE,
)
COPIED = 0.9  # share of a claim's characters: such a claim of a near miss may well be true
LONGEST = 60  # words


@dataclass(frozen=True, slots=True)
class Example:
    """A claim, what it cites, and whether it follows."""

    kind: str
    group: str
    claim: str
    question: str
    quotes: tuple[str, ...]
    context: str
    about: str
    true: bool

    @property
    def evidence(self) -> Evidence:
        """The same as a verifier takes it."""
        return Evidence(self.quotes, self.context, self.about, self.question)


def cited(claim: str, text: str, title: str, embedder: Embedder) -> tuple[str, ...]:
    """Return the sentences of a text that an answer with this claim would cite."""
    chunk = Chunk("0", Span(0, len(text)), text)
    sentences_ = PassageSentences([Passage(1, chunk, Source("0", "0", title))], embedder)
    return tuple(carrier.quote for carrier in sentences_.carrying(claim, [1]))


def from_drafts(path: Path, embedder: Embedder) -> Iterator[Example]:
    """Yield the claims of drafts, one JSON object a line, that gold answers can judge."""
    for line in path.open(encoding="utf-8"):
        draft = json.loads(line)
        claim = _first_sentence(MARKS.sub("", draft["draft"]).strip())
        true = _judged(claim, draft)
        if true is None:
            continue
        quotes = cited(claim, draft["text"], draft["title"], embedder)
        kind = f"written {draft['model']} {draft['kind']}"
        yield Example(
            kind, draft["group"], claim, draft["question"], quotes, draft["text"],
            draft["title"], true,
        )  # fmt: skip


def _first_sentence(text: str) -> str:
    line = text.split("\n", maxsplit=1)[0]
    found = sentences(line)
    return found[0].text_of(line) if found else ""


def _judged(claim: str, draft: Mapping[str, Any]) -> bool | None:
    """Return whether a claim is true, None where gold answers cannot tell."""
    words = claim.split()
    if not content_words(claim) or REFUSAL.search(claim) or len(words) > LONGEST:
        return None
    if draft["kind"] == "ans":
        return True if contains_gold(claim, draft["answers"]) else None
    return None if _is_copied(claim, draft["text"]) else False


def _is_copied(claim: str, text: str) -> bool:
    said, held = normalize(claim).split(), normalize(text).split()
    blocks = SequenceMatcher(None, said, held, autojunk=False).get_matching_blocks()
    runs = sum(block.size for block in blocks if block.size > 1)
    return runs >= COPIED * max(len(said), 1)


# --- made by rule -------------------------------------------------------------------------


def from_pool(
    rows: Sequence[Mapping[str, Any]],
    embedder: Embedder,
    extractor: Extractor,
    rng: random.Random,
) -> Iterator[Example]:
    """Yield claims made by rule from rows of the pool."""
    siblings: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        siblings.setdefault(row["paragraph"], []).append(row)
    for row in rows:
        text = _window(row)
        made = list(_made(row, siblings[row["paragraph"]], text, extractor, rng))
        for kind, claim, true in made:
            quotes = cited(claim, text, row["title"], embedder)
            yield Example(
                kind, row["group"], claim, row["question"], quotes, text, row["title"], true
            )


def _made(
    row: Mapping[str, Any],
    siblings: Sequence[Mapping[str, Any]],
    text: str,
    extractor: Extractor,
    rng: random.Random,
) -> Iterator[tuple[str, str, bool]]:
    question, answers = row["question"], row["answers"]
    for other in _other_answers(row, siblings, text, extractor, rng):
        said = statement(question, other)
        if said:
            yield "other answer", said, False
        elif rng.random() < 0.5:  # noqa: PLR2004
            yield "other answer alone", other, False
    if not answers:
        return
    answer = min(answers, key=len)
    said = statement(question, answer)
    if said:
        yield "statement", said, True
        yield from _changed(said, text, rng, 1)
    if not said or rng.random() < 0.2:  # noqa: PLR2004
        yield "answer alone", answer, True
    yield from _of_sentence(row, text, answer, rng)


def _of_sentence(
    row: Mapping[str, Any], text: str, answer: str, rng: random.Random
) -> Iterator[tuple[str, str, bool]]:
    """Yield the gold sentence, as it is and in other words, and changed."""
    held = [s.text_of(text) for s in sentences(text)]
    gold = next((sentence for sentence in held if answer in sentence), "")
    if not gold or len(gold.split()) > LONGEST or rng.random() < 0.5:  # noqa: PLR2004
        return
    other = reworded(gold, rng)
    yield ("reworded", other, True) if other else ("sentence", gold, True)
    yield from _changed(gold, str(row["paragraph"]), rng, 1)


def _changed(
    claim: str, text: str, rng: random.Random, most: int
) -> Iterator[tuple[str, str, bool]]:
    made = list(corrupt(claim, [text], rng).items())
    rng.shuffle(made)
    for kind, changed in made[:most]:
        yield f"changed {kind}", changed, False


def _other_answers(
    row: Mapping[str, Any],
    siblings: Sequence[Mapping[str, Any]],
    text: str,
    extractor: Extractor,
    rng: random.Random,
) -> list[str]:
    """Return up to two wrong answers: the likeliest, and another that stands in the text."""
    right = [normalize(answer) for answer in row["answers"]]

    def wrong(words: str) -> bool:
        said = normalize(words)
        return bool(said) and not any(said in gold or gold in said for gold in right)

    read = extractor.extract(row["question"], [text], titles=[row["title"]], n=3)[0]
    likely = [text[s.start : s.end] for s in read if wrong(text[s.start : s.end])]
    others = [a for sib in siblings for a in sib["answers"][:1] if a in text and wrong(a)]
    others += [m.group() for m in NAME.finditer(text) if wrong(m.group())]
    others = [o for o in others if normalize(o) not in normalize(row["question"])]
    return [*likely[:1], *([rng.choice(others)] if others else [])]


def _window(row: Mapping[str, Any]) -> str:
    """Return the sentence of the answer, or nearest to the question, and those beside it."""
    text = str(row["paragraph"])
    spans = sentences(text)
    if not spans:
        return text
    words, answers = content_words(row["question"]), row["answers"][:1]

    def near(place: int) -> tuple[bool, float]:
        sentence = spans[place].text_of(text)
        held = frozenset(content_words(sentence))
        return any(a in sentence for a in answers), coverage(words, held)

    best = max(range(len(spans)), key=near)
    start = spans[max(best - 1, 0)].start
    return text[start : spans[min(best + 1, len(spans) - 1)].end]


def write_examples(path: Path, examples: Sequence[Example]) -> None:
    """Write one JSON object a line."""
    lines = [json.dumps(asdict(example), ensure_ascii=False) for example in examples]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_examples(path: Path) -> list[Example]:
    """Read what `write_examples` wrote."""
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Example(**{**each, "quotes": tuple(each["quotes"])}) for each in found]
