"""A shipped file back to weights, to train on from what it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from models.training.extractor_net import Reader

    Array = NDArray[np.generic]

__all__ = ["load_exported"]

# "/layer.0/output/dense/MatMul_quant" multiplies by encoder.layer.0.output.dense.weight.
PRODUCT = re.compile(r"/?(?P<path>.+?)/(MatMul|Gemm)(_MatMul)?(_quant)?")
TABLES = ("positions.weight", "kinds.weight")


def load_exported(reader: Reader, path: Path) -> None:
    """Set the reader's weights to those of an exported file, turned back from int8.

    Raises ValueError where the file leaves one of them out.
    """
    graph = onnx.load(path).graph
    held = {t.name: onnx.numpy_helper.to_array(t) for t in graph.initializer}
    found = dict(_matrices(graph, held))
    found |= {name: _float(held, name) for name in TABLES if _holds(held, name)}
    found |= {name: array for name, array in held.items() if array.dtype == np.float32}
    with torch.no_grad():
        for name, weight in reader.named_parameters():
            if not weight.requires_grad:
                continue
            if name not in found or found[name].shape != tuple(weight.shape):
                raise ValueError(f"{path} does not hold {name}")
            weight.copy_(torch.from_numpy(np.array(found[name], dtype=np.float32)))


def _matrices(
    graph: onnx.GraphProto, held: Mapping[str, Array]
) -> Iterator[tuple[str, Array]]:
    """Yield the weights of the linear layers, (out, in) as torch holds them."""
    for node in graph.node:
        match = PRODUCT.fullmatch(node.name)
        if match is None:
            continue
        name = node.input[1].removesuffix("_quantized")
        if _holds(held, name):
            path = match["path"].replace("/", ".").replace("null.null", "null")
            path = f"encoder.{path}" if path.startswith("layer.") else path
            yield f"{path}.weight", _float(held, name).T


def _holds(held: Mapping[str, Array], name: str) -> bool:
    return name in held or f"{name}_quantized" in held


def _float(held: Mapping[str, Array], name: str) -> Array:
    """Return a tensor as float32, whether it is held as int8 or as it is."""
    if name in held:
        return held[name]
    whole, zero = held[f"{name}_quantized"], held[f"{name}_zero_point"]
    scale = held[f"{name}_scale"].astype(np.float32)
    made: Array = (whole.astype(np.float32) - zero.astype(np.float32)) * scale
    return made
