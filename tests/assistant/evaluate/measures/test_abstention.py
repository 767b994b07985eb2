"""Confidence figures equal scikit-learn's or a computation by hand; weights are repetition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (  # type: ignore[import-untyped]
    brier_score_loss,
    roc_auc_score,
)

from assistant.evaluate.measures import abstention

ONE = np.ones((1, 1))
pairs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=2
)


def columns(rows: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    confidence = np.array([c for c, _ in rows])
    flag = np.array([float(f) for _, f in rows])
    return confidence, flag, np.ones((1, len(rows)))


@given(pairs.filter(lambda rows: len({flag for _, flag in rows}) == 2))
def test_auc_and_brier_equal_scikit_learn(rows: list[tuple[float, bool]]) -> None:
    confidence, right, ones = columns(rows)
    assert abstention.auc(confidence, right, ones)[0] == pytest.approx(
        roc_auc_score(right, confidence)
    )
    assert abstention.brier(confidence, right).mean() == pytest.approx(
        brier_score_loss(right, confidence)
    )


def aurc_by_hand(confidence: list[float], wrong: list[float]) -> float:
    """Without ties: sort, and average the risk of the first k over all k."""
    order = sorted(range(len(wrong)), key=lambda i: -confidence[i])
    risks = [sum(wrong[i] for i in order[:k]) / k for k in range(1, len(order) + 1)]
    return sum(risks) / len(risks)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_area_equals_the_computation_by_hand(flags: list[bool]) -> None:
    confidence = np.linspace(1, 0, len(flags))
    wrong = np.array([float(flag) for flag in flags])
    area = abstention.area_under_risk_coverage(confidence, wrong, np.ones((1, len(flags))))[
        0
    ]
    assert area == pytest.approx(aurc_by_hand(list(confidence), list(wrong)))
    assert area == pytest.approx(
        abstention.risk_coverage_curve(confidence, wrong)[1].mean()
    )


@given(pairs, st.randoms())
def test_the_order_of_equal_confidences_does_not_matter(
    rows: list[tuple[float, bool]], chance: object
) -> None:
    confidence, wrong, ones = columns(rows)
    area = abstention.area_under_risk_coverage(confidence, wrong, ones)[0]
    again = abstention.area_under_risk_coverage(confidence[::-1], wrong[::-1], ones)[0]
    assert area == pytest.approx(again)
    assert 0 <= area <= 1


def test_a_constant_confidence_has_the_risk_of_the_whole() -> None:
    curve = abstention.risk_coverage_curve(np.full(4, 0.5), np.array([1.0, 0.0, 0.0, 1.0]))
    assert curve[1] == pytest.approx([0.5] * 4)


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.95, 0.85, 0.85, 0.15])
    right = np.array([1.0, 1.0, 0.0, 0.0])
    # bins (0.9, 1], (0.8, 0.9], (0.1, 0.2]: gaps 0.05, 0.35 twice, 0.15, all over four
    expected = 0.25 * 0.05 + 0.5 * 0.35 + 0.25 * 0.15
    error = abstention.calibration_error(confidence, right, np.ones((1, 4)))[0]
    assert error == pytest.approx(expected)


def test_bins_are_closed_on_the_right() -> None:
    both = abstention.calibration_error(
        np.array([0.5, 0.45]), np.array([1.0, 0.0]), np.ones((1, 2))
    )
    assert both[0] == pytest.approx(abs(0.5 - 0.475))  # one bin: (0.4, 0.5]
    assert abstention.calibration_error(np.array([0.0]), np.array([0.0]), ONE)[0] == 0


@given(pairs, st.lists(st.integers(0, 3), min_size=1))
def test_weights_mean_repetition(rows: list[tuple[float, bool]], times: list[int]) -> None:
    counts = [times[i % len(times)] for i in range(len(rows))]
    repeated = [row for row, n in zip(rows, counts, strict=True) for _ in range(n)]
    if len({flag for _, flag in repeated}) < 2:
        return
    weights = np.array([counts], dtype=np.float64)
    confidence, flag, _ = columns(rows)
    c, f, ones = columns(repeated)
    assert abstention.auc(confidence, flag, weights)[0] == pytest.approx(
        abstention.auc(c, f, ones)[0]
    )
    assert abstention.calibration_error(confidence, flag, weights)[0] == pytest.approx(
        abstention.calibration_error(c, f, ones)[0]
    )


def test_auc_is_undefined_with_one_kind_only() -> None:
    assert np.isnan(abstention.auc(np.array([0.2, 0.4]), np.ones(2), np.ones((1, 2)))[0])
