"""Embedding: speed and retrieval beside SentenceTransformer in fp32, in one run.

    python benchmarks/embedding.py FOLDER [--max-tokens 224] [--overlap 40] [--no-title]

FOLDER holds docs.jsonl and questions.jsonl. Both embed the same chunks, in turns, so that
whatever else the machine does slows both. Retrieval: share of the answerable questions with
evidence in the first 1, 5 and 10 chunks; dense by either embedder, BM25, and fused.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.config import Settings
from assistant.encoder.embedding import embedding_folder
from index.chunk import MAX_TOKENS, OVERLAP_TOKENS, chunk, embedding_text
from index.embed import load_embedder
from index.export import load_pipeline
from index.likeness import likeness
from index.types import Chunk, Document, Embedder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.types import Vectors

    Encode = Callable[[Sequence[str]], Vectors]

Ranking = list[tuple[int, float]]  # (chunk number, score), best first
Row = dict[str, Any]

_BLOCK = 128  # chunks each embedder gets in turn
_DEPTH = 100  # of a ranking
_PRECISE = frozenset({"answer", "fact", "sentence"})


def main() -> None:
    options = _options()
    docs, questions = _read(options.folder)
    with tempfile.TemporaryDirectory() as made:
        model = options.model or embedding_folder(Settings())
        embedder = load_embedder(model, options.cache or Path(made))
        reference = load_pipeline(model)
        chunks, titles = _chunks(docs, embedder, options)
        texts = [
            embedding_text("" if options.no_title else title, piece)
            for title, piece in zip(titles, chunks, strict=True)
        ]

        def plain(some: Sequence[str]) -> Vectors:
            return np.asarray(
                reference.encode_document(list(some), normalize_embeddings=True), np.float32
            )

        ours, theirs = _race(texts, embedder.embed_passages, plain)
        asked = [question["question"] for question in questions]
        fp32 = np.asarray(
            reference.encode_query(asked, normalize_embeddings=True), np.float32
        )
        queries = embedder.embed_queries(asked), fp32
    lexical = _bm25(titles, chunks, asked)
    for name, vectors, query in (("ours", ours, queries[0]), ("fp32", theirs, queries[1])):
        similarity = likeness(query @ vectors.T, embedder.unrelated)
        dense = [_top(row) for row in similarity]
        fused = [
            _summed(row, words) for row, words in zip(similarity, lexical, strict=True)
        ]
        by_rank = [_by_rank(*pair) for pair in zip(dense, lexical, strict=True)]
        for kind, found in (("dense", dense), ("ranks", by_rank), ("sum", fused)):
            print(f"{name} {kind:6}", _success(found, chunks, questions))
    print("bm25       ", _success(lexical, chunks, questions))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure embedding.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, help="a sentence-transformers folder")
    parser.add_argument("--cache", type=Path, help="where the compiled model is kept")
    parser.add_argument("--max-tokens", type=int, default=MAX_TOKENS)
    parser.add_argument("--overlap", type=int, default=OVERLAP_TOKENS)
    parser.add_argument("--no-title", action="store_true")
    return parser.parse_args()


def _read(folder: Path) -> tuple[list[Row], list[Row]]:
    """Return the documents and the answerable questions of a set."""
    rows = [
        [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]
        for name in ("docs.jsonl", "questions.jsonl")
    ]
    return rows[0], [row for row in rows[1] if row["answerable"]]


def _chunks(
    docs: list[Row], embedder: Embedder, options: argparse.Namespace
) -> tuple[list[Chunk], list[str]]:
    """Cut all documents; return the chunks and the title each stands under."""
    started, chunks, titles = time.perf_counter(), list[Chunk](), list[str]()
    for row in docs:
        title = "" if options.no_title else row["title"]
        document = Document(row["id"], row["text"], "text/plain", title=title)
        cut = chunk(
            document,
            embedder,
            max_tokens=options.max_tokens,
            overlap_tokens=options.overlap,
        )
        chunks += cut
        titles += [row["title"]] * len(cut)
    rate = sum(len(row["text"]) for row in docs) / (time.perf_counter() - started)
    mean = sum(len(piece.text) for piece in chunks) / len(chunks)
    print(f"{len(chunks)} chunks of {mean:.0f} characters, cut at {rate:,.0f} characters/s")
    return chunks, titles


def _race(texts: list[str], ours: Encode, theirs: Encode) -> tuple[Vectors, Vectors]:
    """Embed all texts by both, block by block; print rates and nearness; return the vectors."""
    runners = {"ours": ours, "fp32": theirs}
    spent = dict.fromkeys(runners, 0.0)
    rows: dict[str, list[Vectors]] = {name: [] for name in runners}
    for run in runners.values():
        run(texts[:8])
    for number, start in enumerate(range(0, len(texts), _BLOCK)):
        for name in sorted(runners, reverse=number % 2 == 0):
            started = time.perf_counter()
            rows[name].append(runners[name](texts[start : start + _BLOCK]))
            spent[name] += time.perf_counter() - started
    found = {name: np.concatenate(parts) for name, parts in rows.items()}
    length = sum(map(len, texts))
    cosine = (found["ours"] * found["fp32"]).sum(axis=1)
    print(
        f"ours {length / spent['ours']:,.0f}, fp32 {length / spent['fp32']:,.0f} characters/s,"
    )
    print(f"ratio {spent['fp32'] / spent['ours']:.2f};", end=" ")
    print(f"cosine min {cosine.min():.4f}, mean {cosine.mean():.4f}")
    return found["ours"], found["fp32"]


def _top(similarity: Vectors) -> Ranking:
    return [(int(at), float(similarity[at])) for at in np.argsort(-similarity)[:_DEPTH]]


def _bm25(titles: list[str], chunks: list[Chunk], asked: list[str]) -> list[Ranking]:
    """Rank by BM25 in SQLite FTS5 over stemmed title and text; one word suffices."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE words USING fts5(title, body,"
        " tokenize='porter unicode61 remove_diacritics 2')"
    )
    rows = [
        (at, *row)
        for at, row in enumerate(zip(titles, (c.text for c in chunks), strict=True))
    ]
    database.executemany("INSERT INTO words(rowid, title, body) VALUES (?, ?, ?)", rows)
    rankings: list[Ranking] = []
    for question in asked:
        terms = " OR ".join(
            f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", question))
        )
        found = database.execute(
            "SELECT rowid, -bm25(words) FROM words WHERE words MATCH ? ORDER BY 2 DESC LIMIT ?",
            (terms, _DEPTH),
        )
        rankings.append([(at, score) for at, score in found])
    database.close()
    return rankings


