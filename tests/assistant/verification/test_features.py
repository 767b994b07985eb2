"""What is compared: the words of an answer with a claim's, and the window around a quote."""

from __future__ import annotations

import pytest

from assistant.verification.features import said_share
from assistant.verification.window import cited_window

TEXT = "One came. Two went. Three stayed. Four slept. Five woke."


@pytest.mark.parametrize(
    ("words", "claim", "share"),
    [
        ("9 per cent", "The raise is 9 percent.", 0.25),  # "cent" is not said
        ("37 boxes", "Thirty-seven boxes were unloaded.", 1),
        ("Ann Lee", "Bob Ray built it.", 0),
        ("the mill", "Who owns the mills?", 1),
        ("of the", "Anything", 0),
    ],
)
def test_words_are_said_in_other_forms_and_numbers_by_value(
    words: str, claim: str, share: float
) -> None:
    assert said_share(words, claim) == pytest.approx(share, abs=0.2)


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        (("Three stayed.",), "Two went. Three stayed. Four slept."),
        (("One came.",), "One came. Two went."),
        (("One came.", "Five woke."), "One came. Two went. Four slept. Five woke."),
        (("Nobody spoke.",), "Nobody spoke."),
    ],
)
def test_the_window_is_what_is_cited_with_its_neighbours(
    quotes: tuple[str, ...], expected: str
) -> None:
    assert cited_window(quotes, TEXT) == expected
