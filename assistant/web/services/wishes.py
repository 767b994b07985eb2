"""What people chose on the page, kept for the next start: one JSON file in the home folder.

A browser keeps its own choices too, and they come first. These are for where it has none: the
page has another port after a restart, and so is another page to it.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assistant.models import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["MOST_PASSAGES", "RISKS", "THEMES", "Kept", "Wishes"]

MOST_PASSAGES = 20
USUAL_PASSAGES = 5
RISKS = (0.1, 0.2, 0.3, 1)  # shares of answers that may be wrong; 1: whatever is found
THEMES = ("light", "dark", "")  # "": like the system


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one person chose."""

    passages: int = USUAL_PASSAGES
    risk: float | None = None  # None: as it was set up
    theme: str = ""

    def changed(self, given: Mapping[str, Any]) -> Wishes:
        """Return them with what a browser says; what makes no sense changes nothing."""
        passages, risk = given.get("passages"), given.get("risk")
        theme = given.get("theme")
        if isinstance(passages, int) and not isinstance(passages, bool):
            passages = min(max(passages, 1), MOST_PASSAGES)
        else:
            passages = self.passages
        if risk is None:
            risk = self.risk
        return Wishes(
            passages,
            risk if risk in RISKS else None,
            theme if theme in THEMES else self.theme,
        )


class Kept:
    """The file; safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._data = self._read()

    def _read(self) -> dict[str, Any]:
        """Read the file; one that cannot be read is as good as none."""
        try:
            data = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def of(self, user: str) -> Wishes:
        """Return what a user chose."""
        people = self._data.get("people")
        found = people.get(user) if isinstance(people, dict) else None
        return Wishes().changed(found if isinstance(found, dict) else {})

    def keep(self, user: str, given: Mapping[str, Any]) -> None:
        """Keep what a user's browser says."""
        people = self._data.get("people")
        people = people if isinstance(people, dict) else {}
        self._write("people", people | {user: asdict(self.of(user).changed(given))})

    def _write(self, name: str, value: object) -> None:
        with self._lock:
            self._data = {**self._data, name: value}
            written = json.dumps(self._data, ensure_ascii=False, indent=1)
            write_atomically(self._file, written.encode())
