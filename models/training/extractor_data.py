"""The pool of questions as training examples: rows, hold-out, hard negatives, gold spans."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "Bm25",
    "Row",
    "documents_as_rows",
    "hard_negatives",
    "held_out",
    "part_of",
    "read_pool",
]

WORD = re.compile(r"\w+")
# SQuAD 1.1 has no articles in the development sets: a little of it is enough to compare with.
SHARES = {"SQuAD1.1 dev": 0.08}


@dataclass(frozen=True, slots=True)
class Row:
    """A question of the pool with its paragraph; no answers where it is a near miss."""

    id: str
    source: str
    title: str
    paragraph: str
    question: str
    answers: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]  # code points of `paragraph`
    group: str


def read_pool(path: Path) -> list[Row]:
    """Read the pool; answerable rows whose answer is not in the paragraph are left out."""
    rows = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            answers = tuple(raw["answers"] or ()) if raw["answerable"] else ()
            spans = _spans(raw["paragraph"], answers, raw["starts"]) if answers else ()
            if bool(spans) == bool(raw["answerable"]):
                rows.append(
                    Row(
                        raw["id"],
                        raw["source"],
                        _clean_title(raw["title"]),
                        raw["paragraph"],
                        raw["question"],
                        answers,
                        spans,
                        raw["group"],
                    )
                )
    return rows


def documents_as_rows(files: Sequence[Path]) -> list[Row]:
    """Read documents as paragraphs without a question; only their texts are learnt from."""
    rows = []
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for raw in map(json.loads, lines):
                title, text = _clean_title(raw["title"]), raw["text"]
                rows.append(
                    Row(raw["id"], file.parent.name, title, text, "", (), (), raw["id"])
                )
    return rows


def _clean_title(title: str) -> str:
    return title.split("\n", 1)[0].replace("_", " ").strip()


def _spans(
    paragraph: str, answers: Sequence[str], starts: Sequence[int] | None
) -> tuple[tuple[int, int], ...]:
    """Return where the answers stand: at the given starts, else wherever they occur."""
    found = set()
    for start in starts or ():
        for answer in answers:
            if paragraph.startswith(answer, start):
                found.add((start, start + len(answer)))
    if not found:
        for answer in answers:
            for match in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", paragraph):
                found.add(match.span())
    return tuple(sorted(found))


def held_out(rows: Sequence[Row], share: float) -> frozenset[str]:
    """Choose the groups kept out of training: of every source about `share` of the groups.

    By the hash of the group's name, so that the choice does not depend on the rows' order.
    """
    chosen: set[str] = set()
    for source, ranked in _ranked_groups(rows).items():
        count = round(SHARES.get(source, share) * len(ranked))
        chosen.update(ranked[: max(1, count)])
    return frozenset(chosen)


def part_of(rows: Sequence[Row], share: float) -> list[Row]:
    """Return the rows of about `share` of every source's groups, the same for the same rows.

    A smaller part lies within a larger one, so that scores by the share are a learning curve.
    """
    kept: set[str] = set()
    for ranked in _ranked_groups(rows).values():
        kept.update(ranked[: max(1, round(share * len(ranked)))])
    return [row for row in rows if row.group in kept]


def _ranked_groups(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the groups of every source in an order that looks random, and does not change."""
    by_source: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_source[row.source].add(row.group)
    return {
        source: sorted(groups, key=lambda g: hashlib.sha256(g.encode()).digest())
        for source, groups in by_source.items()
    }


class Bm25:
    """Okapi BM25 over a fixed list of texts (k1 1.2, b 0.75), words lower-cased."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(_words(t)) for t in texts]
        self._vocabulary = {
            w: i for i, w in enumerate(sorted({w for c in counts for w in c}))
        }
        lengths = np.array([sum(c.values()) for c in counts], dtype=np.float64)
        document_frequency = Counter(w for c in counts for w in c)
        n = len(texts)
        data, rows, columns = [], [], []
        for i, count in enumerate(counts):
            norm = 1.2 * (0.25 + 0.75 * lengths[i] / lengths.mean())
            for word, tf in count.items():
                df = document_frequency[word]
                idf = np.log(1 + (n - df + 0.5) / (df + 0.5))
                data.append(idf * tf * 2.2 / (tf + norm))
                rows.append(i)
                columns.append(self._vocabulary[word])
        self._matrix = csr_matrix((data, (rows, columns)), (n, len(self._vocabulary)))

    def top(self, query: str, k: int) -> list[int]:
        """Return the indices of the k best texts, best first."""
        known = {self._vocabulary[w] for w in _words(query) if w in self._vocabulary}
        vector = np.zeros(self._matrix.shape[1])
        vector[list(known)] = 1.0
        scores: Any = self._matrix @ vector
        return [int(i) for i in np.argsort(-scores, kind="stable")[:k]]


def _words(text: str) -> list[str]:
    return [w.lower() for w in WORD.findall(text)]


def hard_negatives(rows: Sequence[Row], k: int = 8) -> list[list[Row]]:
    """Return for each row up to k other paragraphs that BM25 finds and that lack the answer.

    A paragraph is given by a row of it, so that its title is at hand.
    """
    paragraphs: dict[str, Row] = {}
    for row in rows:
        paragraphs.setdefault(row.paragraph, row)
    texts = list(paragraphs)
    bm25 = Bm25([f"{paragraphs[t].title} {t}" for t in texts])
    lowered = [" ".join(_words(t)) for t in texts]
    found = []
    for row in rows:
        gold = [" ".join(_words(a)) for a in row.answers]
        found.append(
            [
                paragraphs[texts[i]]
                for i in bm25.top(row.question, k + 8)
                if texts[i] != row.paragraph and not any(g in lowered[i] for g in gold)
            ][:k]
        )
    return found
