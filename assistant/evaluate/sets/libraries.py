"""A library of a set's documents: made once, kept in the cache, opened again by content.

The documents of a set are indexed with exactly the text that the set's gold spans count in,
so that a place in the library is a place in the set.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from typing import TYPE_CHECKING

from assistant.evaluate.sets.load import documents_sha256
from index.chunk import MAX_TOKENS, OVERLAP_TOKENS
from index.ingest import sync
from index.library import Library
from index.schema import FORMAT
from index.types import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from assistant.evaluate.types import SetDocument
    from index.events import SyncEvent
    from index.types import Embedder

__all__ = ["document_names", "library_for"]


def library_for(
    documents: Mapping[str, SetDocument],
    embedder: Embedder,
    cache: Path,
    on_event: Callable[[SyncEvent], None] = lambda _event: None,
) -> Library:
    """Return an open library of these documents, made now if the cache has none.

    An interrupted making goes on where it stopped; `on_event` may end it by raising.
    """
    content = "|".join(
        (
            documents_sha256(documents),
            embedder.fingerprint,
            str((MAX_TOKENS, OVERLAP_TOKENS)),
            str(FORMAT),
        )
    )
    folder = cache / "sets" / hashlib.sha256(content.encode()).hexdigest()[:24]
    files = folder / "documents"
    named = {_file_name(name): document for name, document in documents.items()}
    for file_name, document in named.items():
        _place(files / file_name, document.text)
    library = Library.create(folder / "library", embedder)

    def read(path: Path) -> Document:
        document = named[path.name]
        return Document(
            id=_document_id(document),
            text=document.text,
            media_type="text/plain",
            title=document.title,
            characters_read=sum(not c.isspace() for c in document.text),
        )

    with ExitStack() as undo:
        undo.callback(library.close)
        for event in sync(library, [files], embedder, reader=read):
            on_event(event)
        undo.pop_all()
    return library


def document_names(documents: Mapping[str, SetDocument]) -> dict[str, list[str]]:
    """Return, for each document id of the library, the set's names of that content."""
    names: dict[str, list[str]] = {}
    for name, document in documents.items():
        names.setdefault(_document_id(document), []).append(name)
    return names


def _document_id(document: SetDocument) -> str:
    return hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()


def _file_name(name: str) -> str:
    """Return a safe file name: a set's names may hold anything."""
    return f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.txt"


def _place(path: Path, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    if path.is_file() and path.stat().st_size == len(data):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
