"""What is shown as supported must be supported: true claims pass, altered ones never do."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.measures.corruption import CORRUPTIONS, corrupt
from assistant.text.dates import in_full
from assistant.types import Evidence, Support
from assistant.verification.copy_check import changes
from assistant.verification.lexical import LexicalVerifier

QUOTE = (
    "The ministry said on Tuesday that the tunnel had cost 5.5 million crowns, "
    "and Minister Vera Lind denied that work would stop."
)
ABOUT = "Harbour tunnel (The Coast Post, 2024-05-07)"
PASSAGE = f"Work began in March 2021 under Otto Brand. {QUOTE}"


def support(claim: str, quote: str = QUOTE, question: str = "") -> Support:
    evidence = Evidence((quote,), PASSAGE, ABOUT, question)
    return LexicalVerifier().verify(claim, evidence).support


@pytest.mark.parametrize(
    "claim",
    [
        "The tunnel cost 5.5 million crowns.",
        "The tunnel cost 5,500,000 crowns, the ministry said.",
        "According to The Coast Post, the tunnel cost 5.5 million crowns.",
        "5.5 million crowns",
        "Vera Lind denied that work would stop.",
    ],
)
def test_what_the_words_say_is_supported(claim: str) -> None:
    assert support(claim) is Support.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (
            "The ministry said on 7 May 2024 that the tunnel had cost 5.5 million crowns.",
            True,
        ),
        ("On 7 May 2024 the tunnel had cost 5.5 million crowns.", True),
        (
            "The ministry said on 8 May 2024 that the tunnel had cost 5.5 million crowns.",
            False,
        ),
        (
            "The ministry said on 7 June 2024 that the tunnel had cost 5.5 million crowns.",
            False,
        ),
    ],
)
def test_a_day_is_what_the_date_of_the_document_says(claim: str, *, expected: bool) -> None:
    dated = Evidence((QUOTE,), PASSAGE, ABOUT, in_full=(in_full(QUOTE, "2024-05-07"),))
    undated = Evidence((QUOTE,), PASSAGE, ABOUT)
    verdicts = [LexicalVerifier().verify(claim, each).support for each in (dated, undated)]
    assert [each is Support.SUPPORTED for each in verdicts] == [expected, False]


@pytest.mark.parametrize(
    "claim",
    [
        "The tunnel cost 6.5 million crowns.",
        "The tunnel cost 5.5 billion crowns.",
        "The tunnel did not cost 5.5 million crowns.",
        "Minister Otto Lind denied that work would stop.",
        "The ministry said that Brand denied that work would stop.",
        "The bridge was painted green by volunteers.",
        "The minister said “we will never stop” on Tuesday.",
        "The tunnel cost 5.5 million crowns in 2019.",
        "According to the workers, the tunnel had cost 5.5 million crowns.",
    ],
)
def test_another_number_name_denial_or_quotation_is_not(claim: str) -> None:
    assert support(claim) is Support.UNSUPPORTED


VOTE = "Twenty-three members were in favour, nine were against, and three did not vote."


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Twenty-three members were in favour and nine against.", Support.SUPPORTED),
        ("23 were in favour.", Support.SUPPORTED),
        ("23", Support.SUPPORTED),
        ("Twenty-three members voted against.", Support.UNSUPPORTED),
        ("Nine members were in favour.", Support.UNSUPPORTED),
    ],
)
def test_a_number_counts_what_it_counts_in_the_source(
    claim: str, expected: Support
) -> None:
    evidence = Evidence((VOTE,), VOTE, "On the vote", "How did the council vote?")
    assert LexicalVerifier().verify(claim, evidence).support is expected


def test_a_number_of_the_question_must_stand_in_the_passage_too() -> None:
    claim = "Of the work that began in 2021 the tunnel cost 5.5 million crowns."
    assert support(claim, question="What did the work of 2021 cost?") is Support.SUPPORTED
    claim = claim.replace("2021", "1999")
    assert support(claim, question="What did the work of 1999 cost?") is Support.UNSUPPORTED


def test_a_claim_without_quotes_is_uncited() -> None:
    verdict = LexicalVerifier().verify("Anything.", Evidence((), ""))
    assert verdict.support is Support.UNCITED
    assert verdict.reason


RIVER = "The mill was built by Ann Lee in 1874 and burnt down by Bob Ray in 1901."


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        ("The mill was built by Ann Lee in 1874.", False),
        ("It was built by Ann Lee in 1874.", False),
        ("The mill was built by Bob Lee in 1874.", False),  # every word stands there
        ("The mill was sold by Ann Lee in 1874.", True),
        ("The mill was not built by Ann Lee in 1874.", True),
        ("The mill was built by Eva Lee in 1874.", True),
        ("A bridge stands beside the river.", False),  # says something else altogether
    ],
)
def test_a_copied_sentence_with_a_changed_word_is_noticed(
    claim: str, changed: bool
) -> None:
    assert bool(changes(claim, RIVER, ("mill",))) is changed


def test_words_of_the_question_may_stand_for_what_the_source_calls_otherwise() -> None:
    source = "14 people were saved from the Alda."
    assert not changes("14 people were saved from the ferry.", source, ("ferry",))
    assert changes("14 people were saved from the ferry.", source, ())
    assert changes("14 people were saved from the Berta.", source, ("berta",))


@given(st.integers(0, 2**32))
def test_a_corrupted_sentence_is_never_supported(seed: int) -> None:
    claim = "In March 2021 the mayor Vera Lind was opposed to the first 30 plans."
    others = ["It was Otto Brand who spoke, and then Eva Moll."]
    made = corrupt(claim, others, random.Random(seed))
    assert set(made) == set(CORRUPTIONS)
    evidence = Evidence((claim,), f"{claim} {others[0]}", ABOUT, "What was said?")
    assert LexicalVerifier().verify(claim, evidence).support is Support.SUPPORTED
    for false in made.values():
        assert LexicalVerifier().verify(false, evidence).support is not Support.SUPPORTED
