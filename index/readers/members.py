"""The files that lie in a file: attachments, messages of a mailbox, files of an archive.

Each gets a path below the file that holds it. Their number, their size together and how deep
they lie one in the other are limited; a name that leads elsewhere is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import PurePath
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.paths import container_of, is_container
from index.readers.archive import unpack_archive
from index.readers.mailbox import messages
from index.readers.message import attached_bytes, contents, header, parse
from index.readers.normalise import normalise, squeeze
from index.readers.outlook import outlook_message
from index.readers.source import Limits, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Listed", "bytes_at", "list_members", "named_after"]

_DEEPEST = 3  # files that lie one in the other, the outermost not counted
_MOST = 20_000
_LONGEST_NAME = 120
_HIDDEN = (".", "~$", "__MACOSX")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that lies in another one."""

    path: str  # below the file that holds it
    size: int
    hash: str  # SHA-256 of its bytes; "" where they cannot be had
    reason: str = ""  # why they cannot


@dataclass(slots=True)
class _Unpacked:
    """All that lies in one file on the disk."""

    key: tuple[str, int, int]
    files: dict[str, bytes | ReadError] = field(default_factory=dict)
    size: int = 0

    def add(self, path: str, found: bytes | ReadError, limits: Limits) -> None:
        self.files[path] = found
        self.size += len(found) if isinstance(found, bytes) else 0
        if len(self.files) > _MOST:
            raise ReadError(f"it holds more than {_MOST:,} files", "Split it into parts.")
        if self.size > limits.unpacked_bytes:
            most = limits.unpacked_bytes >> 20
            raise ReadError(f"it unpacks to more than {most} MB", "Split it into parts.")


_last: list[_Unpacked] = []  # what was unpacked last: its files are asked for one by one


def list_members(path: Path, limits: Limits) -> list[Listed]:
    """Return all that lies in the file at `path`, what lies in those files too.

    Raises:
        ReadError: it cannot be unpacked within the limits.
    """
    return [
        Listed(name, 0, "", str(found))
        if isinstance(found, ReadError)
        else Listed(name, len(found), hashlib.sha256(found).hexdigest())
        for name, found in _unpacked(path, limits).files.items()
    ]


def bytes_at(path: Path, limits: Limits) -> bytes:
    """Return what the file at `path` holds, whether it lies on the disk or in another file.

    Raises:
        ReadError: it is missing, damaged, empty or over the limits.
    """
    holding = None if path.exists() else container_of(path)
    if holding is None:
        return read_bytes(path, limits)
    inner = path.relative_to(holding).as_posix()
    found = _unpacked(holding, limits).files.get(inner)
    if found is None:
        raise ReadError(f"{holding.name} does not hold it any more", "Index it again.")
    if isinstance(found, ReadError):
        raise found
    if not found:
        raise ReadError("it is empty", "Remove it, or save it again.")
    if len(found) > limits.file_bytes:
        most = limits.file_bytes >> 20
        raise ReadError(f"it is larger than {most} MB", "Split it into parts.")
    return found


def named_after(path: Path, limits: Limits) -> str:
    """Return what a file is attached to, as a person calls it; "" where it is to none."""
    holding = next(filter(is_container, path.parents), None)
    if holding is None or holding.suffix.lower() not in {".eml", ".msg"} or path.exists():
        return ""
    try:
        data = bytes_at(holding, limits)
        outlook = holding.suffix.lower() == ".msg"
        message = outlook_message(data, limits) if outlook else parse(data)
    except ReadError:
        return ""
    subject, sender = header(message, "Subject"), header(message, "From")
    name = " of ".join(filter(None, ("mail", parseaddr(sender)[0] or parseaddr(sender)[1])))
    return f'{name}: "{subject}"' if subject else name


def _unpacked(path: Path, limits: Limits) -> _Unpacked:
    """Return what lies in a file on the disk; the last one is kept."""
    try:
        status = path.stat()
    except OSError as error:
        raise ReadError(error.strerror or str(error), "Check the path.") from error
    key = str(path), status.st_size, status.st_mtime_ns
    if not _last or _last[0].key != key:
        _last.clear()
        unpacked = _Unpacked(key)
        _unpack(unpacked, "", path.name, read_bytes(path, limits), 1, limits)
        _last.append(unpacked)
    return _last[0]


def _unpack(
    unpacked: _Unpacked, prefix: str, name: str, data: bytes, depth: int, limits: Limits
) -> None:
    taken: Counter[str] = Counter()
    for raw, found in _opened(name, data):
        safe = _safe(raw)
        if not safe or any(part.startswith(_HIDDEN) for part in safe.split("/")):
            continue
        path = prefix + _unique(safe, taken)
        if _leads_out(raw):
            error = ReadError("its name leads out of the file", "Unpack it by hand.")
            unpacked.add(path, error, limits)
            continue
        unpacked.add(path, found, limits)
        if isinstance(found, bytes) and is_container(PurePath(path)):
            _unpack_inner(unpacked, path, found, depth, limits)


def _unpack_inner(
    unpacked: _Unpacked, path: str, data: bytes, depth: int, limits: Limits
) -> None:
    """Unpack a file that lies in another; where it cannot be, that is its own failure."""
    inside = f"{path}/(what it holds)"
    try:
        if depth < _DEEPEST:
            _unpack(unpacked, f"{path}/", path, data, depth + 1, limits)
        elif next(iter(_opened(path, data)), None) is not None:
            why = "it lies too deep in other files"
            unpacked.add(inside, ReadError(why, "Save it as a file of its own."), limits)
    except ReadError as error:
        if len(unpacked.files) > _MOST or unpacked.size > limits.unpacked_bytes:
            raise
        unpacked.add(inside, error, limits)


def _opened(name: str, data: bytes) -> Iterator[tuple[str, bytes | ReadError]]:
    """Yield the name and the bytes of what lies right in a file.

    Raises:
        ReadError: it cannot be opened.
    """
    match PurePath(name).suffix.lower():
        case ".zip":
            yield from unpack_archive(data)
        case ".mbox":
            yield from messages(data)
        case ".eml" | ".msg" as suffix:
            outlook = suffix == ".msg"
            message = outlook_message(data, Limits()) if outlook else parse(data)
            for attached, part in contents(message).attachments:
                yield PurePath(attached.replace("\\", "/")).name, attached_bytes(part)


def _safe(name: str) -> str:
    """Return a name as a path below a file, without what no path may have."""
    parts = normalise(name).replace("\\", "/").replace("\n", " ").split("/")
    return "/".join(_shortened(squeeze(part)) for part in parts if part.strip(". "))


def _shortened(part: str) -> str:
    suffix = PurePath(part).suffix
    if len(part) <= _LONGEST_NAME or len(suffix) > _LONGEST_NAME // 2:
        return part[:_LONGEST_NAME]
    return part[: _LONGEST_NAME - len(suffix)] + suffix


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return (
        ".." in parts or name.startswith(("/", "\\")) or bool(re.match("[A-Za-z]:", name))
    )


def _unique(path: str, taken: Counter[str]) -> str:
    """Return the path, with a number where the name is taken."""
    taken[path] += 1
    while (count := taken[path]) > 1:
        pure = PurePath(path)
        path = str(pure.with_name(f"{pure.stem} ({count}){pure.suffix}"))
        taken[path] += 1
    return path
