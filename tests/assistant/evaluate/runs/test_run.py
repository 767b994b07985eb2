"""Runs are reproducible, survive being killed, and are scored alike by a second computation."""

from __future__ import annotations

import json
import math
import os
import re
import string
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.errors import EvaluationError
from assistant.evaluate.runs.metrics_file import read_metrics
from assistant.evaluate.runs.records import TIMES
from assistant.evaluate.runs.run_info import describe_run
from assistant.evaluate.runs.run import load_run, run
from assistant.evaluate.types import Mode, Outcome, Prediction, Question, Ranked, Trace
from tests.assistant.evaluate.fakes import Scripted, made_set

if TYPE_CHECKING:
    from assistant.evaluate.runs.progress import Progress

ROOT = Path(__file__).parents[4]
SET = made_set()
ANSWERER = Scripted(SET.documents)
KEYS = (
    *("id", "answer", "short_answer", "abstained", "confidence", "citations", "retrieved"),
    *("ttft_s", "total_s"),
)


def rows(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "predictions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_two_runs_are_identical_times_aside(tmp_path: Path) -> None:
    def slower(question: Question) -> Outcome:
        outcome = ANSWERER(question)
        late = replace(
            outcome.prediction, total_s=outcome.prediction.total_s + 1, ttft_s=0.5
        )
        return replace(outcome, prediction=late)

    run(SET, ANSWERER, tmp_path / "a", describe_run(SET))
    run(SET, slower, tmp_path / "b", describe_run(SET))
    a, b = ([{**r, **dict.fromkeys(TIMES)} for r in rows(tmp_path / n)] for n in "ab")
    assert a == b
    assert tuple(a[0]) == KEYS
    digests = {read_metrics(tmp_path / n).predictions_digest for n in "ab"}
    assert len(digests) == 1


class KilledError(Exception):
    """Stands for the machine going down."""


@pytest.mark.parametrize("torn", [0, 1, 40])
def test_a_killed_run_goes_on_to_the_same_result(tmp_path: Path, torn: int) -> None:
    whole = run(SET, ANSWERER, tmp_path / "whole", describe_run(SET))
    asked: list[str] = []

    def fragile(question: Question) -> Outcome:
        if len(asked) == 23:
            raise KilledError
        asked.append(question.id)
        return ANSWERER(question)

    folder = tmp_path / "killed"
    with pytest.raises(KilledError):
        run(SET, fragile, folder, describe_run(SET))
    predictions = folder / "predictions.jsonl"
    os.truncate(predictions, predictions.stat().st_size - torn)  # a line half written
    again: list[str] = []

    def counted(question: Question) -> Outcome:
        again.append(question.id)
        return ANSWERER(question)

    resumed = run(SET, counted, folder, describe_run(SET))
    assert resumed.outcomes == whole.outcomes
    for name in ("predictions.jsonl", "details.jsonl"):
        assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert len(again) == len(SET.questions) - 23 + (1 if torn else 0)
    assert run(SET, fragile, folder, describe_run(SET)).outcomes == whole.outcomes


SLOW = """
import sys, time
from pathlib import Path
from assistant.evaluate.runs.run_info import describe_run
from assistant.evaluate.runs.run import run
from tests.assistant.evaluate.fakes import Scripted, made_set

made = made_set()
answerer = Scripted(made.documents)

def slowly(question):
    time.sleep(0.02)
    return answerer(question)

run(made, slowly, Path(sys.argv[1]), describe_run(made))
"""


def test_a_process_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(folder)], cwd=ROOT)
    predictions = folder / "predictions.jsonl"
    while process.poll() is None:
        if predictions.exists() and predictions.read_bytes().count(b"\n") >= 5:
            process.kill()
            break
        time.sleep(0.02)
    process.wait()
    before = predictions.read_bytes()
    assert 5 <= before.count(b"\n") < len(SET.questions)
    run(SET, ANSWERER, folder, describe_run(SET))
    run(SET, ANSWERER, tmp_path / "whole", describe_run(SET))
    assert predictions.read_bytes().startswith(before[: before.rindex(b"\n") + 1])
    assert (
        predictions.read_bytes() == (tmp_path / "whole" / "predictions.jsonl").read_bytes()
    )


