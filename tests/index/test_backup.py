"""A library in one file, taken while it is in use, and brought back whole or not at all."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from index.backup import back_up, restore
from index.check import check
from index.dense import DenseIndex
from index.errors import LibraryError
from index.ingest import sync
from index.ledger import Chunking
from index.library import Library
from index.swap import known_paths, put_in_place
from tests.conftest import HashEmbedder, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Library]:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(5):
        parts = (f"Note {number} part {part} tells of w{part}." for part in range(20))
        (docs / f"{number}.txt").write_text("\n\n".join(parts), encoding="utf-8")
    with Library.create(tmp_path / "library", embedder, chunking=Chunking(12, 0)) as made:
        for _ in sync(made, [docs], embedder, reader=read_plain):
            pass
        yield made


def test_what_comes_back_is_what_was_there(
    library: Library, tmp_path: Path, embedder: HashEmbedder
) -> None:
    size = back_up(library, tmp_path / "kept.zip")
    assert size == (tmp_path / "kept.zip").stat().st_size
    count = restore(tmp_path / "kept.zip", tmp_path / "again")
    with Library.open(tmp_path / "again") as again:
        assert again.ledger() == library.ledger()
        assert again.id == library.id
        report = check(again, sample=50)
        assert report.findings == ()
        assert report.probe is not None
        assert report.probe.held == count == library.ledger().chunks
        dense = DenseIndex(again, exact_warm=0, exact_cold=0)
        vector = embedder.embed_queries(["Note 3 part 7 tells of w7."])
        found, _ = dense.query(vector, 1)[0]
        assert "part 7" in again.chunks([found])[found].text
        dense.close()


def test_a_backup_is_taken_while_files_are_read(
    library: Library, tmp_path: Path, embedder: HashEmbedder
) -> None:
    (tmp_path / "docs/more.txt").write_text("More. " * 500, encoding="utf-8")
    reading = threading.Thread(
        target=lambda: list(sync(library, [tmp_path / "docs"], embedder, reader=read_plain))
    )
    reading.start()
    back_up(library, tmp_path / "kept.zip")
    reading.join()
    restore(tmp_path / "kept.zip", tmp_path / "again")
    with Library.open(tmp_path / "again") as again:
        assert again.ledger().documents in {5, 6}
        assert check(again, sample=20).findings == ()


def test_a_library_is_replaced_only_when_asked(library: Library, tmp_path: Path) -> None:
    back_up(library, tmp_path / "kept.zip")
    before = library.ledger()
    restore(tmp_path / "kept.zip", tmp_path / "again")
    with pytest.raises(LibraryError, match="already"):
        restore(tmp_path / "kept.zip", tmp_path / "again")
    restore(tmp_path / "kept.zip", tmp_path / "again", replace=True)
    with Library.open(tmp_path / "again") as again:
        assert again.ledger() == before


def test_a_new_library_takes_the_place_of_one_that_is_open(
    library: Library, tmp_path: Path, embedder: HashEmbedder
) -> None:
    (tmp_path / "library/mine.txt").write_text("stays")
    (tmp_path / "docs/more.txt").write_text("One more.", encoding="utf-8")
    with Library.create(tmp_path / "made", embedder, chunking=Chunking(12, 0)) as made:
        for _ in sync(made, known_paths(library.folder), embedder, reader=read_plain):
            pass
        ledger = made.ledger()
    assert ledger.documents == 5  # of the files that were known
    put_in_place(tmp_path / "made", library.folder)
    with Library.open(library.folder) as now:
        assert now.ledger() == ledger
        assert check(now, sample=20).findings == ()
    assert (tmp_path / "library/mine.txt").read_text() == "stays"
    assert not (tmp_path / "made").exists()
    with pytest.raises(LibraryError):  # whoever had the old one open is told so
        library.ledger()
    assert known_paths(tmp_path / "nowhere") == []


@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "text"])
def test_what_is_no_whole_backup_leaves_everything_as_it_was(
    library: Library, tmp_path: Path, damage: str
) -> None:
    kept = tmp_path / "kept.zip"
    back_up(library, kept)
    data = bytearray(kept.read_bytes())
    if damage == "changed":
        data[len(data) // 2] ^= 0xFF
    bad = {"empty": b"", "cut": data[:-200], "changed": data, "text": b"hello"}[damage]
    kept.write_bytes(bytes(bad))
    restore_to = tmp_path / "again"
    with pytest.raises(LibraryError) as told:
        restore(kept, restore_to)
    assert told.value.hint
    assert not restore_to.exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".citewell")]
