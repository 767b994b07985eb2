"""Reading and writing speed of `LlamaGenerator` beside a bare llama.cpp loop.

    python benchmarks/generation.py [--tokens 64] [--rounds 5]

In one run, taking turns: decoding with the same weights and threads, and reading a prompt with
the fitted weights beside the packaged file. Prints medians and ratios; on a busy machine only
the ratios mean anything.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

from assistant.build import open_generator
from assistant.config import Settings
from assistant.llm.fit import fit_weights
from assistant.llm.llama import EngineOptions
from assistant.llm.llama_api import default_threads, finds_tiles
from assistant.models import find_model
from assistant.types import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEXT = (
    "The council met on Monday to talk about the bridge. Its repair had been promised for "
    "spring, the mayor said, but the money was spent on the harbour instead. "
)


class BareLoop:
    """llama.cpp with nothing around it: decode, take the best, decode."""

    def __init__(self, model: Path) -> None:
        import llama_cpp.llama_cpp as api
        import numpy as np

        self.api, self.np = api, np
        api.llama_backend_init()
        loading = api.llama_model_default_params()
        loading.use_extra_bufts = not finds_tiles()
        self.model = api.llama_model_load_from_file(str(model).encode(), loading)
        params = api.llama_context_default_params()
        params.n_ctx = 2048
        params.n_batch = params.n_ubatch = 512
        params.n_threads = params.n_threads_batch = default_threads()
        params.flash_attn_type = 1
        self.context: Any = api.llama_init_from_model(self.model, params)
        self.size = api.llama_vocab_n_tokens(api.llama_model_get_vocab(self.model))

    def run(self, tokens: tuple[int, ...], count: int) -> tuple[float, float]:
        """Return the seconds of reading the tokens and of writing `count` more."""
        self.api.llama_memory_clear(self.api.llama_get_memory(self.context), True)
        start = time.perf_counter()
        for first in range(0, len(tokens), 512):
            self._decode(tokens[first : first + 512])
        token = self._best()
        read = time.perf_counter()
        for _ in range(count):
            self._decode((token,))
            token = self._best()
        return read - start, time.perf_counter() - read

    def _decode(self, tokens: tuple[int, ...]) -> None:
        array = (self.api.llama_token * len(tokens))(*tokens)
        self.api.llama_decode(
            self.context, self.api.llama_batch_get_one(array, len(tokens))
        )

    def _best(self) -> int:
        logits = self.api.llama_get_logits_ith(self.context, -1)
        return int(self.np.ctypeslib.as_array(logits, shape=(self.size,)).argmax())


def ours(generator: Any, messages: Sequence[Message], count: int) -> tuple[float, float]:
    """Return the same two figures for our generator, which starts with an empty memory."""
    generator.forget()
    start = time.perf_counter()
    first = 0.0
    pieces = 0
    for _ in generator.generate(messages, count + 1):
        first = first or time.perf_counter() - start
        pieces += 1
    rest = time.perf_counter() - start - first
    return first, rest * count / max(pieces - 1, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    settings = Settings()
    path, info = find_model(settings)
    options = EngineOptions()
    fitted = fit_weights(path, info, options, settings.cache_folder)
    generator = open_generator(settings)
    messages = [Message("user", TEXT * 24 + "Tell the whole story again.")]
    prompt = generator.encode(messages)
    bare, packaged = BareLoop(fitted), BareLoop(path)
    figures: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": [], "packaged": []}
    for _ in range(arguments.rounds):
        figures["ours"].append(ours(generator, messages, arguments.tokens))
        figures["bare"].append(bare.run(prompt.tokens, arguments.tokens))
        figures["packaged"].append(packaged.run(prompt.tokens, arguments.tokens))
    print(f"weights: {fitted.name}; prompt {len(prompt.tokens)} tokens")
    for name, runs in figures.items():
        read = len(prompt.tokens) / statistics.median(run[0] for run in runs)
        write = arguments.tokens / statistics.median(run[1] for run in runs)
        print(f"{name:10} reads {read:8.0f} tokens/s, writes {write:7.1f} tokens/s")
    decode = statistics.median(
        b[1] / o[1] for o, b in zip(figures["ours"], figures["bare"], strict=True)
    )
    prefill = statistics.median(
        p[0] / o[0] for o, p in zip(figures["ours"], figures["packaged"], strict=True)
    )
    print(f"writing, ours / bare loop: {decode:.2f} (median of pairs)")
    print(f"reading, ours / packaged file: {prefill:.2f} (median of pairs)")


if __name__ == "__main__":
    main()
