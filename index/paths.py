"""The paths of files that lie in other files: "/home/ada/mail.eml/minutes.txt".

What is attached to a mail, a message of a mailbox and a file of an archive each has a path
below the file that holds it, as if that were a folder.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CONTAINERS", "container_of", "is_container", "shown_name"]

CONTAINERS = frozenset((".eml", ".msg", ".mbox", ".zip"))


def is_container(path: PurePath) -> bool:
    """Say whether the name is one of a file that holds files."""
    return path.suffix.lower() in CONTAINERS


def container_of(path: Path) -> Path | None:
    """Return the file on the disk that holds `path`, None for one that lies there itself."""
    for above in path.parents:
        if is_container(above) and above.is_file():
            return above
    return None


def shown_name(path: str) -> str:
    """Return a file's name with what holds it: "minutes.txt in mail.eml"."""
    whole = PurePath(path)
    holding = [above for above in whole.parents if is_container(above)]
    return " in ".join((whole.name, *(above.name for above in holding)))
