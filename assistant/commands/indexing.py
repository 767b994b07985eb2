"""Bringing a library up to date from the command line, with progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.build import open_embedder
from index.events import FileFailed, SyncReport
from index.events import Progress as SyncProgress
from index.ingest import sync
from index.library import Library
from index.lock import Patience
from index.readers.guard import ReaderProcess
from index.readers.source import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.commands.terminal import Progress
    from assistant.config import Settings

__all__ = ["run_index"]


def run_index(
    settings: Settings,
    paths: Sequence[Path],
    progress: Progress,
    *,
    rebuild: bool,
    force: bool,
    ocr: bool = True,
) -> dict[str, Any]:
    """Sync files and folders into the library; return what happened as plain data."""
    folder = settings.library_folder
    progress.update("loading the embedding model ...")
    embedder = open_embedder(settings)
    if rebuild:
        Library.erase(folder)
    patience = Patience(on_wait=progress.note)
    with (
        Library.create(
            folder, embedder, vectors_url=settings.vectors_url, patience=patience
        ) as library,
        ReaderProcess(
            None if ocr else Limits(ocr_pages=0),
            on_page=lambda path, done, pages: progress.update(
                f"{path.name}: reading its picture, {done} of {pages} pages"
            ),
        ) as reader,
    ):
        report = None
        events = sync(
            library,
            paths,
            embedder,
            reader=reader.read,
            members=reader.members,
            force=force,
        )
        for event in events:
            if isinstance(event, SyncProgress):
                progress.update(_line(event))
            elif isinstance(event, FileFailed):
                progress.clear()
            elif isinstance(event, SyncReport):
                report = event
        progress.clear()
        assert report is not None
        return _as_json(report, library)


def _line(event: SyncProgress) -> str:
    left = "" if event.eta_s is None else f", about {_duration(event.eta_s)} left"
    return (
        f"{event.files_done} of {event.files_total} files, "
        f"{event.characters_per_s:,.0f} characters/s{left}"
    )


def _duration(seconds: float) -> str:
    if seconds < 90:  # noqa: PLR2004
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"  # noqa: PLR2004


def _as_json(report: SyncReport, library: Library) -> dict[str, Any]:
    ledger = library.ledger()
    return {
        "library": str(library.folder),
        "documents": ledger.documents,
        "chunks": ledger.chunks,
        "added": report.added,
        "changed": report.changed,
        "moved": report.moved,
        "duplicate": report.duplicate,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "failed": [list(failure) for failure in report.failed],
        "unsupported": dict(report.unsupported),
        "characters": report.characters,
        "seconds": report.seconds,
    }
