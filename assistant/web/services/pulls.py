"""Models on their way into the models folder, on behalf of the page: one at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from assistant.downloads.pull import pull
from assistant.downloads.watch import Watch
from assistant.errors import DownloadFailed, Stopped
from assistant.web.services.watched import Watched

if TYPE_CHECKING:
    from assistant.catalog import CatalogModel
    from assistant.config import Settings
    from assistant.downloads.watch import Progress

__all__ = ["Pull", "Pulls"]


class Pull(Watched):
    """A download from its start until the model is in its place."""

    def __init__(self, model: CatalogModel) -> None:
        super().__init__()
        self.model = model
        self.progress: Progress | None = None
        self._stop = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether somebody has had enough."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End it; what was fetched is kept."""
        self._stop.set()
        self.touch()

    def take(self, progress: Progress) -> None:
        """Take in how far it is."""
        self.progress = progress
        self.touch()


class Pulls:
    """Fetches one model at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "pull")
        self._lock = threading.Lock()
        self.latest: Pull | None = None

    def start(self, model: CatalogModel, settings: Settings) -> Pull:
        """Begin to fetch a model.

        Raises:
            DownloadFailed: Another one is on its way.
        """
        with self._lock:
            if self.latest is not None and self.busy:
                raise DownloadFailed(
                    f"{self.latest.model.title} is being fetched.",
                    "Stop it, or wait for its end.",
                )
            started = self.latest = Pull(model)
        future = self._pool.submit(_run, started, settings)
        future.add_done_callback(started.end)
        return started

    @property
    def busy(self) -> bool:
        """Whether a model is being fetched."""
        return self.latest is not None and not self.latest.over

    def stop(self) -> None:
        """Stop what is being fetched, if anything is."""
        if self.latest is not None:
            self.latest.stop()

    def close(self) -> None:
        """Stop, and wait until nothing is written any more."""
        self.stop()
        self._pool.shutdown(cancel_futures=True)


def _run(started: Pull, settings: Settings) -> None:
    watch = Watch(progress=started.take, stopped=lambda: started.stopped)
    try:
        pull(started.model, settings, watch)
    except Stopped:
        started.stop()
