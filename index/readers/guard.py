"""Read files that others made, in a process that may hang, crash or run out of memory.

Size, pages and characters are bounded by the readers; time and memory by `process`, which also
turns whatever happens to the reading process into a ReadError.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.process import HINT, GuardedProcess
from index.readers.source import Limits
from index.readers.wire import LIST, decode_members, decode_reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.readers.members import Listed
    from index.types import Document

__all__ = ["ReaderProcess"]


class ReaderProcess(GuardedProcess):
    """A child process that reads one file after another; safe to share between threads.

    Use as a context manager: leaving it ends the process.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        readers: str = "index.readers:READERS",
        on_page: Callable[[Path, int, int], None] | None = None,
    ) -> None:
        """Remember what to start; the process begins with the first file.

        Args:
            limits: what one file may cost.
            readers: where the dict from suffix to reader stands, as "module:attribute".
            on_page: told, while scanned pages are read, the file, how many of them are done
                and how many there are; called in the thread that reads. What it raises ends
                the reading.
        """
        limits = limits or Limits()
        # In JSON a character takes up to 12 bytes, its box up to 16 more.
        most_bytes = 30 * limits.characters + 2**20
        self._on_page = on_page
        super().__init__("index.readers.worker", limits, readers, most_bytes=most_bytes)

    def read(self, path: Path) -> Document:
        """Read one file.

        Raises:
            UnsupportedFormat: no reader knows it.
            ReadError: it cannot be read, or not within the limits.
        """
        tell = self._on_page
        hear = None if tell is None else lambda done, total: tell(path, done, total)
        reply = self.ask(os.fsencode(path.absolute()), hear)
        try:
            return decode_reply(*reply)
        except (ValueError, KeyError, TypeError) as error:
            raise ReadError("the reader's answer made no sense", HINT) from error

    def members(self, path: Path) -> list[Listed]:
        """Return all that lies in a file on the disk: attachments, messages, packed files.

        Raises:
            ReadError: it cannot be unpacked, or not within the limits.
        """
        header, _ = self.ask(LIST + os.fsencode(path.absolute()))
        try:
            return decode_members(header)
        except (ValueError, KeyError, TypeError) as error:
            raise ReadError("the reader's answer made no sense", HINT) from error
