"""Files on their way into a library, watched by whoever cares.

One library is read at a time. While somebody waits for an answer, reading pauses between two
steps: a person who asks comes first.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.web.services.watched import Watched
from index.events import FileDone, FileFailed, Progress, SyncReport
from index.ingest import sync
from index.readers.guard import ReaderProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.events import SyncEvent
    from index.library import Library
    from index.readers.source import Limits
    from index.types import Embedder

__all__ = ["Reader", "Reading"]

LONGEST_PAUSE_S = 60.0  # for one answer; many people asking shall not stop reading for good


class Reading(Watched):
    """One task: what to read, how far it is and what went wrong."""

    def __init__(self, library: str, paths: Sequence[Path], *, force: bool = False) -> None:
        super().__init__()
        self.library = library
        self.paths = tuple(paths)
        self.force = force
        self.progress: Progress | None = None
        self.current = ""  # the file that was finished last
        self.scan: tuple[str, int, int] | None = None  # read by OCR: file, pages done, all
        self.failed: list[tuple[str, str]] = []
        self.report: SyncReport | None = None

    def take(self, event: SyncEvent) -> None:
        """Take in what the sync says."""
        self.scan = None
        if isinstance(event, Progress):
            self.progress = event
        elif isinstance(event, FileDone):
            self.current = event.path
        elif isinstance(event, FileFailed):
            self.failed.append((event.path, event.reason))
        elif isinstance(event, SyncReport):
            self.report = event
        self.touch()

    def count(self, path: Path, done: int, pages: int) -> None:
        """Take in how many pages of a scan are read."""
        self.scan = path.name, done, pages
        self.touch()


class _EndingError(Exception):
    """The program ends while a scan is read, which can take an hour."""


class Reader:
    """Takes one task after another."""

    def __init__(
        self,
        open_library: Callable[[str], tuple[Library, Embedder]],
        pause: Callable[[float], None],
        limits: Limits | None = None,
    ) -> None:
        """Remember how to open a library, and how to wait while somebody asks.

        Args:
            open_library: From the name of a library to itself.
            pause: Waits, at most so many seconds, while somebody wants an answer.
            limits: What reading one file may cost.
        """
        self._open = open_library
        self._pause = pause
        self._limits = limits
        self._pool = ThreadPoolExecutor(1, "reading")
        self._closing = False
        self.latest: dict[str, Reading] = {}  # by library

    def start(self, reading: Reading) -> Reading:
        """Begin to read, or wait until what is read now is done."""
        self.latest[reading.library] = reading
        self._pool.submit(self._run, reading).add_done_callback(reading.end)
        return reading

    def _run(self, reading: Reading) -> None:
        library, embedder = self._open(reading.library)

        def on_page(path: Path, done: int, pages: int) -> None:
            if self._closing:
                raise _EndingError
            reading.count(path, done, pages)

        with (
            suppress(_EndingError),
            ReaderProcess(self._limits, on_page=on_page) as process,
        ):
            events = sync(
                library,
                reading.paths,
                embedder,
                reader=process.read,
                members=process.members,
                force=reading.force,
            )
            for event in events:
                reading.take(event)
                if self._closing:
                    break
                self._pause(LONGEST_PAUSE_S)

    def close(self) -> None:
        """Stop after the current step; what was reported as done stays."""
        self._closing = True
        self._pool.shutdown(cancel_futures=True)
