"""Intervals agree with scipy's, tests of differences too, and both are deterministic."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from assistant.evaluate.measures.intervals import (
    bootstrap,
    bootstrap_p_value,
    mcnemar,
    quantile,
    ratio,
    resample,
    wilson,
)


def test_bca_agrees_with_scipy_where_every_question_is_its_own_group() -> None:
    values = np.random.default_rng(3).beta(2, 5, size=200)
    mine = bootstrap(ratio(values, np.ones(200)), resample([str(i) for i in range(200)]))
    theirs = stats.bootstrap((values,), np.mean, n_resamples=5000, method="BCa", rng=1)
    low, high = theirs.confidence_interval
    assert mine.method == "bca"
    assert mine.value == pytest.approx(values.mean())
    assert mine.low == pytest.approx(low, abs=0.1 * (high - low))
    assert mine.high == pytest.approx(high, abs=0.1 * (high - low))


def test_groups_that_agree_within_widen_the_interval() -> None:
    values = np.repeat([0.0, 1.0, 1.0, 0.0, 1.0, 0.0], 20)
    alone = bootstrap(ratio(values, np.ones(120)), resample([str(i) for i in range(120)]))
    grouped = bootstrap(
        ratio(values, np.ones(120)), resample([str(i // 20) for i in range(120)])
    )
    assert grouped.high - grouped.low > 2 * (alone.high - alone.low)


def test_equal_values_fall_back_to_wilson() -> None:
    found = bootstrap(
        ratio(np.ones(50), np.ones(50)), resample([str(i) for i in range(50)]), share_of=50
    )
    expected = stats.binomtest(50, 50).proportion_ci(method="wilson")
    assert found.method == "wilson"
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    seconds = bootstrap(ratio(np.full(9, 2.5), np.ones(9)), resample(list("abcdefghi")))
    assert (seconds.low, seconds.high, seconds.method) == (2.5, 2.5, "constant")


def test_an_undefined_figure_is_not_a_number() -> None:
    found = bootstrap(ratio(np.zeros(3), np.zeros(3)), resample(["a", "b", "c"]))
    assert math.isnan(found.value)
    assert found.method == "none"


@given(st.integers(0, 40), st.integers(1, 40))
def test_wilson_equals_scipy(hits: int, n: int) -> None:
    hits = min(hits, n)
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson(hits / n, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_exact_binomial_test(gained: int, lost: int) -> None:
    expected = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert mcnemar(gained, lost) == pytest.approx(expected)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.sampled_from([0.5, 0.95]))
def test_quantile_equals_numpys_inverted_cdf(values: list[float], q: float) -> None:
    statistic = quantile(np.array([*values, math.nan]), q)
    found = statistic(np.ones((1, len(values) + 1)))[0]
    assert found == np.quantile(values, q, method="inverted_cdf")


def test_the_same_seed_draws_the_same_questions() -> None:
    groups = ["a", "a", "b", "c"]
    assert (resample(groups).draws == resample(groups).draws).all()
    assert (resample(groups).draws[:, 0] == resample(groups).draws[:, 1]).all()
    assert not (resample(groups).draws == resample(groups, seed=5).draws).all()


def test_p_value_is_small_for_a_clear_difference_only() -> None:
    resamples = resample([str(i) for i in range(100)])
    noise = np.random.default_rng(0).normal(size=100)
    noise -= noise.mean()
    assert bootstrap_p_value(ratio(noise + 1, np.ones(100)), resamples) < 0.01
    assert bootstrap_p_value(ratio(noise, np.ones(100)), resamples) > 0.5


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    chance = np.random.default_rng(11)
    held = 0
    for _ in range(150):
        values = (chance.random(80) < 0.3).astype(float)
        i = bootstrap(
            ratio(values, np.ones(80)), resample([str(n) for n in range(80)], count=400)
        )
        held += i.low <= 0.3 <= i.high
    assert 0.88 <= held / 150 <= 0.99
