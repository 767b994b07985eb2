"""The word pieces of the encoder and their vectors, and the tokenizer that names their rows.

A quarter of a million pieces in a hundred scripts take a second to load. The likeliest ones
are kept, and every single character, so that any text can still be read.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import numpy as np

from assistant.encoder.packed import WORD_VECTORS
from assistant.models import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from assistant.config import Settings
    from assistant.encoder.packed import PackedEncoder

    Halves = NDArray[np.float16]

__all__ = [
    "TOKENIZER",
    "WORDS",
    "kept_pieces",
    "safetensors",
    "tokenizer_of",
    "words_folder",
    "write_words",
]

WORDS, TOKENIZER = "words.safetensors", "tokenizer.json"
MOST_PIECES = 80_000  # of the likeliest, single characters not counted
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
NEVER = -1e6  # the score of a piece that no text may become


def words_folder(settings: Settings) -> Path:
    """Return where set-up puts the words that the extractor reads."""
    return settings.models_folder / "words"


def write_words(packed: PackedEncoder, folder: Path, most: int = MOST_PIECES) -> None:
    """Write the word vectors (float16, safetensors) and the tokenizer that names their rows.

    Each file appears whole or not at all.
    """
    kept = kept_pieces(packed, most)
    vectors = packed.word_vectors()[kept].astype(np.float16)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / TOKENIZER, tokenizer_of(packed, kept).to_str().encode())
    write_atomically(folder / WORDS, safetensors({WORD_VECTORS: vectors}))


def kept_pieces(packed: PackedEncoder, most: int = MOST_PIECES) -> list[int]:
    """Return the indices of the pieces to keep, in their order: the likeliest come first."""
    return [
        i
        for i, piece in enumerate(packed.pieces)
        if i < most or piece in SPECIAL or len(piece.lstrip("▁")) <= 1
    ]


def tokenizer_of(packed: PackedEncoder, kept: Sequence[int]) -> Tokenizer:
    """Return a tokenizer like XLM-RoBERTa's (Kudo, "Subword Regularization", ACL 2018).

    No text becomes a special piece, and none is put around it.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    pieces = [packed.pieces[i] for i in kept]
    scores = [
        NEVER if packed.pieces[i] in SPECIAL else float(packed.scores[i]) for i in kept
    ]
    vocabulary = list(zip(pieces, scores, strict=True))
    made = Tokenizer(models.Unigram(vocabulary, pieces.index("<unk>"), byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(prepend_scheme="always"),
        ]
    )
    return made


def safetensors(arrays: Mapping[str, Halves]) -> bytes:
    """Return a safetensors file: eight bytes of length, that many of JSON, then the arrays."""
    begins = np.cumsum([0, *(array.nbytes for array in arrays.values())]).tolist()
    entries = {
        name: {"dtype": "F16", "shape": array.shape, "data_offsets": begins[i : i + 2]}
        for i, (name, array) in enumerate(arrays.items())
    }
    head = json.dumps(entries).encode()
    head += b" " * (-len(head) % 8)
    body = b"".join(array.tobytes() for array in arrays.values())
    return struct.pack("<Q", len(head)) + head + body
