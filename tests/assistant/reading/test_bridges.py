"""Questions over two documents: what leads from one to the other, and what is searched next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.bridges import names_to_follow, with_bridges
from assistant.reading.lookup import Lookup
from assistant.reading.merit import by_merit
from assistant.tables.lookup import Tables
from assistant.types import Finding, Passage, Source
from index.types import Chunk, Document, Hit, Span
from tests.assistant.fakes import FixedReader

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = {
    "Harbour Lights": "Harbour Lights is a film of 1962. It was directed by Ina Mol.",
    "Port Ellis": (
        "Port Ellis is a town of 900 people. In 1961 Harbour Lights was shot in the town. "
        "The mayor never saw it."
    ),
    "Ina Mol": "She was born in Ghent in 1921, and wrote poems as well.",
}
QUESTION = "Who directed the film that was shot in Port Ellis in 1961?"


def passage(number: int, title: str, score: float = 1.0) -> Passage:
    text = TEXTS[title]
    return Passage(
        number, Chunk(title, Span(0, len(text)), text), Source(title, "", title), score
    )


def finding(number: int, title: str, words: str, logit: float) -> Finding:
    start = TEXTS[title].index(words)
    return Finding(number, Span(start, start + len(words)), words, logit, logit)


PASSAGES = [passage(1, "Port Ellis"), passage(2, "Harbour Lights", 0.6)]
FOUND = [
    finding(1, "Port Ellis", "The mayor", 4.0),
    finding(2, "Harbour Lights", "Ina", 4.0),
]


def test_the_sentence_that_names_the_document_and_says_the_rest_leads_to_it() -> None:
    inner, outer = with_bridges(QUESTION, PASSAGES, FOUND)
    assert inner.bridge is None  # no other document names Port Ellis
    assert outer.bridge is not None
    assert outer.bridge.passage == 1
    sentence = outer.bridge.span.text_of(TEXTS["Port Ellis"])
    assert sentence == "In 1961 Harbour Lights was shot in the town."
    # of directed, film, shot, port, ellis and 1961 it adds all but the first two
    assert outer.bridge.share == pytest.approx(4 / 6)


def test_a_finding_that_is_led_to_beats_a_better_hit() -> None:
    assert by_merit(QUESTION, PASSAGES, FOUND)[0].passage == 2


def test_nothing_leads_to_a_document_that_the_question_names() -> None:
    asked = f"{QUESTION} Is it Harbour Lights?"
    assert all(f.bridge is None for f in with_bridges(asked, PASSAGES, FOUND))


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("Report what was shot in Port Ellis in 1961.", True),
        ("Report what was shot in Port Ellis in 1961. A report is due.", False),
    ],
)
def test_a_title_that_is_an_ordinary_word_is_no_name(text: str, leads: bool) -> None:
    passages = [
        Passage(number, Chunk(title, Span(0, len(said)), said), Source(title, "", title))
        for number, (title, said) in enumerate(
            {"Report": "Ina wrote it in March.", "Orders": text}.items(), start=1
        )
    ]
    found = [Finding(1, Span(0, 3), "Ina", 4.0, 4.0)]
    assert (with_bridges(QUESTION, passages, found)[0].bridge is not None) == leads


def test_an_endless_title_names_nothing_and_costs_no_time() -> None:
    title = "Ina" + " " * 500_000 + "("
    long = Passage(2, PASSAGES[1].chunk, Source("long", "", title), 0.6)
    naming = Passage(1, PASSAGES[0].chunk, Source("other", "", "Port Ellis"), 1.0)
    assert all(f.bridge is None for f in with_bridges(QUESTION, [naming, long], FOUND))


def test_a_document_does_not_lead_to_itself() -> None:
    twice = [passage(1, "Harbour Lights"), passage(2, "Harbour Lights")]
    found = [finding(2, "Harbour Lights", "Ina", 4.0)]
    assert with_bridges(QUESTION, twice, found)[0].bridge is None


@given(st.text(max_size=60))
def test_a_bridge_says_a_share_of_any_question(question: str) -> None:
    for made in with_bridges(question, PASSAGES, FOUND):
        if made.bridge is not None:
            assert 0 < made.bridge.share <= 1
            assert "Harbour Lights" in made.bridge.span.text_of(TEXTS["Port Ellis"])


def test_what_was_found_is_searched_for_next() -> None:
    found = [finding(2, "Harbour Lights", "Ina Mol", 4.0)]
    asked = "Where was the director of Harbour Lights born?"
    assert names_to_follow(asked, PASSAGES, found) == ["Ina Mol"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who directed the film Harbour Lights in 1962?", "Ina Mol"),  # all is said
        ("Where was the director of Harbour Lights born?", "Harbour Lights"),  # was asked
    ],
)
def test_nothing_is_followed_where_there_is_nothing_to_learn(
    question: str, words: str
) -> None:
    found = [finding(2, "Harbour Lights", words, 4.0)]
    assert names_to_follow(question, PASSAGES, found) == []


class TwoSearches:
    """Finds one document by the question, and others only by what stands in front of it."""

    def __init__(self) -> None:
        self.questions: list[str] = []

    def retrieve(self, question: str, k: int, documents: object = None) -> list[Hit]:
        self.questions.append(question)
        titles = ["Harbour Lights"]
        if question.startswith("Ina Mol. "):
            titles = ["Ina Mol", "Harbour Lights"]
        return [Hit(passage(1, t).chunk, 0.9, similarity=0.9) for t in titles][:k]


class Titles:
    """Documents that are known by their titles."""

    def about(self, document_id: str) -> Source:
        return Source(document_id, "", document_id)

    def sources(self) -> list[Source]:
        return []

    def tables(self, document_id: str) -> Tables:
        return Tables(Document(document_id, "", "text/plain"))

    def holding(self, words: Sequence[str]) -> dict[str, int]:
        return dict.fromkeys(words, 1)


def test_the_second_search_reads_what_the_first_led_to() -> None:
    asked = "Where was the director of the film Harbour Lights born?"
    retriever = TwoSearches()
    reader = FixedReader({"Ina Mol": 3.0, "Ghent": 2.0})
    found = Lookup(retriever, Titles(), reader, 5, 10, 20).find(asked, None)  # type: ignore[arg-type]
    assert retriever.questions == [asked, f"Ina Mol. {asked}"]
    assert [hit.chunk.document_id for hit in found.hits] == ["Harbour Lights", "Ina Mol"]
    best = found.findings[0]
    by_number = {p.number: p.source.title for p in found.passages}
    assert (best.text, by_number[best.passage]) == ("Ghent", "Ina Mol")
    assert best.bridge is not None
    assert by_number[best.bridge.passage] == "Harbour Lights"


def test_the_best_finding_and_what_leads_to_it_are_kept_whatever_their_score() -> None:
    asked = "Where was the director of the film Harbour Lights born?"
    reader = FixedReader({"Ina Mol": 3.0, "Ghent": 2.0})
    found = Lookup(TwoSearches(), Titles(), reader, 2, 10, 20).find(asked, None)  # type: ignore[arg-type]
    assert {p.source.title for p in found.passages} == {"Harbour Lights", "Ina Mol"}
    assert [p.number for p in found.passages] == [1, 2]
