"""Which models there are: those of the catalog, and whatever lies in the models folder."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.catalog import catalog, catalog_entry, catalog_model
from assistant.errors import ModelMissing
from assistant.gguf import parameters_of
from assistant.machine import gigabytes, obstacle, this_machine
from assistant.models import file_sha256, list_models, model_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.catalog import CatalogModel
    from assistant.config import Settings
    from assistant.machine import Machine

__all__ = ["Listed", "list_text", "listed"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A model that is there or can be fetched."""

    name: str  # in the catalog; of a file that is not in it, the file's without its ending
    title: str
    file: str
    bytes: int
    parameters: int | None
    licence: str  # "" where it is not known
    commercial: str
    memory: int  # bytes; 0 where it is not known
    obstacle: str  # what this machine has too little of: "", "memory" or "disk"
    installed: bool
    in_use: bool
    altered: bool  # a file of this name that is not the one of the catalog
    in_catalog: bool
    policy: str
    measured: str
    sha256: str
    sources: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return all of it, and whether it fits, for programs."""
        return {**asdict(self), "fits": not self.obstacle}


def listed(
    settings: Settings,
    *,
    check: bool = True,
    announce: Callable[[str], None] | None = None,
) -> list[Listed]:
    """Return every model of the catalog and every other file in the models folder.

    Args:
        settings: Where models lie, and which is used.
        check: Whether files are read to see that they are what the catalog says. The first
            time that takes seconds for each gigabyte; without it only their sizes are compared.
        announce: Is told of a large file before it is read.
    """
    try:
        used = model_path(settings)
    except ModelMissing:
        used = None
    machine = this_machine(settings.models_folder)
    known = [_known(model, settings, machine, used) for model in catalog()]
    checked = [
        replace(model, altered=_altered(model, settings, announce, check=check))
        for model in known
    ]
    names = {model.file for model in known}
    others = [path for path in list_models(settings) if path.name not in names]
    return checked + [_other(path, used, check=check) for path in others]


def _known(
    model: CatalogModel,
    settings: Settings,
    machine: Machine,
    used: Path | None,
) -> Listed:
    path = settings.models_folder / model.file
    installed = path.is_file()
    return Listed(
        name=model.name,
        title=model.title,
        file=model.file,
        bytes=path.stat().st_size if installed else model.bytes,
        parameters=model.parameters,
        licence=model.licence,
        commercial=model.commercial,
        memory=model.memory,
        obstacle=obstacle(model, machine, installed=installed),
        installed=installed,
        in_use=used is not None and installed and used.resolve() == path.resolve(),
        altered=False,
        in_catalog=True,
        policy=model.policy,
        measured=model.measured,
        sha256=model.sha256,
        sources=tuple(str(source) for source in model.sources),
    )


def _altered(
    model: Listed,
    settings: Settings,
    announce: Callable[[str], None] | None,
    *,
    check: bool,
) -> bool:
    if not model.installed:
        return False
    entry = catalog_model(model.name)
    if not check:
        return bool(entry.sha256) and model.bytes != entry.bytes
    path = settings.models_folder / model.file
    digest = file_sha256(path, settings.cache_folder, announce)
    return catalog_entry(digest, settings.models_folder) != entry


def _other(path: Path, used: Path | None, *, check: bool) -> Listed:
    return Listed(
        name=path.stem,
        title=path.stem,
        file=path.name,
        bytes=path.stat().st_size,
        parameters=parameters_of(path) if check else None,
        licence="",
        commercial="",
        memory=0,
        obstacle="",
        installed=True,
        in_use=used is not None and used.resolve() == path.resolve(),
        altered=False,
        in_catalog=False,
        policy="",
        measured="not run here",
        sha256="",
        sources=(),
    )


def list_text(models: list[Listed], machine: Machine) -> str:
    """Return the same as a table for a person."""
    width = max(len(model.name) for model in models)
    lines = [f"  {'name':{width}}  {'download':>8}  {'memory':>7}  fits  licence"]
    lines += [_line(model, width) for model in models]
    conditions = {
        m.licence: m.commercial for m in models if m.commercial not in {"", "allowed"}
    }
    lines += ["", "Commercial use is allowed by all these licences. With conditions:"]
    lines += [f"  {licence}: {text}" for licence, text in conditions.items()]
    lines += [
        "",
        f"This machine: {gigabytes(machine.memory)} of memory, "
        f"{gigabytes(machine.disk_free)} of disk free. Fetch a model with: "
        "citewell models pull NAME",
    ]
    return "\n".join(lines)


def _line(model: Listed, width: int) -> str:
    memory = gigabytes(model.memory) if model.memory else "?"
    fits = "?" if not model.in_catalog else "no" if model.obstacle else "yes"
    about = [model.licence or "a file of your own"]
    about += ["in use"] if model.in_use else ["installed"] if model.installed else []
    about += ["NOT the published file"] if model.altered else []
    about += [f"too little {model.obstacle}"] if model.obstacle else []
    mark = "*" if model.in_use else " "
    return (
        f"{mark} {model.name:{width}}  {gigabytes(model.bytes):>8}  {memory:>7}  {fits:4}  "
        f"{', '.join(about)}"
    )
