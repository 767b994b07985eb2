"""Compile a sentence-transformers model for the CPU, once.

    python -m index.export MODEL FOLDER

writes `model.onnx`, `tokenizer.json` and `manifest.json` to FOLDER. Runs as a process of its
own: what torch and the exporter take of memory and time, and any way in which they may fail,
ends with it. `index/compiled.py` starts it; nothing here is needed afterwards.

The graph takes one text without padding: no attention mask has to be computed, no work is done
for padding, and a vector never depends on which texts happened to stand beside it. Matrix
weights are quantised to int8 per output channel (per tensor, the cosine to fp32 falls to 0.94).
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["RECIPE", "export", "load_pipeline"]

RECIPE = 2  # raised when another export of the same model would give other vectors

_OPSET = 17
_INT8_LEAST = 0.98  # cosine to the model itself, worst of the texts compared
_FP32_LEAST = 0.999
_MOST_UNRELATED = 0.95
# Short and long, plain and odd: what the compiled model is compared on.
_COMPARED = (
    "When did the ferry to the island start running?",
    "The council voted 7 to 4 on Monday to close the bridge until the spring.",
    "Prices rose by 3.2 % in October, the statistics office said, after 2.9 % in September.",
    "Der Fluss trat in der Nacht zum Dienstag über die Ufer.",
    "x",
    "The study followed 412 patients for two years. Those given the new drug had fewer "
    "relapses, but the difference was small. The authors, who were paid by the maker, "
    "call for a trial. " * 4,
)

# On as many matters as there are texts, in the languages of many documents.
_UNRELATED = (
    "When did the ferry to the island start running?",
    "The council voted 7 to 4 on Monday to close the bridge until the spring.",
    "Prices rose by 3.2 % in October, the statistics office said, after 2.9 % in September.",
    "Who painted the portrait of the admiral?",
    "The tenant shall pay the rent in advance, on the first working day of each month.",
    "Mitochondria turn food into a form of energy that the cell can use.",
    "She was born in a fishing village and moved to the capital at the age of nine.",
    "How do I descale the coffee machine?",
    "The patient was given 40 mg twice a day; the rash disappeared within a week.",
    "The team lost the final by two goals, in front of 60,000 people.",
    "The library reads files in a process of its own and limits its memory.",
    "Der Vulkan war vierhundert Jahre lang nicht ausgebrochen.",
    "Wie lange gilt die Garantie für das Gerät?",
    "Le ministre a annoncé une baisse des impôts pour les petites entreprises.",
    "El museo abre todos los días, excepto los lunes.",
    "这座城市的地铁有十二条线路。",
)


def load_pipeline(model: Path, device: str | None = "cpu") -> SentenceTransformer:
    """Load a sentence-transformers model from a folder, never from a network.

    Raises whatever sentence-transformers raises for a folder it cannot load.
    """
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(model), device=device, local_files_only=True)


def export(model: Path, folder: Path) -> None:
    """Write the compiled model, its tokenizer and a manifest to `folder`.

    With a GPU that torch can use, only tokenizer and manifest are written, and the manifest
    says that sentence-transformers is to run the model.
    """
    import torch

    pipeline = load_pipeline(model)
    manifest: dict[str, Any] = {
        "backend": "sentence-transformers",
        "dimension": pipeline.get_embedding_dimension(),
        "max_length": pipeline.max_seq_length,
        "prompts": {name: text for name, text in pipeline.prompts.items() if text},
        "recipe": RECIPE,
        "unrelated": round(_cosine_of_unrelated(pipeline), 4),
    }
    pipeline.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    write_manifest(folder, manifest)  # stands if what follows fails
    part_masked = any(
        getattr(module, "include_prompt", True) is False for module in pipeline
    )
    if part_masked and manifest["prompts"]:
        manifest["reason"] = "it leaves the prompt out of its mean"
    elif torch.cuda.is_available() or torch.backends.mps.is_available():
        manifest["reason"] = "a GPU is there"
    else:
        manifest.update(_compiled(pipeline, folder))
    write_manifest(folder, manifest)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write `manifest.json`."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _compiled(pipeline: SentenceTransformer, folder: Path) -> dict[str, Any]:
    """Write `model.onnx`, int8 if that is near enough, else fp32; say which in the manifest."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain, small, kept = (
        folder / name for name in ("fp32.onnx", "int8.onnx", "model.onnx")
    )
    _trace(pipeline, plain)
    logging.getLogger().setLevel(logging.ERROR)  # advice about preprocessing of images
    quantize_dynamic(plain, small, weight_type=QuantType.QInt8, per_channel=True)
    found: dict[str, Any] = {}
    for path, backend, least in (
        (small, "onnx-int8", _INT8_LEAST),
        (plain, "onnx", _FP32_LEAST),
    ):
        cosine = _parity(pipeline, path)
        if not found and cosine >= least:
            path.replace(kept)
            found = {"backend": backend, "parity": round(cosine, 4)}
            found["bytes"] = kept.stat().st_size
    plain.unlink(missing_ok=True)
    small.unlink(missing_ok=True)
    return found or {"reason": "the compiled model gives other vectors"}


def _trace(pipeline: SentenceTransformer, path: Path) -> None:
    """Export token ids (1, n) -> vector (1, d): the transformer and every module after it."""
    import torch

    modules: list[Any] = list(pipeline)
    backbone: torch.nn.Module = modules[0].auto_model

    class OneText(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = backbone
            self.rest = torch.nn.ModuleList(modules[1:])

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            features = {
                "token_embeddings": self.backbone(input_ids=input_ids)[0],
                "attention_mask": torch.ones_like(input_ids),
            }
            for module in self.rest:
                features = module(features)
            vector: torch.Tensor = features["sentence_embedding"]
            return vector

    torch.onnx.export(
        OneText().eval(),
        (torch.ones(1, 8, dtype=torch.long),),
        str(path),
        input_names=["input_ids"],
        output_names=["vector"],
        dynamic_axes={"input_ids": {1: "tokens"}},
        opset_version=_OPSET,
        dynamo=False,
    )


def _cosine_of_unrelated(pipeline: SentenceTransformer) -> float:
    """Return the mean cosine of a question to a passage that has nothing to do with it.

    At least 0, and at most what leaves some room up to the cosine of the same text.
    """
    import numpy as np

    asked = pipeline.encode_query(list(_UNRELATED), normalize_embeddings=True)
    found = pipeline.encode_document(list(_UNRELATED), normalize_embeddings=True)
    others = (asked @ found.T)[~np.eye(len(_UNRELATED), dtype=bool)]
    return min(max(float(others.mean()), 0.0), _MOST_UNRELATED)


def _parity(pipeline: SentenceTransformer, path: Path) -> float:
    """Return the least cosine between the compiled model and the model itself."""
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    texts = list(_COMPARED)
    expected = pipeline.encode(texts, prompt="", normalize_embeddings=True)
    least = 1.0
    for text, vector in zip(texts, expected, strict=True):
        ids = pipeline.tokenizer(text, truncation=True, max_length=pipeline.max_seq_length)
        got = session.run(None, {"input_ids": np.array([ids["input_ids"]], np.int64)})[0][0]
        least = min(least, float(got @ vector / np.linalg.norm(got)))
    return least


if __name__ == "__main__":
    warnings.simplefilter(
        "ignore"
    )  # the tracing exporter is deprecated, and still the faster one
    export(Path(sys.argv[1]), Path(sys.argv[2]))
