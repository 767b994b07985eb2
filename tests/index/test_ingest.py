from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from index.check import check
from index.errors import LibraryBusy, LibraryMismatch, ReadError
from index.events import Change, FileDone, FileFailed, FileRemoved, Progress, SyncReport
from index.ingest import remove, sync
from index.library import Library
from index.lock import Patience
from index.readers.scans import NO_WRITING
from index.search import HybridRetriever
from tests.conftest import HashEmbedder, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Document

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


@pytest.fixture
def library(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Library]:
    with Library.create(tmp_path / "library", embedder) as library:
        yield library


def write(path: Path, text: str, age_s: float = 60.0) -> Path:
    """Write a file that is old enough for its time stamp to be trusted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    before = time.time() - age_s
    os.utime(path, (before, before))
    return path


def run(
    library: Library, *roots: Path, embedder: HashEmbedder, **options: Any
) -> SyncReport:
    *_, report = sync(library, roots, embedder, reader=read_plain, **options)
    assert isinstance(report, SyncReport)
    return report


def dump(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """All that a library says, without what depends on the clock or the order of work."""
    queries = {
        "documents": "id, media_type, title, text, notes, characters_read,"
        " characters_indexed FROM documents ORDER BY id",
        "paths": "path, document, size, state, reason FROM paths ORDER BY path",
        "chunks": "id, document, start, end, heading, text, vector FROM chunks"
        " JOIN vectors USING (number) ORDER BY id",
        "pending": "id, change FROM pending",
    }
    with library.store.reading() as db:
        return {
            name: db.execute(f"SELECT {query}").fetchall()
            for name, query in queries.items()
        }


def test_what_changed_is_taken_in_and_the_rest_is_left(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "a.txt", "The harbour opened in May.")
    write(docs / "sub/b.txt", "The mill closed.\n\nNobody was hurt.")
    first = run(library, docs, embedder=embedder)
    assert (first.added, first.chunks, first.failed) == (2, 2, ())
    embedded = embedder.embedded
    assert run(library, docs, embedder=embedder).unchanged == 2
    assert embedder.embedded == embedded
    write(docs / "a.txt", "The harbour opened in June.")
    report = run(library, docs, embedder=embedder)
    assert (report.changed, report.unchanged, embedder.embedded) == (1, 1, embedded + 1)
    assert not library.search_text("May", 5)
    assert len(library.search_text("June", 5)) == 1
    assert check(library).ok


def test_a_touched_file_is_hashed_and_not_read_again(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    path = write(docs / "a.txt", "Same words.")
    run(library, docs, embedder=embedder)
    os.utime(path, (1, 1))
    assert run(library, docs, embedder=embedder).unchanged == 1
    assert embedder.embedded == 1


def test_a_change_within_one_tick_of_the_clock_is_seen(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    path = write(docs / "a.txt", "version one", age_s=0)
    status = path.stat()
    run(library, docs, embedder=embedder)
    path.write_text("version two", encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run(library, docs, embedder=embedder).changed == 1


def test_a_moved_file_is_recognised_and_a_copy_is_stored_once(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    path = write(docs / "a.txt", "One story.")
    run(library, docs, embedder=embedder)
    path.rename(docs / "z.txt")
    moved = run(library, docs, embedder=embedder)
    assert (moved.moved, moved.removed, embedder.embedded) == (1, 1, 1)
    write(docs / "copy.txt", "One story.")
    assert run(library, docs, embedder=embedder).duplicate == 1
    (source,) = library.sources()
    assert source.paths == (str(docs / "copy.txt"), str(docs / "z.txt"))
    assert (embedder.embedded, library.ledger().chunks) == (1, 1)
    (docs / "copy.txt").unlink()
    run(library, docs, embedder=embedder)
    assert [source.paths for source in library.sources()] == [(str(docs / "z.txt"),)]
    assert check(library, sample=0).ok


def test_contents_that_change_places_keep_their_documents(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "a.txt", "First story.")
    write(docs / "b.txt", "Second story.")
    run(library, docs, embedder=embedder)
    write(docs / "a.txt", "Second story.")
    write(docs / "b.txt", "First story.")
    assert run(library, docs, embedder=embedder).changed == 2
    assert {Path(s.path).name: s.id for s in library.sources()} == {
        name: read_plain(docs / name).id for name in ("a.txt", "b.txt")
    }
    assert embedder.embedded == 2
    write(docs / "a.txt", "Third story.")
    write(docs / "c.txt", "Second story.")  # what a.txt said, under a new name
    run(library, docs, embedder=embedder)
    assert len(library.sources()) == 3
    assert check(library, sample=0).ok


def test_a_file_that_fails_is_reported_and_the_rest_goes_on(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "a.txt", "Good words.")
    write(docs / "b.txt", "Good once.")
    write(docs / "c.txt", "Better words.")
    run(library, docs, embedder=embedder)
    write(docs / "b.txt", "BROKEN")
    events = list(sync(library, [docs], embedder, reader=read_plain))
    assert FileFailed(str(docs / "b.txt"), "b.txt is damaged") in events
    ledger = library.ledger()
    assert (ledger.documents, ledger.failed) == (2, 1)
    assert not library.search_text("once", 5)
    assert run(library, docs, embedder=embedder).failed == (
        (str(docs / "b.txt"), "b.txt is damaged"),
    )
    write(docs / "b.txt", "Good again.")
    report = run(library, docs, embedder=embedder)
    assert (report.added, report.failed, library.ledger().failed) == (1, (), 0)
    assert check(library, sample=0).ok


def test_a_picture_without_text_is_looked_at_once_and_what_else_failed_again(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "photo.png", "leaves")
    broken = write(docs / "scan.pdf", "torn")
    asked: list[str] = []

    def reader(path: Path) -> Document:
        asked.append(path.name)
        raise ReadError(NO_WRITING if path.suffix == ".png" else "it is damaged")

    for force in (False, False, True):
        *_, report = sync(library, [docs], embedder, reader=reader, force=force)
        assert isinstance(report, SyncReport)
        assert report.failed == (
            (str(docs / "photo.png"), NO_WRITING),
            (str(broken), "it is damaged"),
        )
    assert sorted(asked) == ["photo.png"] * 2 + ["scan.pdf"] * 3
    write(docs / "photo.png", "other leaves", age_s=50.0)
    list(sync(library, [docs], embedder, reader=reader))
    assert sorted(asked[5:]) == ["photo.png", "scan.pdf"]


def test_a_file_fails_while_another_takes_over_what_it_said(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "b.txt", "Words on the move.")
    run(library, docs, embedder=embedder)
    write(docs / "a.txt", "Words on the move.")
    write(docs / "b.txt", "BROKEN")
    run(library, docs, embedder=embedder)
    assert [source.paths for source in library.sources()] == [(str(docs / "a.txt"),)]
    assert check(library, sample=0).ok


def test_only_what_lay_below_the_roots_is_forgotten(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    one, two = write(docs / "1/a.txt", "In one."), write(docs / "2/b.txt", "In two.")
    run(library, docs, embedder=embedder)
    one.unlink()
    two.unlink()
    events = list(sync(library, [docs / "1"], embedder, reader=read_plain))
    assert [e for e in events if isinstance(e, FileRemoved)] == [FileRemoved(str(one))]
    assert [entry.path for entry in library.ledger().entries] == [str(two)]
    kept = run(library, docs, embedder=embedder, remove_missing=False)
    assert (kept.removed, len(library.sources())) == (0, 1)
    assert run(library, two, embedder=embedder).removed == 1
    assert dump(library) == {"documents": [], "paths": [], "chunks": [], "pending": []}
    assert check(library, sample=0).ok


def test_a_missing_folder_is_an_error_and_forgets_nothing(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "1/a.txt", "On a disk that will be unplugged.")
    run(library, docs / "1", embedder=embedder)
    (docs / "1").rename(docs / "unplugged")
    with pytest.raises(ReadError, match="does not exist"):
        run(library, docs / "1", embedder=embedder)
    assert len(library.sources()) == 1


def test_links_are_followed_once(
    tmp_path: Path, docs: Path, library: Library, embedder: HashEmbedder
) -> None:
    write(docs / "a.txt", "Here.")
    write(tmp_path / "elsewhere/note.txt", "Elsewhere.")
    write(tmp_path / "elsewhere/deep/b.txt", "Deep.")
    (tmp_path / "elsewhere/back").symlink_to(docs, target_is_directory=True)
    (docs / "drive").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (docs / "note.txt").symlink_to(tmp_path / "elsewhere/note.txt")
    (docs / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (docs / "up").symlink_to(tmp_path, target_is_directory=True)
    report = run(library, docs, embedder=embedder)
    paths = [entry.path for entry in library.ledger().entries]
    assert paths == [
        str(docs / "a.txt"),
        str(docs / "drive/deep/b.txt"),
        str(docs / "drive/note.txt"),
    ]
    assert report.links == 2  # back, and note.txt that was found in the folder
    failed = dict(report.failed)
    assert "leads nowhere" in failed[str(docs / "gone.txt")]
    assert "holds this one" in failed[str(docs / "up")]
    again = run(library, docs, embedder=embedder)
    assert (again.unchanged, again.removed) == (3, 0)
    (docs / "drive").unlink()
    left = run(library, docs, embedder=embedder)
    assert (left.removed, left.moved) == (2, 1)  # note.txt is now found by its link
    assert len(library.sources()) == 2


def test_what_lies_behind_an_unplugged_link_is_kept(
    tmp_path: Path, docs: Path, library: Library, embedder: HashEmbedder
) -> None:
    write(tmp_path / "disk/a.txt", "On the disk.")
    docs.mkdir(exist_ok=True)
    (docs / "disk").symlink_to(tmp_path / "disk", target_is_directory=True)
    assert run(library, docs, embedder=embedder).added == 1
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    report = run(library, docs, embedder=embedder)
    assert (report.removed, len(report.failed), len(library.sources())) == (0, 1, 1)


def test_hidden_foreign_and_own_files_and_loops_are_left_out_and_counted(
    docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "a.txt", "Seen.")
    write(docs / ".secret/b.txt", "Hidden.")
    write(docs / ".c.txt", "Hidden.")
    write(docs / "d.exe", "Foreign.")
    (docs / "loop").symlink_to(docs, target_is_directory=True)
    (docs / "link.txt").symlink_to(docs / "a.txt")
    os.mkfifo(docs / "pipe.txt")
    with Library.create(docs / "library", embedder) as library:
        write(docs / "library/notes.txt", "In the library's own folder.")
        report = run(library, docs, embedder=embedder)
        assert (report.added, report.hidden, report.links) == (1, 2, 2)
        assert report.unsupported == (("(not a file)", 1), (".exe", 1))
        named = run(library, docs / ".c.txt", docs / "d.exe", embedder=embedder)
        assert named.added == 1
        assert [path for path, _ in named.failed] == [str(docs / "d.exe")]


def test_files_can_be_removed_by_name(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "1/a.txt", "First.")
    write(docs / "1/b.txt", "Second.")
    write(docs / "c.txt", "Third.")
    run(library, docs, embedder=embedder)
    assert remove(library, [docs / "1", docs / "none.txt"]) == 2
    assert [Path(source.path).name for source in library.sources()] == ["c.txt"]
    assert check(library, sample=0).ok


def test_force_reads_again_and_changes_nothing(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "a.txt", "Once.")
    write(docs / "b.txt", "Once.")
    run(library, docs, embedder=embedder)
    before = dump(library)
    report = run(library, docs, embedder=embedder, force=True)
    assert (report.unchanged, embedder.embedded) == (2, 2)
    assert dump(library) == before
    assert check(library, sample=0).ok


def test_odd_contents_and_names_harm_nothing(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "empty.txt", "")
    write(docs / "nul.txt", "before\0after")
    write(docs / 'it\'s "quoted"; DROP TABLE chunks.txt', "Harmless.")
    write(docs / "日本.txt", "港は五月に開いた。")
    if sys.platform == "linux":
        with open(os.fsencode(docs) + b"/bad\xff.txt", "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write("A name that is no text.")
    report = run(library, docs, embedder=embedder)
    assert report.added == 4
    assert len(report.failed) == (1 if sys.platform == "linux" else 0)
    assert check(library, sample=0).ok


def test_progress_ends_at_the_end(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    for number in range(5):
        write(docs / f"{number}.txt", f"Words of file {number}.")
    events = list(sync(library, [docs], embedder, reader=read_plain))
    last = [event for event in events if isinstance(event, Progress)][-1]
    assert (last.files_done, last.files_total) == (5, 5)
    assert last.bytes_done == last.bytes_total > 0
    assert last.eta_s == 0.0
    done = [event for event in events if isinstance(event, FileDone)]
    assert [event.path for event in done] == sorted(event.path for event in done)
    assert {event.change for event in done} == {Change.ADDED}


def test_another_embedder_is_refused(library: Library, docs: Path) -> None:
    with pytest.raises(LibraryMismatch, match="made with the embedding model hash-64"):
        run(library, docs, embedder=HashEmbedder(name="other"))


def test_two_syncs_take_turns_or_say_who_is_first(
    tmp_path: Path, library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    write(docs / "a.txt", "Words.")
    going = sync(library, [docs], embedder, reader=read_plain)
    next(going)
    with Library.open(tmp_path / "library", patience=Patience(limit_s=0.1)) as second:
        with pytest.raises(LibraryBusy):
            run(second, docs, embedder=embedder)
        going.close()  # type: ignore[attr-defined]
        assert run(second, docs, embedder=embedder).unchanged == 1


CHILD = """
import sys
from pathlib import Path
from index.ingest import sync
from index.library import Library
from tests.conftest import HashEmbedder, read_plain
import time

