"""What this machine has, and which models fit it."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.catalog import SMALLEST, catalog_model

if TYPE_CHECKING:
    from assistant.catalog import CatalogModel

__all__ = [
    "DEFAULT_CHOICE",
    "Choice",
    "Machine",
    "choose",
    "free_memory",
    "free_space",
    "gigabytes",
    "obstacle",
    "this_machine",
    "total_memory",
]

# The model that set-up fetches where it fits.
DEFAULT_CHOICE = "qwen2.5-coder-1.5b"
LEAST_MEMORY = 6 * 10**9  # bytes that a machine has to have for it
LEAST_DISK = 5 * 10**9  # bytes that have to be free for it
LEAST_CORES = 2
# Memory that the system and other programs leave to a model, as a share of all.
USABLE_MEMORY = 0.85
DISK_RESERVE = 500 * 10**6  # bytes that a download leaves free
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True, slots=True)
class Machine:
    """Bytes and processors; 0 where the system does not say."""

    memory: int
    disk_free: int
    cores: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that set-up takes, and why, as a part of a sentence."""

    name: str
    why: str


def this_machine(folder: Path) -> Machine:
    """Look at this machine; `folder` lies on the disk that counts."""
    return Machine(total_memory(), free_space(folder), os.cpu_count() or 0)


def choose(machine: Machine, *, tiny: bool = False) -> Choice:
    """Return the best model for a machine of those that set-up may fetch."""
    wanted = catalog_model(DEFAULT_CHOICE)
    if tiny:
        return Choice(SMALLEST, "the smallest was asked for")
    if wanted.name == SMALLEST:
        return Choice(SMALLEST, "it comes with the set-up")
    if 0 < machine.memory < LEAST_MEMORY:
        lacking = f"{gigabytes(machine.memory)} of memory, {gigabytes(LEAST_MEMORY)} needed"
    elif machine.disk_free < LEAST_DISK:
        lacking = (
            f"{gigabytes(machine.disk_free)} of disk free, {gigabytes(LEAST_DISK)} needed"
        )
    elif 0 < machine.cores < LEAST_CORES:
        lacking = "one processor, two needed"
    else:
        has = f"{gigabytes(machine.memory)} of memory, {machine.cores} processors"
        return Choice(wanted.name, f"the best that fits ({has})")
    return Choice(SMALLEST, f"{wanted.title} does not fit ({lacking})")


def obstacle(
    model: CatalogModel, machine: Machine, *, installed: bool = False
) -> Literal["", "memory", "disk"]:
    """Return what a machine has too little of for a model, "" where it fits."""
    if 0 < machine.memory * USABLE_MEMORY < model.memory:
        return "memory"
    if not installed and machine.disk_free < model.bytes + DISK_RESERVE:
        return "disk"
    return ""


def gigabytes(size: int) -> str:
    """Write a number of bytes for a person.

    >>> gigabytes(98_362_432), gigabytes(1_117_320_768)
    ('98 MB', '1.1 GB')
    """
    return f"{size / 1e6:.0f} MB" if size < 10**9 else f"{size / 1e9:.1f} GB"


def free_space(folder: Path) -> int:
    """Return the bytes that are free where a folder lies, or will lie."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    return shutil.disk_usage(there).free


def free_memory() -> int:
    """Return the bytes of memory that a new program could have; 0 if the system hides it."""
    return _meminfo("MemAvailable") or _physical_memory()


def total_memory() -> int:
    """Return the bytes of memory that there are, or may be used; 0 if the system hides it."""
    total = _meminfo("MemTotal") or _physical_memory()
    try:
        limit = int(CGROUP_LIMIT.read_text("utf-8"))
    except (OSError, ValueError):  # no container, or one without a limit: "max"
        return total
    return min(total, limit) if total else limit


def _meminfo(name: str) -> int:
    try:
        for line in Path("/proc/meminfo").read_text("utf-8").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _physical_memory() -> int:
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _windows_memory() -> int:
    import ctypes

    kilobytes = ctypes.c_ulonglong()
    library = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows
    found = library.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
    return kilobytes.value * 1024 if found else 0
