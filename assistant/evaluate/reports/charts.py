"""The curves of a report, drawn by matplotlib as SVG for light and dark pages."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluate.measures.abstention import risk_coverage_curve
from assistant.evaluate.measures.figures import confidence_and_wrong
from assistant.evaluate.measures.gold import gold_documents, retrieval_gold
from assistant.evaluate.measures.ranking import document_ranking

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Plot

    from assistant.evaluate.measures.figures import Measured

__all__ = ["latency", "recall_at_k", "risk_coverage"]

INK = "#010203"  # stands for the page's own text colour, see `_svg`
PASSAGE, DOCUMENT, BASE = "#3b82d6", "#d97a2b", "#8a8f98"
DEEPEST = 10
SIZE = (4.6, 3.1)  # inches


def risk_coverage(measured: Measured) -> str:
    """Draw the share of wrong answers against the share of questions answered."""
    confidence, wrong = confidence_and_wrong(measured)
    if not len(confidence):
        return ""
    plot, axes = _axes("share of questions answered", "share of them wrong")
    coverage, risk = risk_coverage_curve(confidence, wrong)
    axes.plot(coverage, risk, color=PASSAGE, linewidth=2, label="by confidence")
    axes.axhline(
        float(wrong.mean()), color=BASE, linestyle="--", linewidth=1, label="by chance"
    )
    asked = [o.prediction for o in measured.outcomes]
    share = sum(not p.abstained for p in asked) / len(asked)
    axes.axvline(share, color=DOCUMENT, linewidth=1.5, linestyle=":", label="answered here")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return _svg(plot, axes, "Risk against coverage")


def recall_at_k(measured: Measured) -> str:
    """Draw how much of the gold is found among the first k, for k = 1..10."""
    ks = np.arange(1, DEEPEST + 1)
    passages, documents = [], []
    for question, outcome in zip(measured.questions, measured.outcomes, strict=True):
        hits = outcome.prediction.retrieved
        gold = retrieval_gold(question)
        if gold and hits:
            first = [
                next((i for i, hit in enumerate(hits, 1) if hit.place.overlaps(g)), np.inf)
                for g in gold
            ]
            passages.append([np.mean(np.array(first) <= k) for k in ks])
        wanted = gold_documents(question)
        if wanted and hits:
            ranking = document_ranking(hits)
            documents.append(
                [len(wanted.keys() & set(ranking[:k])) / len(wanted) for k in ks]
            )
    if not documents:
        return ""
    plot, axes = _axes("first k", "share of the gold found")
    if passages:
        axes.plot(ks, np.mean(passages, axis=0), "o-", color=PASSAGE, label="passages")
    axes.plot(ks, np.mean(documents, axis=0), "s-", color=DOCUMENT, label="documents")
    axes.set_ylim(0, 1.02)
    axes.set_xticks(ks)
    return _svg(plot, axes, "Recall at k")


def latency(measured: Measured) -> str:
    """Draw the share of questions that took at most so many seconds."""
    plot, axes = _axes("seconds", "share of questions")
    drawn = False
    for key, colour, label in (
        ("ttft_s", DOCUMENT, "first token"),
        ("total_s", PASSAGE, "whole answer"),
    ):
        seconds = sorted(getattr(o.prediction, key) for o in measured.outcomes)
        seconds = [s for s in seconds if s > 0]
        if seconds:
            share = np.arange(1, len(seconds) + 1) / len(seconds)
            axes.step(seconds, share, where="post", color=colour, linewidth=2, label=label)
            drawn = True
    axes.set_ylim(0, 1.02)
    axes.set_xlim(left=0)
    return _svg(plot, axes, "Time a question takes") if drawn else ""


def _axes(x: str, y: str) -> tuple[Plot, Axes]:
    from matplotlib.figure import Figure

    plot = Figure(figsize=SIZE, layout="constrained")
    plot.patch.set_alpha(0)
    axes = plot.add_subplot()
    axes.patch.set_alpha(0)
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.tick_params(colors=INK)
    axes.grid(visible=True, color=BASE, alpha=0.25, linewidth=0.7)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(BASE)
    return plot, axes


def _svg(plot: Plot, axes: Axes, title: str) -> str:
    """Return the plot as an SVG element, the same bytes for the same figures."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    axes.legend(frameon=False, labelcolor=INK, fontsize=9)
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": title, "svg.fonttype": "none"}):
        canvas = FigureCanvasSVG(plot)
        canvas.print_figure(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawn = buffer.getvalue().replace(INK, "currentColor")
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    # names inside a drawing are shared by the whole page: tell the drawings apart
    prefix = title.split(maxsplit=1)[0].lower()
    drawn = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{prefix}-", drawn)
    element = drawn[drawn.index("<svg") :]
    return element.replace("<svg", f'<svg role="img" aria-label="{title}"', 1)
