"""llama.cpp at arm's length: one model, one context, one sequence of tokens.

This is the only module that speaks to the C interface for writing. It keeps the context's
memory and the list of tokens that fill it in step, reuses whatever prefix a new prompt shares
with the last one (or with a kept snapshot), and can be stopped between any two operations of
a prefill. It knows nothing of messages, templates or locks.
"""

from __future__ import annotations

import ctypes
import os
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import ContextOverflow, ModelFailed, Stopped
from assistant.llm.llama_api import default_threads, finds_tiles, quiet_api
from assistant.llm.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from assistant.llm.saved_states import SavedStates

__all__ = ["Engine", "EngineOptions"]

BATCH_TOKENS = 512
SNAPSHOT_BYTES = 64 * 2**20
KV_TYPES = {"f16": 1, "q8_0": 8}  # ggml's own numbers
OFFLOAD_ALL = 999  # more layers than any model has


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How a model is run."""

    context_tokens: int = 4096
    threads: int = 0  # 0: what this machine does best
    kv_type: str = "f16"  # or "q8_0": half the memory
    gpu_layers: int = -1  # -1: all of them, where llama.cpp was built with a GPU back end
    adapter: Path | None = None  # a LoRA in GGUF


class Engine:
    """A loaded model with one context; not safe to use from two threads at once.

    Raises ModelFailed where llama.cpp cannot load the file or make the context.

    Args:
        model: the GGUF.
        options: how it is run.
        saved: where states of shared beginnings are kept between processes; None: nowhere.
    """

    def __init__(
        self, model: Path, options: EngineOptions, saved: SavedStates | None = None
    ) -> None:
        self._saved = saved
        self._api = api = quiet_api()
        self._model = self._load(model, options)
        self.vocabulary = Vocabulary(api, self._model)
        self._adapter: Any = None
        self._context = self._make_context(options)
        self._memory = api.llama_get_memory(self._context)
        if options.adapter is not None:
            self._adapt(options.adapter)
        self.context_tokens: int = api.llama_n_ctx(self._context)
        self._tokens: list[int] = []
        self._snapshots: OrderedDict[tuple[int, ...], Any] = OrderedDict()

    def _load(self, model: Path, options: EngineOptions) -> Any:
        params = self._api.llama_model_default_params()
        offload = self._api.llama_supports_gpu_offload()
        layers = options.gpu_layers if options.gpu_layers >= 0 else OFFLOAD_ALL
        params.n_gpu_layers = layers if offload else 0
        params.use_extra_bufts = not finds_tiles()
        handle = self._api.llama_model_load_from_file(os.fsencode(model), params)
        if not handle:
            raise ModelFailed(
                f"llama.cpp cannot load {model.name}.",
                "The file may be cut short, not a GGUF, or too large for the memory.",
            )
        return handle

    def _make_context(self, options: EngineOptions) -> Any:
        params = self._api.llama_context_default_params()
        threads = options.threads or default_threads()
        trained = self._api.llama_model_n_ctx_train(self._model)
        params.n_ctx = min(options.context_tokens, trained or options.context_tokens)
        params.n_batch = params.n_ubatch = BATCH_TOKENS
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = 1  # on: a quantized V cache needs it
        params.type_k = params.type_v = KV_TYPES[options.kv_type]
        params.n_seq_max = 1
        context = self._api.llama_init_from_model(self._model, params)
        if not context:
            raise ModelFailed(
                f"There is not enough memory for a context of {params.n_ctx} tokens.",
                "Lower context_tokens, or set kv_type to q8_0.",
            )
        return context

    def _adapt(self, adapter: Path) -> None:
        handle = self._api.llama_adapter_lora_init(self._model, os.fsencode(adapter))
        if not handle:
            raise ModelFailed(f"The adapter {adapter.name} does not fit this model.")
        self._adapter = handle
        adapters = (self._api.llama_adapter_lora_p_ctypes * 1)(handle)
        scales = (ctypes.c_float * 1)(1.0)
        if self._api.llama_set_adapters_lora(self._context, adapters, 1, scales):
            raise ModelFailed(f"llama.cpp refused the adapter {adapter.name}.")

    # --- reading and writing --------------------------------------------------------------

    def prefill(
        self,
        tokens: Sequence[int],
        stable: int = 0,
        stopped: Callable[[], bool] | None = None,
    ) -> int:
        """Read a prompt; return how many of its tokens were already in memory.

        Args:
            tokens: the whole prompt.
            stable: how many of the first tokens other prompts share; their state is kept.
            stopped: asked all the time; once it says yes, Stopped is raised.
        """
        if len(tokens) >= self.context_tokens:
            raise ContextOverflow(
                f"The prompt has {len(tokens)} tokens, the context {self.context_tokens}."
            )
        reused = self._rewind(tokens)
        if reused < stable and self._restored_from_disk(tokens[:stable]):
            reused = stable
        if reused < stable:
            self._read(tokens[reused:stable], stopped)
            self._keep_snapshot()
        self._read(tokens[len(self._tokens) :], stopped)
        return reused

    def step(self, token: int) -> None:
        """Read one more token, most often the one just chosen."""
        self._decode([token])

    def logits(self) -> NDArray[np.float32]:
        """Return the scores of every token to come next, float32 (vocabulary,), a view."""
        import numpy as np

        pointer = self._api.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary.size,))

    def log_probabilities(
        self, continuations: Sequence[Sequence[int]]
    ) -> list[NDArray[np.float64]]:
        """Return how likely each continuation is after what was read, token by token.

        What was read stays as it was, but for the scores of the next token: read the last
        token again before asking for `logits`.

        Returns:
            For each continuation natural logarithms, float64 (tokens,).
        """
        first = _log_softmax(self.logits()[None])
        return [self._log_probabilities(first, tokens) for tokens in continuations]

    def _log_probabilities(
        self, first: NDArray[np.float64], tokens: Sequence[int]
    ) -> NDArray[np.float64]:
        import numpy as np

        begin = len(self._tokens)
        rows = [first]
        if len(tokens) > 1:
            rows.append(_log_softmax(self._decode_all(tokens[:-1])))
            self._truncate(begin)
        likely: NDArray[np.float64] = np.concatenate(rows)[
            np.arange(len(tokens)), np.array(tokens, dtype=np.int64)
        ]
        return likely

    def _decode_all(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Read a few tokens; return the scores after each, float32 (tokens, vocabulary)."""
        import numpy as np

        count, begin = len(tokens), len(self._tokens)
        batch = self._api.llama_batch_init(count, 0, 1)
        try:
            batch.n_tokens = count
            for i, token in enumerate(tokens):
                batch.token[i], batch.pos[i] = token, begin + i
                batch.n_seq_id[i], batch.seq_id[i][0], batch.logits[i] = 1, 0, 1
            outcome = self._api.llama_decode(self._context, batch)
        finally:
            self._api.llama_batch_free(batch)
        if outcome:
            self._truncate(begin)
            raise ModelFailed(f"llama.cpp stopped with code {outcome} while reading.")
        self._tokens.extend(tokens)
        pointer = self._api.llama_get_logits(self._context)
        return np.ctypeslib.as_array(pointer, shape=(count, self.vocabulary.size))

    def room(self) -> int:
        """Return how many more tokens the context can hold."""
        return self.context_tokens - len(self._tokens)

    def _read(self, tokens: Sequence[int], stopped: Callable[[], bool] | None) -> None:
        with _AbortCallback(self._api, self._context, stopped):
            for start in range(0, len(tokens), BATCH_TOKENS):
                self._decode(tokens[start : start + BATCH_TOKENS], stopped)

    def _decode(
        self, tokens: Sequence[int], stopped: Callable[[], bool] | None = None
    ) -> None:
        array = (self._api.llama_token * len(tokens))(*tokens)
        batch = self._api.llama_batch_get_one(array, len(tokens))
        outcome = self._api.llama_decode(self._context, batch)
        if outcome == 0:
            self._tokens.extend(tokens)
            return
        self._truncate(len(self._tokens))
        if stopped is not None and stopped():
            raise Stopped
        raise ModelFailed(f"llama.cpp stopped with code {outcome} while reading.")

    # --- prefix reuse ---------------------------------------------------------------------

    def _rewind(self, tokens: Sequence[int]) -> int:
        """Keep or restore the longest prefix that is at hand; return its length.

        At least one token is always read again, since only reading gives logits.
        """
        most = len(tokens) - 1
        shared = min(_common_prefix(self._tokens, tokens), most)
        best = max(
            (kept for kept in self._snapshots if _common_prefix(kept, tokens) == len(kept)),
            key=len,
            default=(),
        )
        if shared < len(best) <= most:
            self._restore(best)
            return len(best)
        self._truncate(shared)
        return len(self._tokens)

    def _truncate(self, length: int) -> None:
        if not self._api.llama_memory_seq_rm(self._memory, 0, length, -1):
            # Recurrent models cannot forget a part: begin again.
            self._api.llama_memory_clear(self._memory, True)
            length = 0
        del self._tokens[length:]

    def _keep_snapshot(self) -> None:
        size = self._api.llama_state_seq_get_size(self._context, 0)
        if size > SNAPSHOT_BYTES:
            return
        state = (ctypes.c_uint8 * size)()
        if self._api.llama_state_seq_get_data(self._context, state, size, 0) == size:
            self._snapshots[tuple(self._tokens)] = state
            if self._saved is not None:
                self._saved.save(self._tokens, bytes(state))
        while sum(map(len, self._snapshots.values())) > SNAPSHOT_BYTES:
            self._snapshots.popitem(last=False)

    def _restored_from_disk(self, tokens: Sequence[int]) -> bool:
        """Take up the state after these tokens, if an earlier process kept it."""
        data = self._saved.load(tokens) if self._saved is not None and tokens else None
        if data is None:
            return False
        key = tuple(tokens)
        self._snapshots[key] = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        self._restore(key)
        if len(self._tokens) != len(key):
            del self._snapshots[key]  # llama.cpp did not take it
        return len(self._tokens) == len(key)

    def _restore(self, tokens: tuple[int, ...]) -> None:
        self._api.llama_memory_clear(self._memory, True)
        state = self._snapshots[tokens]
        self._snapshots.move_to_end(tokens)
        read = self._api.llama_state_seq_set_data(self._context, state, len(state), 0)
        self._tokens = list(tokens) if read == len(state) else []
        if not self._tokens:
            self._api.llama_memory_clear(self._memory, True)

    def forget(self) -> None:
        """Empty the memory and drop all snapshots, as if nothing had been read yet."""
        self._truncate(0)
        self._snapshots.clear()

    def close(self) -> None:
        """Free the context and the model; the engine cannot be used afterwards."""
        if self._context:
            self._api.llama_free(self._context)
            self._context = None
        if self._model:
            self._api.llama_model_free(self._model)
            self._model = None


class _AbortCallback:
    """Lets a prefill be stopped; set only while one runs, for it is asked at every node."""

    def __init__(self, api: Any, context: Any, stopped: Callable[[], bool] | None) -> None:
        self._api, self._context, self._stopped = api, context, stopped
        self._callback: Any = None

    def __enter__(self) -> None:
        if self._stopped is None:
            return
        stopped = self._stopped
        self._callback = self._api.ggml_abort_callback(lambda _data: stopped())
        self._api.llama_set_abort_callback(self._context, self._callback, None)

    def __exit__(self, *_: object) -> None:
        if self._callback is not None:
            empty = self._api.ggml_abort_callback()  # a null pointer
            self._api.llama_set_abort_callback(self._context, empty, None)


def _log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return log-probabilities of scores, both (n, vocabulary)."""
    import numpy as np

    likely: NDArray[np.float64] = scores.astype(np.float64)
    likely -= likely.max(axis=1, keepdims=True)
    likely -= np.log(np.exp(likely).sum(axis=1, keepdims=True))
    return likely


def _common_prefix(left: Sequence[int], right: Sequence[int]) -> int:
    """Count the tokens that the two share from the start."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