class Slow(HashEmbedder):
    def embed_passages(self, texts):
        time.sleep(0.05)
        return super().embed_passages(texts)

embedder = Slow()
with Library.create(Path(sys.argv[1]), embedder) as library:
    print("begun", flush=True)
    for event in sync(library, [Path(sys.argv[2])], embedder, reader=read_plain):
        pass
"""


def start(library: Path, docs: Path) -> subprocess.Popen[str]:
    """Start a sync in a process of its own."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(library), str(docs)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def story(number: int, paragraphs: int) -> str:
    chance = random.Random(number)
    words = [f"word{n}" for n in range(400)]
    return "\n\n".join(
        f"Story {number} part {part}: " + " ".join(chance.choices(words, k=30)) + "."
        for part in range(paragraphs)
    )


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_sync_killed_at_any_time_is_simply_run_again(
    tmp_path: Path, docs: Path, embedder: HashEmbedder
) -> None:
    for number in range(60):
        write(docs / f"{number:02}.txt", story(number, 25))
    write(docs / "copy.txt", story(3, 25))
    write(docs / "bad.txt", "BROKEN")
    with Library.create(tmp_path / "whole", embedder) as whole:
        run(whole, docs, embedder=embedder)
        expected = dump(whole)
    process, begun = start(tmp_path / "timed", docs), time.monotonic()
    process.communicate()
    needed = time.monotonic() - begun  # by all of it; each goes on where the last one was
    killed, chance = 0, random.Random(7)
    for _ in range(8):
        process = start(tmp_path / "killed", docs)
        time.sleep(chance.uniform(0.0, 0.4 * needed))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 4
    with Library.create(tmp_path / "killed", embedder) as again:
        run(again, docs, embedder=embedder)
        assert dump(again) == expected
        report = check(again)
        assert report.findings == ()
        assert report.probe is not None
        assert report.probe.asked == again.ledger().chunks > 500


def test_searches_go_on_while_another_process_syncs(
    tmp_path: Path, docs: Path, embedder: HashEmbedder
) -> None:
    for number in range(40):
        write(docs / f"{number:02}.txt", story(number, 20))
    with Library.create(tmp_path / "library", embedder) as library:
        retriever = HybridRetriever(library, embedder)
        process = start(tmp_path / "library", docs)
        sizes = set()
        while process.poll() is None:
            hits = retriever.retrieve("Story 7 part 3", 5)
            sizes.add(library.ledger().chunks)
            for hit in hits:
                document = library.document(hit.chunk.document_id)
                assert document is not None
                assert hit.chunk.span.text_of(document.text) == hit.chunk.text
            time.sleep(0.02)
        process.communicate()
        assert process.returncode == 0
        assert len(sizes) > 2  # it did see the library grow
        assert library.ledger().documents == 40
        for number in (0, 17, 39):
            first, *_ = retriever.retrieve(story(number, 20).split("\n\n")[5], 3)
            assert first.chunk.document_id == read_plain(docs / f"{number:02}.txt").id
        retriever.close()
