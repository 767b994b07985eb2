"""The lower half of a report: every question with answer, gold, citations, failure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from assistant.evaluate.measures.failure import Failure
from assistant.evaluate.measures.gold import citation_gold
from assistant.evaluate.reports.html import Markup, element, raw
from assistant.evaluate.reports.passages import cited_passage, passage
from assistant.evaluate.reports.report_figures import WELL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.evaluate.types import Outcome, Question, SetDocument

__all__ = ["answer_of", "gold_of", "question_filter", "question_row", "retrieved_rows"]

MOST_RETRIEVED = 5  # passages listed under a question


def question_filter(failures: Sequence[Failure | None]) -> Markup:
    """Return buttons for the reasons and a box for words."""
    counts = Counter(WELL if f is None else f.value for f in failures)
    buttons = [
        element("button", "all", type="button", data_reason="", aria_pressed="true"),
        *(
            element(
                "button",
                f"{name} ({counts[name]})",
                type="button",
                data_reason=name,
                aria_pressed="false",
            )
            for name in (WELL, *Failure)
            if counts[name]
        ),
        raw('<input type="search" placeholder="words" aria-label="find in the questions">'),
        element("span", id="shown", class_="soft", role="status"),
    ]
    return element("div", *buttons, class_="filter")


def question_row(
    question: Question,
    outcome: Outcome,
    failure: Failure | None,
    documents: Mapping[str, SetDocument],
) -> Markup:
    """Return one question, folded: the answer, what is right, and where it was lost."""
    reason = WELL if failure is None else failure.value
    soft = failure is Failure.NOT_ANSWERED
    colour = "good" if failure is None else "warn" if soft else "bad"
    summary = element(
        "summary",
        element("span", question.question),
        element("span", reason, class_=f"tag {colour}"),
    )
    body = element(
        "div",
        element(
            "div",
            element("div", *answer_of(outcome, documents)),
            element("div", *gold_of(question, documents)),
            class_="pair",
        ),
        *retrieved_rows(question, outcome, documents),
        element("p", _footnote(question, outcome), class_="soft"),
    )
    return element("details", summary, body, class_="q", data_reason=reason)


def answer_of(outcome: Outcome, documents: Mapping[str, SetDocument]) -> list[Markup]:
    """Return the answer as shown, with every citation in its passage."""
    prediction, trace = outcome.prediction, outcome.trace
    if prediction.abstained:
        shown = element("p", trace.error or "The documents do not say.", class_="soft")
        held = (
            [element("p", f"held back: {trace.draft}", class_="soft")]
            if trace.draft
            else []
        )
        near = [
            cited_passage(i, quote, documents) for i, quote in enumerate(trace.nearest, 1)
        ]
        title = [element("h3", "Nearest passages offered")] if near else []
        return [element("h3", "Answer"), shown, *held, *title, *near]
    short = (
        [element("p", f"in short: {prediction.short_answer}", class_="soft")]
        if prediction.short_answer not in {"", prediction.answer}
        else []
    )
    return [
        element("h3", "Answer"),
        element("p", prediction.answer, class_="answer"),
        *short,
        element("h3", "Citations" if prediction.citations else "No citation"),
        *(cited_passage(i, q, documents) for i, q in enumerate(prediction.citations, 1)),
    ]


def gold_of(question: Question, documents: Mapping[str, SetDocument]) -> list[Markup]:
    """Return the gold answers and the evidence in its passages."""
    if not question.answerable:
        return [element("h3", "Gold"), element("p", "not answerable from the documents")]
    gold = citation_gold(question)
    shown = [
        passage(place, documents, label=place.doc, gold=gold)
        for place in dict.fromkeys(gold)
    ]
    return [
        element("h3", "Gold"),
        element("p", " / ".join(question.answers) or "no answer given in the set"),
        element("h3", "Evidence" if shown else "No evidence given in the set"),
        *shown,
    ]


def retrieved_rows(
    question: Question, outcome: Outcome, documents: Mapping[str, SetDocument]
) -> list[Markup]:
    """Return the first passages retrieved, and which of them hold evidence."""
    gold = citation_gold(question)
    rows = []
    for rank, hit in enumerate(outcome.prediction.retrieved[:MOST_RETRIEVED], 1):
        document = documents.get(hit.doc)
        words = document.text[hit.start : hit.end] if document else ""
        mark = " (holds evidence)" if any(hit.place.overlaps(g) for g in gold) else ""
        head = f"{rank}. {hit.doc}, {hit.start} to {hit.end}{mark}: "
        rows.append(element("p", head, element("span", f"{words[:140]} …", class_="soft")))
    return [element("h3", "Retrieved first"), *rows] if rows else []


def _footnote(question: Question, outcome: Outcome) -> str:
    prediction, trace = outcome.prediction, outcome.trace
    facts = [
        question.id,
        f"confidence {prediction.confidence:.2f}",
        f"{prediction.total_s:.2f} s",
        f"{trace.prompt_tokens} prompt and {trace.answer_tokens} answer tokens"
        if trace.prompt_tokens
        else "",
        f"{trace.dropped_marks} marks named no passage" if trace.dropped_marks else "",
    ]
    return " · ".join(fact for fact in facts if fact)
