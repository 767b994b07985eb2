"""Bringing a library up to date from the command line, with progress."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from assistant.build import open_embedder
from index.errors import LibraryMissing
from index.events import FileFailed, SyncReport
from index.events import Progress as SyncProgress
from index.ingest import sync
from index.library import Library
from index.lock import Patience
from index.readers.guard import ReaderProcess
from index.readers.source import Limits
from index.swap import known_paths, put_in_place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.commands.terminal import Progress
    from assistant.config import Settings
    from index.types import Embedder

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
    """Sync files and folders into the library; return what happened as plain data.

    With `rebuild` a new library is made beside the old one, which can be searched meanwhile,
    and takes its place at the end; without paths it is made of the files of the old one.

    Raises:
        LibraryMissing: If there are neither paths nor an old library.
    """
    folder = settings.library_folder
    if not paths and not (paths := known_paths(folder)):
        raise LibraryMissing(f"There is no library in {folder}.", "Name files or folders.")
    progress.update("loading the embedding model ...")
    embedder = open_embedder(settings)
    made = folder.with_name(f".{folder.name}-rebuilt") if rebuild else folder
    if rebuild:
        shutil.rmtree(made, ignore_errors=True)  # of a rebuild that was broken off
    with Library.create(
        made,
        embedder,
        vectors_url=settings.vectors_url,
        patience=Patience(on_wait=progress.note),
    ) as library:
        data = _synced(library, embedder, paths, progress, force=force, ocr=ocr)
    if rebuild:
        put_in_place(made, folder)
    return data


def _synced(
    library: Library,
    embedder: Embedder,
    paths: Sequence[Path],
    progress: Progress,
    *,
    force: bool,
    ocr: bool,
) -> dict[str, Any]:
    def tell(path: Path, done: int, pages: int) -> None:
        progress.update(f"{path.name}: reading its picture, {done} of {pages} pages")

    report = None
    with ReaderProcess(None if ocr else Limits(ocr_pages=0), on_page=tell) as reader:
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
