"""Write a trained adapter as the GGUF that llama.cpp loads on top of the packaged model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

__all__ = ["export_adapter"]

NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def export_adapter(
    weights: Mapping[str, Tensor], heads: int, key_heads: int, path: Path
) -> None:
    """Write float16 matrices under llama.cpp's names.

    Args:
        weights: `N.layer.down` (rank, in) and `N.layer.up` (out, rank), N the block.
        heads: attention heads of the model.
        key_heads: heads of its keys and values.
        path: where to; written in one step.
    """
    import gguf

    partial = path.with_suffix(".partial")
    rank = next(w.shape[0] for name, w in weights.items() if name.endswith(".down"))
    writer = gguf.GGUFWriter(partial, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))  # alpha / rank is the scale: 1
    writer.add_name("Citewell's adapter for SmolLM2-135M-Instruct")
    writer.add_license("CC BY-SA 4.0")
    for name, weight in sorted(weights.items()):
        block, _, rest = name.partition(".")
        layer, _, part = rest.rpartition(".")
        values = weight.detach().float().numpy()
        if part == "up" and layer.endswith(("q_proj", "k_proj")):
            values = _rotary(values, heads if layer.endswith("q_proj") else key_heads)
        side = "lora_a" if part == "down" else "lora_b"
        writer.add_tensor(
            f"blk.{block}.{NAMES[layer]}.weight.{side}",
            np.ascontiguousarray(values.astype(np.float16)),
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    partial.replace(path)


def _rotary(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Put a head's rows into llama.cpp's order: both halves of a rotation side by side."""
    out, rank = rows.shape
    return rows.reshape(heads, 2, out // heads // 2, rank).swapaxes(1, 2).reshape(out, rank)
