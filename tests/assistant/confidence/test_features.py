"""What is known of an answer is finite, bounded where it is a share, and says the obvious."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.confidence.features import WORDS_ABROAD, features
from assistant.pipeline import Question
from assistant.reading.lookup import Lookup
from assistant.types import Finding, Finished, LookedUp, Retrieved
from index.types import Span
from tests.assistant.fakes import FixedDocuments, FixedReader, FixedRetriever, passages_of
from tests.assistant.test_pipeline import assistant

ASKED = "How many people were saved from the ferry Alda?"
SHARES = (
    *("rank_agreement", "dense_rank_first", "lexical_rank_first", "passage_coverage"),
    *("sentence_coverage", "supported_share", "support_best", "support_mean", "refused"),
)


def of(draft: str, asked: str = ASKED, *, quotes_only: bool = False) -> dict[str, float]:
    events = [*assistant(draft).stream(Question(asked, quotes_only=quotes_only))]
    return features(asked, events, "NO ANSWER")


@given(draft=st.text(max_size=80), asked=st.text(min_size=1, max_size=40))
def test_every_feature_is_a_finite_number_whatever_was_written(
    draft: str, asked: str
) -> None:
    found = of(draft, asked)
    assert found.keys() == of("").keys()
    assert all(math.isfinite(value) for value in found.values())
    assert all(0 <= found[name] <= 1 for name in SHARES)


def test_a_supported_answer_differs_from_a_made_up_one_and_from_a_refusal() -> None:
    good = of("17 people were saved from the ferry Alda [2].")
    bad = of("The ferry Estonia sank with 852 people [1].")
    silent = of("NO ANSWER")
    assert (good["supported_share"], bad["supported_share"]) == (1, 0)
    assert good["support_best"] > bad["support_best"]
    assert (good["refused"], bad["refused"], silent["refused"]) == (0, 0, 1)
    assert good["claims"] > silent["claims"] == 0


def test_a_question_about_something_else_is_covered_less() -> None:
    near, far = of(""), of("", "Which minister resigned over the budget?")
    assert near["sentence_coverage"] > far["sentence_coverage"]


def test_they_are_the_same_before_the_answer_is_finished() -> None:
    events = [*assistant("17 people were saved [2].").stream(Question(ASKED))]
    assert isinstance(events[-1], Finished)
    assert features(ASKED, events) == features(ASKED, events[:-1])


def test_quotations_are_claims_too() -> None:
    assert of("", quotes_only=True)["supported_share"] == 1
    assert of("", quotes_only=True)["answer_words"] == 0


def test_nothing_found_is_nothing_known() -> None:
    assert features("", [])["similarity_first"] == 0


def test_other_words_of_the_same_passage_are_no_other_place() -> None:
    texts = ("A tug saved 14 people at dawn.", "A balloon carried 20 people.")
    passages = tuple(passages_of(*texts))

    def found(*places: tuple[int, str]) -> dict[str, float]:
        findings = tuple(
            Finding(number, Span(start, start + len(words)), words, 1.0, 1.0, -place)
            for place, (number, words) in enumerate(places)
            for start in [texts[number - 1].index(words)]
        )
        return features(ASKED, [Retrieved((), passages, findings)])

    alone = found((1, "14 people"))
    beside = found((1, "14 people"), (1, "dawn"))
    elsewhere = found((1, "14 people"), (1, "dawn"), (2, "20 people"))
    assert alone["place_share"] == alone["merit_share"] == 0
    assert beside["place_share"] == 0 > beside["merit_share"]
    assert 0 > elsewhere["place_share"] > elsewhere["merit_share"]


def test_what_else_somebody_says_of_the_matter_is_no_other_place() -> None:
    passages = tuple(passages_of("Ollin said that it rains.", "Ollin said that it snows."))
    spoken = [
        Finding(n, p.chunk.span, p.chunk.text, 1.0, 1.0, looked_up=LookedUp.STATEMENT)
        for n, p in enumerate(passages, start=1)
    ]
    shares = [
        features(ASKED, [Retrieved((), passages, (spoken[0], other))])["place_share"]
        for other in (spoken[1], replace(spoken[1], looked_up=None))
    ]
    assert shares[0] == 0 > shares[1]


def test_how_many_passages_are_kept_says_nothing_of_how_sure_one_can_be() -> None:
    texts = {str(n): f"Boat {n} carried {n} people." for n in range(10, 18)}
    documents = FixedDocuments(texts)
    reader = FixedReader({f"{n} people": 20.0 - n for n in range(10, 18)})
    retriever = FixedRetriever(documents.hits())
    known = [
        features(
            ASKED, [Lookup(retriever, documents, reader, kept, 8, 8).find(ASKED, None)]
        )
        for kept in (1, 2, 5, 8)
    ]
    shares = [(each["place_share"], each["merit_share"]) for each in known]
    assert shares == [shares[0]] * 4
    assert shares[0][0] < 0


def test_what_is_found_far_down_is_weighed_too() -> None:
    passages = tuple(passages_of(*(f"Boat {n} sank." for n in range(9))))
    last = passages[8]
    found = Finding(9, last.chunk.span, last.chunk.text, 1.0, 1.0)
    assert features(ASKED, [Retrieved((), passages, (found,))])["place_share"] == 0


def test_words_of_another_are_no_answer_to_what_somebody_says() -> None:
    passages = tuple(passages_of("The port spoke of 14 people. Ollin said that it rains."))
    found = (Finding(1, Span(18, 27), "14 people", 1.0, 1.0),)
    said = (replace(found[0], looked_up=LookedUp.STATEMENT),)
    titled = (
        replace(passages[0], source=replace(passages[0].source, title="Tarn report")),
    )
    against = [
        features(question, [Retrieved((), told, findings)])["finding_opposed"]
        for question, told, findings in (
            ("What did Ada Tarn say about people?", passages, found),
            ("What did Ada Tarn say about people?", passages, said),
            ("What did Ada Tarn say about people?", titled, found),
            ("What does the notice say about people?", passages, found),
            ("How many people did Ada Tarn speak of?", passages, found),
        )
    ]
    assert against == [2, 0, 0, 0, 0]


def test_a_passage_in_another_language_is_not_found_worse_for_its_words() -> None:
    texts = ("A tug saved 14 people from the ferry at dawn.", "A balloon was lost at sea.")
    passages = tuple(passages_of(*texts))
    taken = Finding(1, Span(12, 21), "14 people", 1.0, 1.0)
    found = Retrieved((), passages, (taken,))
    asked = ("How many people were saved from the ferry?", "Wie viele wurden gerettet?")
    same, other = (features(q, [found])["finding_search"] for q in asked)
    assert same == passages[0].score
    assert other == same + WORDS_ABROAD
