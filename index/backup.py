"""A library in one file, and back.

The file is a ZIP of the SQLite file, as it stood at one moment, and of a manifest with its
checksum. The vector index is not in it: it is made from the rows, so a restored library builds
its own. Taking a backup disturbs neither searches nor a sync.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import time
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import LibraryError
from index.library import FILE, Library
from index.schema import FORMAT
from index.swap import put_in_place
from index.upkeep import rebuild, set_meta

if TYPE_CHECKING:
    from typing import IO

__all__ = ["back_up", "restore"]

BACKUP_FORMAT = 1
MANIFEST = "manifest.json"
BLOCK = 1 << 20
_HINT = "Take another backup, or index the files again."


def back_up(library: Library, file: Path) -> int:
    """Write a library to one file, all of it or nothing; return the file's size in bytes.

    Raises:
        LibraryError: If the file cannot be written.
    """
    file = file.expanduser().resolve()
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".citewell-") as folder:
            copy, packed = Path(folder) / FILE, Path(folder) / "backup.zip"
            with closing(sqlite3.connect(library.store.path)) as source:
                source.execute("VACUUM INTO ?", (str(copy),))  # one state, without gaps
            manifest = {
                "backup": BACKUP_FORMAT,
                "format": FORMAT,
                "library": library.id,
                "made": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
                "sha256": _digest(copy),
            }
            with zipfile.ZipFile(
                packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1
            ) as archive:
                archive.writestr(MANIFEST, json.dumps(manifest))
                archive.write(copy, FILE)
            packed.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"The backup cannot be written: {error}", "Check the disk."
        ) from error
    return file.stat().st_size


def restore(file: Path, folder: Path, *, replace: bool = False) -> int:
    """Make a library of a backup; return how many chunks it has.

    Args:
        file: What `back_up` wrote.
        folder: Where the library is to be; what is there stays until the new one is whole.
        replace: Whether a library that is there may go.

    Raises:
        LibraryError: If the file is no backup or is damaged, or there is a library already.
    """
    file, folder = file.expanduser().resolve(), folder.expanduser().resolve()
    if Library.exists(folder) and not replace:
        raise LibraryError(
            f"There is a library in {folder} already.",
            "Choose another folder with --library, or replace it with --force.",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".citewell-"))
    try:
        _unpack(file, made / FILE)
        with Library.open(made) as library:
            with library.store.writing() as db:
                set_meta(db, "vectors_torn", 1)  # there are none yet
                set_meta(db, "vectors_told", 0)
            count = rebuild(library)
        put_in_place(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return count


def _unpack(file: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            if manifest.get("backup") != BACKUP_FORMAT or manifest.get("format") != FORMAT:
                raise LibraryError(
                    f"{file} is a backup of another version of citewell.", _HINT
                )
            with archive.open(FILE) as packed, target.open("wb") as out:
                digest = _copy(packed, out)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as error:
        raise LibraryError(f"{file} is no backup of a library: {error}", _HINT) from error
    if digest != manifest.get("sha256"):
        raise LibraryError(f"The backup {file} is damaged.", _HINT)


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(BLOCK):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
