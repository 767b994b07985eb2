"""What this machine has, as far as it matters here: one look before asking for help."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.build import embedding_model, policy_of
from assistant.catalog import catalog_entry
from assistant.confidence.calibrations import calibrations_for
from assistant.encoder.embedding import MODULES
from assistant.encoder.words import WORDS, words_folder
from assistant.gguf import parameters_of
from assistant.llm.fit import LARGEST, fitted_type
from assistant.llm.llama_api import default_threads, quiet_api
from assistant.machine import free_memory
from assistant.models import BUNDLED, file_sha256, list_models
from assistant.types import ModelInfo

if TYPE_CHECKING:
    from assistant.config import Settings

__all__ = ["doctor_json", "doctor_text"]

PACKAGES = (
    "citewell",
    "llama-cpp-python",
    "sentence-transformers",
    "chromadb",
    "gradio",
    "onnxruntime",
    "torch",
    "pypdfium2",
)
# Types that llama.cpp repacks for the matrix units of common processors.
FAST_TYPES = ("Q4_0", "Q8_0", "BF16", "F16", "Q4_K", "IQ4_NL")


def doctor_json(settings: Settings) -> dict[str, Any]:
    """Look at versions, processor, GPU offload, models and memory."""
    api = quiet_api()
    return {
        "packages": {name: _version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "threads": settings.threads or default_threads(),
        "cpu_features": api.llama_print_system_info().decode("utf-8", "replace").strip(),
        "gpu_offload": bool(api.llama_supports_gpu_offload()),
        "memory_free_gb": round(free_memory() / 2**30, 1),
        "library": str(settings.library_folder),
        "library_exists": (settings.library_folder / "library.sqlite").is_file(),
        "models_folder": str(settings.models_folder),
        "models": [_model(path, settings) for path in list_models(settings)],
        "extractor_words": (words_folder(settings) / WORDS).is_file(),
        "embedding_model": (embedding_model(settings) / MODULES).is_file(),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _model(path: Path, settings: Settings) -> dict[str, Any]:
    size = path.stat().st_size
    digest = file_sha256(path, settings.cache_folder)
    info = ModelInfo(path.stem, digest)
    entry = catalog_entry(digest, settings.models_folder)
    parameters = entry.parameters if entry else parameters_of(path)
    known = calibrations_for(settings, digest, parameters)
    return {
        "file": path.name,
        "catalog": entry.name if entry else None,
        "parameters": parameters,
        "policy": policy_of(settings, info, parameters).value,
        "calibrated_for": known.scored.model if known.scored is not None else "",
        "size_gb": round(size / 2**30, 2),
        "sha256": digest,
        "bundled": digest == BUNDLED.sha256,
        "altered": path.name == BUNDLED.file_name and digest != BUNDLED.sha256,
        "fits_memory": size * 1.2 < free_memory(),
        "fitted": fitted_type(info, settings.cache_folder) if size <= LARGEST else None,
        "hint": _hint(path, size),
    }


def _hint(path: Path, size: int) -> str:
    fast = any(name in path.name.upper() for name in FAST_TYPES)
    if size <= LARGEST or fast:
        return ""
    return (
        f"this type may be slow on a CPU; {', '.join(FAST_TYPES[:2])} or Q4_K_M read faster"
    )


def doctor_text(data: dict[str, Any]) -> str:
    """Return the same for a person."""
    lines = [
        f"{name:24}{found or 'not installed'}" for name, found in data["packages"].items()
    ]
    lines += [
        f"{'Python':24}{data['python']} on {data['system']}",
        f"{'processors':24}{data['processors']}, {data['threads']} used",
        f"{'GPU offload':24}{'yes' if data['gpu_offload'] else 'no: built for the CPU'}",
        f"{'memory free':24}{data['memory_free_gb']} GB",
        f"{'llama.cpp':24}{data['cpu_features']}",
        f"{'library':24}{data['library']}{'' if data['library_exists'] else ' (none yet)'}",
        f"{'models folder':24}{data['models_folder']}",
    ]
    lines += [_model_line(model) for model in data["models"]]
    if not data["models"]:
        lines.append("  no model: get the bundled one with: citewell setup")
    if not data["extractor_words"]:
        lines.append("  no words for the extractor: get them with: citewell setup")
    if not data["embedding_model"]:
        lines.append("  no embedding model: get the bundled one with: citewell setup")
    return "\n".join(lines)


def _model_line(model: dict[str, Any]) -> str:
    about = [f"{model['size_gb']} GB"]
    about += [model["catalog"]] if model["catalog"] else []
    about += [_parameters(model["parameters"])] if model["parameters"] else []
    about += [f"policy {model['policy']}", _confidence(model)]
    about += ["bundled"] if model["bundled"] else []
    about += ["NOT the published file"] if model["altered"] else []
    about += [f"runs as {model['fitted']}"] if model["fitted"] else []
    about += [] if model["fits_memory"] else ["larger than the free memory"]
    about += [model["hint"]] if model["hint"] else []
    return f"  {model['file']}: {', '.join(about)}"


def _confidence(model: dict[str, Any]) -> str:
    """Say what the confidence of its answers was fitted with."""
    if not model["calibrated_for"]:
        return "confidence by what is found alone"
    own = model["calibrated_for"] == Path(model["file"]).stem
    return "confidence fitted for it" if own else "confidence fitted for another model"


def _parameters(count: int) -> str:
    """Write a number of parameters for a person.

    >>> _parameters(134_515_008), _parameters(1_543_714_304)
    ('135 million parameters', '1.5 billion parameters')
    """
    if count < 10**9:
        return f"{count / 1e6:.0f} million parameters"
    return f"{count / 1e9:.1f} billion parameters"
