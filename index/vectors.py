"""Chroma as a vector index: in a folder, or on a server when a URL is set.

Every vector in it also stands in the library's SQLite file. Chroma says nothing when its files
are damaged and does not see what another process wrote, so nothing is ever decided by what it
alone says: dense.py asks, check.py compares.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from index.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

    from index.types import Vectors

__all__ = ["ChromaVectors", "open_vectors"]

CONFIGURATION = {
    "hnsw": {
        "space": "cosine",
        "ef_construction": 200,
        "ef_search": 400,
        "max_neighbors": 32,
    }
}
BATCH = 250  # ids a call; Chroma's own limit is higher, its guide calls this the best size
REPAIR = "Rebuild it with: citewell check --repair"


def open_vectors(location: Path | str, name: str) -> ChromaVectors:
    """Open a vector index, making it if it is not there.

    Args:
        location: A folder, or the URL of a Chroma server ("http://host:8000").
        name: The collection's name, at least three characters.

    Raises:
        LibraryError: If it cannot be opened or reached.
    """
    with _translated():
        client = _server(location) if isinstance(location, str) else _folder(location)
        configuration: Any = CONFIGURATION  # Chroma types it as one of its own
        try:
            collection = client.get_or_create_collection(
                name, embedding_function=None, configuration=configuration
            )
        except BaseException:
            _close(client)
            raise
        return ChromaVectors(client, collection)


class ChromaVectors:
    """A Chroma collection of vectors under chunk ids: the `VectorIndex` of a library."""

    def __init__(self, client: ClientAPI, collection: Collection) -> None:
        self._client = client
        self._collection = collection
        self._batch = min(BATCH, client.get_max_batch_size())

    def upsert(
        self, ids: Sequence[str], vectors: Vectors, documents: Sequence[str]
    ) -> None:
        """Write vectors under their chunk ids, with the document id of each."""
        with _translated():
            for start in range(0, len(ids), self._batch):
                batch = slice(start, start + self._batch)
                self._collection.upsert(
                    ids=list(ids[batch]),
                    embeddings=vectors[batch],
                    metadatas=[{"document": document} for document in documents[batch]],
                )

    def delete(self, ids: Sequence[str]) -> None:
        """Remove the ids that are there; unknown ones are passed over."""
        with _translated():
            for start in range(0, len(ids), self._batch):
                batch = list(ids[start : start + self._batch])
                known = self._collection.get(ids=batch, include=[])["ids"]
                if known:
                    self._collection.delete(ids=known)

    def query(
        self, vector: Vectors, k: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return up to k (id, cosine) pairs, best first, for one vector of shape (1, d)."""
        if k < 1 or (documents is not None and not documents):
            return []
        limit: dict[str, Any] = {}
        if documents is not None:
            limit = {"where": {"document": {"$in": list(documents)}}}
        with _translated():
            found = self._collection.query(
                query_embeddings=vector, n_results=k, include=["distances"], **limit
            )
        distances = found["distances"] or [[]]
        pairs = zip(found["ids"][0], distances[0], strict=True)
        return [(chunk_id, 1.0 - float(distance)) for chunk_id, distance in pairs]

    def ids(self) -> set[str]:
        """Return every id that is held."""
        with _translated():
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """Return how many vectors are held."""
        with _translated():
            return self._collection.count()

    def drop(self) -> None:
        """Remove the collection with all it holds."""
        with _translated():
            self._client.delete_collection(self._collection.name)

    def close(self) -> None:
        """Let go of the files or the connection."""
        _close(self._client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _folder(folder: Path) -> ClientAPI:
    import chromadb

    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(folder), settings=_settings())


def _server(url: str) -> ClientAPI:
    import chromadb

    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise LibraryError(
            f"{url!r} is not the URL of a Chroma server.", "http://HOST:8000"
        )
    secure = parts.scheme == "https"
    return chromadb.HttpClient(
        host=parts.hostname,
        port=parts.port or (443 if secure else 8000),
        ssl=secure,
        settings=_settings(),
    )


def _settings() -> Any:
    from chromadb.config import Settings

    # Chroma would read the .env file of whatever folder the person happens to stand in.
    options: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
    return Settings(**options)


def _close(client: Any) -> None:
    client.close()
    for part in (client, getattr(client, "_admin_client", None)):
        # Chroma leaves the connections to its server open.
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:
            session.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        from chromadb.errors import ChromaError
    except (ImportError, ValueError) as error:
        hint = "Install it again: pip install --force-reinstall chromadb"
        raise LibraryError(f"chromadb cannot be loaded: {error}", hint) from error
    try:
        yield
    except (ChromaError, ValueError, RuntimeError, OSError) as error:
        raise LibraryError(f"The vector index cannot be used: {error}", REPAIR) from error
