"""Training the extractor: altered examples stay true, and the loss is its formula."""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from onnxruntime.quantization import quantize_dynamic
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from assistant.encoder.words import WORDS
from assistant.reading.extract import open_session
from models.training.encoder import unpack
from models.training.extractor import drawing, keeping, mixed
from models.training.extractor_augment import (
    Crop,
    Example,
    crop,
    examples,
    near_miss,
    said_otherwise,
    said_vaguely,
    with_typing_errors,
    without_answers,
)
from models.training.extractor_batch import batches
from models.training.extractor_data import Bm25, Row, hard_negatives, held_out
from models.training.extractor_export import (
    FEED_FORWARD,
    export,
    level_rows,
    write_record,
)
from models.training.extractor_import import load_exported
from models.training.extractor_net import NEVER, Reader, span_loss, span_scores
from tests.assistant.encoder.packing import packed_file

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "Ann Lee opened the mill in 1874. It burnt down. Bob Ray built it again in 1901. " * 8
)


def row(number: int, group: str = "mill", *, answer: str = "1874") -> Row:
    paragraph = f"Mill {number} was opened in {answer} by Ann Lee beside the river Lune."
    at = paragraph.find(answer)
    return Row(
        id=str(number),
        source="invented",
        title=f"Mill {number}",
        paragraph=paragraph,
        question=f"When was mill {number} opened?",
        answers=(answer,),
        spans=((at, at + len(answer)),),
        group=group,
    )


@given(st.integers(0, 2**32), st.integers(50, 400))
def test_a_crop_keeps_an_answer_and_its_words(seed: int, longest: int) -> None:
    at = TEXT.rfind("1901")
    example = Example("When?", "", TEXT, ((at, at + 4), (27, 31)))
    cut = crop(example, random.Random(seed), Crop(40, longest, whole=0.2))
    assert cut.passage in TEXT
    assert cut.spans
    assert {cut.passage[a:b] for a, b in cut.spans} <= {"1901", "1874"}


@given(st.integers(0, 2**32))
def test_a_near_miss_asks_something_else(seed: int) -> None:
    question = "What did Ann Lee open before 1874?"
    altered = near_miss(question, TEXT, random.Random(seed))
    assert altered
    assert altered != question
    assert near_miss("what is it?", TEXT, random.Random(seed)) == ""


@given(st.integers(0, 2**32))
def test_a_passage_says_otherwise_where_it_had_words_of_the_question(seed: int) -> None:
    passage = "The northern mill was opened in 1874; Northern mills closed in 1901."
    altered = said_otherwise("What did the northern mill do?", passage, random.Random(seed))
    assert "northern" not in altered.casefold()
    assert altered.startswith("The ")
    assert "; S" in altered or "; E" in altered or "; W" in altered
    altered = said_otherwise("Which mill is of 1901?", passage, random.Random(seed))
    assert altered.startswith(passage[:-5])
    assert altered != passage
    assert said_otherwise("Which mill burnt?", passage, random.Random(seed)) == ""


def test_a_passage_without_its_answer_keeps_the_other_sentences() -> None:
    rest = (
        "It was built of stone beside the river, and it ground the corn of the valley. " * 3
    )
    text = f"Ann Lee opened the mill in 1874. {rest}".strip()
    spans = ((27, 31),)
    assert text[27:31] == "1874"
    assert without_answers(text, ("1874",), spans) == rest.strip()
    assert without_answers(f"{text} So it was 1874.", ("1874",), spans) == ""
    assert without_answers("Ann Lee opened the mill in 1874.", ("1874",), spans) == ""


@given(st.text(max_size=60), st.integers(0, 2**32))
def test_typing_errors_keep_the_number_of_words(text: str, seed: int) -> None:
    damaged = with_typing_errors(text, random.Random(seed))
    assert damaged.count(" ") == text.count(" ")


def test_bm25_finds_the_text_with_the_rare_words() -> None:
    bm25 = Bm25(["the mill by the river", "the bridge", "a lighthouse by the sea"])
    assert bm25.top("Where is the lighthouse?", 1) == [2]
    assert sorted(bm25.top("unknown words", 3)) == [0, 1, 2]


