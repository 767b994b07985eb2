"""Years and quarters that a text has another one in the place of."""

from __future__ import annotations

import pytest

from assistant.text.other_times import other_times


@pytest.mark.parametrize(
    ("asked", "said", "around", "others"),
    [
        (
            "What was the profit in 2022?",
            "In 2021 it was 3 crowns.",
            "",
            [("2022", "2021")],
        ),
        ("What was the profit in 2022?", "It was 3 crowns.", "", []),
        ("What was the profit in 2022?", "In 2021 it was 3.", "Report 2022", []),
        ("What was the profit?", "In 2021 it was 3 crowns.", "", []),
        ("What cost 2022 crowns?", "The 1931 bridge cost 20221 crowns.", "", []),
        ("The profit in Q2 2020?", "3 in the first quarter", "", [("Q2", "first quarter")]),
        ("The profit in Q2 2020?", "3 in the first quarter", "Second-quarter report", []),
        ("The profit in the third quarter?", "3 in Q3, 4 in Q4", "", []),
        (
            "Der Gewinn im zweiten Quartal?",
            "im 3. Quartal 7",
            "",
            [("zweiten Quartal", "3. Quartal")],
        ),
        ("Who lives in the second quarter of Riga?", "In Riga", "", []),
    ],
)
def test_another_time_in_the_place_of_the_one_asked_for(
    asked: str, said: str, around: str, others: list[tuple[str, str]]
) -> None:
    assert other_times(asked, said, around) == others
