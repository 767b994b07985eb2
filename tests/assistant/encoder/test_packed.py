"""The packed encoder: arrays come back, and pieces of any text lie where it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.encoder.packed import PackedEncoder
from assistant.encoder.words import TOKENIZER, WORDS, words_folder, write_words
from assistant.errors import ModelFailed
from assistant.reading.extract import load_tokenizer, map_word_vectors
from tests.assistant.encoder.packing import (
    INNER,
    LAYERS,
    PIECES,
    POSITIONS,
    WIDTH,
    four_bits,
    packed_file,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer

    from assistant.config import Settings


def test_arrays_come_back_with_their_scales(tmp_path: Path) -> None:
    packed = PackedEncoder(packed_file(tmp_path / "encoder.bin"))
    assert packed.pieces == PIECES
    assert (packed.width, packed.layers, packed.inner) == (WIDTH, LAYERS, INNER)
    assert packed.array("emb.pos", POSITIONS, WIDTH).sum() == POSITIONS * WIDTH
    values, raw = four_bits(4, 64)
    assert len(raw) == 4 * 64 // 32 * 18
    assert packed.array("l0.fo.w", WIDTH, INNER).shape == (WIDTH, INNER)
    assert np.abs(values).max() <= 8
    with pytest.raises(ModelFailed):
        packed.array("l0.fo.w", WIDTH, WIDTH)
    with pytest.raises(ModelFailed):
        packed.array("l1.fo.w", WIDTH, INNER)


def test_four_bits_are_the_numbers_they_were_made_from(tmp_path: Path) -> None:
    path = packed_file(tmp_path / "encoder.bin")
    values, raw = four_bits(len(PIECES), WIDTH)
    whole = path.read_bytes()
    held = PackedEncoder(path)._directory["emb.word"]
    path.write_bytes(whole[: held.offset] + raw + whole[held.offset + held.size :])
    found = PackedEncoder(path).array("emb.word", len(PIECES), WIDTH)
    assert np.array_equal(found, values)


@pytest.mark.parametrize("damage", [b"", bytes(10), b"E5S1", b"GGUF" + bytes(200)])
def test_another_file_is_refused(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "encoder.bin"
    path.write_bytes(damage)
    with pytest.raises(ModelFailed):
        PackedEncoder(path)


def test_the_likeliest_pieces_and_every_character_are_kept(tmp_path: Path) -> None:
    packed = PackedEncoder(packed_file(tmp_path / "encoder.bin"))
    write_words(packed, tmp_path / "words", most=6)
    tokenizer = load_tokenizer(tmp_path / "words")
    left_out = {"▁milling"}
    assert set(tokenizer.get_vocab()) == set(PIECES) - left_out
    vectors = map_word_vectors(tmp_path / "words" / WORDS)
    whole = packed.array("emb.word", len(PIECES), WIDTH)
    for piece, row in tokenizer.get_vocab().items():
        assert np.allclose(vectors[row], whole[PIECES.index(piece)], atol=1e-2)
    assert [tokenizer.token_to_id(p) for p in ("<s>", "</s>")] == [0, 2]


def test_words_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    packed = PackedEncoder(packed_file(tmp_path / "encoder.bin"))
    for name in ("one", "other"):
        write_words(packed, tmp_path / name)
    for file in (WORDS, TOKENIZER):
        assert (tmp_path / "one" / file).read_bytes() == (
            tmp_path / "other" / file
        ).read_bytes()


@pytest.fixture(scope="module")
def real_tokenizer(prepared: Settings) -> Tokenizer:
    return load_tokenizer(words_folder(prepared))


@pytest.mark.model
@given(text=st.text(max_size=80))
def test_no_text_becomes_a_control_token_and_every_piece_lies_in_it(
    real_tokenizer: Tokenizer, text: str
) -> None:
    whole = f"<s>{text}</s><mask>"
    found = real_tokenizer.encode(whole, add_special_tokens=False)
    special = {real_tokenizer.token_to_id(p) for p in ("<s>", "<pad>", "</s>", "<mask>")}
    assert not special & set(found.ids)
    # "¼" becomes three pieces that all lie where it stands.
    starts, ends = zip(*found.offsets, strict=True)
    assert list(starts) == sorted(starts)
    assert list(ends) == sorted(ends)
    assert all(0 <= start < end <= len(whole) for start, end in found.offsets)


@pytest.mark.model
def test_words_of_several_languages_are_pieces(real_tokenizer: Tokenizer) -> None:
    for text in (
        "Die Brücke wurde gesperrt.",
        "El puente se cerró.",
        "桥关闭了。",
        "The bridge.",
    ):
        found = real_tokenizer.encode(text, add_special_tokens=False)
        assert real_tokenizer.token_to_id("<unk>") not in found.ids
        for piece, at in zip(found.tokens, found.offsets, strict=True):
            assert piece.lstrip("▁") in {text[slice(*at)], ""}
