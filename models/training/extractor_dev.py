"""Score an exported extractor on development questions, with the code that runs it.

Two settings: the gold paragraph is given, or five passages retrieved by BM25 from all
documents of a set. The second is what a person meets.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.evaluate.measures.answers import contains_gold, exact_match, token_f1
from assistant.reading.extract import Extractor, SpanScore
from index.sentences import sentences
from models.training.extractor_data import Bm25, Row, held_out, read_pool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["score_all"]

PASSAGE = 900  # characters at most
SETS = ("squad2-dev-small", "qed-dev", "hotpot-dev", "covidqa-dev")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set; no answers where it must not be answered."""

    question: str
    answers: tuple[str, ...]
    documents: frozenset[str] = frozenset()  # that hold its evidence


@dataclass(frozen=True, slots=True)
class Given:
    """A question with the paragraph it is about."""

    asked: Asked
    paragraph: str
    title: str


@dataclass(frozen=True, slots=True)
class Text:
    """A passage and the title of its document."""

    title: str
    text: str


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return how often a positive outscores a negative, ties counting half."""
    if not positive or not negative:
        return float("nan")
    p, n = np.asarray(positive)[:, None], np.asarray(negative)[None, :]
    return float((p > n).mean() + 0.5 * (p == n).mean())


def passages(documents: Sequence[dict[str, Any]]) -> list[Text]:
    """Cut documents at sentences into passages of up to 900 characters."""
    made = []
    for document in documents:
        text, begin, last = document["text"], 0, 0
        ends = [span.end for span in sentences(text)]
        for end in [*ends, len(text) + PASSAGE + 1]:
            if end - begin > PASSAGE and last > begin:
                made.append(Text(document["title"], text[begin:last]))
                begin = last
            last = end
    return made


def score_given(extractor: Extractor, given: Sequence[Given]) -> dict[str, float]:
    """Score questions with their paragraph and its title given."""
    rows = []
    for one in given:
        spans = extractor.extract(one.asked.question, [one.paragraph], titles=[one.title])[
            0
        ]
        rows.append((one.asked, one.paragraph, spans[0]))
    right = [(q, p[s.start : s.end], s) for q, p, s in rows if q.answers]
    missing = [s.score for q, _, s in rows if not q.answers]
    return {
        "answerable": float(len(right)),
        "em": float(np.mean([exact_match(a, q.answers) for q, a, _ in right])),
        "f1": float(np.mean([token_f1(a, q.answers) for q, a, _ in right])),
        "answered": float(np.mean([s.score > 0 for _, _, s in right])),
        "unanswerable": float(len(missing)),
        "silent": float(np.mean(np.asarray(missing) <= 0)) if missing else float("nan"),
        "auc": auc([s.score for _, _, s in right], missing),
    }


def score_retrieved(
    extractor: Extractor, asked: Sequence[Asked], texts: Sequence[Text], k: int = 5
) -> dict[str, float]:
    """Score questions with the k passages that BM25 finds among `texts`."""
    bm25 = Bm25([f"{t.title} {t.text}" for t in texts])
    rows, seconds = [], []
    for question in asked:
        found = [texts[i] for i in bm25.top(question.question, k)]
        began = time.perf_counter()
        spans = extractor.extract(
            question.question, [t.text for t in found], titles=[t.title for t in found]
        )
        seconds.append(time.perf_counter() - began)
        rows.append((question, found, spans))
    result = {"questions": float(len(rows)), "ms": 1000 * float(np.median(seconds))}
    for name, rank in (("margin", _by_margin), ("logit", _by_logit)):
        result |= {f"{name}_{k}": v for k, v in _ranked(rows, rank).items()}
    return result


def _by_margin(span: SpanScore) -> float:
    return span.score


def _by_logit(span: SpanScore) -> float:
    return span.logit


def _ranked(
    rows: Sequence[tuple[Asked, list[Text], list[list[SpanScore]]]],
    rank: Callable[[SpanScore], float],
) -> dict[str, float]:
    words: list[float] = []
    held: list[float] = []
    held3: list[float] = []
    found: list[bool] = []
    positive: list[float] = []
    wrong: list[float] = []
    negative: list[float] = []
    for question, texts, spans in rows:
        ranked = sorted(
            ((s, t) for own, t in zip(spans, texts, strict=True) for s in own),
            key=lambda pair: -rank(pair[0]),
        )
        score = max(s.score for s, _ in ranked)
        if not question.answers:
            negative.append(score)
            continue
        shown = [_sentence(t.text, s) for s, t in ranked[:3]]
        best, text = ranked[0]
        words.append(token_f1(text.text[best.start : best.end], question.answers))
        held.append(contains_gold(shown[0], question.answers))
        held3.append(any(contains_gold(s, question.answers) for s in shown))
        found.append(any(contains_gold(t.text, question.answers) for t in texts))
        (positive if held[-1] else wrong).append(score)
    return {
        "f1": float(np.mean(words)),
        "sentence": float(np.mean(held)),
        "sentence_of_3": float(np.mean(held3)),
        "in_5": float(np.mean(found)),
        "auc": auc(positive + wrong, negative),
        "auc_right": auc(positive, wrong + negative),
        "wrong_at_half": _wrong(positive, wrong + negative, 0.5),
    }


def _wrong(positive: Sequence[float], negative: Sequence[float], share: float) -> float:
    """Return how many shown answers are wrong if the most confident `share` is shown."""
    scored = sorted([(s, 0) for s in positive] + [(s, 1) for s in negative], reverse=True)
    kept = scored[: max(1, round(share * len(scored)))]
    return sum(bad for _, bad in kept) / len(kept)


def _sentence(text: str, span: SpanScore) -> str:
    kept = [s for s in sentences(text) if s.start < span.end and span.start < s.end]
    return text[kept[0].start : kept[-1].end]


def read_set(folder: Path) -> tuple[list[Asked], list[dict[str, Any]]]:
    """Read a development set: its questions and its documents."""

    def rows(name: str) -> list[dict[str, Any]]:
        with (folder / name).open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    asked = [
        Asked(
            q["question"],
            tuple(q["answers"]) if q["answerable"] else (),
            frozenset(e["doc"] for e in [*q["evidence"], *_near(q)]),
        )
        for q in rows("questions.jsonl")
        if q.get("lang", "en") == "en"
    ]
    return asked, [d for d in rows("docs.jsonl") if d.get("lang", "en") == "en"]


def _near(question: dict[str, Any]) -> list[dict[str, Any]]:
    near = question.get("near_paragraph")
    return [near] if near else []


def seen_documents(
    documents: Sequence[dict[str, Any]], rows: Sequence[Row], groups: frozenset[str]
) -> frozenset[str]:
    """Return the ids of documents that hold a paragraph that was trained on."""
    begins = {row.paragraph[:80] for row in rows if row.group not in groups}
    return frozenset(d["id"] for d in documents if any(b in d["text"] for b in begins))


def given_questions(rows: Sequence[Row], groups: frozenset[str]) -> dict[str, list[Given]]:
    """Return the pool's held-out questions by source, in an order that is always the same."""
    by_source: dict[str, list[Given]] = {}
    for row in rows:
        if row.group in groups:
            asked = Given(Asked(row.question, row.answers), row.paragraph, row.title)
            by_source.setdefault(row.source, []).append(asked)
    rng = np.random.default_rng(0)
    return {s: [own[i] for i in rng.permutation(len(own))] for s, own in by_source.items()}


