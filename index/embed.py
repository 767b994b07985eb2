"""A sentence-transformers model as an `Embedder`, fast from the first question on.

At first use the model is compiled by `index/export.py`, in a process of its own, into a cache
folder; from then on it runs on onnxruntime and tokenizers, without torch. Where compiling
fails, or torch has a GPU, sentence-transformers itself runs it behind the same protocol. The
cache may be deleted at any time.
"""

from __future__ import annotations

import functools
import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.compiled import Compiled, compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tokenizers import Tokenizer

    from index.types import Embedder, Vectors

__all__ = ["load_embedder"]

_BATCH = 16  # texts at once where sentence-transformers runs the model


def load_embedder(
    model: Path,
    cache: Path,
    *,
    threads: int = 0,
    expected: Mapping[str, str] | None = None,
) -> Embedder:
    """Load an embedding model; compile it first if that has not been done yet (some 10 s).

    Args:
        model: the folder of a sentence-transformers model.
        cache: a folder for compiled models; made if missing.
        threads: how many texts are embedded at once; 0 for one per processor.
        expected: SHA-256 of files of the model that must have just this content.

    Raises:
        ModelError: if there is no such model, it is not what its hash says, or cannot be run.
    """
    ready = compiled(model, cache, expected or {})
    tokens = _Tokens(ready)
    at_once = threads or _processors()
    run = _onnx(ready, at_once) if ready.model else _torch(model, threads)
    return _ModelEmbedder(ready, tokens, run)


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Tokens:
    """A model's tokenizer with its limit; never cuts or pads unasked."""

    def __init__(self, ready: Compiled) -> None:
        from tokenizers import Tokenizer

        # A saved tokenizer may carry a cut and a padding of its own: both are set anew.
        self._whole = Tokenizer.from_file(str(ready.tokenizer))
        self._whole.no_truncation()
        self._whole.no_padding()
        self._whole.encode_special_tokens = True  # "</s>" in a text is text
        self._max_length = ready.max_length
        added = len(self._whole.encode("").ids)
        prompt = self._whole.encode(ready.passage_prompt, add_special_tokens=False).ids
        self.max_tokens = ready.max_length - added - len(prompt)

    def ends(self, text: str) -> list[int]:
        """Return where each token ends, special ones left out, in rising order."""
        encoding = self._whole.encode(_valid(text), add_special_tokens=False)
        return list(itertools.accumulate((end for _, end in encoding.offsets), max))

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text with the special ones.

        Raises:
            ValueError: if a text is over the limit: cutting it would lose words unseen.
        """
        found = [
            encoding.ids for encoding in self._whole.encode_batch(list(map(_valid, texts)))
        ]
        longest = max(map(len, found), default=0)
        if longest > self._max_length:
            raise ValueError(f"a text of {longest} tokens, the limit is {self._max_length}")
        return found

    def cut_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text with the special ones, up to the limit."""
        found = [self._whole.encode(_valid(text)).ids for text in texts]
        if max(map(len, found), default=0) <= self._max_length:
            return found
        return [self._cut.encode(_valid(text)).ids for text in texts]

    @functools.cached_property
    def _cut(self) -> Tokenizer:
        """The same tokenizer with a limit; few questions need it, and it takes long to load."""
        from tokenizers import Tokenizer

        made = Tokenizer.from_str(self._whole.to_str())
        made.enable_truncation(self._max_length)
        made.encode_special_tokens = True
        return made


def _valid(text: str) -> str:
    """Replace lone surrogates, which no tokenizer takes; the length stays."""
    return text.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class _ModelEmbedder:
    """Tokens of one kind, vectors from whichever runs the model."""

    _ready: Compiled
    _tokens: _Tokens
    _run: Callable[[Sequence[Sequence[int]]], Vectors]  # token ids -> (n, dimension)

    @property
    def fingerprint(self) -> str:
        return self._ready.fingerprint

    @property
    def dimension(self) -> int:
        return self._ready.dimension

    @property
    def max_tokens(self) -> int:
        return self._tokens.max_tokens

    @property
    def unrelated(self) -> float:
        return self._ready.unrelated

    def token_ends(self, text: str) -> Sequence[int]:
        return self._tokens.ends(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found; raises ValueError for one over the limit."""
        prompt = self._ready.passage_prompt
        return self._unit(self._tokens.ids([prompt + text for text in texts]))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; of one over the limit, the beginning is read."""
        prompt = self._ready.query_prompt
        return self._unit(self._tokens.cut_ids([prompt + text for text in texts]))

    def _unit(self, ids: list[list[int]]) -> Vectors:
        """Run the model and scale every row to length 1."""
        import numpy as np

        if not ids:
            return np.zeros((0, self.dimension), np.float32)
        vectors = np.asarray(self._run(ids), np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(
            np.float32, copy=False
        )
        return unit


def _onnx(ready: Compiled, threads: int) -> Callable[[Sequence[Sequence[int]]], Vectors]:
    """Return a runner on onnxruntime: one text per call, `threads` calls at once.

    Texts side by side on one core each are 1.5 times as fast as one batch on all of them, leave
    nothing to pad, and need no thread that spins while llama.cpp works beside it.
    """
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it keeps a plan for every length it meets
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(ready.model), options, providers=["CPUExecutionProvider"]
    )

    def one(ids: Sequence[int]) -> Vectors:
        vector: Vectors = session.run(None, {"input_ids": np.array([ids], np.int64)})[0]
        return vector

    def run(ids: Sequence[Sequence[int]]) -> Vectors:
        if threads == 1 or len(ids) == 1:
            return np.concatenate([one(text) for text in ids])
        with ThreadPoolExecutor(min(threads, len(ids))) as pool:
            return np.concatenate(list(pool.map(one, ids)))

    return run


def _torch(folder: Path, threads: int) -> Callable[[Sequence[Sequence[int]]], Vectors]:
    """Return a runner on sentence-transformers, for a GPU or a model that does not compile."""
    import threading

    import numpy as np
    import torch

    from index.export import load_pipeline

    pipeline = load_pipeline(folder, device=None)
    lock = threading.Lock()
    if threads:
        torch.set_num_threads(threads)

    def run(ids: Sequence[Sequence[int]]) -> Vectors:
        order = sorted(range(len(ids)), key=lambda number: len(ids[number]))
        rows: list[Vectors] = []
        with lock, torch.inference_mode():
            for start in range(0, len(order), _BATCH):
                batch = [ids[number] for number in order[start : start + _BATCH]]
                padded = pipeline.tokenizer.pad({"input_ids": batch}, return_tensors="pt")
                features = {name: part.to(pipeline.device) for name, part in padded.items()}
                rows.append(pipeline(features)["sentence_embedding"].float().cpu().numpy())
        return np.concatenate(rows)[np.argsort(order)]

    return run
