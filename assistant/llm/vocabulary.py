"""A model's vocabulary: text to tokens and back, and what a chat looks like to it."""

from __future__ import annotations

import ctypes
from typing import Any

from assistant.errors import ModelFailed

__all__ = ["Vocabulary"]


class Vocabulary:
    """The tokens of a loaded model; it lives as long as the model does.

    Args:
        api: the module of llama.cpp's C interface.
        model: the handle of a loaded model.
    """

    def __init__(self, api: Any, model: Any) -> None:
        self._api, self._model = api, model
        self._handle = api.llama_model_get_vocab(model)
        self.size: int = api.llama_vocab_n_tokens(self._handle)

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Turn text into tokens; control tokens are recognised only if `special`."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        buffer = (self._api.llama_token * room)()
        count = self._api.llama_tokenize(
            self._handle, data, len(data), buffer, room, False, special
        )
        if count < 0:
            raise ModelFailed("llama.cpp could not tokenize the text.")
        return list(buffer[:count])

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """Return the bytes of a token; they may be a part of a character."""
        buffer = ctypes.create_string_buffer(128)
        count = self._api.llama_token_to_piece(
            self._handle, token, buffer, len(buffer), 0, special
        )
        if count < 0:
            buffer = ctypes.create_string_buffer(-count)
            count = self._api.llama_token_to_piece(
                self._handle, token, buffer, len(buffer), 0, special
            )
        return buffer.raw[: max(count, 0)]

    def ends_answer(self, token: int) -> bool:
        """Say whether the token ends a turn."""
        return bool(self._api.llama_vocab_is_eog(self._handle, token))

    def begin_token(self) -> int | None:
        """Return the token that must begin every prompt, None if the model wants none."""
        if not self._api.llama_vocab_get_add_bos(self._handle):
            return None
        return int(self._api.llama_vocab_bos(self._handle))

    def chat_template(self) -> str | None:
        """Return the model's own chat template (Jinja), None if it has none."""
        data = self._api.llama_model_chat_template(self._model, None)
        return data.decode("utf-8", "replace") if data else None
