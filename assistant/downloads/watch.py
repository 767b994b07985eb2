"""Watching a download: how far it is, how long it will take, and whether to stop."""

from __future__ import annotations

import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = ["Meter", "Progress", "Watch", "bytes_below", "run_watched"]

POLL_S = 0.2
END_S = 5.0  # that a process gets to end by itself
LEAST_S = 2.0  # before the time left is estimated


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is, in bytes."""

    done: int
    total: int
    seconds_left: float | None = None  # None where it is not known yet
    checking: bool = False  # everything is there, and its hash is computed


def _ignore(_seen: object) -> None:
    return


@dataclass(frozen=True, slots=True)
class Watch:
    """Whoever waits for a download: is told of it, and may end it."""

    progress: Callable[[Progress], None] = _ignore
    note: Callable[[str], None] = _ignore
    stopped: Callable[[], bool] = lambda: False


class Meter:
    """Measures one download from where it began or was taken up again."""

    def __init__(self, watch: Watch, total: int, done: int = 0) -> None:
        self._watch = watch
        self._total = total
        self._first, self._start = done, time.monotonic()
        self._most = done

    def at(self, done: int) -> None:
        """Report so many bytes; fewer than before count as before.

        Raises Stopped if nobody wants the download any more.
        """
        if self._watch.stopped():
            raise Stopped
        done = self._most = max(min(done, self._total), self._most)
        seconds, fetched = time.monotonic() - self._start, done - self._first
        left = None
        if seconds >= LEAST_S and fetched > 0:
            left = (self._total - done) * seconds / fetched
        self._watch.progress(Progress(done, self._total, left))


def run_watched(
    command: Sequence[str],
    tick: Callable[[], None],
    environment: Mapping[str, str] | None = None,
) -> tuple[int, str, str]:
    """Run a command; return its status, output and errors.

    Args:
        command: What to run.
        tick: Called several times a second. If it raises, or Ctrl-C comes, the command is
            ended before the exception goes on.
        environment: In place of this process's own.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        try:
            while process.poll() is None:
                tick()
                time.sleep(POLL_S)
        finally:
            _end(process)
        output.seek(0)
        errors.seek(0)
        return process.returncode, output.read(), errors.read()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def bytes_below(folder: Path) -> int:
    """Return the size of everything in a folder, which may change meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # gone again
            continue
    return total
