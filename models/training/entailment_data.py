r"""Claims whose truth is known, each with the words it would cite: what entailment learns from.

    python -m models.training.entailment_data --pool POOL.jsonl --drafts FILE ... --out FOLDER

True are: what a language model wrote and holds a gold answer, statements made of a question
and its gold answer, the gold sentence reworded, the answer alone. False are: what a language
model wrote on a question that its passage does not answer, statements with another answer,
and true ones changed by rule. Split by `group`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answering.cite import PassageSentences
from assistant.build import open_embedder, open_extractor
from assistant.config import Settings
from assistant.evaluate.measures.answers import contains_gold, normalize
from assistant.text.words import content_words
from assistant.types import Evidence, Passage, Source
from index.sentences import sentences
from index.types import Chunk, Span
from models.training.entailment_pool import claims_of, window_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.reading.extract import Extractor
    from index.types import Embedder

__all__ = [
    "Example",
    "from_drafts",
    "from_pool",
    "read_examples",
    "window_of",
    "write_examples",
]

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
        text = window_of(row["paragraph"], row["question"], row["answers"][:1])
        made = list(claims_of(row, siblings[row["paragraph"]], text, extractor, rng))
        for kind, claim, true in made:
            quotes = cited(claim, text, row["title"], embedder)
            yield Example(
                kind, row["group"], claim, row["question"], quotes, text, row["title"], true
            )


def write_examples(path: Path, examples: Sequence[Example]) -> None:
    """Write one JSON object a line."""
    lines = [json.dumps(asdict(example), ensure_ascii=False) for example in examples]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_examples(path: Path) -> list[Example]:
    """Read what `write_examples` wrote."""
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Example(**{**each, "quotes": tuple(each["quotes"])}) for each in found]


def main() -> None:
    """Write pool.jsonl and written.jsonl."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--drafts", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=300, help="answerable rows of the pool")
    args = parser.parse_args()
    settings = Settings()
    embedder, extractor = open_embedder(settings), open_extractor(settings)
    if extractor is None:
        raise SystemExit("The span model is missing: run citewell setup.")
    rows = [json.loads(line) for line in args.pool.read_text("utf-8").splitlines()]
    rng = random.Random(17)
    rng.shuffle(rows)
    some = [row for row in rows if row["answerable"]][: args.rows]
    some += [row for row in rows if not row["answerable"]][: args.rows // 2]
    write_examples(args.out / "pool.jsonl", list(from_pool(some, embedder, extractor, rng)))
    written = [e for path in args.drafts for e in from_drafts(path, embedder)]
    write_examples(args.out / "written.jsonl", written)


if __name__ == "__main__":
    main()
