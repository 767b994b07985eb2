"""What is shown as supported must be supported: true claims pass, altered ones never do."""

import pytest

from assistant.types import Evidence, Support
from assistant.verify import LexicalVerifier

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
