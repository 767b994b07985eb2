"""How long one search takes: python -m benchmarks.search [--chunks 20000].

Builds a library of invented text in a temporary folder and prints medians of the whole search
and of its parts, each beside a bare numpy product over the same vectors in the same run. The
vectors come from hashed words, so that no model's speed is mixed in: add what one question's
embedding takes (benchmarks/embedding.py).
"""

from __future__ import annotations

import argparse
import hashlib
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.dense import DenseIndex
from index.events import Change
from index.library import Library
from index.records import File, Record, record
from index.search import HybridRetriever
from index.types import Chunk, Document, Span
from index.upkeep import flush

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.types import Vectors

DIMENSION = 384
LATENT = 32  # models fill far fewer dimensions than their vectors have
PER_DOCUMENT = 25
LENGTH = 130  # words of a chunk
SENTENCE = 17  # words of a sentence, on average
RAREST = 29_999
COMMON = "the of and to in a was for on that with by at from it as were is had said".split()


class WordEmbedder:
    """A sum of fixed random vectors, one a word: texts with words in common are near."""

    dimension = DIMENSION
    fingerprint = f"words-{DIMENSION}"
    max_tokens = 256
    unrelated = 0.0

    def __init__(self) -> None:
        self._words: dict[str, Vectors] = {}
        self._spread = np.random.default_rng(0).standard_normal((LATENT, DIMENSION))

    def token_ends(self, text: str) -> Sequence[int]:
        """Pretend that a token is four letters."""
        return range(4, len(text) + 1, 4)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Add up the words of each text: (n, DIMENSION)."""
        rows = np.array([sum(map(self._vector, text.split())) for text in texts])
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(unit, dtype=np.float32)

    embed_queries = embed_passages

    def _vector(self, word: str) -> Vectors:
        if word not in self._words:
            seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
            latent = np.random.default_rng(seed).standard_normal(LATENT)
            vector = (0.05 if word in COMMON else 1.0) * latent @ self._spread
            self._words[word] = vector.astype(np.float32)
        return self._words[word]


def passage(chance: random.Random, topic: int) -> str:
    """Some 130 words with the frequencies of English: few common ones, many rare ones."""
    words = []
    for kind in chance.choices(("common", "topic", "other"), (45, 15, 40), k=LENGTH):
        if kind == "common":
            words.append(chance.choice(COMMON))
        elif kind == "topic":
            words.append(f"topic{topic}x{chance.randrange(40)}")
        else:
            words.append(f"word{min(RAREST, int(chance.paretovariate(0.6)))}")
        words[-1] += "." * (chance.randrange(SENTENCE) == 0)
    return " ".join(words)


def build(library: Library, embedder: WordEmbedder, chunks: int) -> None:
    chance = random.Random(1)
    for number in range(chunks // PER_DOCUMENT):
        parts = [passage(chance, number) for _ in range(PER_DOCUMENT)]
        text = "\n\n".join(parts)
        name, start, cut = f"{number:064x}", 0, []
        for part in parts:
            cut.append(Chunk(name, Span(start, start + len(part)), part))
            start += len(part) + 2
        document = Document(
            id=name, text=text, media_type="text/plain", title=f"T {number}"
        )
        work = Record(
            File(Path(f"/{name}"), 1, 1), name, Change.ADDED, document, tuple(cut)
        )
        with library.store.writing() as db:
            record(db, [work], embedder.embed_passages(parts))


def questions(documents: int, count: int) -> list[str]:
    chance = random.Random(2)
    return [
        f"what was said of topic{(n := chance.randrange(documents))}x{chance.randrange(40)} and"
        f" topic{n}x{chance.randrange(40)} by word{chance.randrange(300)} in the"
        f" word{chance.randrange(3000)}"
        for _ in range(count)
    ]


def median_ms(work: Callable[[str], object], asked: Sequence[str]) -> float:
    work(asked[0])
    times = []
    for question in asked:
        started = time.perf_counter()
        work(question)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def report(library: Library, embedder: WordEmbedder, asked: Sequence[str]) -> None:
    matrix = np.concatenate(
        [
            np.stack(
                list(library.vectors([c.id for c in library.chunks_of(s.id)]).values())
            )
            for s in library.sources()
        ]
    )
    brute = median_ms(
        lambda q: np.argsort(matrix @ embedder.embed_queries([q])[0])[-10:], asked
    )
    print(f"chunks {len(matrix)}; numpy product alone {brute:.1f} ms")
    exact = DenseIndex(library, exact_warm=10**9, exact_cold=10**9)
    graph = DenseIndex(library, exact_warm=0, exact_cold=0)
    one = [library.sources()[0].id]
    for name, dense in (("exact", exact), ("chroma", graph)):
        started = time.perf_counter()
        retriever = HybridRetriever(library, embedder, dense=dense)
        retriever.retrieve(asked[0], 10)
        first = time.perf_counter() - started
        alone = median_ms(lambda q: dense.query(embedder.embed_queries([q]), 100), asked)  # noqa: B023
        whole = median_ms(lambda q: retriever.retrieve(q, 10), asked)  # noqa: B023
        part = median_ms(lambda q: retriever.retrieve(q, 10, one), asked)  # noqa: B023
        print(
            f"{name:7} first {1000 * first:.0f} ms; dense alone {alone:.1f} ms; whole search"
            f" {whole:.1f} ms ({whole / brute:.1f} x numpy); in one document {part:.1f} ms"
        )
    found = same = 0
    for question in asked[:50]:
        vector = embedder.embed_queries([question])
        best = {chunk for chunk, _ in exact.query(vector, 10)}
        found += len(best & {chunk for chunk, _ in graph.query(vector, 10)})
        same += len(best)
    print(f"chroma finds {100 * found / same:.1f} % of the exact ten nearest")
    print(f"words alone {median_ms(lambda q: library.search_text(q, 100), asked):.1f} ms")
    graph.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    embedder = WordEmbedder()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Library.create(Path(folder), embedder) as library,
    ):
        started = time.perf_counter()
        build(library, embedder, options.chunks)
        stored = time.perf_counter()
        flush(library)
        print(
            f"stored in {stored - started:.1f} s (the invented text included),"
            f" told Chroma in {time.perf_counter() - stored:.1f} s"
        )
        report(
            library,
            embedder,
            questions(options.chunks // PER_DOCUMENT, options.questions),
        )


if __name__ == "__main__":
    main()
