"""The folders that the files of a library lie in, so that whole folders can be chosen."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.ledger import LedgerEntry

__all__ = ["Folder", "folders_of"]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with the files that lie in it itself."""

    path: Path
    name: str  # seen from the folder of the list that it lies in
    depth: int  # how many folders of the list it lies in
    readable: int  # files of which there is text, those of its folders included
    entries: tuple[LedgerEntry, ...]


def folders_of(entries: Iterable[LedgerEntry]) -> list[Folder]:
    """Return the folders of files, each before those inside it.

    One without files of its own is among them where others meet in it, so that those can be
    chosen together.
    """
    held: defaultdict[Path, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        held[Path(entry.path).parent].append(entry)
    paths = sorted(held, key=lambda path: path.parts)
    meeting = {_meeting(*pair) for pair in pairwise(paths)}
    counts = _counts(held)
    folders: list[Folder] = []
    around: list[Path] = []
    for path in sorted({*paths, *filter(None, meeting)}, key=lambda path: path.parts):
        while around and not path.is_relative_to(around[-1]):
            around.pop()
        name = str(path.relative_to(around[-1]) if around else path.name or path)
        files = tuple(sorted(held.get(path, ()), key=lambda entry: entry.path))
        folders.append(Folder(path, name, len(around), counts[path], files))
        around.append(path)
    return folders


def _meeting(one: Path, other: Path) -> Path | None:
    """Return the folder that two lie in, None where only the whole disk holds both."""
    pairs = zip(one.parts, other.parts, strict=False)
    shared = [part for part, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return Path(*shared) if len(shared) > 1 else None


def _counts(held: dict[Path, list[LedgerEntry]]) -> Counter[Path]:
    counts: Counter[Path] = Counter()
    for path, entries in held.items():
        readable = sum(entry.document_id is not None for entry in entries)
        for around in (path, *path.parents):
            counts[around] += readable
    return counts
