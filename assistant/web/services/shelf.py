"""The libraries of this machine: the one of the settings, and more in the home folder.

<home>/library/               the usual one, or wherever --library says
<home>/libraries/<name>/      the others
<a library>-uploads/          files that came through the browser, beside their library
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from assistant.errors import ConfigError
from assistant.web.services.uploads import safe_name
from index.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.config import Settings
    from index.types import Embedder

__all__ = ["SAMPLES", "Shelf", "uploads_of"]

SAMPLES = "samples"


def uploads_of(folder: Path) -> Path:
    """Return where the uploaded files of the library in `folder` lie."""
    return folder.parent / f"{folder.name}-uploads"


class Shelf:
    """Opens each library once; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._first = settings.library_folder
        self._others = settings.data_folder / "libraries"
        self._url = settings.vectors_url
        self._lock = threading.Lock()
        self._open: dict[str, Library] = {}

    @property
    def usual(self) -> str:
        """The name of the library of the settings."""
        return self._first.name

    def names(self) -> list[str]:
        """Return the names of the libraries, the usual one first, even if it is empty."""
        found = sorted(path.name for path in self._others.glob("*") if Library.exists(path))
        return [self.usual, *(name for name in found if name != self.usual)]

    def folder(self, name: str) -> Path:
        """Return the folder of a library that may not be there yet.

        Raises:
            ConfigError: No library can have this name.
        """
        if name == self.usual:
            return self._first
        if not name or safe_name(name) != name:
            raise ConfigError(f"A library cannot be called {name!r}.")
        return self._others / name

    def find(self, name: str) -> Library | None:
        """Open a library, or return None where there is none yet."""
        with self._lock:
            if name not in self._open:
                if name not in self.names():
                    return None
                folder = self.folder(name)
                if not Library.exists(folder):
                    return None
                self._open[name] = Library.open(folder)
            return self._open[name]

    def make(self, name: str, embedder: Embedder) -> Library:
        """Open a library and make it first if need be."""
        folder = self.folder(name)
        with self._lock:
            if name not in self._open:
                self._open[name] = Library.create(folder, embedder, vectors_url=self._url)
            return self._open[name]

    def close(self) -> None:
        """Let go of all of them."""
        with self._lock:
            for library in self._open.values():
                library.close()
            self._open.clear()
