"""A fitted calibration knows signal from noise, keeps its promises, and needs no library."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from assistant.confidence.calibration import NEVER, Calibration, Feature, RiskPoint
from assistant.errors import ConfigError, EvaluationError
from assistant.evaluate.calibrate import Example, examples_of, fit, risk_points, upper_bound
from assistant.evaluate.types import (
    Evidence,
    Outcome,
    Prediction,
    Question,
    QuestionSet,
    Quote,
    Role,
    Trace,
)
from index.types import Span
from tests.assistant.evaluate.fakes import Scripted, made_set

if TYPE_CHECKING:
    from pathlib import Path


def examples(n: int = 600, seed: int = 0) -> list[Example]:
    chance = np.random.default_rng(seed)
    made = []
    for i in range(n):
        signal, noise = chance.normal(size=2)
        right = chance.random() < 1 / (1 + math.exp(-3 * signal))
        made.append(
            Example({"signal": 10 + 2 * signal, "noise": noise}, bool(right), f"{i % 40}")
        )
    return made


FIT = fit(examples())


def test_signal_weighs_and_noise_does_not() -> None:
    noise, signal = FIT.calibration.features
    assert signal.coefficient > 10 * abs(noise.coefficient)
    assert FIT.calibration.metrics["auc"] > 0.85
    assert FIT.calibration.metrics["ece"] < 0.08


def test_guaranteed_thresholds_hold_on_new_questions() -> None:
    new = examples(4000, seed=9)
    confidence = np.array([FIT.calibration.confidence(e.features) for e in new])
    right = np.array([e.right for e in new])
    promised = [point for point in FIT.calibration.risks if point.guaranteed]
    assert promised
    for point in promised:
        answered = confidence >= point.threshold
        assert 1 - right[answered].mean() <= point.max_risk


def test_a_guarantee_is_seldom_broken() -> None:
    chance = np.random.default_rng(7)
    population = chance.beta(2, 1, 20000)  # how likely each answer is to be right
    broken = 0
    for _ in range(40):
        confidence = chance.choice(population, 300)
        right = (chance.random(300) < confidence).astype(float)
        point = next(p for p in risk_points(confidence, right) if p.max_risk == 0.25)
        true_risk = 1 - population[population >= point.threshold].mean()
        broken += point.guaranteed and true_risk > 0.25
    assert (
        broken <= 8
    )  # 4 are to be expected at most; more than 8 by chance once in 50 times


def test_few_questions_can_be_promised_something_too() -> None:
    chance = np.random.default_rng(3)
    confidence = chance.random(120)
    right = (chance.random(120) < confidence**0.2).astype(float)
    point = next(p for p in risk_points(confidence, right) if p.max_risk == 0.25)
    assert point.guaranteed
    assert point.coverage > 0.3


def test_more_risk_never_answers_less() -> None:
    points = [p for p in FIT.calibration.risks if p.guaranteed]
    assert [p.threshold for p in points] == sorted(
        (p.threshold for p in points), reverse=True
    )
    assert all(p.upper <= p.max_risk and p.risk <= p.upper for p in points)


def test_confidence_without_skill_never_answers() -> None:
    chance = np.random.default_rng(2)
    right = (chance.random(300) < 0.2).astype(float)
    points = risk_points(chance.random(300), right)
    assert {p.threshold for p in points if p.max_risk <= 0.1} == {NEVER}
    assert not any(p.guaranteed for p in points)


@given(st.integers(0, 30), st.integers(1, 60))
def test_upper_bound_is_clopper_pearson(wrong: int, answered: int) -> None:
    wrong = min(wrong, answered)
    expected = stats.binomtest(wrong, answered, alternative="less").proportion_ci(0.9).high
    assert upper_bound(wrong, answered, 0.1) == pytest.approx(expected)


def test_folds_keep_documents_together() -> None:
    """A feature that only names the document is worth nothing on documents not seen."""
    chance = np.random.default_rng(1)
    kind = {f"g{i}": i % 2 == 0 for i in range(10)}
    made = [
        Example(
            {name: float(name == g) for name in kind}, kind[g] != (chance.random() < 0.1), g
        )
        for g in kind
        for _ in range(30)
    ]
    assert fit(made).calibration.metrics["auc"] < 0.6


def test_the_file_says_everything_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(FIT.calibration.to_json(), "utf-8")
    again = Calibration.load(path)
    assert again == FIT.calibration
    assert {f["name"] for f in json.loads(path.read_text("utf-8"))["features"]} == {
        "noise",
        "signal",
    }


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "features": [{}]}']
)
def test_a_damaged_file_is_an_error_with_a_hint(tmp_path: Path, content: str) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError) as refused:
        Calibration.load(path)
    assert "evaluate calibrate" in refused.value.hint


@given(st.floats(-1e6, 1e6))
def test_confidence_is_a_rising_probability(value: float) -> None:
    made = Calibration((Feature("x", 1.0, 2.0, 3.0),), -0.5)
    p, q = made.confidence({"x": value}), made.confidence({"x": value + 1})
    assert 0 <= p <= q <= 1


def test_a_missing_feature_is_an_error() -> None:
    for features in ({}, {"x": math.nan}):
        with pytest.raises(ConfigError, match="needs the feature 'x'"):
            Calibration((Feature("x", 0, 1, 1),), 0.0).confidence(features)


def test_a_risk_between_two_points_takes_the_safer() -> None:
    points = tuple(RiskPoint(r, 1 - r, 0.5, 0, r, guaranteed=True) for r in (0.05, 0.1))
    made = Calibration((), 0.0, points)
    assert made.threshold(0.07) == 0.95
    assert made.threshold(0.1) == 0.9
    assert made.threshold(0.01) == NEVER


def test_examples_come_from_runs() -> None:
    questions = made_set(n=200, documents=12)
    outcomes = [Scripted(questions.documents, skill=0.6)(q) for q in questions.questions]
    made = examples_of(questions, outcomes)
    assert len(made) == 200
    held_back = [o for o in outcomes if o.prediction.abstained]
    assert held_back
    found = fit(made).calibration
    assert [f.name for f in found.features] == ["agreement", "top_score"]
    assert len({e.group for e in made}) == 12


@pytest.mark.parametrize("made", [[], examples(8), [Example({"x": 1.0}, True, "g")] * 50])
def test_too_little_to_calibrate_on_is_said(made: list[Example]) -> None:
    with pytest.raises(EvaluationError):
        fit(made)


def test_applying_a_calibration_imports_no_library() -> None:
    code = (
        "import sys, assistant.confidence.calibration; "
        "print({'numpy', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_what_the_documents_say_counts_as_right() -> None:
    place = Evidence("d", Span(5, 20), Role.SENTENCE)
    prose = (
        "The mill was built by Ann Lee in 1874 and it ground the corn of all the valley."
    )
    long = Question("q", "What was it?", (prose,), evidence=(place,))
    planted = Question("q", "Who?", ("Anna",), extra={"fake_answers": ["Ben"]})

    def right(question: Question, answer: str, start: int) -> bool:
        quote = Quote("d", start, start + 4, "word")
        prediction = Prediction("q", answer, citations=(quote,))
        outcome = Outcome(prediction, Trace("q", features={"a": 1.0}))
        asked = QuestionSet("set", (question,), {})
        return examples_of(asked, [outcome])[0].right

    assert right(long, "“It ground corn.” [1]", 10)
    assert not right(long, "“It ground corn.” [1]", 40)
    assert right(planted, "Ben [1]", 0)
    assert not right(planted, "Carl [1]", 0)
