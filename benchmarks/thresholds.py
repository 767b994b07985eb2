"""What every threshold would show: right answers, silence and wrong answers of the same runs.

    citewell evaluate run SET --quotes --risk 1 --output RUN       once for each SET
    python benchmarks/thresholds.py RUN ... [--plot FILE.svg]

The runs answer every question; the shipped calibration says afterwards which of the answers
each risk would have held back. So the table, and the curves between its columns, show what a
target for silence costs in right answers, and what no threshold can give.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.confidence.calibration import SHIPPED, Calibration
from assistant.evaluate.measures.score import is_right, judged
from assistant.evaluate.session import questions_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RISKS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
LEAST = 10  # answers; a share of fewer means nothing, and no curve begins with it


class Forced:
    """The answers of a run that was made to answer always: how sure, and whether right."""

    def __init__(self, run: Path, calibration: Calibration) -> None:
        done, questions = questions_of(run)
        by_id = {outcome.prediction.id: outcome for outcome in done.outcomes}
        asked = [q for q in questions.questions if q.id in by_id and judged(q)]
        features = [by_id[q.id].trace.features for q in asked]
        self.name = questions.name
        self.sure: Floats = np.array(
            [calibration.confidence(f) if f else 0.0 for f in features]
        )
        self.there = np.array([q.answerable for q in asked])
        self.right = np.array([is_right(q, by_id[q.id].prediction) for q in asked])

    def shown(self, threshold: float) -> tuple[float, float, float]:
        """Return the shares: answerable and right, not there and silent, wrong of answers."""
        told = self.sure >= threshold
        good = told & self.right & self.there
        silent = float((~told)[~self.there].mean()) if (~self.there).any() else np.nan
        wrong = 1 - good.sum() / told.sum() if told.sum() >= LEAST else np.nan
        return float(good.sum() / self.there.sum()), silent, float(wrong)


def row(forced: Forced, calibration: Calibration) -> str:
    """Return a row of the table."""
    cells = []
    for risk in RISKS:
        shown = forced.shown(calibration.threshold(risk))
        cells.append(", ".join("–" if np.isnan(s) else f"{100 * s:.0f}" for s in shown))
    return f"| {forced.name} | " + " | ".join(cells) + " |"


def plot(runs: list[Forced], file: Path) -> None:
    """Draw the share of right answers against the share of wrong ones, for each set."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for forced in runs:
        points = [forced.shown(t) for t in np.unique(forced.sure)]
        axes.plot([p[2] for p in points], [p[0] for p in points], label=forced.name)
    axes.set_xlabel("wrong, of the answers given")
    axes.set_ylabel("answered right, of what is there")
    axes.grid(visible=True, alpha=0.25)
    axes.legend(frameon=False, fontsize=9)
    figure.savefig(file, metadata={"Date": None})


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    args = parser.parse_args()
    calibration = Calibration.load(SHIPPED)
    runs = [Forced(run, calibration) for run in args.runs]
    print("| right, silent, wrong (%) | " + " | ".join(f"risk {r:g}" for r in RISKS) + " |")
    print("|---" * (len(RISKS) + 1) + "|")
    for forced in runs:
        print(row(forced, calibration))
    if args.plot:
        plot(runs, args.plot)


if __name__ == "__main__":
    main()
