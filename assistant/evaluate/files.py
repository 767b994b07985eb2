"""Write files so that they are there as a whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_text"]


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 text beside the file, force it to disk, and move it into place."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open(
        "w", encoding="utf-8", errors="backslashreplace", newline="\n"
    ) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
