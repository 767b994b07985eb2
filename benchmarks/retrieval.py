"""How often the evidence of a question is among the first hits, beside plain BM25.

    python benchmarks/retrieval.py SET_FOLDER ...

Each folder holds `docs.jsonl` and `questions.jsonl`. A hit counts if it overlaps a gold span of
the finest kind the question has (the answer's words, a sentence, else the paragraph). The
floor is BM25 over passages of about 900 characters, computed in the same run. Prints, for the
answerable questions, the share with the evidence in the first 1, 5 and 10 hits.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from assistant.build import open_embedder
from assistant.config import Settings
from assistant.evaluate.measures.gold import retrieval_gold
from assistant.evaluate.sets.libraries import document_names, library_for
from assistant.evaluate.sets.load import load_set
from assistant.evaluate.types import Place, Question, QuestionSet
from index.search import HybridRetriever, Mode

DEPTHS = (1, 5, 10)
MODES: tuple[Mode, ...] = ("hybrid", "dense", "lexical")
Search = Callable[[Question], list[Place]]


class PlainBM25:
    """SQLite's BM25 over runs of paragraphs of about 900 characters: what anybody has."""

    def __init__(self, questions: QuestionSet) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE f USING fts5(body)")
        self.places: list[Place] = []
        for document in questions.documents.values():
            for start, end in passages(document.text):
                self.places.append(Place(document.id, start, end))
                self.database.execute(
                    "INSERT INTO f VALUES (?)", (document.text[start:end],)
                )

    def search(self, question: Question) -> list[Place]:
        """Return the places of the ten best passages."""
        words = " OR ".join(f'"{w}"' for w in re.findall(r"\w+", question.question))
        rows = self.database.execute(
            "SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f) LIMIT ?",
            (words, 200 if question.contexts else 10),
        )
        found = [self.places[row - 1] for (row,) in rows]
        return [p for p in found if not question.contexts or p.doc in question.contexts][
            :10
        ]


def passages(text: str, size: int = 900) -> list[tuple[int, int]]:
    """Cut a text at the last blank before every `size` characters."""
    cuts, start = [], 0
    while start < len(text):
        end = min(start + size, len(text))
        if end < len(text):
            end = max(text.rfind(" ", start, end), start + 1)
        cuts.append((start, end))
        start = end
    return cuts


def retriever_search(
    retriever: HybridRetriever, names: dict[str, list[str]], by_name: dict[str, str]
) -> Search:
    """Search as the assistant does."""

    def search(question: Question) -> list[Place]:
        only = [by_name[name] for name in question.contexts] or None
        return [
            Place(name, hit.chunk.span.start, hit.chunk.span.end)
            for hit in retriever.retrieve(question.question, max(DEPTHS), only)
            for name in names[hit.chunk.document_id][:1]
        ]

    return search


def success(questions: list[Question], search: Search) -> list[float]:
    """Return the share of questions with a gold span in the first k hits, for each k."""
    first = []
    for question in questions:
        gold = retrieval_gold(question)
        ranks = [
            rank
            for rank, place in enumerate(search(question))
            if any(place.overlaps(span) for span in gold)
        ]
        first.append(ranks[0] if ranks else 10**9)
    return [100 * sum(rank < k for rank in first) / len(first) for k in DEPTHS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    arguments = parser.parse_args()
    settings = Settings()
    embedder = open_embedder(settings)
    print(f"{'set':24}{'n':>5}  {'':10}" + "".join(f"{f'@{k}':>7}" for k in DEPTHS))
    for folder in arguments.sets:
        questions = load_set(folder)
        asked = [q for q in questions.questions if q.answerable and retrieval_gold(q)]
        names = document_names(questions.documents)
        by_name = {name: key for key, held in names.items() for name in held}
        searches: dict[str, Search] = {"plain BM25": PlainBM25(questions).search}
        with library_for(questions.documents, embedder, settings.cache_folder) as library:
            for mode in MODES:
                retriever = HybridRetriever(library, embedder, mode=mode)
                searches[mode] = retriever_search(retriever, names, by_name)
            for name, search in searches.items():
                shares = "".join(f"{share:7.1f}" for share in success(asked, search))
                print(f"{folder.name:24}{len(asked):5}  {name:10}{shares}")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
