"""The report is one file that loads nothing, escapes everything and names every failure."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.measures.failure import Failure, failure_of
from assistant.evaluate.reports.html import element
from assistant.evaluate.reports.report import report_page, write_report
from assistant.evaluate.runs.run import Run, run
from assistant.evaluate.runs.run_info import describe_run
from assistant.evaluate.types import (
    ClaimTrace,
    Outcome,
    Place,
    Prediction,
    Question,
    QuestionSet,
    Quote,
    Ranked,
    SetDocument,
    Trace,
)
from tests.assistant.evaluate.fakes import Scripted, made_set

if TYPE_CHECKING:
    from pathlib import Path

SET = made_set(n=30)
VOID = {"meta", "input"}
ATTACK = "</span><script>alert(1)</script><img src=x onerror=alert(2)>\"'`${7*7}{{7*7}}"


class Page(HTMLParser):
    """Collects tags and attributes, and checks that elements are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def hostile_run(folder: Path) -> tuple[Run, QuestionSet]:
    documents = {"d": SetDocument("d", f"before {ATTACK} after", ATTACK)}
    questions = QuestionSet(ATTACK, (Question("q", ATTACK, (ATTACK,)),), documents)
    quote = Quote("d", 7, 7 + len(ATTACK), ATTACK)
    prediction = Prediction(
        "q", ATTACK, ATTACK, citations=(quote, Quote("e", 0, 9, ATTACK))
    )
    outcome = Outcome(prediction, Trace("q", error=ATTACK, draft=ATTACK))
    info = describe_run(questions, settings={ATTACK: ATTACK}, model={"name": ATTACK})
    return Run(folder, info, (outcome,)), questions


def test_nothing_of_a_document_or_a_model_becomes_markup(tmp_path: Path) -> None:
    page = report_page(*hostile_run(tmp_path))
    parsed = Page(page)
    assert [tag for tag, _ in parsed.tags].count("script") == 1
    assert not [tag for tag, _ in parsed.tags if tag in {"img", "iframe", "object", "link"}]
    assert not [name for _, attrs in parsed.tags for name in attrs if name.startswith("on")]
    assert ATTACK in "".join(parsed.words)  # shown as it is


def test_the_page_needs_no_network_and_allows_one_script(tmp_path: Path) -> None:
    done = run(SET, Scripted(SET.documents), tmp_path, describe_run(SET))
    path = write_report(done, SET)
    page = path.read_text("utf-8")
    parsed = Page(page)
    links = [
        v
        for _, a in parsed.tags
        for k, v in a.items()
        if k in {"href", "src", "xlink:href"}
    ]
    assert all(link and link.startswith("#") for link in links)
    assert not re.findall(r"url\((?!#)", page)
    script = page[page.index("<script>") + 8 : page.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    ids = [a["id"] for _, a in parsed.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link} <= set(ids)


def test_every_question_is_there_with_its_reason(tmp_path: Path) -> None:
    done = run(SET, Scripted(SET.documents), tmp_path, describe_run(SET))
    page = report_page(done, SET)
    assert page.count('<details class="q"') == len(SET.questions)
    assert page.count("<svg") == 3
    assert page == report_page(done, SET)  # the same bytes again


@given(st.text(max_size=30), st.text(max_size=30))
def test_text_and_attributes_are_escaped(words: str, value: str) -> None:
    html = element("p", words, title=value).html
    assert html.count("<") == html.count(">") == 2
    assert html.count('"') - html.split(">", 1)[1].count('"') == 2


QUESTION = replace(
    next(q for q in SET.questions if q.answerable), id="x", answers=("harbour master",)
)
GOLD = QUESTION.evidence[0].place
HIT = (Ranked(GOLD.doc, GOLD.start, GOLD.end, 1.0),)
MISS = (Ranked("doc-x", 0, 5, 1.0),)
PROMPT = (GOLD,)
CLAIM = ClaimTrace(0, 1, "unsupported")


@pytest.mark.parametrize(
    ("prediction", "trace", "failure"),
    [
        (Prediction("x", retrieved=MISS, answer="no"), Trace("x"), Failure.NOT_RETRIEVED),
        (
            Prediction("x", retrieved=HIT, answer="no"),
            Trace("x", prompt=(Place("doc-x", 0, 5),)),
            Failure.NOT_IN_PROMPT,
        ),
        (
            Prediction("x", retrieved=HIT, abstained=True),
            Trace("x", prompt=PROMPT),
            Failure.NOT_ANSWERED,
        ),
        (
            Prediction("x", "no", retrieved=HIT),
            Trace("x", prompt=PROMPT, claims=(CLAIM,)),
            Failure.NOT_SUPPORTED,
        ),
        (Prediction("x", "no", retrieved=HIT), Trace("x", prompt=PROMPT), Failure.WRONG),
        (Prediction("x", "the harbour master", retrieved=MISS), Trace("x"), None),
    ],
)
def test_the_first_step_that_went_wrong_is_named(
    prediction: Prediction, trace: Trace, failure: Failure | None
) -> None:
    assert failure_of(QUESTION, Outcome(prediction, trace)) is failure


def test_an_answer_where_there_is_none_is_its_own_failure() -> None:
    nothing = Question("x", "?", answerable=False)
    assert (
        failure_of(nothing, Outcome(Prediction("x", "yes"), Trace("x")))
        is Failure.NOT_SILENT
    )
    assert failure_of(nothing, Outcome(Prediction("x", abstained=True), Trace("x"))) is None
