import re

from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.answering.draft import Draft, split_claims

PIECES = st.lists(
    st.sampled_from(
        ["The bridge", " closed", ".", " ", "[1]", "[", "2", "]", "\n", "[99]", "Dr. Lind",
         "[1, 2]", " said", "!", "[0]", "[1][1]", "NO ANSWER", "é", "「", "[2024]"]
    )
)  # fmt: skip


def test_marks_go_with_the_sentence_before_them() -> None:
    claims = split_claims(
        "The bridge closed [1]. It cost 4 million. [2][3] Nobody knows why."
    )
    assert [(claim.text, claim.marks) for claim in claims] == [
        ("The bridge closed.", (1,)),
        ("It cost 4 million.", (2, 3)),
        ("Nobody knows why.", ()),
    ]


def test_all_forms_of_marks_are_read() -> None:
    texts = [
        "A b [1, 2].",
        "A b [1-3].",
        "A b [Passage 2].",
        "A b 【1】.",
        "A b [1] and [4].",
    ]
    marks = [split_claims(text)[0].marks for text in texts]
    assert marks == [(1, 2), (1, 2, 3), (2,), (1,), (1, 4)]


def test_a_year_in_brackets_is_no_mark() -> None:
    (claim,) = split_claims("It was so [2022] then.")
    assert claim.text == "It was so [2022] then."
    assert claim.marks == ()


@given(PIECES)
def test_a_growing_text_loses_no_word_and_says_none_twice(pieces: list[str]) -> None:
    draft = Draft()
    grown = [claim for piece in pieces for claim in draft.feed(piece)] + draft.finish()
    assume(not draft.refused)
    said = "".join(claim.text for claim in grown)
    whole = "".join(claim.text for claim in split_claims("".join(pieces)))
    assert re.findall(r"\w", said) == re.findall(r"\w", whole)


def test_a_claim_is_given_out_as_soon_as_the_next_begins() -> None:
    draft = Draft()
    assert draft.feed("The bridge closed. [1]") == []
    (claim,) = draft.feed(" It")
    assert (claim.text, claim.marks) == ("The bridge closed.", (1,))


def test_a_refusal_is_no_claim() -> None:
    assert Draft("NO ANSWER").feed("No answer.") == []
    draft = Draft("NO ANSWER")
    draft.feed("No answer.")
    assert draft.finish() == []


@given(st.text())
def test_no_claim_is_empty_and_no_mark_is_left_standing(text: str) -> None:
    for claim in split_claims(text + " [1]"):
        assert claim.text.strip()
        assert "[1]" not in claim.text
