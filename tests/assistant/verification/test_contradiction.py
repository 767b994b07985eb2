"""Each rule fires on what it is for, leaves true claims alone, and can be switched off."""

from __future__ import annotations

import pytest

from assistant.text.dates import in_full
from assistant.types import Evidence
from assistant.verification.contradiction import RULES, contradiction

QUOTE = (
    "The ministry said on Tuesday that the tunnel had cost 5.5 million crowns, "
    "and Minister Vera Lind denied that work would stop."
)
ABOUT = "Harbour tunnel (The Coast Post, 2024-05-07)"
PASSAGE = f"Work began in March 2021 under Otto Brand. {QUOTE}"


def evidence(question: str = "", quote: str = QUOTE) -> Evidence:
    full = (in_full(quote, "2024-05-07"),)
    return Evidence((quote,), PASSAGE, ABOUT, question, full)


@pytest.mark.parametrize(
    "claim",
    [
        "The tunnel cost 5.5 million crowns.",
        "The tunnel cost 5,500,000 crowns, the ministry wrote.",
        "On 7 May 2024 the ministry put the price at 5.5 million crowns.",
        "The ministry reported a cost of 5.5 million crowns for the tunnel.",
        "According to The Coast Post, the tunnel was built for 5.5 million crowns.",
        "Vera Lind said that work would not stop.",  # "denied" says no as well
    ],
)
def test_true_claims_in_other_words_contradict_nothing(claim: str) -> None:
    assert contradiction(claim, evidence()) == ""


@pytest.mark.parametrize(
    ("rule", "claim"),
    [
        ("numbers", "The tunnel cost 6.5 million crowns."),
        ("numbers", "The tunnel cost 5.5 billion crowns."),
        ("numbers", "The tunnel became 5.5 percent dearer."),
        ("dates", "On 8 May 2024 the ministry named the cost."),
        ("dates", "In June 2024 the ministry named the cost."),
        ("names", "The ministry said that Hugo Falk built the tunnel."),
        (
            "names",
            "The ministry said that Otto Brand built the tunnel.",
        ),  # beside the words
        ("quotations", "The minister said “we will never stop” on Tuesday."),
        ("denials", "The tunnel had not cost 5.5 million crowns."),
        (
            "copies",
            "The ministry said on Tuesday that the bridge had cost 5.5 million crowns.",
        ),
    ],
)
def test_a_rule_names_what_cannot_be_and_can_be_switched_off(rule: str, claim: str) -> None:
    others = set(RULES) - {rule}
    assert contradiction(claim, evidence(), others)
    assert contradiction(claim, evidence(), set(RULES)) == ""


def test_a_number_of_the_question_must_stand_in_the_passage_too() -> None:
    claim = "Of the work that began in 2021 the tunnel cost 5.5 million crowns."
    assert not contradiction(claim, evidence("What did the work of 2021 cost?"))
    claim = claim.replace("2021", "1999")
    assert contradiction(claim, evidence("What did the work of 1999 cost?"))


def test_a_weekday_is_what_the_date_of_the_document_says() -> None:
    claim = "The cost was named on 7 May 2024."
    undated = Evidence((QUOTE,), PASSAGE, "Harbour tunnel")
    assert contradiction(claim, evidence()) == ""
    assert "2024-05-07" in contradiction(claim, undated)
