from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.errors import LibraryBusy
from index.lock import Patience, ProcessLock

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from index.lock import Patience, ProcessLock
with getattr(ProcessLock(Path(sys.argv[1])), sys.argv[2])(Patience()):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[ProcessLock]:
    lock = ProcessLock(tmp_path / "x.lock")
    yield lock
    lock.close()


def holding(lock_path: Path, how: str) -> subprocess.Popen[str]:
    """Start a process that holds a lock until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock_path), how],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_readers_read_together_and_a_writer_writes_alone(lock: ProcessLock) -> None:
    quick = Patience(limit_s=0.05)
    with (
        lock.shared(quick),
        lock.shared(quick),
        pytest.raises(LibraryBusy),
        lock.exclusive(quick),
    ):
        pass
    with lock.exclusive(quick):
        with pytest.raises(LibraryBusy), lock.shared(quick):
            pass
        with pytest.raises(LibraryBusy), lock.exclusive(quick):
            pass
    with lock.exclusive(quick):
        pass


def test_threads_never_see_each_other_half_done(lock: ProcessLock) -> None:
    pair, torn = [0, 0], []

    def write() -> None:
        for _ in range(30):
            with lock.exclusive(Patience()):
                pair[0] += 1
                time.sleep(0.0005)
                pair[1] += 1

    def read() -> None:
        for _ in range(60):
            with lock.shared(Patience()):
                torn.append(pair[0] != pair[1])

    threads = [threading.Thread(target=work) for work in (write, write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pair == [60, 60]
    assert not any(torn)


@pytest.mark.parametrize("how", ["shared", "exclusive"])
def test_whoever_waits_is_told_for_whom_and_gives_up_in_time(
    lock: ProcessLock, tmp_path: Path, how: str
) -> None:
    process, said = holding(tmp_path / "x.lock", how), list[str]()
    try:
        started = time.monotonic()
        with (
            pytest.raises(LibraryBusy, match=f"process {process.pid}"),
            lock.exclusive(Patience(limit_s=1.5, on_wait=said.append)),
        ):
            pass
        assert time.monotonic() - started < 3
        assert len(said) == 1
        assert f"process {process.pid}, since 2" in said[0]
    finally:
        end(process)


@pytest.mark.parametrize("how", ["shared", "exclusive"])
def test_a_killed_holder_blocks_nobody(lock: ProcessLock, tmp_path: Path, how: str) -> None:
    end(holding(tmp_path / "x.lock", how))
    with lock.exclusive(Patience(limit_s=1.0)):
        assert [holder.pid for holder in lock.holders()] == [os.getpid()]
    assert not lock.holders()
    assert not list(tmp_path.glob("*.json"))


def test_a_short_wait_is_not_worth_a_word(lock: ProcessLock) -> None:
    said: list[str] = []
    entered = threading.Event()

    def hold() -> None:
        with lock.exclusive(Patience()):
            entered.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait()
    with lock.shared(Patience(on_wait=said.append)):
        pass
    thread.join()
    assert not said


def test_a_waiting_writer_is_not_starved_by_readers(lock: ProcessLock) -> None:
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            with lock.shared(Patience()):
                time.sleep(0.01)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        started = time.monotonic()
        for _ in range(3):
            with lock.exclusive(Patience(limit_s=10)):
                pass
        assert time.monotonic() - started < 5
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_damaged_note_is_passed_over(lock: ProcessLock, tmp_path: Path) -> None:
    (tmp_path / "x.lock.writer.json").write_text("{", encoding="utf-8")
    (tmp_path / "x.lock.reader-1.json").write_text(json.dumps([1]), encoding="utf-8")
    assert lock.holders() == []
