"""Silence and confidence: how often right, how often wrong, and how well it is known.

Every figure is a function of question weights, so that the same code gives the figure (all
weights 1) and its resampled values (how often each question was drawn). Arrays: `weights`
is float64 (draws, questions); the result is float64 (draws,), NaN where undefined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "BINS",
    "area_under_risk_coverage",
    "auc",
    "brier",
    "calibration_error",
    "risk_coverage_curve",
]

BINS = 10


def risk_coverage_curve(confidence: Floats, wrong: Floats) -> tuple[Floats, Floats]:
    """Return coverage and risk when the k most confident questions are answered, k = 1..n.

    Risk is the share of wrong ones among them. Equal confidences cannot be told apart, so
    each of them counts the mean of its group. Source: El-Yaniv and Wiener, "On the
    Foundations of Noise-free Selective Classification", JMLR 11, 2010.

    Args:
        confidence: float64 (n,).
        wrong: float64 (n,), 1 where answering is or would be wrong, else 0.
    """
    order, starts = _descending_groups(confidence)
    ones = np.ones((1, len(confidence)))
    errors = _grouped(wrong[order], ones, starts)[0]
    count = np.arange(1, len(confidence) + 1, dtype=np.float64)
    return count / len(count), np.cumsum(errors) / count


def area_under_risk_coverage(confidence: Floats, wrong: Floats, weights: Floats) -> Floats:
    """Return the mean risk over all coverages, AURC; lower is better.

    Source: Geifman, Uziel and El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep
    Neural Classifiers", ICLR 2019.
    """
    order, starts = _descending_groups(confidence)
    w = weights[:, order]
    errors = _grouped(wrong[order], w, starts) * w
    covered = np.cumsum(w, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        risk = np.where(covered > 0, np.cumsum(errors, axis=1) / covered, 0.0)
        return np.asarray((risk * w).sum(axis=1) / w.sum(axis=1))


def auc(confidence: Floats, positive: Floats, weights: Floats) -> Floats:
    """Return how often a positive has the higher confidence; an equal one counts half.

    The area under the ROC curve as the Mann-Whitney statistic: Hanley and McNeil, Radiology
    143(1), 1982.
    """
    order, starts = _descending_groups(-confidence)
    w = weights[:, order]
    up = np.add.reduceat(w * positive[order], starts, axis=1)
    down = np.add.reduceat(w * (1 - positive[order]), starts, axis=1)
    below = np.cumsum(down, axis=1) - down / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = up.sum(axis=1) * down.sum(axis=1)
        return np.asarray((up * below).sum(axis=1) / pairs)


def calibration_error(confidence: Floats, right: Floats, weights: Floats) -> Floats:
    """Return the expected calibration error over 10 bins of equal width; 0 is perfect.

    ECE = sum over bins of |bin| / n * |mean right - mean confidence|, where a bin is closed
    on its right, as in Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
    """
    bins = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    member = np.zeros((len(confidence), BINS))
    member[np.arange(len(confidence)), bins] = 1.0
    gaps = np.abs(weights @ (member * (right - confidence)[:, None]))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(gaps.sum(axis=1) / weights.sum(axis=1))


def brier(confidence: Floats, right: Floats) -> Floats:
    """Return the squared error of each confidence (Brier 1950); their mean is the score."""
    return np.asarray((confidence - right) ** 2)


def _descending_groups(keys: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    order = np.argsort(-keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    return order, starts


def _grouped(values: Floats, weights: Floats, starts: NDArray[np.intp]) -> Floats:
    """Return for each place the weighted mean of its group, shape of `weights`."""
    total = np.add.reduceat(weights, starts, axis=1)
    summed = np.add.reduceat(weights * values, starts, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(total > 0, summed / total, 0.0)
    sizes = np.diff(np.r_[starts, len(values)])
    return np.asarray(np.repeat(means, sizes, axis=1))
