"""Fit the weights of `assistant.verification`: which claims follow from what they cite.

    python -m models.training.entailment EXAMPLES.jsonl ... --out FILE

The examples are those of `entailment_data`. A logistic regression over the features of claims
that no rule refuses; sets weigh alike, and in each the true and the false ones. Prints how many
true claims are refused and false ones shown at the threshold, each judged by weights that were
fitted without its group.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

from assistant.build import open_embedder, open_extractor
from assistant.config import Settings
from assistant.verification.contradiction import contradiction
from assistant.verification.features import Features, Models, features_of
from models.training.entailment_data import read_examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.training.entailment_data import Example

    Floats = NDArray[np.float64]

FOLDS = 8
LEAST_SCALE = 0.1  # of a feature; rare ones are not blown up
SIGNS = dict.fromkeys(("answered", "agreed", "copied", "alike"), 1) | dict.fromkeys(
    ("differs", "changed"), -1
)
BOUNDS = {1: (0, None), 0: (None, None), -1: (None, 0)}
NAMES = [field.name for field in fields(Features)]


@dataclass(frozen=True, slots=True)
class Table:
    """Examples as numbers: features (n, d), truth, refused by rule, weight, group."""

    x: Floats
    true: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    weight: Floats
    groups: list[str]
    sets: NDArray[np.str_]


def table(named: Sequence[tuple[str, Sequence[Example]]], models: Models) -> Table:
    """Compute the features of all examples, set by set."""
    rows, true, refused, weights, groups, sets = [], [], [], [], [], []
    for name, examples in named:
        counts = [sum(e.true is side for e in examples) for side in (False, True)]
        for example in examples:
            evidence = example.evidence
            rows.append(features_of(example.claim, evidence, models).values())
            refused.append(bool(contradiction(example.claim, evidence)))
            true.append(example.true)
            weights.append(1 / counts[example.true])
            groups.append(example.group)
            sets.append(name)
    return Table(
        np.array(rows), np.array(true), np.array(refused), np.array(weights), groups,
        np.array(sets),
    )  # fmt: skip


def fit(held: Table, chosen: NDArray[np.bool_], penalty: float) -> tuple[Floats, float]:
    """Return the weights of the features as they come, and the bias.

    Logistic regression with an L2 penalty; no weight has another sign than `SIGNS` allows, so
    that a few claims which happen to lie so do not make what speaks against a claim speak
    for it.
    """
    x, weight = held.x[chosen], held.weight[chosen]
    middle, scale = x.mean(axis=0), x.std(axis=0) + LEAST_SCALE
    z = np.column_stack([(x - middle) / scale, np.ones(len(x))])
    side = np.where(held.true[chosen], 1.0, -1.0)
    weight = weight / weight.sum()

    def loss(w: Floats) -> tuple[float, Floats]:
        margin = side * (z @ w)
        value = weight @ np.logaddexp(0, -margin) + penalty * w[:-1] @ w[:-1]
        slope = -z.T @ (weight * side / (1 + np.exp(margin)))
        slope[:-1] += 2 * penalty * w[:-1]
        return float(value), slope

    bounds = [BOUNDS[SIGNS.get(name, 0)] for name in NAMES] + [BOUNDS[0]]
    found = minimize(loss, np.zeros(z.shape[1]), jac=True, bounds=bounds).x
    weights = found[:-1] / scale
    return weights, float(found[-1] - weights @ middle)


def unseen_probabilities(held: Table, penalty: float) -> Floats:
    """Return P(supported) of every example by weights fitted without its group."""
    found = np.zeros(len(held.true))
    for seen, unseen in GroupKFold(FOLDS).split(held.x, groups=held.groups):
        chosen = np.zeros(len(found), dtype=bool)
        chosen[seen] = True
        weights, bias = fit(held, chosen & ~held.refused, penalty)
        found[unseen] = 1 / (1 + np.exp(-(held.x[unseen] @ weights + bias)))
    found[held.refused] = 0.0
    return found


def report(held: Table, likely: Floats, threshold: float) -> None:
    """Print for each set what is refused and shown wrongly, and the area under the curve."""
    for name in dict.fromkeys(held.sets):
        own = held.sets == name
        true, p = held.true[own], likely[own]
        print(
            f"{name:28} AUC {roc_auc_score(true, p):.3f}  "
            f"true refused {np.mean(p[true] < threshold):.3f} of {true.sum()}, "
            f"false shown {np.mean(p[~true] >= threshold):.3f} of {(~true).sum()}"
        )


def main() -> None:
    """Fit, report and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("examples", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--penalty", type=float, default=0.01, help="of squared weights")
    args = parser.parse_args()
    settings = Settings(threads=1)
    extractor = open_extractor(settings)
    if extractor is None:
        raise SystemExit("The span model is missing: run citewell setup.")
    models = Models(extractor, open_embedder(settings))
    held = table([(path.stem, read_examples(path)) for path in args.examples], models)
    report(held, unseen_probabilities(held, args.penalty), args.threshold)
    weights, bias = fit(held, ~held.refused, args.penalty)
    found = dict(zip(NAMES, (round(float(w), 3) for w in weights), strict=True))
    made = {"weights": found, "bias": round(bias, 3), "threshold": args.threshold}
    args.out.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    print(json.dumps(made))


if __name__ == "__main__":
    main()
