"""Files that hold files, in a library: what lies in them is read, kept and dropped with them.

A container is a document of its own (a mail, the list of an archive), and so is each file in
it. All of them carry the container's time: while that stands still, nothing is unpacked.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.paths import CONTAINERS, container_of, is_container
from index.readers.guard import ReaderProcess
from index.records import File

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from index.readers.members import Listed

__all__ = ["Hashes", "Members", "inside_of"]

_MARKS = tuple(f"{suffix}/" for suffix in CONTAINERS)


def inside_of(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the paths that lie in files, by the outermost file that holds them."""
    known = set(paths)
    inside: defaultdict[str, list[str]] = defaultdict(list)
    for path in known:
        if any(mark in path.lower() for mark in _MARKS):
            holding = [str(p) for p in Path(path).parents if is_container(p)]
            outermost = next((p for p in reversed(holding) if p in known), None)
            if outermost is not None:
                inside[outermost].append(path)
    return {path: sorted(found) for path, found in inside.items()}


class Members:
    """What lies in files, for one sync."""

    def __init__(
        self, ask: Callable[[Path], Sequence[Listed]] | None, known: Iterable[str]
    ) -> None:
        """Remember what the library knows.

        Args:
            ask: From a file to what lies in it, in a process that may crash; None to leave
                that alone.
            known: Every path of the library.
        """
        self._ask = ask
        self._inside = inside_of(known) if ask is not None else {}

    def known(self, path: Path) -> list[str]:
        """Return the paths that the library holds below a file."""
        return self._inside.get(str(path), [])

    def now(self, container: File) -> Iterator[tuple[File, str]]:
        """Yield each file that lies in one, and why it cannot be read, "" where it can."""
        if self._ask is None or not is_container(container.path):
            return
        try:
            listed = self._ask(container.path)
        except ReadError as error:
            inside = container.path / "(what it holds)"
            yield File(inside, 0, container.mtime_ns), str(error)
            return
        for each in listed:
            path = container.path / each.path
            yield File(path, each.size, container.mtime_ns, each.hash), each.reason


class Hashes:
    """The SHA-256 of files as they are now, of those inside other files too.

    Use as a context manager: files are unpacked in a process that ends with it.
    """

    def __init__(self) -> None:
        """Remember nothing; a process starts when a file in another one is asked for."""
        self._stack = ExitStack()
        self._reader: ReaderProcess | None = None
        self._last: tuple[Path, dict[str, str]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def of(self, path: Path) -> str | None:
        """Return a file's hash, None if it is not there (any more)."""
        try:
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            holding = container_of(path)
        if holding is None:
            return None
        if self._last is None or self._last[0] != holding:
            self._last = holding, self._listed(holding)
        return self._last[1].get(path.relative_to(holding).as_posix())

    def _listed(self, holding: Path) -> dict[str, str]:
        if self._reader is None:
            self._reader = self._stack.enter_context(ReaderProcess())
        try:
            return {each.path: each.hash for each in self._reader.members(holding)}
        except ReadError:
            return {}
