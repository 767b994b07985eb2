"""A library that keeps in step with a folder."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.commands.terminal import Progress
from assistant.commands.watching import wait_until_whole, watch
from index.errors import LibraryError
from index.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.config import Settings

PATIENCE_S = 60.0


def test_a_file_is_waited_for_until_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "growing.txt"
    file.write_text("a")

    def grow() -> None:
        for _ in range(6):
            time.sleep(0.2)
            with file.open("a") as out:
                out.write("more ")

    writer = threading.Thread(target=grow)
    writer.start()
    wait_until_whole([str(file), str(tmp_path / "gone.txt")])
    assert len(file.read_text()) > len("a" + "more ")
    writer.join()


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.model
def test_what_changes_in_a_folder_is_taken_in(prepared: Settings, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "first.txt").write_text("The ferry leaves at nine.")
    settings = replace(prepared, library=str(tmp_path / "library"))
    stop = threading.Event()
    watching = threading.Thread(
        target=lambda: watch(settings, [docs], Progress(), ocr=False, stop=stop)
    )

    def names() -> set[str]:
        try:
            with Library.open(settings.library_folder) as library:
                return {source.path.rpartition("/")[2] for source in library.sources()}
        except LibraryError:  # not made yet
            return set()

    watching.start()
    try:
        eventually(lambda: names() == {"first.txt"})
        time.sleep(1.0)  # until it listens
        (docs / "second.txt").write_text("The bridge is closed.")
        eventually(lambda: names() == {"first.txt", "second.txt"})
        (docs / "first.txt").unlink()
        eventually(lambda: names() == {"second.txt"})
    finally:
        stop.set()
        watching.join(PATIENCE_S)
    assert not watching.is_alive()
