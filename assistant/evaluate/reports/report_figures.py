"""The upper half of a report: headline, where questions are lost, curves, tables."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from typing import TYPE_CHECKING

from assistant.evaluate.measures.catalog import METRICS
from assistant.evaluate.measures.failure import Failure
from assistant.evaluate.measures.figures import breakdown
from assistant.evaluate.measures.ranking import CUTOFFS
from assistant.evaluate.reports import charts
from assistant.evaluate.reports.html import Markup, element, joined, raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.evaluate.measures.figures import Figure, Measured

__all__ = ["WELL", "curves", "headline", "losses", "parts", "shown", "tables"]

WELL = "went well"
HEADLINE = (
    ("right", "answered right", "of the questions that can be answered"),
    ("silent_unanswerable", "rightly silent", "of those the documents do not answer"),
    ("wrong_when_answering", "wrong", "of the answers it gave"),
    ("citation_precision", "citations on the evidence", "of the citations it gave"),
    ("exactness", "quotations exact", "to the character"),
    ("passage_success@5", "evidence found", "among the first five passages"),
    ("total_s_p50", "for a question", "half of them were faster"),
)


def headline(figures: Mapping[str, Figure]) -> Markup:
    """Return the row of cards that a person reads first."""
    cards = []
    for name, label, of in HEADLINE:
        figure = figures.get(name)
        if figure is None:
            continue
        unit = METRICS[name].unit
        reach = f"{shown(figure.low, unit)} to {shown(figure.high, unit)}"
        cards.append(
            element(
                "div",
                element("b", shown(figure.value, unit)),
                element("span", label),
                element("small", f"{of} (n = {figure.n}; 95 %: {reach})"),
                class_="card",
            )
        )
    return element("div", *cards, class_="cards")


def losses(failures: Sequence[Failure | None]) -> Markup:
    """Return a bar of the steps at which questions were lost."""
    counts = Counter(WELL if f is None else f.value for f in failures)
    names = [WELL, *Failure]
    bars, legend = [], []
    for i, name in enumerate(names):
        share = counts[name] / max(len(failures), 1)
        if not share:
            continue
        label = f"{name}: {counts[name]} ({share:.0%})"
        bars.append(
            element("i", class_=f"c{i}", style=f"width:{share:.3%}", title=label),
        )
        legend.append(element("span", element("i", class_=f"c{i}"), label))
    return joined(
        element("h2", "Where questions are lost"),
        element(
            "div",
            element("div", *bars, class_="bar"),
            element("div", *legend, class_="legend"),
            class_="panel",
        ),
    )


def curves(measured: Measured) -> Markup:
    """Return the drawings; one without anything to draw is left out."""
    if find_spec("matplotlib") is None:
        return element(
            "p", 'Curves need matplotlib: pip install "citewell[evaluate]"', class_="soft"
        )
    drawn = {
        "The surer, the fewer wrong?": charts.risk_coverage(measured),
        "How deep the evidence lies": charts.recall_at_k(measured),
        "How long a question takes": charts.latency(measured),
    }
    figures = [
        element("figure", element("figcaption", caption), raw(svg), class_="panel")
        for caption, svg in drawn.items()
        if svg
    ]
    return joined(element("h2", "Curves"), element("div", *figures, class_="charts"))


def tables(figures: Mapping[str, Figure]) -> Iterable[Markup]:
    """Yield a table of figures for each section of the catalog."""
    for section in dict.fromkeys(metric.section for metric in METRICS.values()):
        names = [n for n in figures if METRICS[n].section == section]
        if not names:
            continue
        yield element("h3", section.capitalize())
        if section == "retrieval":
            yield element("div", _by_depth(figures, names), class_="panel")
            continue
        rows = [_figure_row(name, figures[name]) for name in names]
        yield element("div", element("table", _heads(), *rows), class_="panel")


def _by_depth(figures: Mapping[str, Figure], names: Sequence[str]) -> Markup:
    """Return one row a measure and one column a depth."""
    heads = [element("th", f"first {k}") for k in CUTOFFS]
    rows = [element("tr", element("th", "figure"), *heads, element("th", "what it is"))]
    for measure in dict.fromkeys(name.partition("@")[0] for name in names):
        cells = [_with_reach(figures.get(f"{measure}@{k}")) for k in CUTOFFS]
        metric = METRICS[f"{measure}@{CUTOFFS[-1]}"]
        says = metric.definition.replace(f" {CUTOFFS[-1]}", " k")
        label = metric.label.partition(" @")[0]
        rows.append(
            element("tr", element("td", label), *cells, element("td", says, class_="soft"))
        )
    return element("table", *rows)


def _with_reach(figure: Figure | None) -> Markup:
    if figure is None:
        return element("td", "–")
    reach = f"{figure.low:.1%} – {figure.high:.1%}"
    return element(
        "td", shown(figure.value, "share"), element("small", reach, class_="reach")
    )


def _heads() -> Markup:
    heads = [
        element("th", "figure"),
        element("th", "value", class_="n"),
        element("th", "95 % interval", class_="n"),
        element("th", ""),
        element("th", "questions", class_="n"),
        element("th", "what it is"),
    ]
    return element("tr", *heads)


def _figure_row(name: str, figure: Figure) -> Markup:
    metric = METRICS[name]
    bounded = metric.unit in {"share", "score"}
    bar = element(
        "span",
        element("i", style=f"left:{figure.low:.2%};width:{figure.high - figure.low:.2%}"),
        element("b", style=f"left:{figure.value:.2%}"),
        class_="range",
    )
    reach = f"{shown(figure.low, metric.unit)} – {shown(figure.high, metric.unit)}"
    return element(
        "tr",
        element("td", metric.label, title=name),
        element("td", shown(figure.value, metric.unit), class_="n"),
        element("td", reach, class_="n"),
        element("td", bar if bounded else ""),
        element("td", str(figure.n), class_="n"),
        element("td", metric.definition, class_="soft"),
    )


def parts(measured: Measured) -> Iterable[Markup]:
    """Yield a table for each key that parts the set, such as the language."""
    for key, values in breakdown(measured).items():
        names = list(dict.fromkeys(name for part in values.values() for name in part))
        head = [element("th", key), *(element("th", METRICS[n].label) for n in names)]
        rows = [element("tr", *head)]
        for value, part in values.items():
            cells = [
                element("td", shown(part[n].value, METRICS[n].unit) if n in part else "–")
                for n in names
            ]
            rows.append(element("tr", element("td", value), *cells))
        yield element("h3", f"By {key}")
        yield element("div", element("table", *rows), class_="panel")


def shown(value: float, unit: str) -> str:
    """Return a figure as a person reads it: percent, seconds, tokens, or two digits."""
    match unit:
        case "share":
            return f"{value:.1%}" if 0 < value < 1 else f"{value:.0%}"
        case "seconds":
            return f"{value:.2f} s"
        case "tokens":
            return f"{value:.0f}"
        case _:
            return f"{value:.3f}"