def test_negatives_do_not_hold_the_answer() -> None:
    rows = [row(i, answer=str(1870 + i % 5)) for i in range(20)]
    for own, others in zip(rows, hard_negatives(rows), strict=True):
        assert others
        assert all(own.answers[0] not in other.paragraph for other in others)


def test_held_out_groups_depend_on_nothing_but_their_names() -> None:
    rows = [row(i, group=f"group {i % 10}") for i in range(40)]
    out = held_out(rows, 0.3)
    assert len(out) == 3
    assert out == held_out(list(reversed(rows))[:30] + rows[:20], 0.3)


def test_an_answer_that_is_left_out_is_nowhere_told() -> None:
    made = {said_vaguely(row(1), random.Random(seed)) for seed in range(60)}
    assert "Mill 1 was opened by Ann Lee beside the river Lune." in made
    assert "Mill 1 was opened in then by Ann Lee beside the river Lune." in made
    assert not any("1874" in text for text in made)
    told = row(1)
    again = replace(told, paragraph=f"{told.paragraph} Since 1874 it has stood there.")
    assert not said_vaguely(again, random.Random(1))


def test_batches_mark_the_answer_and_keep_a_question_together() -> None:
    rows = [row(i, answer=str(1800 + i)) for i in range(60)]
    words = sorted(
        {w for r in rows for w in f"{r.question} {r.paragraph} {r.title}".split()}
    )
    vocabulary = {w: i + 200 for i, w in enumerate(["<unk>", "<mask>", ".", "?", *words])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    years = {vocabulary[r.answers[0]] for r in rows}
    rng, draw = random.Random(1), drawing(Crop(), None, None)
    seen = 0
    for batch in batches(rows, hard_negatives(rows), tokenizer, rng, 400, draw):
        assert batch.ids.numel() <= 400
        assert batch.groups.diff().ge(0).all()
        assert batch.readable.sum() < batch.mask.sum()
        for n, length, first in batch.gold.nonzero().tolist():
            assert length == 0
            assert batch.ids[n, first].item() in years | {vocabulary["<mask>"]}
            seen += 1
    assert seen > len(rows) // 2


def test_the_first_example_is_the_row_itself() -> None:
    made = examples(row(1), [row(2)], random.Random(2), Crop())
    assert made[0].passage == row(1).paragraph
    assert all(not other.spans for other in made[1:])


def test_the_loss_is_its_formula() -> None:
    start = torch.tensor([[0.0, 1.0, -1.0], [0.5, 0.0, 2.0]])
    end = torch.tensor([[0.3, 0.2, 0.1], [1.0, -1.0, 0.0]])
    readable = torch.tensor([[False, True, True], [False, True, True]])
    null = torch.tensor([0.4, -0.2])
    spans = span_scores(start, end, readable)
    gold = torch.zeros_like(spans, dtype=torch.bool)
    gold[0, 1, 1] = True  # tokens 1 to 2 of the first passage
    loss = span_loss(spans, null, gold, torch.tensor([0, 0]))
    first = [1.0 + 0.2, 1.0 + 0.1, -1.0 + 0.1]  # (1, 1), (1, 2), (2, 2)
    second = [0.0 - 1.0, 0.0 + 0.0, 2.0 + 0.0]
    total_1, total_2 = (sum(map(exp, s)) for s in (first, second))
    alone_1 = log(total_1 + exp(0.4)) - first[1]
    alone_2 = log(total_2 + exp(-0.2)) - -0.2
    together = log(total_1 + total_2) - first[1]
    assert float(loss) == pytest.approx((alone_1 + alone_2 + together) / 3, abs=1e-4)
    assert float(spans[0, 0, 0]) <= NEVER / 2


def test_what_ships_lies_between_the_weights_it_began_and_ended_with(
    tmp_path: Path,
) -> None:
    unpack(packed_file(tmp_path / "encoder.bin"), tmp_path / "encoder")
    reader = Reader(tmp_path / "encoder")
    begin = tmp_path / "begin.onnx"
    with torch.no_grad():
        for weight in reader.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    export(reader, tmp_path / "encoder" / WORDS, begin)
    began = reader.span.weight.detach().clone()
    with torch.no_grad():
        reader.span.weight.add_(1.0)
    kept = keeping(reader, argparse.Namespace(begin=begin, keep=0.25))
    assert torch.allclose(kept.span.weight, began + 0.75, atol=0.01)
    assert torch.allclose(reader.span.weight, began + 1.0)
    assert keeping(reader, argparse.Namespace(begin=begin, keep=0.0)) is reader
    assert keeping(reader, argparse.Namespace(begin=None, keep=0.5)) is reader


def test_mixed_weights_are_the_mean_of_all_runs(tmp_path: Path) -> None:
    unpack(packed_file(tmp_path / "encoder.bin"), tmp_path / "encoder")
    one, other = Reader(tmp_path / "encoder"), Reader(tmp_path / "encoder")
    with torch.no_grad():
        for weight in other.span.parameters():
            weight.add_(1.0)
    torch.save({"average": other.state_dict()}, tmp_path / "checkpoint.pt")
    mean = mixed(one, [tmp_path, tmp_path])
    expected = (one.span.weight + 2 * other.span.weight) / 3
    assert torch.allclose(mean.span.weight, expected, atol=1e-6)
    assert torch.allclose(mean.norm.weight, one.norm.weight)
    assert torch.equal(mixed(one, []).span.weight, one.span.weight)


def test_an_exported_file_gives_its_weights_back(tmp_path: Path) -> None:
    unpack(packed_file(tmp_path / "encoder.bin"), tmp_path / "encoder")
    one, other = Reader(tmp_path / "encoder"), Reader(tmp_path / "encoder")
    with torch.no_grad():
        for weight in one.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    export(one, tmp_path / "encoder" / WORDS, tmp_path / "whole.onnx", quantize=False)
    export(one, tmp_path / "encoder" / WORDS, tmp_path / "small.onnx")
    for file, tolerance in (("whole.onnx", 1e-6), ("small.onnx", 1 / 127)):
        load_exported(other, tmp_path / file)
        for name, weight in other.named_parameters():
            wanted = one.get_parameter(name).detach()
            if weight.requires_grad:
                off = (weight.detach() - wanted).abs().max() / wanted.abs().max()
                assert float(off) <= tolerance
    unpack(packed_file(tmp_path / "two.bin", layers=2), tmp_path / "deeper")
    with pytest.raises(ValueError, match="does not hold"):
        load_exported(Reader(tmp_path / "deeper"), tmp_path / "small.onnx")


def test_a_token_far_larger_than_the_rest_does_not_blur_them(tmp_path: Path) -> None:
    make, draw = onnx.helper.make_node, np.random.default_rng(0)
    x, y = (
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [None, 32])
        for name in ("x", "y")
    )
    matrix = draw.normal(size=(32, 32)).astype(np.float32)
    rows = draw.normal(size=(8, 32)).astype(np.float32)
    rows[3] *= 500
    rows[5] = 0
    off = {}
    for name in ("as it is", "levelled"):
        whole, small = tmp_path / "whole.onnx", tmp_path / "small.onnx"
        node = make("MatMul", ["x", "w"], ["y"], name="/layer.0/output/dense/MatMul")
        held = [onnx.numpy_helper.from_array(matrix, "w")]
        graph = onnx.helper.make_graph([node], "one", [x], [y], held)
        if name == "levelled":
            level_rows(graph, FEED_FORWARD)
        opset = onnx.helper.make_opsetid("", 17)
        onnx.save(onnx.helper.make_model(graph, opset_imports=[opset]), whole)
        quantize_dynamic(whole, small, per_channel=True)
        (found,) = open_session(small).run(None, {"x": rows})
        size = np.abs(rows @ matrix).max(axis=1) + 1e-9
        off[name] = np.delete(np.abs(found - rows @ matrix).max(axis=1) / size, 5)
        assert np.abs(found[5]).max() < 1e-3 or name != "levelled"
    assert off["levelled"].max() < 0.02
    assert off["as it is"].max() > 0.5


def test_the_record_holds_settings_and_hashes_and_no_paths(tmp_path: Path) -> None:
    args = argparse.Namespace(out=tmp_path, mix=[tmp_path / "other"], steps=2)
    model = tmp_path / "model"
    model.write_bytes(b"")
    write_record(args, [], [1.0, 0.5], {"model": model}, {})
    record = json.loads((tmp_path / "record.json").read_text("utf-8"))
    assert record["settings"] == {"steps": 2}
    assert record["sha256"]["model"].startswith("e3b0c442")
    assert str(tmp_path) not in json.dumps(record)
