"""Messages to tokens through a model's own chat template, with nobody's text as control.

The template is rendered once with placeholders for the messages' contents. What is left
between the placeholders is the template's own and is tokenized with its control tokens; the
contents are tokenized as plain text. A document that holds `<|im_end|>` gives sixteen plain
tokens and not the one that ends a turn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import ModelFailed
from assistant.types import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ChatTemplate", "Prompt"]

# Private-use characters: no template has a reason to touch or to hold them.
_PLACEHOLDER = "\ue0f0{}\ue0f1"
_PLACEHOLDERS = re.compile("\ue0f0(\\d+)\ue0f1")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as token ids of one model."""

    tokens: tuple[int, ...]
    stable: int = 0  # how many of the first tokens other prompts share


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """A chat template in Jinja and the two tokens that it may name."""

    source: str
    begin: str = ""
    end: str = ""

    def render(self, messages: Sequence[Message]) -> str:
        """Render the roles, with a placeholder where each message's content goes.

        Raises ModelFailed where the template is broken or refuses these roles.
        """
        from jinja2 import TemplateError

        roles = [
            {"role": message.role, "content": _PLACEHOLDER.format(number)}
            for number, message in enumerate(messages)
        ]
        try:
            return self._render(roles)
        except TemplateError as first:
            if roles[0]["role"] != "system":
                raise ModelFailed(f"The model's chat template fails: {first}") from first
        try:  # some models know no system role: it then opens the user's first message
            return self._render(_fold_system(roles))
        except TemplateError as error:
            raise ModelFailed(f"The model's chat template fails: {error}") from error

    @property
    def opens_thinking(self) -> bool:
        """Say whether the template itself opens the model's thinking for it."""
        rendered = self.render([Message("user", "")]).rstrip()
        return rendered.endswith("<think>")

    def _render(self, roles: Sequence[dict[str, str]]) -> str:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = lambda _format: ""  # a date breaks reuse
        return environment.from_string(self.source).render(
            messages=list(roles),
            add_generation_prompt=True,
            bos_token=self.begin,
            eos_token=self.end,
            enable_thinking=False,
            tools=None,
        )

    def encode(
        self, messages: Sequence[Message], tokenize: Callable[[str, bool], list[int]]
    ) -> Prompt:
        """Turn messages into tokens; `tokenize(text, special)` is the model's own."""
        tokens: list[int] = []
        stable = 0
        for number, part in enumerate(_PLACEHOLDERS.split(self.render(messages))):
            if number % 2 == 0:
                tokens += tokenize(part, True) if part else []
                continue
            message = messages[int(part)]
            if int(part) == len(messages) - 1:
                stable = len(
                    tokens
                )  # instruction and examples come before the last message
            tokens += tokenize(message.content, False)
        return Prompt(tuple(tokens), stable)


def _fold_system(roles: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    system, first, *rest = roles
    joined = {**first, "content": f"{system['content']}\n\n{first['content']}"}
    return [joined, *rest]


def _refuse(message: str) -> None:
    from jinja2 import TemplateError

    raise TemplateError(message)
