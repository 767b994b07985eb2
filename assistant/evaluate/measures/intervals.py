"""95 % intervals and tests of differences, all from one set of resampled questions.

A statistic is a function of question weights: float64 (draws, questions) to float64
(draws,). Questions that share a document are not independent, so whole groups are drawn,
with replacement. Everything is deterministic: the seed is fixed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Statistic = Callable[[Floats], Floats]

__all__ = [
    "Interval",
    "Resamples",
    "bootstrap",
    "bootstrap_p_value",
    "mcnemar",
    "quantile",
    "ratio",
    "resample",
    "wilson",
]

CONFIDENCE = 0.95
RESAMPLES = 2000
SEED = 20260101
EQUAL = 1e-12  # draws that differ by less are the same value
LEAST_DEFINED = 0.5  # share of draws in which a statistic must exist


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval; NaN where it is undefined."""

    value: float
    low: float
    high: float
    method: str  # bca, percentile, wilson, constant or none


@dataclass(frozen=True, slots=True)
class Resamples:
    """Weights of every question in every draw."""

    draws: Floats  # (resamples, n): how often each question was drawn
    leave_one_out: Floats  # (groups, n): 0 for the questions of one group, else 1

    @property
    def whole(self) -> Floats:
        """The sample itself: weight 1 for every question, shape (1, n)."""
        return np.ones((1, self.draws.shape[1]))


def resample(
    groups: Sequence[str], *, count: int = RESAMPLES, seed: int = SEED
) -> Resamples:
    """Draw whole groups of questions with replacement, as many as there are groups.

    Args:
        groups: The group of each question, length n >= 1.
        count: How many draws.
        seed: For `numpy.random.default_rng`.
    """
    names = {name: i for i, name in enumerate(dict.fromkeys(groups))}
    member = np.zeros((len(names), len(groups)))
    member[[names[group] for group in groups], np.arange(len(groups))] = 1.0
    chance = np.full(len(names), 1 / len(names))
    drawn = np.random.default_rng(seed).multinomial(len(names), chance, size=count)
    return Resamples(drawn.astype(np.float64) @ member, 1.0 - member)


def ratio(numerator: Floats, denominator: Floats) -> Statistic:
    """Return the statistic sum(w * numerator) / sum(w * denominator).

    With a denominator of ones and zeros it is the mean over the questions that have a
    value.
    """

    def statistic(weights: Floats) -> Floats:
        if len(weights) == 1:  # rounded once, so that it is the same on every machine
            below = math.fsum(weights[0] * denominator)
            return np.array(
                [math.fsum(weights[0] * numerator) / below if below else math.nan]
            )
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((weights @ numerator) / (weights @ denominator))

    return statistic


def quantile(values: Floats, q: float) -> Statistic:
    """Return the statistic "smallest value with at least the share q at or below it".

    `values` may hold NaN: such questions do not count.
    """
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]

    def statistic(weights: Floats) -> Floats:
        if not len(order):
            return np.full(len(weights), np.nan)
        reached = np.cumsum(weights[:, order], axis=1)
        total = reached[:, -1:]
        first = np.argmax(reached >= q * total - 1e-9, axis=1)
        return np.where(total[:, 0] > 0, values[order][first], np.nan)

    return statistic


def bootstrap(statistic: Statistic, resamples: Resamples, *, share_of: int = 0) -> Interval:
    """Return a figure and its bias-corrected and accelerated (BCa) bootstrap interval.

    Source: Efron, "Better Bootstrap Confidence Intervals", JASA 82(397), 1987. Where every
    draw gives the same value the bootstrap says nothing: a share then gets Wilson's
    interval for its `share_of` cases (0: not a share, the interval is the value alone).
    """
    value = float(statistic(resamples.whole)[0])
    if math.isnan(value):
        return Interval(math.nan, math.nan, math.nan, "none")
    drawn = statistic(resamples.draws)
    drawn = drawn[~np.isnan(drawn)]
    if len(drawn) < LEAST_DEFINED * len(resamples.draws) or np.ptp(drawn) <= EQUAL:
        if share_of:
            low, high = wilson(value, share_of)
            return Interval(value, low, high, "wilson")
        return Interval(value, value, value, "constant")
    levels, method = _bca_levels(value, drawn, statistic(resamples.leave_one_out))
    low, high = np.quantile(drawn, levels)
    return Interval(value, float(low), float(high), method)


def bootstrap_p_value(statistic: Statistic, resamples: Resamples) -> float:
    """Return the two-sided bootstrap p value of "the statistic is 0".

    Twice the smaller share of draws at or beyond 0, the sample itself counted as one draw:
    Davison and Hinkley, "Bootstrap Methods and their Application", 1997, section 4.
    """
    drawn = statistic(resamples.draws)
    drawn = drawn[~np.isnan(drawn)]
    below = (int((drawn <= 0).sum()) + 1) / (len(drawn) + 1)
    above = (int((drawn >= 0).sum()) + 1) / (len(drawn) + 1)
    return min(1.0, 2 * min(below, above))


def wilson(share: float, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's score interval of a share of n cases (JASA 22(158), 1927)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def mcnemar(gained: int, lost: int) -> float:
    """Return the exact two-sided p value of McNemar's test (Psychometrika 12, 1947).

    Args:
        gained: Questions that only the second run has right.
        lost: Questions that only the first run has right.
    """
    n = gained + lost
    tail = sum(math.comb(n, i) for i in range(min(gained, lost) + 1))
    return float(min(1.0, 2 * tail / 2**n))


def _bca_levels(value: float, drawn: Floats, left_out: Floats) -> tuple[list[float], str]:
    """Return the two quantile levels of the draws, and how they were found."""
    normal = NormalDist()
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    below = float(((drawn < value).sum() + (drawn == value).sum() / 2) / len(drawn))
    kept = left_out[~np.isnan(left_out)]
    spread = kept.mean() - kept if len(kept) else kept
    scale = float((spread**2).sum()) ** 1.5
    if not 0 < below < 1 or scale <= 0:
        return tails, "percentile"
    bias = normal.inv_cdf(below)
    acceleration = float((spread**3).sum()) / (6 * scale)
    levels = []
    for tail in tails:
        z = bias + normal.inv_cdf(tail)
        levels.append(normal.cdf(bias + z / (1 - acceleration * z)))
    if not 0 < levels[0] < levels[1] < 1:
        return tails, "percentile"
    return levels, "bca"
