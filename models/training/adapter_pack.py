"""Blocks as packed sequences in which nothing is read twice.

All prompts begin with the same system message, and a block's prompts with the same passages.
A pack holds each of these once; the attention mask lets a token see only what stands before
it in its own prompt, and positions count along that prompt. The gradients are those of the
prompts one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from torch import Tensor

    from models.training.adapter_data import Block

__all__ = ["Pack", "Rendered", "pack"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A block as tokens: each question's prompt and answer."""

    prompts: tuple[tuple[int, ...], ...]
    answers: tuple[tuple[int, ...], ...]  # each ends with the token that ends a turn
    stable: int  # first tokens that all prompts of all blocks share

    @property
    def common(self) -> int:
        """How many first tokens the prompts share; of each at least one is its own."""
        most = min(map(len, self.prompts)) - 1
        columns = zip(*(prompt[:most] for prompt in self.prompts), strict=True)
        return next((i for i, column in enumerate(columns) if len(set(column)) > 1), most)

    @property
    def size(self) -> int:
        """How many tokens the block adds to a pack."""
        own = sum(len(p) - self.common for p in self.prompts)
        return self.common - self.stable + own + sum(len(a) - 1 for a in self.answers)


@dataclass(frozen=True, slots=True)
class Pack:
    """One sequence of L tokens."""

    tokens: Tensor  # int64 (1, L)
    positions: Tensor  # int64 (1, L)
    allowed: Tensor  # bool (1, 1, L, L): what each token may look at
    places: Tensor  # int64 (n): where the next token is an answer's
    targets: Tensor  # int64 (n): that token
    questions: int


@dataclass(slots=True)
class _Growing:
    shared: tuple[int, ...]
    tokens: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)  # -1: the shared beginning
    branches: list[int] = field(default_factory=list)  # -1: the block's passages
    places: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    questions: int = 0

    def __post_init__(self) -> None:
        self._add(self.shared, 0, -1, -1)

    def _add(self, tokens: Sequence[int], start: int, block: int, branch: int) -> None:
        self.tokens += tokens
        self.positions += range(start, start + len(tokens))
        self.blocks += [block] * len(tokens)
        self.branches += [branch] * len(tokens)

    def add(self, rendered: Rendered, number: int) -> None:
        """Append a block."""
        begin, common = len(self.shared), rendered.common
        self._add(rendered.prompts[0][begin:common], begin, number, -1)
        for prompt, answer in zip(rendered.prompts, rendered.answers, strict=True):
            branch = [*prompt[common:], *answer]
            self._add(branch[:-1], common, number, self.questions)
            first = len(self.tokens) - len(answer)
            self.places += range(first, first + len(answer))
            self.targets += answer
            self.questions += 1

    def done(self) -> Pack:
        """Return it as tensors."""
        block, branch = torch.tensor(self.blocks), torch.tensor(self.branches)
        same_block = (block[None] == -1) | (block[None] == block[:, None])
        same_branch = (branch[None] == -1) | (branch[None] == branch[:, None])
        allowed = torch.tril(same_block & same_branch)
        return Pack(
            torch.tensor(self.tokens)[None],
            torch.tensor(self.positions)[None],
            allowed[None, None],
            torch.tensor(self.places),
            torch.tensor(self.targets),
            self.questions,
        )


def pack(
    blocks: Iterable[Block], render: Callable[[Block], Rendered], tokens: int
) -> Iterator[Pack]:
    """Yield packs of up to `tokens` tokens, more only where one block is larger."""
    growing: _Growing | None = None
    for number, block in enumerate(blocks):
        rendered = render(block)
        if growing and growing.questions and len(growing.tokens) + rendered.size > tokens:
            yield growing.done()
            growing = None
        growing = growing or _Growing(rendered.prompts[0][: rendered.stable])
        growing.add(rendered, number)
    if growing is not None:
        yield growing.done()
