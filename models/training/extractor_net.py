"""The reader network and its loss: which span of which passage answers, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertModel

from assistant.encoder.packed import WORD_VECTORS
from assistant.encoder.words import WORDS
from assistant.reading.windows import MAX_ANSWER_TOKENS

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Reader", "span_loss"]

NEVER = -1e4  # a logit that no softmax notices, finite so that gradients stay finite


class Reader(nn.Module):
    """An encoder's layers with three heads: answer start, answer end, no answer.

    Word vectors are looked up outside and stay as they are, so the trained file does not
    hold them. No dropout: on a CPU it doubles a step's time, and the words that are masked
    at random in training do the same work.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        bert = BertModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            attn_implementation="eager",  # the fused one runs back three times slower
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            local_files_only=True,
        )
        width = bert.config.hidden_size
        words = load_file(folder / WORDS)[WORD_VECTORS].to(torch.float32)
        self.words = nn.Embedding(len(words), width, _weight=words).requires_grad_(False)
        self.positions = bert.embeddings.position_embeddings
        self.kinds = bert.embeddings.token_type_embeddings
        self.norm = bert.embeddings.LayerNorm
        self.encoder = bert.encoder
        self.span = nn.Linear(width, 2)
        self.null = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))
        nn.init.normal_(self.span.weight, std=0.02)

    def fix(self, layers: int) -> None:
        """Keep what lies below, and so many layers from the lowest, as they are."""
        lowest = (self.positions, self.kinds, self.norm, *self.encoder.layer[:layers])
        for part in lowest:
            part.requires_grad_(False)

    def forward(
        self, words: Tensor, types: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return start (n, L), end (n, L) and null (n) logits.

        Args:
            words: word vectors, float (n, L, d).
            types: 0 for the question, 1 for title and passage, int (n, L).
            mask: 1 for a token, 0 for padding, int (n, L); None where nothing is padded.
        """
        place = torch.arange(words.shape[1], device=words.device)
        hidden = self.norm(words + self.positions(place)[None] + self.kinds(types))
        bias = None
        if mask is not None:
            bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * NEVER
            bias = bias.expand(-1, 1, words.shape[1], -1)
        for layer in self.encoder.layer:
            out = layer(hidden, bias)
            hidden = out[0] if isinstance(out, tuple) else out
        start, end = self.span(hidden).unbind(-1)
        return start, end, self.null(hidden[:, 0]).squeeze(-1)


def span_scores(start: Tensor, end: Tensor, readable: Tensor) -> Tensor:
    """Return the logits of all spans, (n, d, L): of d + 1 tokens, beginning at each token.

    `readable` marks the tokens of the passage; every other span gets NEVER.
    """
    start = start.masked_fill(~readable, NEVER)
    end = end.masked_fill(~readable, NEVER)
    size = start.shape[1]
    padded = nn.functional.pad(end, (0, MAX_ANSWER_TOKENS), value=NEVER)
    return torch.stack(
        [start + padded[:, d : d + size] for d in range(MAX_ANSWER_TOKENS)], dim=1
    )


def span_loss(spans: Tensor, null: Tensor, gold: Tensor, groups: Tensor) -> Tensor:
    """Return the mean loss: each passage on its own, and the passages of a question together.

    On its own a passage chooses between all its spans and "no answer". Together, without "no
    answer", the spans of all passages of a question share one softmax, so that scores can be
    compared between passages (Clark & Gardner, ACL 2018). Several gold spans are summed over.

    Args:
        spans: logits (n, d, L).
        null: logits (n).
        gold: which spans answer, bool (n, d, L); none in a passage without the answer.
        groups: the question's number of each passage, rising from 0, (n).
    """
    total = spans.flatten(1).logsumexp(1)
    right = spans.masked_fill(~gold, NEVER).flatten(1).logsumexp(1)
    answers = gold.flatten(1).any(1)
    alone = torch.logaddexp(total, null) - torch.where(answers, right, null)
    shared = []
    for group in range(int(groups.max()) + 1):
        own = groups == group
        if answers[own].any() and int(own.sum()) > 1:
            shared.append(total[own].logsumexp(0) - right[own & answers].logsumexp(0))
    together = torch.stack(shared).sum() if shared else spans.new_zeros(())
    return (alone.sum() + together) / (len(null) + len(shared))
