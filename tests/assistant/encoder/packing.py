"""A small encoder in the packed form, made of what a test knows."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁the",
    "▁mill",
    "▁",
    "s",
    "▁milling",
    "水",
    *"<>/mak",
    "<mask>",
]
WIDTH, LAYERS, INNER, POSITIONS, KINDS = 32, 1, 64, 40, 2
HALF = np.random.default_rng(0)


def four_bits(rows: int, columns: int) -> tuple[NDArray[np.float32], bytes]:
    """A matrix as it will be read, and as blocks of 32 numbers with a scale."""
    codes = HALF.integers(0, 16, (rows * columns // 32, 32), dtype=np.uint8)
    scales = HALF.random((len(codes), 1)).astype(np.float16)
    blocks = np.hstack([scales.view(np.uint8), codes[:, :16] | codes[:, 16:] << 4])
    values = (codes.astype(np.float32) - 8) * scales.astype(np.float32)
    return values.reshape(rows, columns), blocks.tobytes()


def arrays(layers: int) -> dict[str, bytes]:
    """All arrays of an encoder."""
    made = {
        "emb.word": four_bits(len(PIECES), WIDTH)[1],
        "emb.pos": np.ones((POSITIONS, WIDTH), np.float32).tobytes(),
        "emb.type": np.zeros((KINDS, WIDTH), np.float32).tobytes(),
    }
    shapes = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH)}
    shapes |= {"ao": (WIDTH, WIDTH), "fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}
    for layer in range(layers):
        for name, shape in shapes.items():
            made[f"l{layer}.{name}.w"] = four_bits(*shape)[1]
            made[f"l{layer}.{name}.b"] = np.zeros(shape[0], np.float32).tobytes()
    norms = [f"l{layer}.{name}" for layer in range(layers) for name in ("aln", "oln")]
    for name in ("emb.ln", *norms):
        made[f"{name}.w"] = np.ones(WIDTH, np.float32).tobytes()
        made[f"{name}.b"] = np.zeros(WIDTH, np.float32).tobytes()
    return made


def packed_file(path: Path, layers: int = LAYERS) -> Path:
    """Write a small encoder in the packed form."""
    text = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, text)]).astype(np.uint32)
    scores = -np.arange(len(PIECES), dtype=np.float32)
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", WIDTH, layers, 2, INNER, len(PIECES), POSITIONS, KINDS)
    head += struct.pack("<fi5iQ", 1e-12, 32, len(PIECES), 0, 2, 1, 3, int(ends[-1]))
    head += ends.tobytes() + scores.tobytes() + b"".join(text) + struct.pack("<iI", 0, 0)
    named = arrays(layers)
    size = 4 + sum(2 + len(name) + 21 for name in named)
    directory, body = struct.pack("<i", len(named)), b""
    for name, raw in named.items():
        begin = len(head) + size + len(body)
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 1, 0, begin, len(raw))
        body += raw
    path.write_bytes(head + directory + body)
    return path
