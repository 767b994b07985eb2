"""Low-rank adapters on every linear layer of the language model, and their loss.

LoRA: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModelForCausalLM

if TYPE_CHECKING:
    from pathlib import Path

    from models.training.adapter_pack import Pack

__all__ = ["Adapted", "Lora"]


class Lora(nn.Module):
    """A frozen linear layer and the product of two small matrices beside it."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.empty(rank, base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's output with the adapter's added."""
        low = functional.linear(x, self.down)
        whole: Tensor = self.base(x) + functional.linear(low, self.up)
        return whole


class Adapted(nn.Module):
    """The packaged model, frozen, with an adapter on every linear layer of its upper blocks."""

    def __init__(self, gguf: Path, rank: int, first: int) -> None:
        """Adapt the blocks from number `first` on; the ones below only read."""
        super().__init__()
        self.model: Any = AutoModelForCausalLM.from_pretrained(
            str(gguf.parent),
            gguf_file=gguf.name,
            dtype=torch.float32,
            attn_implementation="sdpa",
            local_files_only=True,
        )
        self.model.requires_grad_(requires_grad=False)
        self.adapters: dict[str, Lora] = {}
        linear = [
            (name, layer) for name, layer in self.model.model.layers.named_modules()
            if isinstance(layer, nn.Linear) and int(name.split(".")[0]) >= first
        ]  # fmt: skip
        for name, layer in linear:
            path, _, last = name.rpartition(".")
            adapter = Lora(layer, rank)
            setattr(self.model.model.layers.get_submodule(path), last, adapter)
            self.adapters[name] = adapter

    @property
    def heads(self) -> tuple[int, int]:
        """How many attention heads there are, and how many of keys and values."""
        config = self.model.config
        return config.num_attention_heads, config.num_key_value_heads

    def trained(self) -> dict[str, nn.Parameter]:
        """Return what is trained, by name."""
        return {
            f"{name}.{part}": getattr(adapter, part)
            for name, adapter in self.adapters.items()
            for part in ("down", "up")
        }

    def loss(self, pack: Pack) -> Tensor:
        """Return the mean cross-entropy over the answers' tokens, in nats."""
        hidden = self.model.model(
            input_ids=pack.tokens,
            position_ids=pack.positions,
            attention_mask=torch.zeros(pack.allowed.shape).masked_fill_(
                ~pack.allowed, float("-inf")
            ),
            use_cache=False,
        ).last_hidden_state
        logits = self.model.lm_head(hidden[0, pack.places])
        return functional.cross_entropy(logits, pack.targets)
