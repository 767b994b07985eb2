"""The extractor: windows cover their passage, spans are the best ones, the model reads."""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from assistant.encoder.packed import WORD_VECTORS
from assistant.encoder.words import TOKENIZER, WORDS, words_folder
from assistant.errors import ModelFailed, ModelMissing
from assistant.reading.extract import (
    Extractor,
    load_extractor,
    load_tokenizer,
    open_session,
    shipped_extractor,
)
from assistant.reading.windows import MAX_TOKENS, SpanLogits, central_span, make_windows

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from numpy.typing import NDArray

    from assistant.config import Settings

TOWER = (
    "The lighthouse on Grey Rock was built in 1874 by the engineer Ada Fenwick. "
    "It is 41 metres tall and was painted white after the great storm."
)
RIVER = "The river Lune rises in the hills and feeds three mills before it meets the sea."

logits = st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=24)


def words_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(
        WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = Whitespace()
    return tokenizer


def brute_best(start: NDArray[np.float32], end: NDArray[np.float32], reach: int) -> float:
    size = len(start)
    return max(
        float(start[i] + end[j])
        for i in range(size)
        for j in range(i, min(size, i + reach))
    )


@given(logits, st.integers(1, 30), st.integers(1, 5), st.randoms())
def test_best_spans_are_best_first_apart_and_short_enough(
    values: list[float], reach: int, n: int, rng: Random
) -> None:
    start = np.array(values, dtype=np.float32)
    end = np.array(sorted(values, key=lambda _: rng.random()), dtype=np.float32)
    found = SpanLogits(start, end, reach).best(n)
    assert found[0][2] == pytest.approx(brute_best(start, end, reach))
    assert [s for *_, s in found] == sorted((s for *_, s in found), reverse=True)
    assert all(i <= j < min(i + reach, len(values)) for i, j, _ in found)
    covered = [k for i, j, _ in found for k in range(i, j + 1)]
    assert len(covered) == len(set(covered))


@given(logits, st.randoms())
def test_no_span_goes_from_one_paragraph_to_the_next(
    values: list[float], rng: Random
) -> None:
    start = np.array(values, dtype=np.float32)
    end = np.array(sorted(values, key=lambda _: rng.random()), dtype=np.float32)
    number = sorted(rng.randrange(3) for _ in values)
    spans = SpanLogits(start, end, paragraphs=number)
    best = spans.best(5)
    held = [
        float(s + e)
        for i, s in enumerate(start)
        for j, e in enumerate(end)
        if i <= j and number[i] == number[j]
    ]
    assert best[0][2] == pytest.approx(max(held))
    for i, j, _ in [*best, *spans.ways(best[0][0], best[0][1], 20)]:
        assert number[i] == number[j]


def test_windows_number_the_paragraphs_of_their_tokens() -> None:
    passage = "The mill\n\nIt was built\nin 1874.\n \nBy Ann."
    (window,) = make_windows(words_tokenizer(), "When?", passage)
    words = [passage[a:b] for a, b in window.offsets]
    assert list(zip(words, window.paragraphs, strict=True)) == [
        *(("The", 0), ("mill", 0), ("It", 1), ("was", 1), ("built", 1), ("in", 1)),
        *(("1874", 1), (".", 1), ("By", 2), ("Ann", 2), (".", 2)),
    ]


def brute_ways(
    start: NDArray[np.float32], end: NDArray[np.float32], first: int, last: int
) -> dict[tuple[int, int], float]:
    """Return e to the logit of every span that shares a token with these."""
    size = len(start)
    return {
        (i, j): math.exp(float(start[i]) + float(end[j]))
        for i in range(size)
        for j in range(i, size)
        if i <= last and j >= first
    }


@given(logits, st.integers(1, 24), st.randoms())
def test_a_span_s_mass_is_that_of_all_ways_to_say_it(
    values: list[float], n: int, rng: Random
) -> None:
    start = np.array(values, dtype=np.float32)
    end = np.array(sorted(values, key=lambda _: rng.random()), dtype=np.float32)
    spans = SpanLogits(start, end)
    first, last, logit = rng.choice(spans.best(3))
    ways = brute_ways(start, end, first, last)
    assert spans.mass(first, last) == pytest.approx(math.log(sum(ways.values())), abs=1e-6)
    assert logit <= spans.mass(first, last) <= spans.total() + 1e-9
    found = spans.ways(first, last, n)
    assert len(found) == min(n, len(ways))
    likely = [probability for *_, probability in found]
    assert likely == sorted(likely, reverse=True)
    for i, j, probability in found:
        assert probability == pytest.approx(ways[i, j] / sum(ways.values()), abs=1e-9)


weighed_spans = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 10), st.floats(0.01, 1)), min_size=1
).map(lambda found: [(start, start + length, w) for start, length, w in found])


