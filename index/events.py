"""What a sync tells while it runs, and what it reports at its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "Change",
    "FileDone",
    "FileFailed",
    "FileRemoved",
    "Progress",
    "SyncEvent",
    "SyncReport",
]


class Change(StrEnum):
    """What a file was to the library."""

    ADDED = "added"
    CHANGED = "changed"  # other content under a known path
    MOVED = "moved"  # known content under a new path, its old one is gone
    DUPLICATE = "duplicate"  # known content under one more path
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class FileDone:
    """A file is in the library, safely."""

    path: str
    change: Change
    document_id: str
    chunks: int = 0  # newly embedded
    characters: int = 0


@dataclass(frozen=True, slots=True)
class FileFailed:
    """A file could not be read; nothing of it can be found."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileRemoved:
    """A file is gone from the disk and from the library."""

    path: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is; unchanged files are not part of it."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    characters: int  # embedded so far
    characters_per_s: float
    eta_s: float | None  # None before there is anything to reckon with


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The last event: what changed, and what was left out."""

    added: int
    changed: int
    moved: int
    duplicate: int
    unchanged: int
    removed: int
    failed: tuple[tuple[str, str], ...]  # path and reason
    unsupported: tuple[tuple[str, int], ...]  # suffix and count
    hidden: int
    links: int
    chunks: int  # newly embedded
    characters: int
    seconds: float


SyncEvent = FileDone | FileFailed | FileRemoved | Progress | SyncReport
