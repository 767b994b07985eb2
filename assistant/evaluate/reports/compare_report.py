"""`compare.html`: two runs side by side, figure by figure and flip by flip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.evaluate.files import write_text
from assistant.evaluate.measures.catalog import METRICS
from assistant.evaluate.reports.compare import in_words
from assistant.evaluate.reports.html import Markup, element, raw
from assistant.evaluate.reports.page import page
from assistant.evaluate.reports.report_figures import shown
from assistant.evaluate.reports.report_questions import answer_of, gold_of, retrieved_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assistant.evaluate.reports.compare import Comparison, Difference, Flip
    from assistant.evaluate.types import QuestionSet, SetDocument

__all__ = ["comparison_page", "write_comparison"]


def write_comparison(
    comparison: Comparison, questions: QuestionSet, names: tuple[str, str], path: Path
) -> None:
    """Write the page to `path`; `names` are those of the first and the second run."""
    write_text(path, comparison_page(comparison, questions, names))


def comparison_page(
    comparison: Comparison, questions: QuestionSet, names: tuple[str, str]
) -> str:
    """Return the whole page."""
    title = f"{questions.name}: {names[0]} and {names[1]}"
    counts = {True: 0, False: 0}
    for flip in comparison.flips:
        counts[flip.gained] += 1
    body = element(
        "main",
        element("h1", title),
        element("h2", "What changed"),
        element(
            "div", *(element("p", line) for line in in_words(comparison)), class_="panel"
        ),
        element("h2", "Every difference"),
        element("div", _table(comparison, names), class_="panel"),
        element("h2", "Every question that flipped"),
        _filter(counts),
        *(_flip(flip, questions.documents, names) for flip in comparison.flips),
    )
    return page(title, body)


def _table(comparison: Comparison, names: tuple[str, str]) -> Markup:
    heads = (
        "figure",
        *names,
        "difference",
        "95 % interval",
        "up",
        "down",
        "p",
        "questions",
    )
    rows = [element("tr", *(element("th", head) for head in heads))]
    for name, d in comparison.differences.items():
        rows.append(element("tr", *_cells(name, d)))
    return element("table", *rows)


def _cells(name: str, d: Difference) -> list[Markup]:
    metric = METRICS[name]
    colour: str | bool = False
    if d.certain:
        colour = "good" if d.value * metric.better > 0 else "bad"
    return [
        element("td", metric.label, title=metric.definition),
        element("td", shown(d.first, metric.unit)),
        element("td", shown(d.second, metric.unit)),
        element("td", f"{d.value:+.3f}", class_=colour),
        element("td", f"{d.low:+.3f} – {d.high:+.3f}"),
        element("td", str(d.gained)),
        element("td", str(d.lost)),
        element("td", f"{d.p:.2g} ({d.test})"),
        element("td", str(d.n)),
    ]


def _filter(counts: Mapping[bool, int]) -> Markup:
    def button(label: str, reason: str, *, pressed: bool = False) -> Markup:
        state = "true" if pressed else "false"
        return element(
            "button", label, type="button", data_reason=reason, aria_pressed=state
        )

    return element(
        "div",
        button("all", "", pressed=True),
        button(f"gained ({counts[True]})", "gained"),
        button(f"lost ({counts[False]})", "lost"),
        raw('<input type="search" placeholder="words" aria-label="find in the questions">'),
        element("span", id="shown", class_="soft", role="status"),
        class_="filter",
    )


def _flip(
    flip: Flip, documents: Mapping[str, SetDocument], names: tuple[str, str]
) -> Markup:
    reason = "gained" if flip.gained else "lost"
    sides = [
        element(
            "div",
            element("h3", name),
            *answer_of(outcome, documents),
            *retrieved_rows(flip.question, outcome, documents),
        )
        for name, outcome in zip(names, (flip.first, flip.second), strict=True)
    ]
    return element(
        "details",
        element(
            "summary",
            element("span", flip.question.question),
            element("span", reason, class_=f"tag {'good' if flip.gained else 'bad'}"),
        ),
        element(
            "div", element("div", *sides, class_="pair"), *gold_of(flip.question, documents)
        ),
        class_="q",
        data_reason=reason,
    )