@given(weighed_spans)
def test_the_central_span_is_one_of_them_and_the_sum_of_doubles_counts(
    ways: list[tuple[int, int, float]],
) -> None:
    chosen = central_span(ways)
    assert chosen in {(start, end) for start, end, _ in ways}
    halves = [(start, end, w / 2) for start, end, w in ways]
    assert central_span([*halves, *halves]) == chosen
    heavy = (chosen[0], chosen[1], sum(w for *_, w in ways) + 1)
    assert central_span([*ways, heavy]) == chosen


def test_the_central_span_lies_between_the_long_and_the_short() -> None:
    assert central_span([(0, 10, 0.4), (4, 6, 0.3), (2, 8, 0.3)]) == (2, 8)
    assert central_span([(0, 10, 0.4), (20, 22, 0.6)]) == (20, 22)


@given(
    st.integers(0, 1200),
    st.integers(1, 100),
    st.integers(0, 60),
    st.sampled_from(["é", "ab"]),
)
def test_windows_cover_the_passage_and_fit(
    length: int, asked: int, titled: int, word: str
) -> None:
    passage = " ".join([word] * length)
    windows = make_windows(
        words_tokenizer(), " ".join(["q"] * asked), passage, " ".join(["t"] * titled)
    )
    assert all(len(w.ids) <= MAX_TOKENS and len(w.ids) == len(w.types) for w in windows)
    seen = {offset for w in windows for offset in w.offsets}
    assert len(seen) == length
    assert all(passage[a:b] == word for a, b in seen)
    assert all(w.first + len(w.offsets) == len(w.ids) - 1 for w in windows)


def test_missing_and_broken_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        Extractor(tmp_path / "none.onnx", tmp_path)
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")
    with pytest.raises(ModelFailed):
        Extractor(broken, tmp_path)
    with pytest.raises(ModelMissing):
        Extractor(shipped_extractor(), tmp_path)
    (tmp_path / WORDS).write_bytes(b"\x05")
    with pytest.raises(ModelFailed):
        Extractor(shipped_extractor(), tmp_path)
    with pytest.raises(ModelFailed, match="holds no word vectors") as raised:
        Extractor(shipped_extractor(), tmp_path)
    assert "citewell setup --force" in raised.value.hint


def test_no_processor_loses_a_part_of_a_sum(tmp_path: Path) -> None:
    """Without VNNI instructions two products may not fit where they are added up."""
    length, width = 64, 8
    held = [
        onnx.numpy_helper.from_array(np.full((length, width), 127, np.int8), "w"),
        onnx.numpy_helper.from_array(np.array(0, np.int8), "w_zero"),
        onnx.numpy_helper.from_array(np.array(0, np.uint8), "x_zero"),
    ]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMulInteger", ["x", "w", "x_zero", "w_zero"], ["y"])],
        "product",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.UINT8, [1, length])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.INT32, [1, width])],
        held,
    )
    made = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8
    )
    path = tmp_path / "product.onnx"
    onnx.save(made, path)
    largest = {"x": np.full((1, length), 255, np.uint8)}
    (product,) = open_session(path).run(None, largest)
    assert product.tolist() == [[255 * 127 * length] * width]


def test_a_damaged_tokenizer_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        load_tokenizer(tmp_path)
    (tmp_path / TOKENIZER).write_bytes(b'{"model": ')
    with pytest.raises(ModelFailed, match="not a tokenizer") as raised:
        load_tokenizer(tmp_path)
    assert "citewell setup --force" in raised.value.hint


