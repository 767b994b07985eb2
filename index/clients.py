"""The Chroma clients of this process: one for each index, never older than the index.

Chroma itself shares what it has in memory between all clients of one folder in a process,
and never looks at the folder again. So whoever finds a client that is older than the index must
close it for everybody before a new one means anything; that takes one place that knows them
all. Callers hold the library's vector lock: while anybody still uses a client, nobody can
have made a newer state.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.vectors import open_vectors

if TYPE_CHECKING:
    from pathlib import Path

    from index.vectors import ChromaVectors

__all__ = ["advance", "borrow", "give_back"]


@dataclass(slots=True)
class _Client:
    vectors: ChromaVectors
    stamp: int
    users: set[int] = field(default_factory=set)


_clients: dict[tuple[str, str], _Client] = {}
_guard = threading.Lock()


def borrow(location: Path | str, name: str, stamp: int, user: object) -> ChromaVectors:
    """Return the client of an index as of `stamp`, opened or opened again if need be.

    Raises:
        LibraryError: If it cannot be opened.
    """
    key = (str(location), name)
    with _guard:
        client = _clients.get(key)
        if client is not None and client.stamp != stamp:
            _clients.pop(key).vectors.close()
            client = _Client(open_vectors(location, name), stamp, client.users)
        elif client is None:
            client = _Client(open_vectors(location, name), stamp)
        _clients[key] = client
        client.users.add(id(user))
    return client.vectors


def advance(location: Path | str, name: str, stamp: int) -> None:
    """Note that the client of this process itself brought the index to `stamp`."""
    with _guard:
        client = _clients.get((str(location), name))
        if client is not None:
            client.stamp = stamp


def give_back(user: object, keep: tuple[Path | str, str] | None = None) -> None:
    """Close what `user` alone still had open, but for the index `keep`."""
    kept = None if keep is None else (str(keep[0]), keep[1])
    with _guard:
        for key, client in list(_clients.items()):
            if key == kept:
                continue
            client.users.discard(id(user))
            if not client.users:
                _clients.pop(key).vectors.close()
