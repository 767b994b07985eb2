"""Work on files that others made, in a process that may hang, crash or run out of memory.

Whatever happens to that process becomes a ReadError with its reason, and the next request is
answered by a fresh one. Time is bounded everywhere, memory where the system can bound it
(Linux). The process is not a jail: it has its user's rights. `child` is the other side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from threading import Lock, Timer
from typing import IO, TYPE_CHECKING

from index.errors import ReadError
from index.readers.wire import decode_pulse, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from index.readers.source import Limits

    Hear = Callable[[int, int], None]

__all__ = ["HINT", "GuardedProcess"]

_START_SECONDS = 30.0  # Python and the libraries, on a slow disk
_STOP_SECONDS = 2.0
HINT = "See whether it opens in another program, and save it anew."
_TAIL_BYTES = 4000
_NO_MEMORY = ("MemoryError", "bad_alloc", "out of memory", "Out of memory")


class _WornOutError(ReadError):
    """The process ended without an answer, and not for lack of time."""


class GuardedProcess:
    """A child process that answers one request after another; threads may share it.

    Use as a context manager: leaving it ends the process.
    """

    def __init__(
        self, module: str, limits: Limits, *arguments: str, most_bytes: int
    ) -> None:
        """Remember what to start; the process begins with the first request.

        Args:
            module: what the child runs; its arguments are the limits as JSON, and the others.
            limits: what one request may cost.
            arguments: what else the child is to know.
            most_bytes: an answer that is longer is refused.
        """
        self._command = (module, json.dumps(asdict(limits)), *arguments)
        self._limits = limits
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._warm = False  # whether the process has said that it is ready

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process now, so that the first request need not wait for it."""
        with self._lock:
            self._ready()

    def ask(self, request: bytes, hear: Hear | None = None) -> tuple[bytes, bytes]:
        """Return the header and the body of the answer to a request.

        Args:
            request: what the child understands.
            hear: told, of pages that take long, how many of how many are done. Each of them
                has a time of its own.

        Raises:
            ReadError: there is none within the limits.
        """
        with self._lock:
            used = self._warm and self._process is not None and self._process.poll() is None
            try:
                return self._ask(request, hear)
            except _WornOutError:
                if not used:
                    raise
            # Perhaps an earlier file had worn the process out: this one gets a new one.
            return self._ask(request, hear)

    def close(self) -> None:
        """End the process; a later request starts another."""
        with self._lock:
            self._end()

    def _ask(self, request: bytes, hear: Hear | None) -> tuple[bytes, bytes]:
        process = self._ready()
        return self._timed(process, self._limits.seconds, request, hear)

    def _ready(self) -> subprocess.Popen[bytes]:
        """Return the process, started and past its imports: those are no file's fault."""
        process = self._running()
        if not self._warm:
            self._timed(process, _START_SECONDS, None)
            self._warm = True
        return process

    def _timed(
        self,
        process: subprocess.Popen[bytes],
        seconds: float,
        request: bytes | None,
        hear: Hear | None = None,
    ) -> tuple[bytes, bytes]:
        """Put one request; whatever goes wrong, none is left half asked."""
        # A thread, since a pipe cannot be waited for with a limit on every system: the end
        # of the process ends the wait.
        late = _Killer(process, seconds, self._limits.ocr_seconds)
        answered = False
        try:
            reply = self._exchange(process, request)
            while (pages := decode_pulse(reply[0])) is not None:
                late.put_off(self._limits.ocr_page_seconds)
                if hear is not None:
                    hear(*pages)
                reply = receive(self._output(process), self._most_bytes)
            answered = True
        except (EOFError, OSError) as error:
            raise self._death(process, late.fired_after) from error
        except ValueError as error:
            raise ReadError("its text is too large", "Split it into parts.") from error
        finally:
            late.cancel()
            if not answered:
                process.kill()
                self._end()
        return reply

    def _exchange(
        self, process: subprocess.Popen[bytes], request: bytes | None
    ) -> tuple[bytes, bytes]:
        if process.stdin is not None and request is not None:
            send(process.stdin, request)
        return receive(self._output(process), self._most_bytes)

    @staticmethod
    def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
        if process.stdout is None:
            raise EOFError
        return process.stdout

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        # -P and the parent's path: the child imports what the parent would, and nothing
        # from the folder someone happens to stand in.
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONIOENCODING": "utf-8",
            "OPENBLAS_NUM_THREADS": "1",  # each thread reserves address space
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=environment,
        )
        return self._process

    def _death(self, process: subprocess.Popen[bytes], late: float | None) -> ReadError:
        """Name the reason why the process is gone; `late` is after how many seconds."""
        if late is not None:
            return ReadError(
                f"reading it took more than {round(late, 1):g} seconds",
                "Split it into parts, or save it anew.",
            )
        try:
            words = self._last_words(process.wait(_STOP_SECONDS))
        except subprocess.TimeoutExpired:  # it lives, but has closed its output
            words = "it fell silent"
        if any(name in words for name in _NO_MEMORY):
            return _WornOutError(
                f"it needs more memory than a reader may use "
                f"({self._limits.memory_bytes >> 20} MB)",
                "Split it into parts.",
            )
        return _WornOutError(f"the reader broke down on it ({words})", HINT)

    def _last_words(self, code: int) -> str:
        """Return the last line the process wrote before it died, else how it ended."""
        lines: list[str] = []
        if self._said is not None:
            size = self._said.seek(0, os.SEEK_END)
            self._said.seek(max(0, size - _TAIL_BYTES))
            lines = self._said.read().decode(errors="replace").strip().splitlines()
        if code < 0 and not any(name in line for name in _NO_MEMORY for line in lines):
            return f"signal {-code}"
        return lines[-1].strip()[:200] if lines else f"exit {code}"

    def _end(self) -> None:
        """Let the process go: its input closes, and if it does not leave, it is killed."""
        process, said = self._process, self._said
        self._process = self._said = None
        self._warm = False
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if said is not None:
            said.close()


class _Killer:
    """Ends a process when its time is over, and remembers that it did."""

    def __init__(
        self, process: subprocess.Popen[bytes], seconds: float, most: float
    ) -> None:
        """Give the process `seconds`; put off, never over `most` more."""
        self.fired_after: float | None = None  # seconds
        self._process = process
        self._began = time.monotonic()
        self._end = self._began + seconds + most
        self._timer = self._start(seconds)

    def _start(self, seconds: float) -> Timer:
        now = time.monotonic()
        left = max(0.0, min(seconds, self._end - now))
        self._due = now + left - self._began
        timer = Timer(left, self._fire)
        timer.daemon = True
        timer.start()
        return timer

    def _fire(self) -> None:
        self.fired_after = self._due
        self._process.kill()

    def put_off(self, seconds: float) -> None:
        self._timer.cancel()
        self._timer = self._start(seconds)

    def cancel(self) -> None:
        self._timer.cancel()


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # unsent bytes for a process that is gone
        return
