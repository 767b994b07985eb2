"""A finished library put in the place of another, and what is known of the one that goes."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

from index.library import FILE, LOCKS
from index.lock import Patience, ProcessLock
from index.paths import container_of
from index.upkeep import FOLDER

__all__ = ["known_paths", "put_in_place"]


def put_in_place(made: Path, folder: Path) -> None:
    """Let a closed library take the place of the one in `folder`, if there is one.

    What else lies in the folder stays. Killed in between, the new rows stand without their
    vector index, which the next sync makes anew.

    Raises:
        LibraryBusy: If a sync or a search goes on for too long.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        for name in reversed(LOCKS):
            lock = ProcessLock(folder / name)
            held.callback(lock.close)
            held.enter_context(lock.exclusive(Patience()))
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
        for name in (f"{FILE}-wal", f"{FILE}-shm"):
            (folder / name).unlink(missing_ok=True)
        (made / FILE).replace(folder / FILE)
        if (made / FOLDER).is_dir():
            (made / FOLDER).replace(folder / FOLDER)
    shutil.rmtree(made, ignore_errors=True)


def known_paths(folder: Path) -> list[Path]:
    """Return the files that a library of any format was made of and that are still there."""
    file = folder.expanduser() / FILE
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT path FROM paths ORDER BY path").fetchall()
    except sqlite3.Error:
        return []
    files = (container_of(Path(row[0])) or Path(row[0]) for row in rows)
    return [path for path in dict.fromkeys(files) if path.is_file()]
