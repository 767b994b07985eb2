"""A GGUF model that writes answers: `LlamaGenerator`, the one implementation of `Generator`.

Greedy and seeded unless asked otherwise, so that the same question gives the same answer. One
lock per model: llama.cpp is not safe to call twice at once.
"""

from __future__ import annotations

import codecs
import threading
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelFailed, Stopped
from assistant.llm.llama import Engine, EngineOptions
from assistant.llm.saved_states import SavedStates
from assistant.llm.template import ChatTemplate, Prompt
from assistant.llm.thinking import ThinkingFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from assistant.types import Message, ModelInfo

__all__ = ["LlamaGenerator", "Sampling"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen."""

    temperature: float = 0.0  # 0: always the most likely token
    seed: int = 0
    thinking_tokens: int = 1024  # how long a thinking model may think


class LlamaGenerator:
    """A chat model run by llama.cpp.

    Raises ModelFailed where the file cannot be loaded or carries no chat template.

    Args:
        model: the GGUF.
        info: its name and fingerprint.
        options: how it is run.
        sampling: how the next token is chosen.
        states: a folder in which to keep what prompts share; None: not between processes.
    """

    def __init__(
        self,
        model: Path,
        info: ModelInfo,
        options: EngineOptions | None = None,
        sampling: Sampling | None = None,
        states: Path | None = None,
    ) -> None:
        options = options or EngineOptions()
        saved = None if states is None else SavedStates(states, _identity(info, options))
        self._engine = Engine(model, options, saved)
        self._vocabulary = self._engine.vocabulary
        self._info = info
        self._sampling = sampling or Sampling()
        self._lock = threading.Lock()
        source = self._vocabulary.chat_template()
        if source is None:
            raise ModelFailed(
                f"{info.name} carries no chat template.",
                "Choose an instruction-tuned ('Instruct' or 'chat') GGUF.",
            )
        self._begin = self._vocabulary.begin_token()
        begin = (
            b""
            if self._begin is None
            else self._vocabulary.piece(self._begin, special=True)
        )
        self._template = ChatTemplate(source, begin.decode("utf-8", "replace"))

    @property
    def info(self) -> ModelInfo:
        """Name the model and the SHA-256 of its file."""
        return self._info

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._engine.context_tokens

    def count_tokens(self, text: str) -> int:
        """Count the tokens of plain text, as it would stand in a prompt."""
        return len(self._vocabulary.tokenize(text))

    def encode(self, messages: Sequence[Message]) -> Prompt:
        """Turn messages into the model's tokens; only the template's own can be special."""
        prompt = self._template.encode(
            messages, lambda text, special: self._vocabulary.tokenize(text, special=special)
        )
        if self._begin is None or prompt.tokens[:1] == (self._begin,):
            return prompt
        return replace(
            prompt, tokens=(self._begin, *prompt.tokens), stable=prompt.stable + 1
        )

    def count(self, messages: Sequence[Message]) -> int:
        """Count the tokens of a prompt, those of the chat template included."""
        return len(self.encode(messages).tokens)

    def generate(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        stopped: Callable[[], bool] | None = None,
    ) -> Iterator[str]:
        """Yield the answer piece by piece; see `Generator.generate`."""
        prompt = self.encode(messages)
        with self._lock:
            try:
                self._engine.prefill(prompt.tokens, prompt.stable, stopped)
            except Stopped:
                return
            yield from self._write(prompt, max_tokens, stopped)

    def log_likelihoods(
        self,
        messages: Sequence[Message],
        texts: Sequence[str],
        stopped: Callable[[], bool] | None = None,
    ) -> list[tuple[float, int]]:
        """Return for each text its log-probability (nats) after the prompt, and its tokens.

        Nothing is written: a text is read as if the model had chosen it. The prompt is read
        once. Raises Stopped once `stopped` says yes.
        """
        prompt = self.encode(messages)
        tokens = [self._vocabulary.tokenize(text) for text in texts]
        with self._lock:
            self._engine.prefill(prompt.tokens, prompt.stable, stopped)
            likely = self._engine.log_probabilities(tokens)
        return [(float(each.sum()), len(each)) for each in likely]

    def _write(
        self, prompt: Prompt, max_tokens: int, stopped: Callable[[], bool] | None
    ) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        opened = self._template.opens_thinking
        thinking = ThinkingFilter(self._sampling.thinking_tokens, opened=opened)
        choose = _chooser(self._sampling, prompt)
        written = 0
        while written < max_tokens and self._engine.room() > 0:
            token = choose(self._engine.logits())
            if self._vocabulary.ends_answer(token):
                break
            piece = thinking.pass_on(
                decoder.decode(self._vocabulary.piece(token, special=True))
            )
            written += not thinking.inside
            if piece:
                yield piece
            if stopped is not None and stopped():
                return
            self._engine.step(token)
            if thinking.exhausted():
                self._cut_thinking(thinking)
        tail = thinking.pass_on(decoder.decode(b"", final=True)) + thinking.rest()
        if tail:
            yield tail

    def _cut_thinking(self, thinking: ThinkingFilter) -> None:
        """Make the model believe that it has thought enough."""
        for token in self._vocabulary.tokenize(thinking.closing, special=True):
            self._engine.step(token)
        thinking.close()

    def forget(self) -> None:
        """Read the next prompt from its first token, whatever was read before."""
        with self._lock:
            self._engine.forget()

    def close(self) -> None:
        """Free the model's memory."""
        with self._lock:
            self._engine.close()


def _identity(info: ModelInfo, options: EngineOptions) -> str:
    """Name everything that the state of a context depends on, but for its tokens."""
    about = (info.fingerprint, info.name, options.kv_type, str(options.adapter or ""))
    return "|".join((*about, version("llama-cpp-python")))


def _chooser(sampling: Sampling, prompt: Prompt) -> Callable[[NDArray[np.float32]], int]:
    """Return the function that picks the next token from the logits."""
    if sampling.temperature <= 0:
        return lambda logits: int(np.argmax(logits))
    # Seeded by the prompt too: a conversation's answers do not share their dice.
    random = np.random.default_rng(
        [sampling.seed, len(prompt.tokens), *prompt.tokens[-16:]]
    )

    def draw(logits: NDArray[np.float32]) -> int:
        scaled = (logits - logits.max()).astype(np.float64) / sampling.temperature
        weights = np.exp(scaled)
        return int(random.choice(len(weights), p=weights / weights.sum()))

    return draw
