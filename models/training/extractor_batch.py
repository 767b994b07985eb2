"""Examples as tensors: encoded, masked, sorted by length, packed to a number of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from assistant.reading.windows import BEGIN, END, MAX_ANSWER_TOKENS, Window, make_windows

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from tokenizers import Tokenizer
    from torch import Tensor

    from models.training.extractor_augment import Example
    from models.training.extractor_data import Row

    # Returns the examples of a row for one pass, given the paragraphs that BM25 finds.
    Draw = Callable[[Row, Sequence[Row], random.Random], list[Example]]

__all__ = ["Batch", "batches"]

MASK = "<mask>"
MASKED_SHARE = 0.05  # of the tokens, the only regularization besides the averaged weights
POOL = 384  # groups sorted by length at once


@dataclass(frozen=True, slots=True)
class Batch:
    """Encoded passages of several questions; all of a question's passages are in one batch."""

    ids: Tensor  # int64 (n, L)
    types: Tensor  # int64 (n, L)
    mask: Tensor  # int64 (n, L)
    readable: Tensor  # bool (n, L): the passage's tokens
    gold: Tensor  # bool (n, d, L): spans of d + 1 tokens that answer, by their first token
    groups: Tensor  # int64 (n): which question, rising from 0


Encoded = tuple[Window, list[tuple[int, int]]]  # and the (first, last) indices in its ids


def batches(
    rows: Sequence[Row],
    negatives: Sequence[Sequence[Row]],
    tokenizer: Tokenizer,
    rng: random.Random,
    tokens: int,
    draw: Draw,
) -> Iterator[Batch]:
    """Yield batches of about `tokens` tokens, padding included, for one pass over the rows.

    Near misses come twice a pass: they are few and what is hardest.
    """
    mask_id = tokenizer.token_to_id(MASK)
    if mask_id is None:
        raise ValueError(f"the tokenizer has no {MASK}")
    order = [i for i, row in enumerate(rows) for _ in range(1 if row.spans else 2)]
    rng.shuffle(order)
    for begin in range(0, len(order), POOL):
        groups = []
        for i in order[begin : begin + POOL]:
            drawn = draw(rows[i], negatives[i], rng)
            group = [encode(e, tokenizer, rng) for e in drawn]
            groups.append([e for e in group if e is not None])
        packed = list(_pack([g for g in groups if g], tokens))
        rng.shuffle(packed)
        yield from (_tensors(p, rng, mask_id) for p in packed)


def encode(example: Example, tokenizer: Tokenizer, rng: random.Random) -> Encoded | None:
    """Encode a window of the example that holds an answer, if it has one at all."""
    windows = make_windows(tokenizer, example.question, example.passage, example.title)
    placed = [(w, _token_spans(w, example.spans)) for w in windows]
    fitting = [p for p in placed if p[1]] if example.spans else placed
    return rng.choice(fitting) if fitting else None


def _token_spans(window: Window, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found = []
    for begin, end in spans:
        inside = [k for k, (s, e) in enumerate(window.offsets) if s < end and begin < e]
        whole = inside and window.offsets[inside[0]][0] <= begin
        whole = whole and window.offsets[inside[-1]][1] >= end
        if whole and len(inside) <= MAX_ANSWER_TOKENS:
            found.append((window.first + inside[0], window.first + inside[-1]))
    return found


def _pack(groups: list[list[Encoded]], tokens: int) -> Iterator[list[list[Encoded]]]:
    def longest(group: list[Encoded]) -> int:
        return max(len(window.ids) for window, _ in group)

    batch: list[list[Encoded]] = []
    size = 0
    for group in sorted(groups, key=longest):
        if batch and (size + len(group)) * longest(group) > tokens:
            yield batch
            batch, size = [], 0
        batch.append(group)
        size += len(group)
    if batch:
        yield batch


def _tensors(groups: list[list[Encoded]], rng: random.Random, mask_id: int) -> Batch:
    flat = [(number, e) for number, group in enumerate(groups) for e in group]
    shape = (len(flat), max(len(window.ids) for _, (window, _) in flat))
    ids, types, mask = (torch.zeros(shape, dtype=torch.int64) for _ in range(3))
    readable = torch.zeros(shape, dtype=torch.bool)
    gold = torch.zeros((shape[0], MAX_ANSWER_TOKENS, shape[1]), dtype=torch.bool)
    for row, (_, (window, spans)) in enumerate(flat):
        kept = [
            t if rng.random() >= MASKED_SHARE or t in (BEGIN, END) else mask_id
            for t in window.ids
        ]
        ids[row, : len(kept)] = torch.tensor(kept)
        types[row, : len(kept)] = torch.tensor(window.types)
        mask[row, : len(kept)] = 1
        readable[row, window.first : window.first + len(window.offsets)] = True
        for first, last in spans:
            gold[row, last - first, first] = True
    return Batch(ids, types, mask, readable, gold, torch.tensor([n for n, _ in flat]))
