"""`report.html`: one file, readable offline, that shows a person how a run went.

No script but one small filter, named by its hash in the page's security policy; nothing is
loaded from anywhere; every text of a document, a question or a model is escaped (`html`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.evaluate.files import write_text
from assistant.evaluate.measures.failure import failure_of
from assistant.evaluate.measures.figures import measure, summarize
from assistant.evaluate.reports.html import Markup, element
from assistant.evaluate.reports.page import page
from assistant.evaluate.reports.report_figures import (
    curves,
    headline,
    losses,
    parts,
    tables,
)
from assistant.evaluate.reports.report_questions import question_filter, question_row
from assistant.evaluate.types import Mode

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.evaluate.measures.figures import Measured
    from assistant.evaluate.runs.run import Run
    from assistant.evaluate.runs.run_info import RunInfo
    from assistant.evaluate.types import Outcome, Question, QuestionSet

__all__ = ["report_page", "write_report"]

REPORT = "report.html"
MODES = {
    Mode.DOCUMENTS: "asked of its documents",
    Mode.CLOSED_BOOK: "closed book: no documents were given",
    Mode.ORACLE: "oracle: the gold passage was given",
    Mode.WITHHELD: "withheld: asked of its documents without the gold passages",
}


def write_report(run: Run, questions: QuestionSet) -> Path:
    """Write `report.html` into the run's folder and return its path."""
    path = run.folder / REPORT
    write_text(path, report_page(run, questions))
    return path


def report_page(run: Run, questions: QuestionSet) -> str:
    """Return the whole page."""
    measured = measure(questions, run.outcomes)
    figures = summarize(measured)
    failures = [failure_of(q, o) for q, o in _pairs(measured)]
    title = f"{run.info.set_name}: {len(measured.questions)} questions"
    body = element(
        "main",
        _header(run.info, title),
        headline(figures),
        losses(failures),
        curves(measured),
        element("h2", "Every figure"),
        *tables(figures),
        *parts(measured),
        element("h2", "Every question"),
        question_filter(failures),
        *(
            question_row(question, outcome, failure, questions.documents)
            for (question, outcome), failure in zip(_pairs(measured), failures, strict=True)
        ),
        element("h2", "How it was run"),
        _facts(run.info),
    )
    return page(title, body)


def _header(info: RunInfo, title: str) -> Markup:
    model = info.model.get("name") or "no language model"
    facts = [MODES[info.mode], str(model), info.started[:10]]
    if info.limit is not None:
        facts.append(f"a random {info.questions} of the set (seed {info.seed})")
    if info.skipped:
        facts.append(f"{len(info.skipped)} bad rows left out")
    line = " · ".join(fact for fact in facts if fact)
    return element("header", element("h1", title), element("p", line, class_="soft"))


def _facts(info: RunInfo) -> Markup:
    facts: dict[str, object] = {
        "set": f"{info.set_name} (SHA-256 {info.set_sha256[:16]}…)",
        "mode": MODES[info.mode],
        "seed": info.seed,
        **{f"model, {key}": value for key, value in info.model.items()},
        "prompts": info.prompts_sha256,
        **dict(info.settings),
        **info.versions,
        **info.machine,
    }
    rows = [
        element("tr", element("td", key, class_="soft"), element("td", str(value)))
        for key, value in facts.items()
        if value not in {"", None}
    ]
    skipped = [
        element("p", f"left out: {row['where']}: {row['reason']}") for row in info.skipped
    ]
    return element("div", element("table", *rows), *skipped, class_="panel")


def _pairs(measured: Measured) -> list[tuple[Question, Outcome]]:
    return list(zip(measured.questions, measured.outcomes, strict=True))
