"""Who says quoted words, where their own sentence does not tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.speech import speaker_beside
from index.sentences import sentences
from index.types import Span


def speaker(text: str, words: str) -> str | None:
    start = text.index(words)
    found = speaker_beside(Span(start, start + len(words)), text, tuple(sentences(text)))
    return found.text_of(text) if found else None


AFTER = "“We saw nothing. The lamp was out. It was dark,” the keeper told the inquiry."
BEFORE = "The keeper told the inquiry: “We saw nothing.” “The lamp was out that night.”"
APART = "“We saw nothing at all,” said Ada Brink. “The lamp was out that night.”"
PRONOUN = "“There was no light,” she claimed, according to the Morning Post."


@pytest.mark.parametrize(
    ("text", "words", "named"),
    [
        (AFTER, "lamp was out", "It was dark,” the keeper told the inquiry."),
        (BEFORE, "lamp was out", "The keeper told the inquiry: “We saw nothing.”"),
        (APART, "lamp was out", "“We saw nothing at all,” said Ada Brink."),
        (f"Ada Brink said it was bad. {PRONOUN}", "light", "Ada Brink said it was bad."),
        (f"Ada Brink said it was bad. {PRONOUN}", PRONOUN, "Ada Brink said it was bad."),
        (APART.replace("“", '"').replace("”", '"'), "lamp was out", None),
    ],
)
def test_the_speaker_is_found_beside_the_words(
    text: str, words: str, named: str | None
) -> None:
    if named is None:
        named = '"We saw nothing at all," said Ada Brink.'
    assert speaker(text, words) == named


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (APART, "saw nothing"),  # named in the same sentence
        ("Ada Brink said so. The lamp was out that night.", "lamp"),  # not spoken
        (
            "Ada Brink said so. They sailed on the “Blue Heron” in May.",
            "Blue Heron",
        ),  # a name
        ("“The lamp was out that night.” It rained.", "lamp"),  # nobody is named
        (f"It rained. {PRONOUN}", "light"),
        ("Ada Brink said no. “No light,” Ole Hamm told us as he reported it.", "light"),
    ],
)
def test_otherwise_there_is_nobody_to_name(text: str, words: str) -> None:
    assert speaker(text, words) is None


@given(st.text(alphabet='ab “”"„.\nsaid ', min_size=1, max_size=80), st.data())
def test_any_text_has_a_speaker_sentence_or_none(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = speaker_beside(Span(start, end), text, tuple(sentences(text)))
    assert found is None or found in sentences(text)
