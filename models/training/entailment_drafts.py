r"""Let a language model answer questions of the pool, from the right words and from wrong ones.

    python -m models.training.entailment_drafts --pool POOL.jsonl --model FILE.gguf --out FILE

Of every six questions three are answerable from the sentences shown, two are near misses, and
one is asked of another paragraph of the same article. The model is not told that it may
refuse, so that it writes what a small model writes where it should have refused. What was
written is kept: a run goes on where the last one stopped.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluate.measures.answers import normalize
from assistant.llm.generate import LlamaGenerator
from assistant.llm.llama import EngineOptions
from assistant.text.words import content_words, coverage
from assistant.types import Message, ModelInfo
from models.training.entailment_pool import window_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = Mapping[str, Any]

ASKED = (
    "You answer questions using only the numbered passages.\n"
    "Write one short, complete sentence that repeats what was asked"
)
SYSTEMS = (
    f"{ASKED}.",
    f"{ASKED}. Use your own words.",
    f"{ASKED}, and cite its passage like this: [1].",
)
ORDER = ("ans", "ans", "un", "ans", "wrong", "un")
MOST_TOKENS = 60
MOST_CHARACTERS = 900  # of what is shown


def plan(rows: Sequence[Row]) -> Iterator[tuple[Row, str, str]]:
    """Yield a question, what its passage is to it, and the passage; without an end."""
    answerable = itertools.cycle([row for row in rows if row["answerable"]])
    near = itertools.cycle([row for row in rows if not row["answerable"]])
    wrong = itertools.cycle(list(elsewhere(rows)))
    for kind in itertools.cycle(ORDER):
        if kind == "wrong":
            row, text = next(wrong)
        else:
            row = next(answerable if kind == "ans" else near)
            text = row["paragraph"]
        words = row["answers"][:1] if kind == "ans" else []
        yield row, kind, window_of(text, row["question"], words)[:MOST_CHARACTERS]


def elsewhere(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Yield questions with the nearest paragraph of their article that has no answer."""
    articles: dict[str, set[str]] = {}
    for row in rows:
        articles.setdefault(row["group"], set()).add(row["paragraph"])
    for row in rows:
        golds = [normalize(answer) for answer in row["answers"]]
        others = [
            text
            for text in sorted(articles[row["group"]] - {row["paragraph"]})
            if not any(gold in normalize(text) for gold in golds)
        ]
        if row["answerable"] and others:
            words = content_words(row["question"])
            yield row, max(others, key=lambda t: coverage(words, set(content_words(t))))


def draft(generator: LlamaGenerator, row: Row, text: str, system: str) -> str:
    """Return what the model writes."""
    user = f"[1] {row['title']}\n{text}\n\nQuestion: {row['question']}"
    prompt = generator.encode([Message("system", system), Message("user", user)])
    return "".join(generator.generate(prompt, MOST_TOKENS))


def main() -> None:
    """Write as many drafts as are wanted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=250)
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.pool.read_text("utf-8").splitlines()]
    random.Random(5).shuffle(rows)
    done = len(args.out.read_text("utf-8").splitlines()) if args.out.exists() else 0
    options = EngineOptions(context_tokens=2048, threads=args.threads)
    name = args.model.stem
    generator = LlamaGenerator(args.model, ModelInfo(name, ""), options)
    with args.out.open("a", encoding="utf-8") as file:
        planned = itertools.islice(enumerate(plan(rows)), done, args.questions)
        for number, (row, kind, text) in planned:
            written = draft(generator, row, text, SYSTEMS[number % len(SYSTEMS)])
            held = {**row, "model": name, "kind": kind, "text": text, "draft": written}
            file.write(json.dumps(held, ensure_ascii=False) + "\n")
            file.flush()


if __name__ == "__main__":
    main()