def test_a_run_that_did_not_search_has_no_retrieval_figures(tmp_path: Path) -> None:
    def closed_book(question: Question) -> Outcome:
        outcome = ANSWERER(question)
        return replace(outcome, prediction=replace(outcome.prediction, retrieved=()))

    run(SET, closed_book, tmp_path, describe_run(SET, mode=Mode.CLOSED_BOOK))
    figures = read_metrics(tmp_path).figures
    assert "right" in figures
    assert not [name for name in figures if "@" in name]


def test_a_set_of_judged_documents_has_retrieval_figures_only(tmp_path: Path) -> None:
    questions = tuple(
        Question(q.id, q.question, relevance={"doc-0": 2}) for q in SET.questions
    )
    judged = replace(SET, questions=questions)

    def searching(question: Question) -> Outcome:
        hit = Ranked("doc-0", 0, 9, 1.0)
        return Outcome(
            Prediction(question.id, abstained=True, retrieved=(hit,)), Trace(question.id)
        )

    run(judged, searching, tmp_path, describe_run(judged))
    figures = read_metrics(tmp_path).figures
    assert figures["document_ndcg@10"].value == 1
    assert all("@" in name for name in figures)


def test_another_run_is_not_mixed_in(tmp_path: Path) -> None:
    run(SET, ANSWERER, tmp_path, describe_run(SET))
    with pytest.raises(EvaluationError, match="differ: mode, seed"):
        run(SET, ANSWERER, tmp_path, describe_run(SET, mode=Mode.ORACLE, seed=3))
    other = replace(SET, questions=SET.questions[1:])
    with pytest.raises(EvaluationError, match="set_sha256"):
        run(other, ANSWERER, tmp_path, describe_run(other))
    assert load_run(tmp_path).info.mode is Mode.DOCUMENTS


def test_a_changed_row_is_noticed(tmp_path: Path) -> None:
    run(SET, ANSWERER, tmp_path, describe_run(SET))
    for name in ("predictions.jsonl", "details.jsonl"):
        text = (tmp_path / name).read_text("utf-8").replace('"q0"', '"q99"')
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(EvaluationError, match="'q99' where 'q0' was asked"):
        run(SET, ANSWERER, tmp_path, describe_run(SET))


def test_a_folder_without_a_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="holds no run"):
        load_run(tmp_path)
    (tmp_path / "run.json").write_text("{}", "utf-8")
    with pytest.raises(EvaluationError, match="is damaged"):
        load_run(tmp_path)


def test_hostile_answers_survive_the_files(tmp_path: Path) -> None:
    small = replace(SET, questions=SET.questions[:1])
    text = "a\nb\u2028c\x00\ud800 </script>"

    def hostile(question: Question) -> Outcome:
        return Outcome(Prediction(question.id, text), Trace(question.id, error=text))

    done = run(small, hostile, tmp_path, describe_run(small))
    assert done.outcomes[0] == hostile(small.questions[0])
    assert len((tmp_path / "predictions.jsonl").read_text("utf-8").splitlines()) == 1


def test_progress_tells_figures_and_time_left(tmp_path: Path) -> None:
    told: list[Progress] = []
    run(SET, ANSWERER, tmp_path, describe_run(SET), on_progress=told.append)
    assert [p.done for p in told] == list(range(len(SET.questions) + 1))
    assert (told[0].left_s, told[0].answered) == (None, None)
    assert told[1].left_s is not None
    last = told[-1]
    figures = read_metrics(tmp_path).figures
    assert last.left_s == 0
    assert last.answered == figures["answered_answerable"].value
    assert last.silent == figures["silent_unanswerable"].value
    assert last.wrong == figures["wrong_when_answering"].value


# A second computation, straight from the rows and the set. Nothing of the package is used.


def plain(text: str) -> list[str]:
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def f1(answer: str, gold: str) -> float:
    a, g = plain(answer), plain(gold)
    same = sum((Counter(a) & Counter(g)).values())
    if not a or not g or not same:
        return float(a == g) if not a or not g else 0.0
    return 2 * (same / len(a)) * (same / len(g)) / (same / len(a) + same / len(g))


def overlap(one: dict[str, Any], doc: str, start: int, end: int) -> bool:
    return bool(one["doc"] == doc and one["start"] < end and start < one["end"])


