"""Files that come from a browser: safe names, and never two under one name."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from typing import TYPE_CHECKING

from index.readers import SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["keep_uploads", "safe_name"]

LONGEST = 100  # characters; a file system takes 255 bytes
_ODD = re.compile(r"[^\w .,()+&@=\-]")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def safe_name(name: str) -> str:
    """Return a name that every file system takes and that leads nowhere else.

    >>> safe_name('../../a<b>.txt')
    'a_b_.txt'
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = _ODD.sub("_", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) < LONGEST // 2:
        name = f"{stem[: LONGEST - len(suffix) - 1]}.{suffix}"
    name = name[:LONGEST]
    if not name or _RESERVED.match(name):
        name = f"file_{name}"
    return name


def keep_uploads(
    files: Iterable[Path], folder: Path
) -> tuple[list[Path], list[tuple[str, str]]]:
    """Move uploaded files into a library's own folder.

    Returns where they are now, and name and reason of each that was refused. A file that is
    there already with the same content is not kept twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[Path] = []
    refused: list[tuple[str, str]] = []
    for file in files:
        name = safe_name(file.name)
        if file.suffix.lower() not in SUPPORTED:
            refused.append(
                (name, f"no reader knows {file.suffix or 'a file without ending'}")
            )
            file.unlink(missing_ok=True)
            continue
        target = _free(folder, name, file)
        if target.exists():
            file.unlink()
        else:
            shutil.move(file, target)
        kept.append(target)
    return kept, refused


def _free(folder: Path, name: str, file: Path) -> Path:
    """Return the first free place for a file, or where the same content lies already."""
    stem, _, suffix = name.rpartition(".")
    digest = _digest(file)
    target, number = folder / name, 2
    while target.exists() and _digest(target) != digest:
        target = folder / f"{stem} ({number}).{suffix}"
        number += 1
    return target


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
