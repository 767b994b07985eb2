"""Differences are paired, flips are named, and the gate fails for real drops only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assistant.errors import EvaluationError
from assistant.evaluate.measures.figures import measure
from assistant.evaluate.measures.intervals import mcnemar
from assistant.evaluate.reports.check import check
from assistant.evaluate.reports.compare import compare, in_words
from assistant.evaluate.reports.compare_report import comparison_page
from assistant.evaluate.runs.metrics_file import write_metrics
from tests.assistant.evaluate.fakes import Scripted, made_set

if TYPE_CHECKING:
    from pathlib import Path

SET = made_set(n=150)
WEAK = [Scripted(SET.documents, skill=0.3)(q) for q in SET.questions]
STRONG = [Scripted(SET.documents, skill=0.9)(q) for q in SET.questions]
OTHER = [Scripted(SET.documents, seed=4, skill=0.9)(q) for q in SET.questions]


def test_a_run_equals_itself() -> None:
    same = compare(SET, WEAK, WEAK)
    assert same.flips == ()
    assert {d.value for d in same.differences.values()} == {0.0}
    assert not any(d.certain for d in same.differences.values())


def test_a_clear_gain_is_certain_and_turned_round_a_clear_loss() -> None:
    gain, loss = compare(SET, WEAK, STRONG), compare(SET, STRONG, WEAK)
    there, back = gain.differences["right"], loss.differences["right"]
    assert there.certain
    assert there.low > 0
    assert back.high < 0
    assert (there.gained, there.lost) == (back.lost, back.gained)
    assert there.value == pytest.approx(-back.value)
    assert there.p == mcnemar(there.gained, there.lost)
    assert there.test == "mcnemar"
    assert gain.differences["passage_mrr@10"].test == "bootstrap"
    assert any(
        line.startswith("answered right: ") and "better" in line for line in in_words(gain)
    )


def test_flips_are_exactly_the_questions_that_changed() -> None:
    a, b = measure(SET, WEAK), measure(SET, STRONG)
    changed = {
        one.id
        for one, two in zip(a.scored, b.scored, strict=True)
        if one.means["correct"] != two.means["correct"]
    }
    flips = compare(SET, WEAK, STRONG).flips
    assert {flip.question.id for flip in flips} == changed
    assert all(flip.first.prediction.id == flip.question.id for flip in flips)


def test_only_common_questions_are_compared() -> None:
    assert compare(SET, WEAK[:40], STRONG[20:]).n == 20
    with pytest.raises(EvaluationError, match="no question in common"):
        compare(SET, WEAK[:10], STRONG[20:])


def test_the_page_shows_both_sides() -> None:
    made = compare(SET, WEAK, STRONG)
    page = comparison_page(made, SET, ("dense <b>", "hybrid"))
    assert "dense &lt;b&gt;" in page
    assert page.count('<details class="q"') == len(made.flips)


def test_the_gate_passes_chance_and_stops_a_drop(tmp_path: Path) -> None:
    write_metrics(tmp_path, SET, STRONG)
    assert check(SET, STRONG, tmp_path).passed
    assert "right" not in {
        drop.name for drop in check(SET, OTHER, tmp_path / "metrics.json").drops
    }
    stopped = check(SET, WEAK, tmp_path)
    drops = {drop.name: drop for drop in stopped.drops}
    assert not stopped.passed
    assert drops["right"].high < 0
    worse = {f.question.id for f in compare(SET, STRONG, WEAK).flips if not f.gained}
    answerable = {q.id for q in SET.questions if q.answerable}
    assert set(drops["right"].questions) == worse & answerable
    assert drops["wrong_when_answering"].low > 0  # lower is better
    assert not any(name.endswith(("_p50", "_p95")) for name in stopped.checked)


def test_the_gate_against_bare_numbers(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps({"right": 0.2, "fabricated": 0}), "utf-8")
    assert check(SET, STRONG, path).passed
    path.write_text(json.dumps({"right": 0.99, "wrong_when_answering": 0.01}), "utf-8")
    drops = {drop.name: drop for drop in check(SET, WEAK, path).drops}
    assert set(drops) == {"right", "wrong_when_answering"}
    measured = measure(SET, WEAK)
    missed = tuple(s.id for s in measured.scored if s.means.get("right") == 0)
    assert drops["right"].questions == missed


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"rightness": 1}', "is not a figure"),
        ('{"right": "high"}', "is not a figure with a number"),
        ("{", "is not JSON"),
        ('{"figures": {}}', "is not the metrics.json"),
        ('{"all_documents@5": 1, "auc": 2', "is not JSON"),
    ],
)
def test_a_baseline_that_is_none(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(content, "utf-8")
    with pytest.raises(EvaluationError, match=message):
        check(SET, WEAK, path)
