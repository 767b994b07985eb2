"""Work that one thread does and others watch."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.errors import CitewellError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

__all__ = ["Watched"]

log = logging.getLogger(__name__)


class Watched:
    """Counts its changes and wakes who waits for one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._version = 0
        self._over = False
        self._listeners: list[Callable[[], None]] = []
        self.problem: BaseException | None = None

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
            for wake in self._listeners:
                wake()

    def wait(self, seen: int, seconds: float) -> int:
        """Wait for a change since version `seen`, at most so long; return the version."""
        with self._condition:
            self._condition.wait_for(lambda: self._version > seen or self._over, seconds)
            return self._version

    def rest(self, seconds: float) -> None:
        """Wait so long, whatever changes, but not beyond the end."""
        with self._condition:
            self._condition.wait_for(lambda: self._over, seconds)

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call something at every change, on the thread that made it; it returns at once."""
        with self._condition:
            self._listeners.append(wake)
        try:
            yield
        finally:
            with self._condition:
                self._listeners.remove(wake)

    def end(self, future: Future[None]) -> None:
        """Note how it ended: well, cancelled, or with an error.

        An error that a person cannot understand is a bug, and goes to the log too.
        """
        self.problem = None if future.cancelled() else future.exception()
        if self.problem is not None and not isinstance(self.problem, CitewellError):
            log.error("The work on a page's behalf failed.", exc_info=self.problem)
        self.touch(over=True)
