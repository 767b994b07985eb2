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
from onnxruntime.quantization import QuantType, quantize_dynamic

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from models.training.extractor_data import Row
    from models.training.extractor_net import Reader

__all__ = ["export", "write_record"]

# Both matrices of a feed-forward layer.
FEED_FORWARD = re.compile(r"layer\.\d+/(intermediate|output)/dense/MatMul$")
LEAST_PEAK = 1e-6  # of a row, so that one of zeros can be divided by it


def export(reader: Reader, weights: Path, path: Path, *, quantize: bool = True) -> None:
    """Write the reader without its word vectors; `path` is replaced in one step.

    Quantised, every matrix is int8 with a scale per output channel, a quarter of the size, and
    is multiplied as int8 by inputs that are rounded to 8 bits with one scale for all tokens. A
    few tokens have feed-forward inputs many times as large as the rest, so these are levelled.

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
            level_rows(model.graph, FEED_FORWARD)
            onnx.save(model, whole)
            quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True)
            model = onnx.load(small)
        onnx.helper.set_model_props(model, {"word_vectors_sha256": _sha256(weights)})
        onnx.save(model, small)
        small.replace(path)


def level_rows(graph: onnx.GraphProto, names: re.Pattern[str]) -> None:
    """Divide each row by its largest number before these multiplications, and undo it after."""
    make = onnx.helper.make_node
    least = onnx.numpy_helper.from_array(np.array([LEAST_PEAK], np.float32), "least_peak")
    graph.initializer.append(least)
    nodes = []
    for node in graph.node:
        if node.op_type != "MatMul" or not names.search(node.name):
            nodes.append(node)
            continue
        rows, product = node.input[0], node.output[0]
        size, largest, peak, level = (
            f"{node.name}_{part}" for part in ("size", "largest", "peak", "level")
        )
        nodes += [
            make("Abs", [rows], [size]),
            make("ReduceMax", [size], [largest], axes=[-1], keepdims=1),
            make("Max", [largest, "least_peak"], [peak]),
            make("Div", [rows, peak], [level]),
        ]
        node.input[0], node.output[0] = level, f"{product}_level"
        nodes += [node, make("Mul", [f"{product}_level", peak], [product])]
    del graph.node[:]
    graph.node.extend(nodes)


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
            if not isinstance(value, Path | list | None)  # a list is one of paths
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
