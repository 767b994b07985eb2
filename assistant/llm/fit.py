"""Fits a small model's weights to this machine: some types run several times faster.

llama.cpp has fast matrix code for some types of weights and not for others, and which ones
depends on the processor. For a small model, rewriting the file once in another type takes a
second or two and can triple the speed of reading a prompt. The types tried keep every weight
as it is, or nearly so. What is made lies in the cache, keyed by the source's hash, the
llama.cpp version and the processor, and can be deleted at any time.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import platform
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelFailed
from assistant.llm.llama import Engine, EngineOptions
from assistant.llm.llama_api import quiet_api
from assistant.models import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.types import ModelInfo

__all__ = ["fit_weights", "fitted_type"]

LARGEST = 400 * 2**20  # bytes; larger files are left as they are
# llama.cpp's own numbers; the smallest in memory first. Both keep all that a 4-bit file says.
TYPES = {"Q8_0": 7, "BF16": 32}
AS_IS = "as is"
AS_GOOD = 1.1  # how much slower than the best still counts as equal
PROMPT_TOKENS, ANSWER_TOKENS = 256, 8  # one question in small: mostly reading


def fit_weights(
    model: Path,
    info: ModelInfo,
    options: EngineOptions,
    cache: Path,
    announce: Callable[[str], None] = lambda _text: None,
) -> Path:
    """Return the file to load: the model itself, or a faster copy of it from the cache."""
    if model.stat().st_size > LARGEST or options.gpu_layers > 0:
        return model
    chosen = fitted_type(info, cache)
    if chosen is None:
        announce(f"fitting {info.name} to this machine, once ...")
        chosen = _choose(model, info, options, cache)
    fitted = _fitted_file(info, chosen, cache)
    return fitted if fitted.is_file() else model


def fitted_type(info: ModelInfo, cache: Path) -> str | None:
    """Return the type chosen for this machine, None if nothing was measured yet."""
    try:
        record = json.loads(_record(info, cache).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    chosen = str(record.get("chosen", ""))
    there = chosen == AS_IS or _fitted_file(info, chosen, cache).is_file()
    return chosen if there else None


def _choose(model: Path, info: ModelInfo, options: EngineOptions, cache: Path) -> str:
    """Make each type, time them in turns, keep the best."""
    files = {AS_IS: model}
    for name, number in TYPES.items():
        files[name] = _fitted_file(info, name, cache)
        _requantize(model, files[name], number)
    seconds = _seconds(files, replace(options, adapter=None))
    best = min(seconds.values())
    # In the order of TYPES: of those as good as the best, the one that needs least memory.
    near = [name for name in (*TYPES, AS_IS) if seconds[name] <= AS_GOOD * best]
    for name in TYPES:
        if name != near[0]:
            files[name].unlink(missing_ok=True)
    record = {"model": info.name, "chosen": near[0], "seconds": seconds}
    write_atomically(_record(info, cache), json.dumps(record, indent=1).encode())
    return near[0]


def _seconds(files: dict[str, Path], options: EngineOptions) -> dict[str, float]:
    """Time one short prompt and answer with each file, in turns; the best of three rounds.

    In turns, because another program may be busy for one of the rounds.
    """
    engines = {name: Engine(path, options) for name, path in files.items()}
    try:
        rounds = [
            {name: _one_question(engine, first) for name, engine in engines.items()}
            for first in (5, 7, 11)
        ]
    finally:
        for engine in engines.values():
            engine.close()
    return {name: min(times[name] for times in rounds) for name in engines}


def _one_question(engine: Engine, first: int) -> float:
    """Return the processor seconds of a question: another program's load does not count."""
    start = time.process_time()
    engine.prefill([first + number % 97 for number in range(PROMPT_TOKENS)])
    for _ in range(ANSWER_TOKENS):
        engine.step(int(engine.logits().argmax()))
    return time.process_time() - start


def _requantize(source: Path, target: Path, ftype: int) -> None:
    api = quiet_api()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{time.time_ns()}.part")
    params = api.llama_model_quantize_default_params()
    params.ftype = ftype
    params.allow_requantize = True
    code = api.llama_model_quantize(
        str(source).encode(), str(partial).encode(), ctypes.byref(params)
    )
    if code:
        partial.unlink(missing_ok=True)
        raise ModelFailed(f"llama.cpp could not rewrite {source.name} (code {code}).")
    partial.replace(target)


def _record(info: ModelInfo, cache: Path) -> Path:
    return cache / "weights" / f"{_key(info)}.json"


def _fitted_file(info: ModelInfo, name: str, cache: Path) -> Path:
    return cache / "weights" / f"{_key(info)}-{name.lower()}.gguf"


def _key(info: ModelInfo) -> str:
    """Name source, llama.cpp and processor: what the choice depends on."""
    from importlib.metadata import version

    about = "|".join((info.fingerprint, version("llama-cpp-python"), _processor()))
    return hashlib.sha256(about.encode()).hexdigest()[:16]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    wanted = ("model name", "flags", "Features")
    return "|".join(sorted({line for line in lines if line.startswith(wanted)}))
