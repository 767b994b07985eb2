"""Work that one thread does and others watch."""

from __future__ import annotations

import threading

__all__ = ["Watched"]


class Watched:
    """Counts its changes and wakes who waits for one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._version = 0
        self._over = False

    @property
    def over(self) -> bool:
        """Whether nothing more will change."""
        return self._over

    def touch(self, *, over: bool = False) -> None:
        """Tell that something has changed, for the last time if it is over."""
        with self._condition:
            self._version += 1
            self._over = self._over or over
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """Wait for a change since version `seen`, at most so long; return the version."""
        with self._condition:
            self._condition.wait_for(lambda: self._version > seen or self._over, seconds)
            return self._version
