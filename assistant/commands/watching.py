"""Keeping a library in step with folders while they change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from assistant.commands.indexing import run_index
from assistant.commands.terminal import note, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from threading import Event

    from assistant.commands.terminal import Progress
    from assistant.config import Settings

__all__ = ["wait_until_whole", "watch"]

DEBOUNCE_MS = 1_000  # changes that come so close together are taken as one
STILL_S = 0.5  # a file that did not grow for so long is whole
LONGEST_S = 60.0  # a file that is written for longer is read with the next change
STEP_S = 0.1


def watch(
    settings: Settings,
    paths: Sequence[Path],
    progress: Progress,
    *,
    ocr: bool = True,
    stop: Event | None = None,
) -> None:
    """Bring the library up to date with files and folders, now and whenever they change.

    Ends when `stop` is set, or with a KeyboardInterrupt; what was taken in stays.
    """
    from watchfiles import watch as changes_in

    _sync(settings, paths, progress, ocr=ocr)
    note("watching; Ctrl-C ends it")
    for changes in changes_in(*paths, debounce=DEBOUNCE_MS, stop_event=stop):
        wait_until_whole({changed for _, changed in changes})
        _sync(settings, paths, progress, ocr=ocr)


def _sync(
    settings: Settings, paths: Sequence[Path], progress: Progress, *, ocr: bool
) -> None:
    """Sync once, and say in a line what changed."""
    report = run_index(settings, paths, progress, rebuild=False, force=False, ocr=ocr)
    for path, reason in report["failed"]:
        note(f"  not read: {plain(path)}: {plain(reason)}")
    counts = ((name, report[name]) for name in ("added", "changed", "moved", "removed"))
    said = ", ".join(f"{count} {name}" for name, count in counts if count)
    if said:
        click.echo(f"{time.strftime('%H:%M:%S')} {said}; {report['documents']} documents")


def wait_until_whole(names: Iterable[str]) -> None:
    """Wait until files are no longer being written, a minute at most."""
    from pathlib import Path

    files = [Path(name) for name in names]
    until = time.monotonic() + LONGEST_S
    seen, still_since = _stamps(files), time.monotonic()
    while time.monotonic() - still_since < STILL_S and time.monotonic() < until:
        time.sleep(STEP_S)
        now = _stamps(files)
        if now != seen:
            seen, still_since = now, time.monotonic()


def _stamps(files: Iterable[Path]) -> list[tuple[int, int] | None]:
    stamps: list[tuple[int, int] | None] = []
    for file in files:
        try:
            status = file.stat()
        except OSError:
            stamps.append(None)
        else:
            stamps.append((status.st_size, status.st_mtime_ns))
    return stamps
