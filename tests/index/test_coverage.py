from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.coverage import coverage, idf, stem

words = st.text("abcdefgsy", min_size=1, max_size=8)


def test_one_sentence_with_all_words_beats_many_with_one_each() -> None:
    weights = {stem("ferries"): 2.0, stem("harbours"): 1.0}
    assert coverage(weights, "The ferry left. The harbour is deep.") == pytest.approx(2 / 3)
    assert coverage(weights, "Rain. The ferry left the harbour.") == 1.0
    assert coverage(weights, "Nothing of the kind.") == 0.0
    assert coverage({}, "Words.") == 0.0
    assert coverage(weights, "") == 0.0


def test_rarer_words_tell_more() -> None:
    values = [idf(1000, holding) for holding in (0, 1, 10, 500, 1000)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    assert idf(0, 0) > 0


@given(st.dictionaries(words, st.floats(0, 9)), st.text("abcdefgsy .\n"))
def test_a_share_is_a_share(weights: dict[str, float], text: str) -> None:
    assert 0.0 <= coverage(weights, text) <= 1.0 + 1e-9


@given(words)
def test_a_stem_begins_its_word_and_is_never_nothing(word: str) -> None:
    assert word.startswith(stem(word))
    assert stem(word)
