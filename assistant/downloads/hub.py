"""Files in repositories on the Hugging Face hub."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.downloads.watch import Meter, Watch, run_watched
from assistant.errors import DownloadFailed, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.catalog import HubFile

__all__ = ["Described", "describe", "fetch"]

WORKER = Path(__file__).with_name("worker.py")
# What keeps the hub's client from the network everywhere else in the program.
OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
SETTINGS = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_XET": "1",  # its transfers cannot be watched or taken up again
}
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Described:
    """What the hub states of a file."""

    commit: str
    bytes: int
    sha256: str  # "" where it states none


def describe(source: HubFile, watch: Watch) -> Described:
    """Ask the hub for a file's commit, size and hash.

    Raises DownloadFailed where it cannot be reached or has no such file, or Stopped.
    """

    def tick() -> None:
        if watch.stopped():
            raise Stopped

    place = (source.repository, source.revision, source.file)
    found = _ask(source, ("describe", *place), tick)
    commit, digest = str(found.get("commit", "")), str(found.get("sha256", "")).lower()
    size = found.get("bytes")
    if not commit or not isinstance(size, int):
        raise DownloadFailed(f"What {source} says of {source.file} cannot be understood.")
    return Described(commit, size, digest if _SHA256.fullmatch(digest) else "")


def fetch(source: HubFile, known: Described, path: Path, watch: Watch) -> None:
    """Download a file to a path, going on where an earlier attempt ended.

    It is not checked yet. Raises DownloadFailed, or Stopped.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if _size(path) > known.bytes:
        path.unlink()
    meter = Meter(watch, known.bytes, _size(path))
    place = (source.repository, known.commit, source.file, str(path), str(known.bytes))
    _ask(source, ("fetch", *place), lambda: meter.at(_size(path)))
    meter.at(_size(path))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _ask(
    source: HubFile, arguments: tuple[str, ...], tick: Callable[[], None]
) -> dict[str, Any]:
    environment = {k: v for k, v in os.environ.items() if k not in OFFLINE} | SETTINGS
    command = [sys.executable, "-P", str(WORKER), *arguments]
    _, output, errors = run_watched(command, tick, environment)
    lines = output.strip().splitlines()
    try:
        result: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError) as error:
        last = (errors.strip() or "no reason given").splitlines()[-1]
        raise DownloadFailed(f"{source} could not be asked: {last}") from error
    if "error" in result:
        raise DownloadFailed(f"{source} could not be read: {result['error']}")
    return result
