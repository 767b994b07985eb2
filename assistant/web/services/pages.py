"""Pages of PDFs and pictures, for the panel that shows a citation in its place.

They are drawn in processes of their own, since a PDF that was made to do harm, or is merely
broken, can make the one that draws it hang, crash or run out of memory.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections import OrderedDict
from queue import LifoQueue
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.process import GuardedProcess
from index.readers.source import Limits

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LIMITS", "PageDrawer"]

log = logging.getLogger(__name__)
LIMITS = Limits(seconds=6.0, memory_bytes=1 << 30)  # for one page
MOST_BYTES = 32 << 20  # of a picture
PROCESSES = 2  # so that one page that takes long does not keep everybody waiting
KEPT = 32  # pictures


class PageDrawer:
    """Draws pages; threads may share it."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        """Remember the limits; the processes start when they are needed."""
        self._processes = [
            GuardedProcess("assistant.web.services.drawing", limits, most_bytes=MOST_BYTES)
            for _ in range(PROCESSES)
        ]
        # The one that was used last comes first: another starts only when it is busy.
        self._free: LifoQueue[GuardedProcess] = LifoQueue()
        for process in reversed(self._processes):
            self._free.put(process)
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], str] = OrderedDict()

    def start(self) -> None:
        """Start a process now, so that the first page need not wait for it."""
        try:
            self._processes[0].start()
        except ReadError as error:
            log.warning("Pages and pictures will be shown as text: %s", error)

    def draw(self, path: Path, number: int, content: str) -> str | None:
        """Return a page as a data URI, None where it cannot be drawn within the limits.

        Args:
            path: The PDF or picture.
            number: The page, from 1.
            content: The hash of the file.
        """
        key = content, number
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        try:
            picture = self._ask(path, number)
        except ReadError as error:
            log.warning("Page %d of %s is not drawn: %s", number, path, error)
            return None
        uri = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        with self._lock:
            self._kept[key] = uri
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return uri

    def _ask(self, path: Path, number: int) -> bytes:
        request = json.dumps({"path": str(path.absolute()), "page": number}).encode()
        process = self._free.get()
        try:
            header, picture = process.ask(request)
        finally:
            self._free.put(process)
        return _checked(header, picture)

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.close()


def _checked(header: bytes, picture: bytes) -> bytes:
    """Return a picture that a process sent.

    Raises:
        ReadError: It sent an error, or what is no picture.
    """
    try:
        said = json.loads(header)
        error = said.get("message")
    except (ValueError, AttributeError) as problem:
        raise ReadError("the answer made no sense") from problem
    if error is not None or not picture.startswith(b"\x89PNG\r\n"):
        raise ReadError(str(error or "the answer was no picture"))
    return picture
