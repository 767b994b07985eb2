"""What only repeats the question is neither an answer nor near one."""

from __future__ import annotations

import pytest

from assistant.text.headings import repeats_question


@pytest.mark.parametrize(
    ("line", "repeats"),
    [
        ("What the strike cost", True),
        ("The strike\n", True),
        ("What the strike cost in 2023", False),
        ("What the strike cost the islands", False),
        ("The strike cost.", False),
        ("„Was kostet der Streik?“", False),
    ],
)
def test_only_headings_without_a_word_of_their_own_do(line: str, repeats: bool) -> None:
    assert repeats_question(line, "What did the strike cost?") is repeats
