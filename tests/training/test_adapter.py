"""The adapter's training examples and how they are packed; the training itself is not run."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.training.adapter_data import blocks
from models.training.adapter_export import _rotary
from models.training.adapter_pack import Rendered, pack
from models.training.extractor_data import Row, hard_negatives

NO_ANSWER = "NO ANSWER"
BRIDGE = (
    "The bridge was built in 1932 by Ada Moor. It cost 4,000 pounds in all. "
    "It was painted green by the town council. It fell in 1990 after a storm."
)
TOWER = (
    "The tower was built in 1848 by Jan Holt. It stands on the north bank of the river. "
    "It has 212 steps and a bell that weighs two tons."
)


def row(number: int, paragraph: str, question: str, answer: str = "") -> Row:
    """Make a row of the pool; without an answer it is a near miss."""
    start = paragraph.index(answer)
    spans = ((start, start + len(answer)),) if answer else ()
    answers = (answer,) if answer else ()
    return Row(str(number), "made", "Works", paragraph, question, answers, spans, "g")


POOL = [
    row(0, BRIDGE, "When was the bridge built?", "1932"),
    row(1, BRIDGE, "Who built the bridge?", "Ada Moor"),
    row(2, BRIDGE, "When was the bridge sold?"),
    row(3, TOWER, "When was the tower built?", "1848"),
    row(4, TOWER, "How many steps has the tower?", "212"),
    row(5, TOWER, "Who sold the tower?"),
]


@settings(deadline=None)  # the first example loads the sentence splitter
@given(st.integers(0, 10_000))
def test_an_answer_stands_in_the_passage_that_it_names(seed: int) -> None:
    made = blocks(POOL, hard_negatives(POOL), random.Random(seed), NO_ANSWER)
    for block in made:
        numbers = [passage.number for passage in block.passages]
        assert numbers == list(range(1, len(numbers) + 1))
        for asked in block.asked:
            if asked.answer == NO_ANSWER:
                continue
            for claim in asked.answer.split(". "):
                words, _, marks = claim.partition(" [")
                for mark in marks.rstrip("].").split("]["):
                    assert words in block.passages[int(mark) - 1].chunk.text


@settings(deadline=None)  # the first example loads the sentence splitter
@given(st.integers(0, 10_000))
def test_what_the_passages_answer_is_never_refused_for_want_of_it(seed: int) -> None:
    answers = {r.question.rstrip(" ?"): r.answers for r in POOL}
    for block in blocks(POOL, hard_negatives(POOL), random.Random(seed), NO_ANSWER):
        shown = " ".join(passage.chunk.text for passage in block.passages)
        for asked in block.asked:
            if asked.answer == NO_ANSWER:  # an altered question is not among the rows'
                gold = answers.get(asked.question.rstrip(" ?"), ())
                assert not any(answer in shown for answer in gold)


tokens = st.lists(st.integers(0, 5), min_size=1, max_size=4).map(tuple)


@st.composite
def rendered(draw: st.DrawFn) -> Rendered:
    """Prompts that begin alike, as a template gives them."""
    passages = draw(tokens)
    prompts = [(7, 8, *passages, *draw(tokens)) for _ in range(draw(st.integers(1, 3)))]
    return Rendered(tuple(prompts), tuple(draw(tokens) for _ in prompts), stable=2)


@given(st.lists(rendered(), min_size=1, max_size=4), st.integers(8, 60))
def test_every_token_sees_its_own_prompt_and_nothing_else(
    made: list[Rendered], size: int
) -> None:
    want = [
        ((*prompt, *answer[:i]), token)
        for one in made
        for prompt, answer in zip(one.prompts, one.answers, strict=True)
        for i, token in enumerate(answer)
    ]
    got = []
    by_id = dict(enumerate(made))
    for packed in pack(by_id, by_id.__getitem__, size):  # type: ignore[arg-type]
        for place, target in zip(packed.places, packed.targets, strict=True):
            seen = packed.allowed[0, 0, place].nonzero()[:, 0]
            positions = packed.positions[0, seen].tolist()
            assert positions == list(range(len(positions)))
            got.append((tuple(packed.tokens[0, seen].tolist()), int(target)))
    assert got == want


@pytest.mark.parametrize("heads", [1, 3, 9])
def test_the_rotary_order_moves_rows_within_their_head(heads: int) -> None:
    rows = np.arange(heads * 8, dtype=np.float32)[:, None]
    moved = _rotary(rows, heads)[:, 0].reshape(heads, 8)
    assert moved[0].tolist() == [0, 4, 1, 5, 2, 6, 3, 7]
    assert (np.sort(moved, axis=1) == rows.reshape(heads, 8)).all()
