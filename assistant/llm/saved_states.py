"""What a model has read of the texts that all prompts begin with, kept on disk.

Instruction and examples are the same for every question. Their state (the keys and values of
each layer) is read from a file at the first question of a process instead of being computed:
a few hundred tokens of a 1.5B model are 9 MB and load in milliseconds. A file is used only by
the same weights, llama.cpp build and context type, which its name is a hash of, and only if
its content has the hash that it begins with.
"""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.models import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["SavedStates"]

DIGEST_BYTES = 32
MOST_BYTES = 256 * 2**20  # of all files together; the ones unused for longest go first


@dataclass(frozen=True, slots=True)
class SavedStates:
    """States on disk for one model as it is run here.

    Args:
        folder: where the files lie; it can be deleted at any time.
        identity: names weights, adapter, llama.cpp build and context type.
    """

    folder: Path
    identity: str

    def load(self, tokens: Sequence[int]) -> bytes | None:
        """Return the state after these tokens, None where no whole file holds it."""
        path = self._path(tokens)
        try:
            data = path.read_bytes()
            path.touch()  # used: it is not among the first to go
        except OSError:
            return None
        digest, state = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
        return state if hashlib.sha256(state).digest() == digest else None

    def save(self, tokens: Sequence[int], state: bytes) -> None:
        """Keep a state; a disk that is full or read-only keeps none, and nothing else fails."""
        try:
            write_atomically(self._path(tokens), hashlib.sha256(state).digest() + state)
            self._tidy()
        except OSError:
            return

    def _path(self, tokens: Sequence[int]) -> Path:
        content = self.identity.encode() + b"\0" + array("q", tokens).tobytes()
        return self.folder / f"{hashlib.sha256(content).hexdigest()[:32]}.state"

    def _tidy(self) -> None:
        files = [(path, path.stat()) for path in self.folder.glob("*.state")]
        total = sum(about.st_size for _, about in files)
        for path, about in sorted(files, key=lambda item: item[1].st_mtime):
            if total <= MOST_BYTES:
                return
            path.unlink(missing_ok=True)
            total -= about.st_size
