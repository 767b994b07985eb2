"""A readers-writer lock between processes: many may read, or one may write.

SQLite's own file lock is that lock: a reader holds an open read transaction on a tiny
database, a writer an exclusive one, and a waiting writer keeps new readers out, so that it is
not starved. The operating system lets go of both when a process dies, however it dies. Who
holds the lock is written beside it, so that whoever waits can be told for whom.

What it leaves out: it is not reentrant, and it protects nothing by itself.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LibraryBusy, LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Holder", "Patience", "ProcessLock"]

QUIET_S = 1.0  # how long a wait may last before the person is told for whom


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for others, and whom to tell after the first second."""

    limit_s: float = 60.0
    on_wait: Callable[[str], None] | None = None  # gets one sentence


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lock, as it described itself."""

    pid: int
    command: str
    since: str  # local time, "2026-01-31 10:02:03"

    def __str__(self) -> str:
        return f"{self.command} (process {self.pid}, since {self.since})"


class ProcessLock:
    """One lock, kept in the file `path`; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._readers = 0
        self._closed = False

    @contextmanager
    def shared(self, patience: Patience) -> Iterator[None]:
        """Hold the lock together with other readers.

        Raises:
            LibraryBusy: If a writer keeps it longer than `patience.limit_s`.
        """
        with self._held("SELECT count(*) FROM sqlite_master", "BEGIN", patience):
            self._enter_reading()
            try:
                yield
            finally:
                self._leave_reading()

    @contextmanager
    def exclusive(self, patience: Patience) -> Iterator[None]:
        """Hold the lock alone.

        Raises:
            LibraryBusy: If others keep it longer than `patience.limit_s`.
        """
        with self._held("BEGIN EXCLUSIVE", "", patience):
            note = self._note("writer")
            try:
                yield
            finally:
                note.unlink(missing_ok=True)

    def holders(self) -> list[Holder]:
        """Return who says it holds the lock now; a process that died is passed over."""
        found: list[Holder] = []
        for note in sorted(self._path.parent.glob(f"{self._path.name}.*.json")):
            with suppress(OSError, ValueError, KeyError, TypeError):
                fields = json.loads(note.read_text(encoding="utf-8"))
                holder = Holder(int(fields["pid"]), fields["command"], fields["since"])
                if _is_alive(holder.pid):
                    found.append(holder)
                else:
                    note.unlink(missing_ok=True)
        return found

    def close(self) -> None:
        """Let go of the idle connections; a lock that is held stays held."""
        with self._guard:
            idle, self._idle, self._closed = self._idle, [], True
        for connection in idle:
            connection.close()

    @contextmanager
    def _held(self, acquire: str, begin: str, patience: Patience) -> Iterator[None]:
        connection = self._connection()
        try:
            self._wait(connection, begin, acquire, patience)
            yield
        finally:
            with suppress(sqlite3.Error):
                connection.rollback()
            self._give_back(connection)

    def _wait(
        self, connection: sqlite3.Connection, begin: str, acquire: str, patience: Patience
    ) -> None:
        started, told = time.monotonic(), False
        while True:
            left = patience.limit_s - (time.monotonic() - started)
            slice_s = max(0.0, min(left, QUIET_S))
            if _try_to_lock(connection, (begin, acquire), slice_s):
                return
            waited = time.monotonic() - started
            if waited >= patience.limit_s:
                raise LibraryBusy(f"Waited {waited:.0f} s for {self._whom()}.")
            if not told and waited >= QUIET_S * 0.9 and patience.on_wait is not None:
                patience.on_wait(f"Waiting for {self._whom()}.")
                told = True

    def _whom(self) -> str:
        others = [holder for holder in self.holders() if holder.pid != os.getpid()]
        return ", ".join(map(str, others)) or "another part of this process"

    def _connection(self) -> sqlite3.Connection:
        with self._guard:
            if self._idle:
                return self._idle.pop()
        try:
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=QUIET_S
            )
            # A lock on a file of zero bytes would make every writer create its first page.
            if not self._path.stat().st_size:
                connection.execute("PRAGMA user_version = 1")
        except (sqlite3.Error, OSError) as error:
            raise LibraryError(f"The lock {self._path} cannot be used: {error}") from error
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _enter_reading(self) -> None:
        with self._guard:
            self._readers += 1
            if self._readers == 1:
                self._note(f"reader-{os.getpid()}")

    def _leave_reading(self) -> None:
        with self._guard:
            self._readers -= 1
            if not self._readers:
                self._note_path(f"reader-{os.getpid()}").unlink(missing_ok=True)

    def _note_path(self, role: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{role}.json")

    def _note(self, role: str) -> Path:
        path = self._note_path(role)
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        fields = {"pid": os.getpid(), "command": _command(), "since": since}
        with suppress(OSError):  # a courtesy to those who wait, nothing rests on it
            path.write_text(json.dumps(fields), encoding="utf-8")
        return path


def _try_to_lock(
    connection: sqlite3.Connection, statements: tuple[str, str], timeout_s: float
) -> bool:
    try:
        connection.execute(f"PRAGMA busy_timeout = {int(timeout_s * 1000)}")
        for statement in filter(None, statements):
            connection.execute(statement).fetchall()
    except sqlite3.OperationalError as error:
        with suppress(sqlite3.Error):
            connection.rollback()
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return False
        raise LibraryError(f"The library's lock cannot be used: {error}") from error
    return True


def _command() -> str:
    program = Path(sys.argv[0] or "python").name
    return " ".join([program, *sys.argv[1:2]])[:80]


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # there, signal 0 would end the process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
