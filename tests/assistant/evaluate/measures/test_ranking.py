"""Ranking figures equal those of ir-measures, on anything."""

from __future__ import annotations

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from assistant.evaluate.measures.ranking import CUTOFFS, passage_gains, rank_scores
from assistant.evaluate.types import Evidence, Place, Question, Ranked, Role
from index.types import Span

DOCS = [f"d{i}" for i in range(8)]
CELL = 100  # a passage is a cell of a document; gold spans lie in cells


def reference(qrels: dict[str, int], ranking: list[str]) -> dict[str, float]:
    measures = [m for k in CUTOFFS for m in (R @ k, Success @ k, RR @ k, nDCG @ k)]
    run = {name: float(100 - i) for i, name in enumerate(ranking)} or {"none": 0.0}
    found = ir_measures.calc_aggregate(measures, {"q": qrels}, {"q": run})
    names = {"R": "recall", "Success": "success", "RR": "mrr", "nDCG": "ndcg"}
    return {f"{names[str(m.NAME)]}@{m['cutoff']}": v for m, v in found.items()}


@given(
    st.dictionaries(st.sampled_from(DOCS), st.integers(1, 3), min_size=1),
    st.lists(st.sampled_from(DOCS), unique=True),
)
def test_document_figures_equal_ir_measures(
    grades: dict[str, int], ranking: list[str]
) -> None:
    retrieved = [Ranked(doc, 0, 10, 1.0) for doc in ranking]
    scores = rank_scores(Question("q", "?", relevance=grades), retrieved)
    for name, value in reference(grades, ranking).items():
        assert scores[f"document_{name}"] == pytest.approx(value), name


cells = st.tuples(st.sampled_from(DOCS), st.integers(0, 3))


@given(st.sets(cells, min_size=1), st.lists(cells, unique=True, max_size=14))
def test_passage_figures_equal_ir_measures(
    gold: set[tuple[str, int]], ranking: list[tuple[str, int]]
) -> None:
    evidence = tuple(
        Evidence(doc, Span(cell * CELL + 10, cell * CELL + 20), Role.ANSWER)
        for doc, cell in sorted(gold)
    )
    retrieved = [Ranked(d, c * CELL, (c + 1) * CELL, 1.0) for d, c in ranking]
    scores = rank_scores(Question("q", "?", evidence=evidence), retrieved)
    qrels = {f"{d}/{c}": 1 for d, c in gold}
    for name, value in reference(qrels, [f"{d}/{c}" for d, c in ranking]).items():
        assert scores[f"passage_{name}"] == pytest.approx(value), name


def test_a_second_passage_on_the_same_span_gains_nothing() -> None:
    gold = [Place("d", 50, 60), Place("d", 500, 510)]
    ranking = [Place("d", 0, 100), Place("d", 20, 120), Place("d", 450, 550)]
    assert passage_gains(gold, ranking) == ([1.0, 0.0, 1.0], [1.0, 1.0])


def test_one_passage_over_two_spans_is_one_relevant_item() -> None:
    gold = [Place("d", 50, 60), Place("d", 70, 80)]
    assert passage_gains(gold, [Place("d", 0, 100)]) == ([1.0], [1.0])


def test_passages_that_only_touch_the_gold_miss_it() -> None:
    evidence = (Evidence("d", Span(50, 60), Role.ANSWER),)
    question = Question("q", "?", evidence=evidence)
    touching = [Ranked("d", 0, 50, 1.0), Ranked("d", 60, 99, 0.5), Ranked("e", 50, 60, 0.4)]
    assert rank_scores(question, touching)["passage_recall@10"] == 0
    assert rank_scores(question, touching)["document_recall@1"] == 1


def test_the_finest_role_is_the_gold_of_retrieval() -> None:
    evidence = (
        Evidence("d", Span(0, 900), Role.PARAGRAPH),
        Evidence("d", Span(500, 510), Role.ANSWER),
    )
    scores = rank_scores(Question("q", "?", evidence=evidence), [Ranked("d", 0, 100, 1.0)])
    assert scores["passage_recall@1"] == 0


def test_all_documents_asks_for_every_hop() -> None:
    evidence = tuple(Evidence(d, Span(0, 9), Role.FACT) for d in ("a", "b"))
    question = Question("q", "?", evidence=evidence)
    hits = [Ranked(d, 0, 50, 1.0) for d in ("a", "a", "c", "b")]
    scores = rank_scores(question, hits)
    assert scores["all_documents@1"] == 0
    assert scores["all_documents@5"] == 1  # the third document
    assert scores["passage_recall@1"] == 0.5


def test_without_gold_there_is_no_figure() -> None:
    assert rank_scores(Question("q", "?", answerable=False), [Ranked("d", 0, 5, 1.0)]) == {}
