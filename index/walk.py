"""Finding the files to index: below folders, or named one by one.

Links are followed, each file and folder once: what a link leads to that was found already is
passed over, so that no loop does harm. Left out, and counted: hidden files and folders, the
library itself, and kinds of files that nobody reads. Links that lead nowhere, or to a folder
that holds the one being read, are named. A file that a person names is taken whatever it is
called.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.paths import container_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = [
    "Found",
    "find_files",
    "is_below",
    "is_gone",
    "is_passed_over",
    "resolve_roots",
    "spellings",
]


@dataclass(slots=True)
class Found:
    """What lies below the roots."""

    files: list[Path] = field(default_factory=list)  # in the order of their names
    unsupported: Counter[str] = field(default_factory=Counter)  # by suffix
    hidden: int = 0
    links: int = 0  # that led to what was found already
    unreadable: list[tuple[Path, str]] = field(default_factory=list)  # and why
    broken: list[Path] = field(default_factory=list)  # links that lead nowhere just now


def find_files(roots: Sequence[Path], suffixes: Collection[str], library: Path) -> Found:
    """Find the files below `roots` that have one of the `suffixes`.

    Args:
        roots: Resolved paths of folders and files.
        suffixes: In lower case, with the dot.
        library: The library's folder, which is passed over.
    """
    walk = _Walk(Found(), suffixes, roots, library)
    for root in set(roots):
        if not root.is_dir():
            walk.files.add(root)
    walk.folders = sorted(root for root in set(roots) if root.is_dir())
    walk.run()
    walk.found.files = sorted(path for path in walk.files if not is_below(path, [library]))
    return walk.found


@dataclass(slots=True)
class _Walk:
    """What is still to be looked at, and what was seen."""

    found: Found
    suffixes: Collection[str]
    roots: Sequence[Path]
    library: Path
    files: set[Path] = field(default_factory=set)
    identities: set[tuple[object, ...]] | None = None  # of the files, once a link asks
    folders: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)  # last: what they lead to may be found
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def run(self) -> None:
        while self.folders or self.links:
            while self.folders:
                self._look_into(self.folders.pop())
            if self.links:
                self.links.sort(reverse=True)
                self._follow(self.links.pop())

    def _look_into(self, folder: Path) -> None:
        identity = _identity(folder) or (str(folder),)
        if identity in self.seen or is_below(folder, [self.library]):
            return
        self.seen.add(identity)
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    self._sort_in(entry)
        except OSError as error:
            self.found.unreadable.append((folder, error.strerror or str(error)))

    def _sort_in(self, entry: os.DirEntry[str]) -> None:
        path = Path(entry.path)
        if entry.name.startswith(
            (".", "~$")
        ):  # the latter: what an office program has open
            self.found.hidden += 1
        elif entry.is_symlink():
            self.links.append(path)
        elif entry.is_dir():
            self.folders.append(path)
        elif entry.is_file():
            self._take(path)
        else:
            self.found.unsupported["(not a file)"] += 1

    def _take(self, path: Path) -> None:
        if path.suffix.lower() in self.suffixes:
            self._add(path)
        else:
            self.found.unsupported[path.suffix.lower() or "(none)"] += 1

    def _follow(self, link: Path) -> None:
        """Go where a link leads, unless that was found already or holds a root."""
        identity = _identity(link)
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):  # the latter: a link to itself, on older Pythons
            target, identity = link, None
        if identity is None:
            self.found.broken.append(link)
            self.found.unreadable.append((link, "It is a link that leads nowhere."))
        elif is_below(target, [self.library]):
            self.found.links += 1
        elif target.is_dir():
            self._follow_folder(link, target, identity)
        elif target.is_file():
            if self._is_found(identity):
                self.found.links += 1
            else:
                self._take(link)
        else:
            self.found.unsupported["(not a file)"] += 1

    def _follow_folder(
        self, link: Path, target: Path, identity: tuple[object, ...]
    ) -> None:
        if identity in self.seen:
            self.found.links += 1
        elif any(is_below(root, [target]) for root in self.roots):
            why = "It is a link to a folder that holds this one. Index that folder instead."
            self.found.unreadable.append((link, why))
        else:
            self.folders.append(link)

    def _is_found(self, identity: tuple[object, ...]) -> bool:
        if self.identities is None:
            known = (_identity(path) for path in self.files)
            self.identities = {each for each in known if each is not None}
        return identity in self.identities

    def _add(self, path: Path) -> None:
        self.files.add(path)
        if self.identities is not None and (identity := _identity(path)) is not None:
            self.identities.add(identity)


def _identity(path: Path) -> tuple[object, ...] | None:
    """Return what tells a file or folder from all others, None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def is_gone(path: Path, broken: Sequence[Path] = ()) -> bool:
    """Say whether there is surely no such file, or it is now found by another path.

    A file that cannot be looked at is not gone, nor one behind a link that leads nowhere: its
    disk may be unplugged.
    """
    if is_below(path, broken):
        return False
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except NotADirectoryError:  # perhaps it lies in a file; that one's next reading tells
        return container_of(path) is None
    except FileNotFoundError:
        return True
    except OSError:
        return False


def is_passed_over(path: Path, here: Collection[str], broken: Sequence[Path] = ()) -> bool:
    """Say whether a link that was followed once now leads to what is found elsewhere.

    Args:
        path: Known from an earlier walk.
        here: All that this walk has found.
        broken: Links that lead nowhere just now.
    """
    if is_below(path, broken) or any(str(each) in here for each in (path, *path.parents)):
        return False
    try:
        return path.resolve() != path
    except (OSError, RuntimeError):
        return False


def is_below(path: Path, roots: Sequence[Path]) -> bool:
    """Say whether `path` is one of the `roots` or lies below one."""
    return any(path == root or root in path.parents for root in roots)


def spellings(path: Path) -> tuple[Path, ...]:
    """Return a path as it may stand in a library: as it is named, and without links."""
    path = path.expanduser()
    return tuple(dict.fromkeys((Path(os.path.abspath(path)), path.resolve())))  # noqa: PTH100


def resolve_roots(roots: Sequence[Path], known: Collection[str]) -> list[Path]:
    """Return the roots as absolute paths without links; for what lies in a file, that file.

    Raises:
        ReadError: If one does not exist. An unplugged disk is not a deleted folder: only a
            file that the library knows by this very path may be gone.
    """
    resolved = [root.expanduser().resolve() for root in roots]
    resolved = [(not root.exists() and container_of(root)) or root for root in resolved]
    for root in resolved:
        if not root.exists() and str(root) not in known:
            raise ReadError(f"{root} does not exist.", "Look for a typing mistake.")
    return resolved
