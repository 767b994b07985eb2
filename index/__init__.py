"""Files to passages to search: what a person's documents say, and where.

The index knows nothing of questions and answers. A name is loaded when it is first used, so
that whoever needs one noun does not wait for numpy, and importing this loads no model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.check import CheckReport
    from index.errors import CitewellError
    from index.ingest import remove, sync
    from index.library import Library
    from index.lock import Patience
    from index.search import HybridRetriever, fuse
    from index.types import Chunk, Document, Embedder, Hit, Retriever, Span

__all__ = [
    "CheckReport",
    "Chunk",
    "CitewellError",
    "Document",
    "Embedder",
    "Hit",
    "HybridRetriever",
    "Library",
    "Patience",
    "Retriever",
    "Span",
    "fuse",
    "remove",
    "sync",
]

_HOMES = {
    "CheckReport": "check",
    "CitewellError": "errors",
    "HybridRetriever": "search",
    "Library": "library",
    "Patience": "lock",
    "fuse": "search",
    "remove": "ingest",
    "sync": "ingest",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"index.{_HOMES.get(name, 'types')}"), name)
