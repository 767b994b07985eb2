"""A reader may do what it likes: the asking process gets a document or a reason."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.errors import ReadError, UnsupportedFormat
from index.readers import Limits, read
from index.readers.guard import ReaderProcess
from index.readers.wire import decode_reply, encode_document

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReaderProcess]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    limits = Limits(seconds=3.0, memory_bytes=1 << 30)
    with ReaderProcess(limits, readers="misbehaving:MISBEHAVING") as process:
        yield process


def write(folder: Path, name: str, text: str = "some text") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_what_crosses_the_pipe_is_what_was_read() -> None:
    with ReaderProcess() as process:
        for path in sorted(SAMPLES.iterdir()):
            assert process.read(path) == read(path)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.crash", "signal 11"),
        ("a.leave", "exit 7"),
        ("a.mute", "silent"),
        ("a.stumble", "KeyError: 'word/odd.xml'"),
        ("a.gorge", "more memory than a reader may use"),
    ],
)
def test_a_breakdown_becomes_an_error_and_the_next_file_is_read(
    misbehaving: ReaderProcess, tmp_path: Path, name: str, reason: str
) -> None:
    if sys.platform != "linux" and name in {"a.crash", "a.gorge"}:
        pytest.skip("only Linux bounds memory and names this signal")
    with pytest.raises(ReadError, match=reason) as caught:
        misbehaving.read(write(tmp_path, name))
    assert caught.value.hint
    assert misbehaving.read(write(tmp_path, "b.txt", "after it")).text == "after it"


def test_a_reader_that_hangs_is_ended_in_time(
    misbehaving: ReaderProcess, tmp_path: Path
) -> None:
    misbehaving.read(write(tmp_path, "first.txt"))  # the start has a grace of its own
    begun = time.monotonic()
    with pytest.raises(ReadError, match="more than 3 seconds"):
        misbehaving.read(write(tmp_path, "a.hang"))
    assert time.monotonic() - begun < 30
    assert misbehaving.read(write(tmp_path, "b.txt", "after it")).text == "after it"


def test_printing_libraries_do_not_disturb(
    misbehaving: ReaderProcess, tmp_path: Path
) -> None:
    assert misbehaving.read(write(tmp_path, "a.chatter")).text == "quiet text"
    assert misbehaving.read(write(tmp_path, "b.txt", "after it")).text == "after it"


def test_a_worn_out_process_is_not_the_files_fault(
    misbehaving: ReaderProcess, tmp_path: Path
) -> None:
    for text in ("one", "two", "three"):
        assert misbehaving.read(write(tmp_path, "a.worn", text)).text == text


def test_errors_keep_their_kind_and_hint(
    misbehaving: ReaderProcess, tmp_path: Path
) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.exe") as caught:
        misbehaving.read(write(tmp_path, "a.exe"))
    assert "pdf" in caught.value.hint
    with pytest.raises(ReadError, match="empty"):
        misbehaving.read(write(tmp_path, "a.txt", ""))


def test_threads_may_share_a_process(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"{n}.txt", f"text {n}") for n in range(12)]
    texts: dict[Path, str] = {}
    with ReaderProcess() as process:

        def work(path: Path) -> None:
            texts[path] = process.read(path).text

        threads = [threading.Thread(target=work, args=[path]) for path in paths]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert texts == {path: f"text {n}" for n, path in enumerate(paths)}


def test_closing_ends_the_process_and_reading_starts_another(tmp_path: Path) -> None:
    process = ReaderProcess()
    path = write(tmp_path, "a.txt", "again")
    process.read(path)
    child = process._process
    assert child is not None
    process.close()
    assert child.poll() is not None
    assert process.read(path).text == "again"
    process.close()


def test_the_child_imports_nothing_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "json.py", "raise SystemExit('a planted module was imported')")
    path = write(tmp_path, "a.txt", "fine")
    monkeypatch.chdir(tmp_path)
    with ReaderProcess() as process:
        assert process.read(path).text == "fine"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
def test_an_interrupt_ends_both_processes(tmp_path: Path) -> None:
    path = write(tmp_path, "a.hang")
    script = (
        "import signal, sys; from pathlib import Path\n"
        # Whoever starts the tests in the background hands on that interrupts are ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"sys.path.append({str(Path(__file__).parent)!r})\n"
        "from index.readers.guard import ReaderProcess\n"
        "with ReaderProcess(readers='misbehaving:MISBEHAVING') as process:\n"
        f"    process.read(Path({str(write(tmp_path, 'b.txt'))!r}))\n"
        "    print(process._process.pid, flush=True)\n"
        f"    process.read(Path({str(path)!r}))\n"
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # so that both get the signal, as from a terminal
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.3)
        os.killpg(parent.pid, signal.SIGINT)
        _, said = parent.communicate(timeout=30)
    assert said.strip().endswith(b"KeyboardInterrupt")
    assert not _runs(child)


def test_the_child_leaves_when_its_parent_is_killed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt")
    script = (
        "import os, sys; from pathlib import Path\n"
        "from index.readers.guard import ReaderProcess\n"
        f"process = ReaderProcess(); process.read(Path({str(path)!r}))\n"
        "print(process._process.pid, flush=True); os._exit(0)\n"
    )
    root = str(Path(__file__).parents[2])
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, check=True
    ).stdout
    child = int(said)
    for _ in range(50):
        if not _runs(child):
            return
        time.sleep(0.1)
    pytest.fail("the child is still there")


def _runs(child: int) -> bool:
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{child}/stat")
    return not (stat.exists() and " Z " in stat.read_text())


def test_the_parent_imports_no_parsers() -> None:
    script = (
        "import sys; from index.readers.guard import ReaderProcess\n"
        "heavy = {'pypdfium2', 'trafilatura', 'lxml', 'charset_normalizer', 'docx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = str(Path(__file__).parents[2])
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, check=True
    ).stdout
    assert said.strip() == b"[]"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"pages": [[1, 0, ', b'"pages": [[1, 0, 9'),  # a page beyond the text
        (b'"text": ', b'"words": '),
        (b"{", b"["),
    ],
)
def test_a_forged_reply_is_refused(old: bytes, new: bytes) -> None:
    header, body = encode_document(read(SAMPLES / "hallow-lake-report.pdf"))
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode_reply(header.replace(old, new, 1), body)
