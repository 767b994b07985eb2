"""Finding the files to index: below folders, or named one by one.

Left out, and counted: hidden files and folders, symbolic links inside a folder (so that no
loop and nothing outside of it is ever followed), the library itself, and kinds of files that
nobody reads. A file that a person names is taken whatever it is called.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["Found", "find_files", "is_below", "resolve_roots"]


@dataclass(slots=True)
class Found:
    """What lies below the roots."""

    files: list[Path] = field(default_factory=list)  # in the order of their names
    unsupported: Counter[str] = field(default_factory=Counter)  # by suffix
    hidden: int = 0
    links: int = 0
    unreadable: list[tuple[Path, str]] = field(default_factory=list)  # folders, and why


def find_files(roots: Sequence[Path], suffixes: Collection[str], library: Path) -> Found:
    """Find the files below `roots` that have one of the `suffixes`.

    Args:
        roots: Resolved paths of folders and files.
        suffixes: In lower case, with the dot.
        library: The library's folder, which is passed over.
    """
    found = Found()
    files: set[Path] = set()
    folders = sorted(root for root in set(roots) if root.is_dir())
    files.update(root for root in roots if not root.is_dir())
    seen: set[Path] = set()
    while folders:
        folder = folders.pop()
        if folder in seen or is_below(folder, [library]):
            continue
        seen.add(folder)
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    _sort_in(entry, found, files, folders, suffixes)
        except OSError as error:
            found.unreadable.append((folder, error.strerror or str(error)))
    found.files = sorted(path for path in files if not is_below(path, [library]))
    return found


def _sort_in(
    entry: os.DirEntry[str],
    found: Found,
    files: set[Path],
    folders: list[Path],
    suffixes: Collection[str],
) -> None:
    path = Path(entry.path)
    if entry.name.startswith((".", "~$")):  # the latter: what an office program has open
        found.hidden += 1
    elif entry.is_symlink():
        found.links += 1
    elif entry.is_dir():
        folders.append(path)
    elif not entry.is_file():
        found.unsupported["(not a file)"] += 1
    elif path.suffix.lower() in suffixes:
        files.add(path)
    else:
        found.unsupported[path.suffix.lower() or "(none)"] += 1


def is_below(path: Path, roots: Sequence[Path]) -> bool:
    """Say whether `path` is one of the `roots` or lies below one."""
    return any(path == root or root in path.parents for root in roots)


def resolve_roots(roots: Sequence[Path], known: Collection[str]) -> list[Path]:
    """Return the roots as absolute paths without links.

    Raises:
        ReadError: If one does not exist. An unplugged disk is not a deleted folder: only a
            file that the library knows by this very path may be gone.
    """
    resolved = [root.expanduser().resolve() for root in roots]
    for root in resolved:
        if not root.exists() and str(root) not in known:
            raise ReadError(f"{root} does not exist.", "Look for a typing mistake.")
    return resolved
