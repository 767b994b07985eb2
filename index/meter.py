"""How far a sync is, how fast it goes, and when it will be done."""

from __future__ import annotations

import time

from index.events import Progress

__all__ = ["Meter"]

TICK_S = 0.5  # between two reports


class Meter:
    """Counts files, bytes and characters against the clock."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.characters = 0
        self._began = self._told = self.started
        self._files = [0, 0]  # done, total
        self._bytes = [0.0, 0]

    def begin(self, files: int, size: int) -> None:
        """Start the clock over `files` files of `size` bytes together."""
        self._began = time.monotonic()
        self._files[1], self._bytes[1] = files, size

    def extend(self, size: int) -> None:
        """Count one more file of `size` bytes as work: it came to light in another one."""
        self._files[1] += 1
        self._bytes[1] += size

    def done(self, files: int = 1) -> None:
        """Count files as finished."""
        self._files[0] += files

    def advance(self, size: float, characters: int = 0) -> None:
        """Count bytes and characters as worked through."""
        self._bytes[0] += size
        self.characters += characters

    def due(self) -> bool:
        """Say whether a person should hear of it again."""
        return time.monotonic() - self._told >= TICK_S

    def progress(self) -> Progress:
        """Return where the work is now."""
        now = time.monotonic()
        self._told = now
        elapsed, (done, total) = now - self._began, self._bytes
        return Progress(
            files_done=self._files[0],
            files_total=self._files[1],
            bytes_done=min(round(done), int(total)),
            bytes_total=int(total),
            characters=self.characters,
            characters_per_s=self.characters / elapsed if elapsed > 0 else 0.0,
            eta_s=elapsed * max(0.0, total - done) / done if done > 0 else None,
        )