def score_all(
    extractor: Extractor,
    sets: Path,
    rows: Sequence[Row],
    groups: frozenset[str],
    limit: int = 300,
) -> list[dict[str, float | str]]:
    """Score every setting on up to `limit` questions each.

    Args:
        extractor: what is measured.
        sets: folder of the development sets.
        rows: the pool.
        groups: those of its groups that were not trained on.
        limit: questions of a source or set.
    """
    found: list[dict[str, float | str]] = []
    for source, given in given_questions(rows, groups).items():
        found.append({"given": source, **score_given(extractor, given[:limit])})
    asked, documents = read_set(sets / "xquad-4lang-dev")
    texts = {d["id"]: d["text"] for d in documents}
    known = [
        Given(q, texts[min(q.documents)], "") for q in asked if q.documents <= texts.keys()
    ]
    found.append({"given": "xquad en", **score_given(extractor, known)})
    for name in SETS:
        asked, documents = read_set(sets / name)
        seen = seen_documents(documents, rows, groups)
        made = passages(documents)
        for kind, some in (
            ("unseen", [q for q in asked if not q.documents & seen]),
            ("seen", [q for q in asked if q.documents & seen]),
        ):
            if some:
                chosen = np.random.default_rng(0).permutation(len(some))[:limit]
                drawn = [some[i] for i in chosen]
                scores = score_retrieved(extractor, drawn, made)
                found.append({"retrieved": name, "documents": kind, **scores})
    return [
        {
            name: value if isinstance(value, str) else round(value, 3)
            for name, value in row.items()
            if isinstance(value, str) or not math.isnan(value)  # nan: nothing to measure on
        }
        for row in found
    ]


def main() -> None:
    """Print the scores of one exported file as JSON lines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="as in training")
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--sets", type=Path, required=True, help="folder of the sets")
    parser.add_argument(
        "--held-out", type=float, default=0.3, help="as in training; 0: none"
    )
    parser.add_argument("--limit", type=int, default=300, help="questions of a source")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    rows = read_pool(args.pool)
    groups = held_out(rows, args.held_out) if args.held_out else frozenset()
    extractor = Extractor(args.model, args.encoder, args.threads)
    for row in score_all(extractor, args.sets, rows, groups, args.limit):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
