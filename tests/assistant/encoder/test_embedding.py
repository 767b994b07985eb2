"""The encoder becomes a folder that sentence-transformers and the compiler can read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant.build import open_embedder
from assistant.config import Settings
from assistant.encoder.embedding import (
    MODULES,
    embedding_folder,
    write_embedding_model,
)
from assistant.encoder.packed import WORD_VECTORS, PackedEncoder
from assistant.errors import ModelMissing
from index.errors import ModelError
from index.likeness import likeness
from tests.assistant.encoder.packing import LAYERS, PIECES, WIDTH, packed_file

if TYPE_CHECKING:
    from pathlib import Path

    from index.types import Embedder


def test_all_weights_and_pieces_are_there(tmp_path: Path) -> None:
    packed = PackedEncoder(packed_file(tmp_path / "encoder.bin"))
    folder = tmp_path / "model"
    write_embedding_model(packed, folder)
    held = load_file(folder / "model.safetensors")
    weights = dict(packed.weights())
    assert set(held) == {*weights, WORD_VECTORS}
    for name, array in weights.items():
        np.testing.assert_allclose(held[name], array, rtol=1e-3)
    assert held[WORD_VECTORS].shape == (len(PIECES), WIDTH)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert config["vocab_size"] == len(PIECES)
    assert config["num_hidden_layers"] == LAYERS
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.encode("the mill").tokens == ["<s>", "▁the", "▁mill", "</s>"]
    assert (folder / MODULES).is_file()


def test_it_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    packed = PackedEncoder(packed_file(tmp_path / "encoder.bin"))
    for name in ("one", "other"):
        write_embedding_model(packed, tmp_path / name)
    for file in (tmp_path / "one").rglob("*.*"):
        other = tmp_path / "other" / file.relative_to(tmp_path / "one")
        assert file.is_dir() or file.read_bytes() == other.read_bytes()


def test_without_it_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        open_embedder(Settings(home=str(tmp_path)))
    assert "citewell setup" in caught.value.hint


def test_another_model_in_its_place_is_refused(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path))
    packed = PackedEncoder(packed_file(tmp_path / "encoder.bin"))
    write_embedding_model(packed, embedding_folder(settings))
    with pytest.raises(ModelError, match="not the file it should be"):
        open_embedder(settings)


PASSAGES = (
    "The Marrow Bridge was reopened on Sunday, eight months after its closure.",
    "The council estimates that the strike costs shops and hotels 900,000 crowns a day.",
    "Bathers at the lake fell ill because of blue-green algae, the health office said.",
    "The tenant shall pay the rent in advance, on the first working day of each month.",
)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "answered_by"),
    [
        ("Wann wurde die Brücke wieder geöffnet?", 0),
        ("这座桥什么时候重新开放？", 0),
        ("Was kostet der Streik die Läden und Hotels?", 1),
        ("¿Por qué enfermaron los bañistas del lago?", 2),
        ("房客什么时候要付房租？", 3),
        ("Quand le locataire doit-il payer le loyer ?", 3),
    ],
)
def test_a_question_finds_a_passage_in_another_language(
    real_embedder: Embedder, question: str, answered_by: int
) -> None:
    asked = real_embedder.embed_queries([question])[0]
    cosines = real_embedder.embed_passages(PASSAGES) @ asked
    alike = likeness(cosines, real_embedder.unrelated)
    assert alike.argmax() == answered_by
    assert alike[answered_by] > np.sort(alike)[-2] + 0.1