@pytest.fixture(scope="module")
def extractor(real_extractor: Extractor) -> Extractor:
    return real_extractor


@pytest.mark.model
def test_words_of_another_encoder_are_refused(tmp_path: Path, prepared: Settings) -> None:
    entry = {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]}
    raw = json.dumps({WORD_VECTORS: entry}).encode()
    (tmp_path / WORDS).write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(8))
    tokenizer = (words_folder(prepared) / TOKENIZER).read_bytes()
    (tmp_path / TOKENIZER).write_bytes(tokenizer)
    with pytest.raises(ModelFailed, match="does not fit"):
        load_extractor(tmp_path, tmp_path / "cache")


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the lighthouse on Grey Rock built?", "1874"),
        ("who built the lighthouse", "Ada Fenwick"),
        ("How tall is the lighthouse?", "41 metres"),
    ],
)
def test_the_answer_is_found_in_the_right_passage(
    extractor: Extractor, question: str, answer: str
) -> None:
    river, tower = extractor.extract(question, [RIVER, TOWER])
    best = tower[0]
    assert answer in TOWER[best.start : best.end]
    assert best.score > river[0].score
    assert best.logit == pytest.approx(best.score + best.null)


@pytest.mark.model
def test_batches_order_and_windows_do_not_change_what_is_found(
    extractor: Extractor,
) -> None:
    question = "When was the lighthouse built?"
    long = f"{RIVER} " * 30 + TOWER
    alone = extractor.extract(question, [TOWER])[0]
    mixed = extractor.extract(question, ["", RIVER, long, TOWER, " \n"])
    assert mixed[0] == mixed[4] == []
    assert [(s.start, s.end) for s in mixed[3]] == [(s.start, s.end) for s in alone]
    assert "1874" in long[mixed[2][0].start : mixed[2][0].end]


@pytest.mark.model
def test_every_passage_needs_its_title(extractor: Extractor) -> None:
    with pytest.raises(ValueError, match="argument"):
        extractor.extract("When?", [TOWER, RIVER], titles=["Grey Rock"])


@pytest.mark.model
def test_words_are_read_again_where_they_stand(extractor: Extractor) -> None:
    start = TOWER.index("Ada")
    words = (start, start + len("Ada Fenwick"))
    first, whole = (0, TOWER.index(" It is")), (0, len(TOWER))
    question = "Who built the lighthouse?"
    found = extractor.read_again(question, TOWER, words, [first, whole])
    assert len(found) == 2
    for reading in found:
        assert TOWER[slice(*central_span(reading.ways))] in {
            "Ada Fenwick",
            "the engineer Ada Fenwick",
            "engineer Ada Fenwick",
        }
        assert all(a < words[1] and words[0] < b for a, b, _ in reading.ways)
        assert sum(likely for *_, likely in reading.ways) <= 1 + 1e-9
    (other,) = extractor.read_again("Who owns the ferry?", TOWER, words, [whole])
    assert found[1].score > other.score


@pytest.mark.model
def test_a_part_s_ways_are_placed_in_the_passage(extractor: Extractor) -> None:
    text = f"{RIVER} {TOWER}"
    start = text.index("41 metres")
    words = (start, start + len("41 metres"))
    part = (text.index("It is"), len(text))
    (found,) = extractor.read_again("How tall is it?", text, words, [part])
    assert "41 metres" in text[slice(*central_span(found.ways))]


@pytest.mark.model
def test_words_that_no_window_holds_whole_are_not_read_again(extractor: Extractor) -> None:
    long = "word " * 600
    assert extractor.read_again("When?", long, (0, len(long)), [(0, len(long))]) == []
    assert extractor.read_again("When?", "", (0, 0), [(0, 0)]) == []


@pytest.mark.model
def test_all_of_a_text_is_weighed(extractor: Extractor) -> None:
    found = extractor.weigh("Who built the lighthouse?", f"{RIVER} " * 40 + TOWER)
    assert found is not None
    start, end, _ = found.ways[0]
    assert "Ada Fenwick" in (f"{RIVER} " * 40 + TOWER)[start:end]
    assert extractor.weigh("Who built the lighthouse?", " ") is None