def _by_rank(*rankings: Ranking) -> Ranking:
    """Fuse by reciprocal ranks, k = 60."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, (at, _) in enumerate(ranking, 1):
            scores[at] = scores.get(at, 0.0) + 1 / (60 + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])


def _summed(similarity: Vectors, lexical: Ranking) -> Ranking:
    """Fuse as 0.6 cosine + 0.4 BM25 / best BM25 over the candidates of both."""
    words = dict(lexical)
    best = max(words.values(), default=1.0)
    candidates = words.keys() | {at for at, _ in _top(similarity)}
    scores = {
        at: 0.6 * float(similarity[at]) + 0.4 * words.get(at, 0) / best for at in candidates
    }
    return sorted(scores.items(), key=lambda pair: -pair[1])


def _success(rankings: list[Ranking], chunks: list[Chunk], questions: list[Row]) -> str:
    """Return the share of questions with evidence in the first 1, 5 and 10 chunks, in %."""
    firsts = [
        next(
            (n for n, (at, _) in enumerate(ranking) if _hits(chunks[at], question)), _DEPTH
        )
        for ranking, question in zip(rankings, questions, strict=True)
    ]
    shares = (100 * sum(first < k for first in firsts) / len(firsts) for k in (1, 5, 10))
    return " / ".join(f"{share:.1f}" for share in shares)


def _hits(piece: Chunk, question: Row) -> bool:
    """Say whether a chunk holds a part of the evidence, the precise kind if there is one."""
    evidence: list[Row] = question["evidence"]
    precise = [row for row in evidence if row.get("role") in _PRECISE]
    return any(
        row["doc"] == piece.document_id
        and row["start"] < piece.span.end
        and piece.span.start < row["end"]
        for row in precise or evidence
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
