"""The cache of compiled embedding models: find one, or have it made.

    CACHE/<hash of the model's files>/   manifest.json tokenizer.json model.onnx
    CACHE/seen.json                      what files of which size and time had which hash

A model's files are hashed, and compared with the hash they should have, when they are new or
have changed in size or time; a question asked a second later does not read 90 MB again. What is
loaded then is the compiled copy, made from files that were checked. Folders come into being
under another name and are renamed, one process at a time: an interrupted or a second one never
leaves or finds half a model.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from index.errors import ModelError
from index.export import RECIPE, write_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Compiled", "compiled"]

_SUFFIXES = frozenset({".bin", ".json", ".model", ".safetensors", ".txt"})
_PASSING = ("KeyboardInterrupt", "MemoryError", "OSError")  # says nothing about the model
_DEFAULT_LENGTH = 512  # tokens, where a model does not say


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled model and what has to be known to run it."""

    tokenizer: Path
    model: Path | None  # None: sentence-transformers is to run it
    backend: str
    dimension: int
    max_length: int  # tokens, special ones included
    query_prompt: str
    passage_prompt: str
    unrelated: float  # mean cosine of texts that have nothing to do with each other
    fingerprint: str


def compiled(model: Path, cache: Path, expected: Mapping[str, str]) -> Compiled:
    """Return the compiled form of a model folder; compile it if it is not there.

    Args:
        model: the folder of a sentence-transformers model.
        cache: where compiled models are kept.
        expected: SHA-256 of files of the model that must have just this content.

    Raises:
        ModelError: if the folder holds no model, not the one expected, or a broken one.
    """
    if not (model / "modules.json").is_file():
        raise ModelError(
            f"{model} holds no sentence-transformers model",
            "Name the folder that holds its modules.json.",
        )
    cache.mkdir(parents=True, exist_ok=True)
    source = _source(model, cache, expected)
    folder = cache / f"{source[:24]}-{RECIPE}"
    if _read(folder, source) is None:
        with FileLock(cache / "compile.lock"):
            if _read(folder, source) is None:
                _compile(model, folder)
    ready = _read(folder, source)
    if ready is None:
        raise ModelError(
            f"{model} could not be compiled", f"Delete {folder} and try again."
        )
    return ready


def _source(model: Path, cache: Path, expected: Mapping[str, str]) -> str:
    """Return the hash of the model's files, read only if one is new or changed."""
    files = sorted(path for path in model.rglob("*") if path.suffix in _SUFFIXES)
    stats = [(path.relative_to(model).as_posix(), path.stat()) for path in files]
    key = _hash(
        [str(model.resolve()), sorted(expected.items())]
        + [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats]
    )
    seen_file = cache / "seen.json"
    seen: dict[str, str] = _json(seen_file)
    if key in seen:
        return seen[key]
    hashes = {path.relative_to(model).as_posix(): _file_hash(path) for path in files}
    for name, value in expected.items():
        if hashes.get(name) != value:
            raise ModelError(
                f"{model / name} is not the file it should be",
                "Install the model again; do not use this one.",
            )
    source = _hash(hashes)
    _write(seen_file, json.dumps({**seen, key: source}))
    return source


def _read(folder: Path, source: str) -> Compiled | None:
    """Return what a cache folder holds, None if it is missing or not whole."""
    manifest = _json(folder / "manifest.json")
    tokenizer, model = folder / "tokenizer.json", folder / "model.onnx"
    if not manifest or not tokenizer.is_file():
        return None
    size = manifest.get("bytes")
    if size is not None and (not model.is_file() or model.stat().st_size != size):
        return None
    prompts: dict[str, str] = manifest["prompts"]
    told = {
        name: manifest.get(name) for name in ("backend", "max_length", "prompts", "recipe")
    }
    return Compiled(
        tokenizer=tokenizer,
        model=model if size is not None else None,
        backend=manifest["backend"],
        dimension=manifest["dimension"],
        max_length=manifest["max_length"] or _DEFAULT_LENGTH,
        query_prompt=prompts.get("query", ""),
        passage_prompt=prompts.get("document") or prompts.get("passage", ""),
        unrelated=manifest["unrelated"],
        fingerprint=f"{manifest['backend']}-{_hash([source, told])[:32]}",
    )


def _compile(model: Path, folder: Path) -> None:
    """Compile in a process of its own, and put the result in place in one step."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as made:
        work = Path(made) / "model"
        work.mkdir()
        done = subprocess.run(
            [
                sys.executable,
                "-P",
                "-W",
                "ignore",
                "-m",
                "index.export",
                str(model),
                str(work),
            ],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        manifest = _json(work / "manifest.json")
        if (
            done.returncode < 0
            or not manifest
            or (reason.startswith(_PASSING) and done.returncode)
        ):
            raise ModelError(
                f"{model} could not be made ready: {reason}",
                "Is it a sentence-transformers model? Is there memory, and room on the disk?",
            )
        if done.returncode:  # sentence-transformers loads it; it just does not compile
            (work / "model.onnx").unlink(missing_ok=True)
            write_manifest(work, {**manifest, "reason": reason})
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)


def _environment() -> dict[str, str]:
    """Return an environment in which `index` is found and no network is asked."""
    here = str(Path(__file__).resolve().parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([here, inherited] if inherited else [here])
    return {
        **os.environ,
        "PYTHONPATH": path,
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
    }


def _json(path: Path) -> dict[str, Any]:
    """Read an object from a file; empty if it is missing or damaged, as after a crash."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix="making-", delete=False
    ) as file:
        file.write(text)
    Path(file.name).replace(path)


def _hash(value: object) -> str:
    """Return the SHA-256 of a value's JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