Row = dict[str, Any]
Values = list[tuple[str, float]]


def spans(question: Question, role: str) -> list[tuple[str, int, int]]:
    return [(e.doc, e.span.start, e.span.end) for e in question.evidence if e.role == role]


def held(question: Question, text: str) -> bool:
    unmarked = re.sub(r"\s*\[[0-9]+\]", "", text)
    said = f" {' '.join(plain(unmarked))} "
    return any(f" {' '.join(plain(gold))} " in said for gold in question.answers)


def straight_citations(question: Question, p: Row) -> Values:
    gold = spans(question, "sentence")
    hits = [any(overlap(c, *s) for s in gold) for c in p["citations"]]
    found = [("citation_precision", sum(hits) / len(hits))]
    if gold:
        cited = [any(overlap(c, *s) for c in p["citations"]) for s in gold]
        found.append(("citation_recall", sum(cited) / len(cited)))
    return found


def straight_answers(question: Question, p: Row, right: float) -> Values:
    short = "" if p["abstained"] else p["short_answer"]
    contains = not p["abstained"] and held(question, p["answer"])
    return [
        ("right", float(right)),
        ("answered_answerable", float(not p["abstained"])),
        ("contains_gold", float(contains)),
        ("f1", max(f1(short, g) for g in question.answers)),
        ("em", float(any(plain(short) == plain(g) for g in question.answers))),
    ]


def straight_ranks(question: Question, p: Row) -> Values:
    (gold,) = spans(question, "answer")
    ranks = [i for i, hit in enumerate(p["retrieved"], 1) if overlap(hit, *gold)]
    first = min(ranks, default=99)
    found = []
    for k in (1, 5, 10):
        hit = first <= k
        found.append((f"passage_recall@{k}", float(hit)))
        found.append((f"passage_mrr@{k}", 1 / first if hit else 0.0))
        found.append((f"passage_ndcg@{k}", 1 / math.log2(first + 1) if hit else 0.0))
    return found


def straight(predictions: list[Row]) -> dict[str, float]:
    values: Values = []
    for q, p in zip(SET.questions, predictions, strict=True):
        assert q.id == p["id"]
        right = q.answerable and not p["abstained"]
        right = right and (held(q, p["answer"]) or held(q, p["short_answer"]))
        values.append(("brier", (p["confidence"] - right) ** 2))
        values.append(("correct", float(right if q.answerable else p["abstained"])))
        if not p["abstained"]:
            values.append(("wrong_when_answering", float(not right)))
            values += straight_citations(q, p)
        if q.answerable:
            values += straight_answers(q, p, right) + straight_ranks(q, p)
        else:
            values.append(("silent_unanswerable", float(p["abstained"])))
    lists: dict[str, list[float]] = {}
    for name, value in values:
        lists.setdefault(name, []).append(value)
    return {name: math.fsum(found) / len(found) for name, found in lists.items()}


def straight_exact(predictions: list[Row]) -> bool:
    quotes = [c for p in predictions for c in p["citations"]]
    return all(
        SET.documents[c["doc"]].text[c["start"] : c["end"]] == c["text"] for c in quotes
    )


def test_a_second_computation_agrees_to_the_last_digit(tmp_path: Path) -> None:
    run(SET, ANSWERER, tmp_path, describe_run(SET))
    figures = read_metrics(tmp_path).figures
    for name, value in straight(rows(tmp_path)).items():
        assert figures[name].value == value, name
    assert straight_exact(rows(tmp_path))
    assert figures["exactness"].value == 1


def test_every_figure_lies_in_its_interval_and_counts_its_questions(tmp_path: Path) -> None:
    run(SET, ANSWERER, tmp_path, describe_run(SET))
    metrics = read_metrics(tmp_path)
    answerable = sum(q.answerable for q in SET.questions)
    for name, figure in metrics.figures.items():
        assert figure.low <= figure.value <= figure.high, name
        assert 0 < figure.n <= len(SET.questions)
    assert metrics.figures["f1"].n == answerable
    assert metrics.figures["silent_unanswerable"].n == len(SET.questions) - answerable
    assert metrics.figures["exactness"].method == "wilson"
    parts = json.loads((tmp_path / "metrics.json").read_text("utf-8"))["parts"]
    assert set(parts["type"]) == {"a", "b"}
