"""The documents that a set is asked of, where they are not in the set: files or a library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluate.types import Place, SetDocument
from index.errors import ReadError
from index.library import Library
from index.readers.scans import NO_WRITING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["documents_of", "library_names", "open_passages", "read_folder"]


def documents_of(library: Library) -> Iterator[SetDocument]:
    """Yield the documents of a library; their ids in a set are their paths."""
    for source in library.sources():
        document = library.document(source.id)
        if document is not None:
            for path in source.paths:
                yield SetDocument(path, document.text, document.title, Path(path))


def library_names(library: Library) -> dict[str, list[str]]:
    """Return, for each document id of a library, its names in a set: its paths."""
    return {source.id: list(source.paths) for source in library.sources()}


def read_folder(folder: Path) -> Iterator[SetDocument]:
    """Read a folder of real files as `citewell index` does; ids are relative paths.

    A picture without writing is no document; any other file that cannot be read is an error.

    Raises:
        ReadError: A file cannot be read.
    """
    from index.readers import SUPPORTED
    from index.readers.guard import ReaderProcess

    with ReaderProcess() as reader:
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUPPORTED):
            try:
                read = reader.read(path)
            except ReadError as error:
                if NO_WRITING in str(error):
                    continue
                raise
            name = path.relative_to(folder).as_posix()
            yield SetDocument(name, read.text, read.title, path)


def open_passages(folder: Path) -> tuple[dict[str, SetDocument], list[Place]]:
    """Return the documents of a library, by the path they are named by, and its chunks."""
    documents: dict[str, SetDocument] = {}
    passages: list[Place] = []
    with Library.open(folder) as library:
        for source in library.sources():
            document = library.document(source.id)
            if document is None:
                continue
            name = source.path
            documents[name] = SetDocument(name, document.text, document.title, Path(name))
            passages += [
                Place(name, chunk.span.start, chunk.span.end)
                for chunk in library.chunks_of(source.id)
            ]
    return documents, passages
