"""What every test stands on: a private home, no network, and small stand-ins for models."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

# Before anything loads the library that reads it; see assistant.llm.llama_api.quiet_api.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

from index.errors import ReadError
from index.types import Chunk, Document, Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.types import Vectors


class HashEmbedder:
    """Words to vectors by hashing: texts with words in common are near each other."""

    def __init__(self, dimension: int = 64, name: str = "hash") -> None:
        self.dimension = dimension
        self.fingerprint = f"{name}-{dimension}"
        self.max_tokens = 64
        self.unrelated = 0.0
        self.embedded = 0  # passages, so that a test can see what was not done again

    def token_ends(self, text: str) -> Sequence[int]:
        return [match.end() for match in re.finditer(r"\w+|[^\w\s]", text)]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return self._embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for place, text in enumerate(texts):
            row = vectors[place]
            for word in ["", *re.findall(r"\w+", text.lower())]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                sign = 1.0 if digest[7] & 1 else -1.0
                row[int.from_bytes(digest[:4], "little") % self.dimension] += sign
            row /= np.linalg.norm(row) or 1.0
            if not row.any():
                row[0] = 1.0
        return vectors


def read_plain(path: Path) -> Document:
    """A reader of UTF-8 text and nothing else; a file that says BROKEN cannot be read."""
    data = path.read_bytes()
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if "BROKEN" in text:
        raise ReadError(f"{path.name} is damaged")
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        text=text,
        media_type="text/plain",
        title=path.stem,
        characters_read=len("".join(text.split())),
    )


def paragraphs(document: Document) -> list[Chunk]:
    """Chunks that are the paragraphs of a document."""
    return [
        Chunk(document.id, Span(match.start(), match.end()), match.group())
        for match in re.finditer(r"\S(?:.|\n(?!\n))*", document.text)
    ]


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture(autouse=True)
def private_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give each test a home of its own, so that none sees or leaves anything of a person's."""
    home = tmp_path_factory.mktemp("home")
    for name in (
        "HOME",
        "USERPROFILE",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
    ):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = address[0] if isinstance(address, tuple) else address
            if host not in {"127.0.0.1", "::1", "localhost"}:
                raise OSError(f"a test tried to connect to {address}")
        connect(self, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in {"127.0.0.1", "::1", "localhost", None, ""}:
            raise OSError(f"a test tried to look up {host}")
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)
