"""Set-up: fetch the bundled models, compile the embedder, fit the weights to the machine."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from assistant.build import open_embedder, open_generator
from assistant.encoder.embedding import fetch_encoder
from assistant.models import fetch_bundled
from assistant.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.config import Settings

__all__ = ["prepare", "sample_folder"]


def prepare(settings: Settings, *, force: bool) -> Iterator[str]:
    """Do everything that a first question would otherwise have to wait for.

    Yields a line before each step. Interrupted, it leaves nothing half done.
    """
    if force:
        shutil.rmtree(settings.cache_folder, ignore_errors=True)
    yield f"bundled language model -> {settings.models_folder}"
    fetch_bundled(settings, force=force)
    yield f"encoder for searching and reading -> {settings.models_folder}"
    fetch_encoder(settings, force=force)
    yield "embedding model: compiling for this processor, once"
    open_embedder(settings)
    yield "language model: fitting to this processor, once"
    open_generator(settings)
    yield 'ready. Next: citewell index FOLDER, then: citewell ask "..."'


def sample_folder() -> Path:
    """Return the folder of the sample documents that come with the program."""
    return shipped_folder("_samples", "samples")
