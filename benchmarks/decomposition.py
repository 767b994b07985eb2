"""What it brings to break a question over several documents into simple ones.

    python benchmarks/decomposition.py SET_FOLDER ... --model FILE [--limit N] [--threads N]

Every answerable question of each set is broken by the model; each step is looked up, and the
words that the extractor finds are put into the next. Printed are the steps, and for how many
questions all gold documents are among the first ten hits: of the question alone, and of it
and its steps in turn.
"""

from __future__ import annotations

import argparse
import sys
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.build import assistant_for, open_embedder, open_generator
from assistant.config import read_settings
from assistant.evaluate.sets.libraries import document_names, library_for
from assistant.evaluate.sets.load import load_set, sample
from assistant.prompt import load_prompts
from assistant.reading.decomposition import decompose, filled
from assistant.reading.lookup import Lookup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.pipeline import Assistant
    from index.types import Hit

FIRST = 10  # hits among which all gold documents have to be


def looked_up(assistant: Assistant, steps: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the steps with their answers put in, and the answers, as far as they go."""
    lead = assistant.lead
    assert lead is not None
    lookup = Lookup(
        assistant.retriever,
        assistant.documents,
        lead.reader,
        passages=assistant.passages,
        read=lead.passages,
        candidates=assistant.candidates,
    )
    asked, answers = list[str](), list[str]()
    for step in steps:
        question = filled(step, answers)
        asked.append(question)
        found = lookup.find(question, None)
        if not found.findings:
            break
        answers.append(found.findings[0].text)
    return asked, answers


def first_hits(assistant: Assistant, asked: Sequence[str]) -> list[Hit]:
    """Return the first hits of several questions in turn, each passage once."""
    each = [assistant.retriever.retrieve(question, FIRST) for question in asked]
    turns = chain.from_iterable(zip_longest(*each))
    once = {(h.chunk.document_id, h.chunk.span.start): h for h in turns if h is not None}
    return list(once.values())[:FIRST]


def measure(folder: Path, args: argparse.Namespace) -> None:
    """Print the steps of each question of a set, and the figures."""
    settings = read_settings(flags={"model": args.model, "threads": args.threads})
    questions = sample(load_set(folder), args.limit, 0)
    embedder, prompts = open_embedder(settings), load_prompts()
    generator = open_generator(settings)
    library = library_for(questions.documents, embedder, settings.cache_folder)
    names = document_names(questions.documents)
    assistant = assistant_for(library, embedder, settings)
    broken = alone = stepwise = total = 0
    for question in questions.questions:
        gold = {piece.doc for piece in question.evidence}
        if not question.answerable or not gold:
            continue
        steps = decompose(question.question, prompts, generator)
        asked, answers = looked_up(assistant, steps) if steps else ([], [])
        found = [
            {n for hit in first_hits(assistant, each) for n in names[hit.chunk.document_id]}
            for each in ([question.question], [question.question, *asked])
        ]
        total, broken = total + 1, broken + bool(steps)
        alone, stepwise = alone + (gold <= found[0]), stepwise + (gold <= found[1])
        marks = "".join("+" if gold <= each else "-" for each in found)
        print(f"{marks} {question.question}\n     {asked or steps} {answers}", flush=True)
    print(f"{folder.name}: {total} questions, {broken} broken into steps; all gold documents"
          f" in the first {FIRST}: {alone} alone, {stepwise} with steps")  # fmt: skip
    library.close()


def main() -> int:
    """Measure each set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET_FOLDER")
    parser.add_argument("--model", required=True, metavar="FILE")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args()
    for folder in args.sets:
        measure(folder, args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
