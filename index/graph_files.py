"""The files of Chroma's graph: are they still what was written?

Chroma answers wrongly or crashes when they were cut or lost, so they are looked at before it
is: their sizes always, their checksums when their times differ or when asked to be thorough.

A graph that was never written to holds nothing (the vectors stand in Chroma's own log until it
has a thousand), and Chroma fills its files with chance bytes whenever it opens it: its files
are not looked at.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from index.errors import LibraryError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["require_intact", "survey"]

BLOCK = 1 << 20
WRITTEN = "index_metadata.pickle"  # stands beside a graph that holds vectors
HINT = "Rebuild it with: citewell check --repair"


def survey(place: Path | str, before: str = "{}") -> str:
    """Return size, time and checksum of every graph file, as JSON.

    Args:
        place: The folder of the index; a server looks after its own files.
        before: The last survey, from which the checksums of untouched files are taken.
    """
    if isinstance(place, str):
        return "{}"
    known, now = json.loads(before), dict[str, list[int]]()
    for path in sorted(place.glob("*/*")):
        if not (path.parent / WRITTEN).exists():
            continue
        name, status = path.relative_to(place).as_posix(), path.stat()
        stamp = [status.st_size, status.st_mtime_ns]
        old = known.get(name)
        now[name] = old if old and old[:2] == stamp else [*stamp, _checksum(path)]
    return json.dumps(now)


def require_intact(place: Path | str, files: str, *, thorough: bool = False) -> None:
    """Compare the graph files with a survey.

    Raises:
        LibraryError: If one is gone, was cut or was changed.
    """
    if isinstance(place, str):
        return
    for name, (size, mtime_ns, checksum) in json.loads(files).items():
        path = place / name
        try:
            status = path.stat()
            same = status.st_size == size
            if same and (thorough or status.st_mtime_ns != mtime_ns):
                same = _checksum(path) == checksum
        except OSError:
            same = False
        if not same:
            raise LibraryError(
                f"A file of the vector index is damaged or gone: {path}", HINT
            )


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            checksum = zlib.crc32(block, checksum)
    return checksum
