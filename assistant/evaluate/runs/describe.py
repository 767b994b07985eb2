"""Says what is run, so that a run can be repeated and is never mixed with another."""

from __future__ import annotations

import re
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.evaluate.runs.run_info import describe_run
from assistant.models import file_sha256
from index.chunk import MAX_TOKENS, OVERLAP_TOKENS

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.evaluate.runs.plan import Plan
    from assistant.evaluate.runs.run_info import RunInfo
    from assistant.evaluate.types import Json, QuestionSet
    from assistant.pipeline import Assistant
    from index.types import Embedder

__all__ = ["describe"]

QUANTIZATION = re.compile(r"(?:^|[._-])(I?Q\d\w*|BF16|F16|F32)$", re.IGNORECASE)
# What of the settings can change a prediction; the rest are places and speed.
DECISIVE = (
    *("context_tokens", "answer_tokens", "thinking_tokens", "passages", "candidates"),
    *("threads", "gpu_layers", "kv_type", "temperature", "seed", "risk", "verify"),
)


def describe(
    plan: Plan,
    settings: Settings,
    questions: QuestionSet,
    assistant: Assistant,
    embedder: Embedder,
) -> RunInfo:
    """Say what is run; loads the language model, so that a missing one is told at once."""
    decisive = {name: asdict(settings)[name] for name in DECISIVE}
    how: dict[str, Json] = {
        "search": plan.search,
        "quotes_only": plan.quotes_only,
        "library": str(plan.library.resolve()) if plan.library else "",
        "embedder": embedder.fingerprint,
        "chunk_tokens": MAX_TOKENS,
        "overlap_tokens": OVERLAP_TOKENS,
        "reader": _reader(settings, assistant),
    }
    return describe_run(
        questions,
        mode=plan.mode,
        limit=plan.limit,
        seed=plan.seed,
        settings=how | decisive,
        model={} if plan.quotes_only else _model(settings, assistant),
        prompts_sha256=assistant.prompts.sha256,
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )


def _reader(settings: Settings, assistant: Assistant) -> str:
    """Name the span model by its file's hash, and the policy."""
    from assistant.reading.extract import shipped_extractor

    if assistant.lead is None:
        return ""
    digest = file_sha256(shipped_extractor(), settings.cache_folder)
    return f"{digest[:16]}, {assistant.policy}"


def _model(settings: Settings, assistant: Assistant) -> dict[str, Any]:
    """Name the model: its file's hash, and the type its weights are loaded in."""
    import llama_cpp

    from assistant.llm.fit import fitted_type

    info = assistant.generator().info
    named = QUANTIZATION.search(info.name)
    system = llama_cpp.llama_print_system_info().decode("utf-8", "replace")
    return {
        "name": info.name,
        "sha256": info.fingerprint,
        "quantization": named[1] if named else "",
        "loaded_as": fitted_type(info, settings.cache_folder) or "as is",
        "llama_cpp": f"{llama_cpp.__version__}; {' '.join(system.split())}",
    }
