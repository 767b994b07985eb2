"""Trained weights to the file that ships, and the record of how they came to be."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import onnx
import torch
from matplotlib import pyplot as plt
from onnxruntime.quantization import (
    QuantType,
    quantize_dynamic,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from models.training.extractor_data import Row
    from models.training.extractor_net import Reader

__all__ = ["export", "write_record"]

AFTER_GELU = re.compile(r"layer\.\d+/output/dense/MatMul$")


def export(reader: Reader, weights: Path, path: Path, *, quantize: bool = True) -> None:
    """Write the reader without its word vectors; `path` is replaced in one step.

    Quantised, every matrix is int8 with a scale per output channel, a quarter of the size.
    Most are multiplied as int8. The ones after the activation function are turned back into
    float32 first: their inputs have outliers that 8 bits do not hold.

    Args:
        reader: the trained network.
        weights: the file its word vectors come from; its hash goes into the model.
        path: the ONNX file to write.
        quantize: int8; otherwise float32.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        _export_whole(reader, whole)
        model = onnx.load(whole)
        if quantize:
            kept = [node.name for node in model.graph.node if AFTER_GELU.search(node.name)]
            quantize_dynamic(
                whole,
                small,
                weight_type=QuantType.QInt8,
                per_channel=True,
                nodes_to_exclude=kept,
            )
            model = onnx.load(small)
            store_as_int8(model.graph, frozenset(kept))
        onnx.helper.set_model_props(model, {"word_vectors_sha256": _sha256(weights)})
        onnx.save(model, small)
        small.replace(path)


def store_as_int8(graph: onnx.GraphProto, names: frozenset[str]) -> None:
    """Hold the weights of these multiplications as int8, to be turned back when it runs."""
    held = {tensor.name: tensor for tensor in graph.initializer}
    nodes = list(graph.node)
    for node in nodes:
        if node.name not in names:
            continue
        name = node.input[1]
        matrix = onnx.numpy_helper.to_array(held[name])
        scale = np.abs(matrix).max(axis=0) / 127
        small = np.round(matrix / scale).astype(np.int8)
        held[name].CopyFrom(onnx.numpy_helper.from_array(small, name))
        graph.initializer.append(
            onnx.numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale")
        )
        back = onnx.helper.make_node(
            "DequantizeLinear", [name, f"{name}_scale"], [f"{name}_float"], axis=1
        )
        graph.node.insert(list(graph.node).index(node), back)
        node.input[1] = f"{name}_float"


def _export_whole(reader: Reader, path: Path) -> None:
    """Trace the reader for one passage without padding: nothing is masked, nothing wasted."""
    tokens = {1: "tokens"}
    example = (
        torch.zeros(1, 8, reader.words.embedding_dim),
        torch.ones(1, 8, dtype=torch.int64),
    )
    with warnings.catch_warnings(), torch.no_grad():
        # The exporter that needs no further package is the deprecated one.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            reader.eval(),
            example,
            str(path),
            input_names=["words", "types"],
            output_names=["start", "end", "null"],
            dynamic_axes=dict.fromkeys(("words", "types", "start", "end"), tokens),
            opset_version=17,
            dynamo=False,
        )


def write_record(
    args: argparse.Namespace,
    rows: Sequence[Row],
    losses: Sequence[float],
    files: Mapping[str, Path],
    scored: Mapping[str, Any],
) -> None:
    """Write record.json and loss.svg beside the model: data, settings, losses, scores.

    Args:
        args: settings of the run; `out` is where to.
        rows: the pool.
        losses: of each step.
        files: what went in and what came out, by name: their hashes are written.
        scored: what was measured, under the name of when.
    """
    record = {
        "sha256": {name: _sha256(path) for name, path in files.items()},
        "rows": dict(Counter(row.source for row in rows)),
        "near_misses": sum(not row.spans for row in rows),
        "settings": {
            name: value
            for name, value in vars(args).items()
            if not isinstance(value, Path | list)  # a list is one of paths
        },
        **scored,
        "losses": [round(loss, 3) for loss in smooth(losses)],
    }
    (args.out / "record.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    _draw(smooth(losses), args.out)


def smooth(losses: Sequence[float], window: int = 10) -> list[float]:
    """Return the mean of every `window` losses, in their order."""
    cut = [losses[i : i + window] for i in range(0, len(losses), window)]
    return [sum(part) / len(part) for part in cut]


def _draw(losses: Sequence[float], folder: Path) -> None:
    matplotlib.use("svg")
    figure, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
    axes.plot([10 * (i + 1) for i in range(len(losses))], losses, linewidth=1)
    title = f"Training the {folder.name}"
    axes.set(xlabel="step", ylabel="loss, mean of 10 steps", title=title)
    axes.grid(alpha=0.3)
    figure.savefig(folder / "loss.svg", metadata={"Date": None})
    plt.close(figure)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
