"""How a download looks in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from assistant.commands.terminal import Progress, note
from assistant.downloads.watch import Watch
from assistant.machine import gigabytes

if TYPE_CHECKING:
    from assistant.downloads.watch import Progress as Fetched

__all__ = ["duration", "watch_in_terminal"]

STEPS = 10  # lines for a whole download where there is no terminal


def watch_in_terminal(name: str) -> Watch:
    """Show a download as a moving line, or as a line every tenth where nobody watches."""
    shown = _Shown(name)
    return Watch(progress=shown.progress, note=shown.note)


class _Shown:
    def __init__(self, name: str) -> None:
        self._name = name
        self._line = Progress()
        self._live = sys.stderr.isatty()
        self._steps = 0  # lines printed so far

    def note(self, text: str) -> None:
        self._line.note(text)

    def progress(self, fetched: Fetched) -> None:
        share = fetched.done / fetched.total if fetched.total else 0.0
        if self._live:
            self._line.update(self._text(fetched, share))
            if fetched.checking and share >= 1:
                self._line.clear()
        elif not fetched.checking and int(share * STEPS) > self._steps:
            self._steps = int(share * STEPS)
            note(self._text(fetched, share))

    def _text(self, fetched: Fetched, share: float) -> str:
        if fetched.checking:
            return f"{self._name}: checking, {share:.0%}"
        text = (
            f"{self._name}: {share:.0%}, {gigabytes(fetched.done)} of "
            f"{gigabytes(fetched.total)}"
        )
        if fetched.seconds_left is None:
            return text
        return f"{text}, {duration(fetched.seconds_left)} left"


def duration(seconds: float) -> str:
    """Write how long something takes.

    >>> duration(42), duration(61), duration(7300)
    ('42 s', '1 min', '2 h 2 min')
    """
    minutes = round(seconds / 60)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"
