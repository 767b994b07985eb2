"""The report of a run and the comparison of two, as HTML."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assistant.evaluate.measures.catalog import METRICS, SHOWN
from assistant.evaluate.reports.compare import main_differences
from assistant.evaluate.reports.report_figures import shown
from assistant.web.views.evaluation_view import scrolling
from assistant.web.views.markup import Html, join, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.evaluate.measures.failure import Failure
    from assistant.evaluate.measures.figures import Figure
    from assistant.evaluate.reports.compare import Comparison, Difference, Flip
    from assistant.evaluate.runs.listing import Listed
    from assistant.evaluate.types import Outcome, Question
    from assistant.web.views.text import Words

    Lost = tuple[Question, Outcome, Failure]

__all__ = ["comparison_html", "report_html"]

FIRST = ("right", "silent_unanswerable", "wrong_when_answering", "exactness", "total_s_p50")


def report_html(run: Listed, lost: Sequence[Lost] | str, say: Words) -> Html:
    """Render a run: its figures with their intervals, and every question that was lost.

    Args:
        run: A finished run.
        lost: The questions that did not go well, or why they cannot be shown.
        say: The words.
    """
    info = run.info
    facts = [str(info.model.get("name") or say("quotes_only")), info.started[:10]]
    if info.limit is not None:
        facts.append(say("sampled", n=info.questions))
    if info.skipped:
        facts.append(say("skipped_rows", n=len(info.skipped)))
    save = tag(
        "button",
        say("save_report"),
        type="button",
        data_action="trial-save",
        data_run=run.folder.name,
    )
    return join(
        tag("h2", f"{info.set_name}: {say.count('report_of', run.done)}"),
        tag("p", " · ".join(facts), class_="cw-note"),
        _cards(run, say),
        _figures(run, say),
        tag("p", save),
        _lost(lost, say),
    )


def _cards(run: Listed, say: Words) -> Html:
    """Render what a person reads first."""
    cards = []
    for name in FIRST:
        if (figure := run.figures.get(name)) is None:
            continue
        unit = METRICS[name].unit
        n = f"n = {say.number(figure.n)}"
        cards.append(
            tag(
                "li",
                tag("b", _number(figure.value, unit, say)),
                tag("span", say(f"metric_{name}")),
                tag("span", n, class_="cw-note"),
            )
        )
    return tag("ul", *cards, class_="cw-cards")


def _figures(run: Listed, say: Words) -> Html:
    heads = (say("figure"), say("value"), say("interval"), "", say("run_questions"))
    rows = [_figure(name, run.figures[name], say) for name in SHOWN if name in run.figures]
    return _table(heads, rows)


def _figure(name: str, figure: Figure, say: Words) -> Html:
    unit = METRICS[name].unit
    reach = f"{_number(figure.low, unit, say)} – {_number(figure.high, unit, say)}"
    return tag(
        "tr",
        tag("th", say(f"metric_{name}"), scope="row", title=METRICS[name].definition),
        tag("td", _number(figure.value, unit, say), data_figure=name),
        tag("td", reach),
        tag("td", _reach(figure) if unit in {"share", "score"} else ""),
        tag("td", say.number(figure.n)),
    )


def _reach(figure: Figure) -> Html:
    """Draw a figure between 0 and 1 and its interval."""
    if math.isnan(figure.value + figure.low + figure.high):
        return Html("")
    width = figure.high - figure.low
    return tag(
        "span",
        tag("i", style=f"left:{100 * figure.low:.1f}%;width:{100 * width:.1f}%"),
        tag("b", style=f"left:{100 * figure.value:.1f}%"),
        class_="cw-reach",
        aria_hidden="true",
    )


def _number(value: float, unit: str, say: Words) -> str:
    return "–" if math.isnan(value) else say.decimal(shown(value, unit))


def _table(heads: Sequence[str], rows: Sequence[Html], *, kind: str = "cw-figures") -> Html:
    head = tag(
        "tr", *(tag("th", text, scope="col") if text else tag("td") for text in heads)
    )
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_=kind)
    return scrolling(table, heads[0])


def _lost(lost: Sequence[Lost] | str, say: Words) -> Html:
    if isinstance(lost, str):
        return tag("p", say("set_changed", reason=lost), class_="cw-warning")
    if not lost:
        return tag("p", say("none_lost"), class_="cw-good")
    rows = [
        _question(question.question, say(f"lost_{failure.name}"), "cw-bad", [
            *_answer(outcome, say), _gold(question, say)
        ])
        for question, outcome, failure in lost
    ]  # fmt: skip
    return join(tag("h3", say("lost_questions", n=len(lost))), *rows)


def _question(text: str, reason: str, colour: str, parts: Sequence[Html]) -> Html:
    summary = tag(
        "summary", tag("span", text, dir="auto"), " ", tag("span", reason, class_=colour)
    )
    return tag("details", summary, *parts, class_="cw-asked")


def _answer(outcome: Outcome, say: Words) -> list[Html]:
    prediction, trace = outcome.prediction, outcome.trace
    if trace.error:
        return [tag("p", say("failed_with", text=trace.error), class_="cw-note")]
    if not prediction.abstained:
        return [tag("p", prediction.answer, class_="cw-said", dir="auto")]
    silent = tag("p", say("was_silent"), class_="cw-said")
    held = tag("p", say("held_back", text=trace.draft), class_="cw-note", dir="auto")
    return [silent, held] if trace.draft.strip() else [silent]


def _gold(question: Question, say: Words) -> Html:
    right = say("nothing_there")
    if question.answerable:
        right = " / ".join(question.answers) or say("no_gold")
    return tag("p", say("right_answer", text=right), class_="cw-note", dir="auto")


# --- two runs --------------------


def comparison_html(comparison: Comparison, names: tuple[str, str], say: Words) -> Html:
    """Render what changed from the first run to the second, and which questions flipped."""
    main = main_differences(comparison).differences
    certain = sum(d.certain for d in comparison.differences.values())
    heads = (say("figure"), *names, say("difference"), say("interval"), "p", "")
    rows = [_difference(name, d, say) for name, d in main.items()]
    flips = [_flip(flip, names, say) for flip in comparison.flips]
    return join(
        tag("h2", say("comparison", first=names[0], second=names[1])),
        tag("p", say(
            "beyond_chance",
            n=certain, all=len(comparison.differences), questions=comparison.n,
        )),
        _table(heads, rows, kind="cw-figures cw-pairs"),
        tag("h3", say("flipped", n=len(flips))),
        *flips,
    )  # fmt: skip


def _difference(name: str, d: Difference, say: Words) -> Html:
    metric = METRICS[name]
    verdict, colour = say("chance"), "cw-note"
    if d.certain:
        better = d.value * metric.better > 0
        verdict = say("better" if better else "worse")
        colour = "cw-good" if better else "cw-bad"
    return tag(
        "tr",
        tag("th", say(f"metric_{name}"), scope="row", title=metric.definition),
        tag("td", _number(d.first, metric.unit, say)),
        tag("td", _number(d.second, metric.unit, say)),
        tag("td", _signed(d.value, say)),
        tag("td", f"{_signed(d.low, say)} – {_signed(d.high, say)}"),
        tag("td", say.decimal(f"{d.p:.2g}")),
        tag("td", verdict, class_=colour),
        class_="cw-same" if d.first == d.second else None,
    )


def _signed(value: float, say: Words) -> str:
    written = say.decimal(f"{value:+.3f}") if round(value, 3) else "0"
    return written.replace("-", "\N{MINUS SIGN}")


def _flip(flip: Flip, names: tuple[str, str], say: Words) -> Html:
    parts = []
    for name, outcome in zip(names, (flip.first, flip.second), strict=True):
        parts += [tag("h4", name), *_answer(outcome, say)]
    reason = say("gained" if flip.gained else "lost_now")
    colour = "cw-good" if flip.gained else "cw-bad"
    parts.append(_gold(flip.question, say))
    return _question(flip.question.question, reason, colour, parts)
