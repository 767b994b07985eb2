"""Words that exclude each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.opposites import contrasts, opposites

WORDS = st.sampled_from(("accepted", "increases", "American", "north", "public", "erhöht"))


@given(WORDS)
def test_a_word_that_excludes_another_is_excluded_by_it(word: str) -> None:
    assert opposites(word)
    for other in opposites(word):
        assert word.casefold() in opposites(other)
        assert other != word.casefold()


def test_words_of_one_side_do_not_exclude_each_other() -> None:
    assert opposites("rejecting") == ("accepting", "approving")
    assert "refuse" not in opposites("reject")
    assert opposites("bridge") == ()


@pytest.mark.parametrize(
    ("asked", "said", "count"),
    [
        ("Who accepted the offer?", "The board rejected it.", 1),
        ("Who accepted the offer?", "The board rejects it.", 1),
        ("Who accepted the offer?", "It rejected one and accepted another.", 0),
        ("Who accepted the offer?", "It was never accepting what it had rejected.", 0),
        ("Is it stable?", "It is unstable.", 1),
        ("Is it unstable?", "It is stable.", 1),
        ("Is there a union?", "The onion is here.", 0),
        ("Who paid in June?", "She paid on 3 April.", 1),
        ("Wer lehnte im Norden ab?", "Im Süden stimmten sie zu.", 1),
        ("Is the hull single or double?", "It has a single hull.", 0),
        ("", "anything", 0),
    ],
)
def test_an_opposite_counts_where_the_word_itself_is_missing(
    asked: str, said: str, count: int
) -> None:
    assert len(contrasts(asked, said)) == count


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_opposes_itself(text: str, more: str) -> None:
    assert contrasts(text, f"{text} {more}") == []
