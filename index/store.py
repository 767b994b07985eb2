"""Connections to a library's SQLite file: one for each thread, transactions, errors.

Write-ahead logging lets readers read on while one writer writes; a transaction is all there
or not there at all, whatever kills the process.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from index.errors import LibraryBusy, LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Store"]

BUSY_S = 20.0  # a commit takes milliseconds; longer means that something is wrong


class Store:
    """The SQLite file of a library."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False
        self._file: int | None = None  # its number, once it was opened

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose reads all see one state; nested calls share it.

        Raises:
            LibraryError: If the file is damaged or cannot be read.
        """
        with self._translated():
            connection = self._connection()
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose writes become visible together at the end, or not at all.

        Raises:
            LibraryBusy: If another writer does not finish.
            LibraryError: If the file is damaged, full or cannot be written.
        """
        with self._translated():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.rollback()

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._guard:
            connections, self._all, self._closed = self._all, [], True
        for connection in connections:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        self._refuse_another()
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None and not self._closed:
            return connection
        if self._closed:
            raise LibraryError("The library was closed.", "Open it again.")
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=BUSY_S
        )
        with self._guard:
            self._all.append(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL may lose the last commits when the power goes, never the file's integrity;
        # what is lost is found again by the next sync.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -32768")  # KiB
        connection.execute("PRAGMA mmap_size = 268435456")
        self._local.connection = connection
        if self._file is None:
            self._file = self.path.stat().st_ino
        return connection

    def _refuse_another(self) -> None:
        """Stop whoever still reads a library that was erased: nothing stale is ever said."""
        try:
            now = None if self._file is None else self.path.stat().st_ino
        except OSError:
            now = -1
        if now != self._file:
            raise LibraryError("The library was made anew or erased.", "Open it again.")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in {
                sqlite3.SQLITE_BUSY,
                sqlite3.SQLITE_LOCKED,
            }:
                raise LibraryBusy(f"Another process is writing to {self.path}.") from error
            raise LibraryError(f"{self.path} cannot be used: {error}") from error
        except sqlite3.IntegrityError:
            raise  # a broken rule of the schema is our own mistake
        except sqlite3.DatabaseError as error:
            hint = "Make it anew from the files with: citewell index --rebuild"
            raise LibraryError(f"{self.path} is damaged: {error}", hint) from error

    def __del__(self) -> None:
        with suppress(AttributeError):
            self.close()
