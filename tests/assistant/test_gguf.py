from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import catalog_model
from assistant.gguf import is_gguf, parameters_of
from tests.assistant.conftest import HOME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

U32, TEXT, ARRAY, U64 = 4, 8, 9, 10


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def number(key: str, value: int) -> bytes:
    return text(key) + struct.pack("<IQ", U64, value)


def label(value: str) -> bytes:
    return text("general.size_label") + struct.pack("<I", TEXT) + text(value)


def words(*values: str) -> bytes:
    inside = b"".join(map(text, values))
    return (
        text("tokenizer.ggml.tokens")
        + struct.pack("<IIQ", ARRAY, TEXT, len(values))
        + inside
    )


def gguf(keys: Sequence[bytes], *shapes: Sequence[int]) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(keys))
    tensors = [
        text(f"t{n}") + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, 0)
        for n, shape in enumerate(shapes)
    ]
    return head + b"".join(keys) + b"".join(tensors)


def read(tmp_path: Path, data: bytes) -> int | None:
    path = tmp_path / "some.gguf"
    path.write_bytes(data)
    return parameters_of(path)


def test_tensors_are_added_up(tmp_path: Path) -> None:
    assert read(tmp_path, gguf([words("a", "bc", "")], (3, 4), (5,), ())) == 18


def test_what_a_file_says_of_itself_holds_if_its_tensors_agree(tmp_path: Path) -> None:
    shapes = [(1000, 1200)]
    assert read(tmp_path, gguf([label("1.0M")], *shapes)) == 10**6
    assert (
        read(tmp_path, gguf([number("general.parameter_count", 999_999)], *shapes))
        == 999_999
    )
    assert read(tmp_path, gguf([label("70B")], *shapes)) == 1_200_000
    assert read(tmp_path, gguf([label("tiny")], *shapes)) == 1_200_000


def test_of_a_file_in_several_parts_only_what_it_says_is_known(tmp_path: Path) -> None:
    split = number("split.count", 4)
    assert read(tmp_path, gguf([split, label("8x7B")], (10, 10))) == 56 * 10**9
    assert read(tmp_path, gguf([split], (10, 10))) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GGUF",
        b"GGML" + bytes(60),
        b"GGUF" + struct.pack("<IQQ", 3, 2**63, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63),
        b"GGUF" + struct.pack("<IQQ", 99, 0, 0),
        gguf([text("x") + struct.pack("<IIQ", ARRAY, ARRAY, 5)], (2,)),
        gguf([text("x") + struct.pack("<IIQ", ARRAY, U32, 2**62)], (2,)),
        gguf([struct.pack("<Q", 2**40)], (2,)),
        gguf([], (2**40, 2**40)),
        gguf([], [1] * 9),
        gguf([], ()[:0]),
    ],
    ids=range(12),
)
def test_a_hostile_file_has_no_number(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data) in {None, 1}


@given(st.integers(0, 300), st.binary(max_size=24))
def test_whatever_is_in_a_file_it_is_read_to_an_end(
    tmp_path_factory: pytest.TempPathFactory, place: int, data: bytes
) -> None:
    whole = gguf([label("12"), words(*"abcdef"), number("split.count", 1)], (8, 8), (4,))
    path = tmp_path_factory.mktemp("gguf") / "x.gguf"
    path.write_bytes(whole[:place] + data + whole[place + len(data) :])
    found = parameters_of(path)
    assert found is None or found > 0
    assert math.isfinite(found or 0)


@pytest.mark.model
@pytest.mark.parametrize(
    "name", ["smollm2-135m", "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"]
)
def test_real_files(name: str) -> None:
    model = catalog_model(name)
    path = HOME / "models" / model.file
    if not path.is_file():
        pytest.skip(f"{name} is not there: citewell models pull {name}")
    assert is_gguf(path)
    assert parameters_of(path) == pytest.approx(model.parameters, rel=0.05)


def test_a_file_that_is_not_there_is_no_gguf(tmp_path: Path) -> None:
    assert not is_gguf(tmp_path / "none.gguf")
    assert parameters_of(tmp_path / "none.gguf") is None
