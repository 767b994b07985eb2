from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.check import check
from index.dense import DenseIndex
from index.events import SyncReport
from index.graph_files import survey
from index.ingest import sync
from index.ledger import Chunking
from index.library import Library
from index.upkeep import flush, read_state, set_meta
from index.vectors import open_vectors
from tests.conftest import HashEmbedder, read_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FILES, PARTS = 12, 90
CHUNKS = FILES * PARTS  # enough for Chroma to write its graph to disk


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and a library of them, to be copied and damaged."""
    folder = tmp_path_factory.mktemp("original")
    (folder / "docs").mkdir()
    for number in range(FILES):
        parts = (
            f"File {number} part {part} tells of w{number * part}." for part in range(PARTS)
        )
        (folder / f"docs/{number:02}.txt").write_text("\n\n".join(parts), encoding="utf-8")
    embedder = HashEmbedder()
    with Library.create(folder / "library", embedder, chunking=Chunking(12, 0)) as library:
        for _ in sync(library, [folder / "docs"], embedder, reader=read_plain):
            pass
    return folder


@pytest.fixture
def library(original: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(original / "library", tmp_path / "library")
    with Library.open(tmp_path / "library") as library:
        yield library


@pytest.fixture
def small(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Library]:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(3):
        parts = (f"Small {number} part {part} tells of w{part}." for part in range(8))
        (docs / f"{number}.txt").write_text("\n\n".join(parts), encoding="utf-8")
    with Library.create(tmp_path / "small", embedder, chunking=Chunking(12, 0)) as library:
        for _ in sync(library, [docs], embedder, reader=read_plain):
            pass
        yield library


def kinds(library: Library, *, repair: bool = False, sample: int = 9) -> set[str]:
    report = check(library, repair=repair, sample=sample)
    return {finding.kind for finding in report.findings}


def segment(library: Library) -> Path:
    """The folder in which Chroma keeps its graph."""
    place = read_state(library).place[0]
    assert isinstance(place, Path)
    (folder,) = (path for path in place.iterdir() if path.is_dir())
    return folder


def test_a_good_library_is_found_good(library: Library) -> None:
    report = check(library)
    assert (report.findings, report.changed, report.missing) == ((), (), ())
    assert report.ok
    assert report.current
    assert report.probe is not None
    assert (report.probe.held, report.probe.asked) == (CHUNKS, CHUNKS)
    assert report.probe.lost <= CHUNKS // 50
    assert report.ledger.characters_read == report.ledger.characters_indexed > 10_000


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no graph folder": shutil.rmtree,
    "cut list of labels": lambda folder: cut(folder / "index_metadata.pickle"),
    "cut graph": lambda folder: cut(folder / "data_level0.bin"),
    "odd header": lambda folder: (folder / "header.bin").write_bytes(b"\xff" * 100),
    "no database": lambda folder: (folder.parent / "chroma.sqlite3").unlink(),
    "nothing at all": lambda folder: shutil.rmtree(folder.parent),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_chroma_is_noticed_and_repaired(library: Library, damage: str) -> None:
    DAMAGE[damage](segment(library))
    report = check(library, repair=True, sample=200)
    assert {finding.kind for finding in report.repaired} == {"vectors"}
    assert report.findings == ()
    assert report.probe is not None
    assert report.probe.missing == 0


@pytest.mark.parametrize("damage", ["no graph folder", "no database", "cut graph"])
def test_a_search_on_a_damaged_graph_still_finds_everything(
    library: Library, embedder: HashEmbedder, damage: str
) -> None:
    exact, graph = DenseIndex(library), DenseIndex(library, exact_warm=0, exact_cold=0)
    DAMAGE[damage](segment(library))
    vector = embedder.embed_queries(["part 7 tells of w21"])
    expected = [cosine for _, cosine in exact.query(vector, CHUNKS)]
    assert [c for _, c in graph.query(vector, CHUNKS)] == pytest.approx(expected, abs=1e-5)
    graph.close()


def test_reading_writes_nothing_into_the_graph(
    library: Library, embedder: HashEmbedder
) -> None:
    state, graph = read_state(library), DenseIndex(library, exact_warm=0, exact_cold=0)
    assert len(json.loads(state.files)) >= 4
    for _ in range(3):
        assert len(graph.query(embedder.embed_queries(["part 7"]), 50)) == 50
        graph.close()
    assert survey(state.place[0]) == state.files


@pytest.mark.parametrize("parts", [1, 3, 120, 500])  # of 2 files: both sides of 1,000 - 1
def test_a_library_that_nobody_touched_is_clean_however_often_it_is_looked_at(
    parts: int, tmp_path: Path, embedder: HashEmbedder
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(2):
        texts = (f"Note {number} part {part} tells of w{part}." for part in range(parts))
        (docs / f"{number}.txt").write_text("\n\n".join(texts), encoding="utf-8")
    with Library.create(tmp_path / "l", embedder, chunking=Chunking(12, 0)) as library:
        for _ in sync(library, [docs], embedder, reader=read_plain):
            pass
        name = read_state(library).place
        for _ in range(3):
            assert check(library, sample=20).findings == ()
            dense = DenseIndex(library, exact_warm=0, exact_cold=0)
            assert dense.query(embedder.embed_queries(["w1"]), 1)
            dense.close()
        (docs / "2.txt").write_text("One more.", encoding="utf-8")
        for _ in sync(library, [docs], embedder, reader=read_plain):
            pass
        assert read_state(library).place == name  # nothing was built anew
        assert check(library, sample=20).findings == ()


def test_a_torn_index_is_not_touched_and_built_anew_by_the_next_sync(
    library: Library, embedder: HashEmbedder
) -> None:
    with library.store.writing() as db:
        set_meta(db, "vectors_torn", 1)
    segment(library).joinpath("header.bin").write_bytes(
        b"\xff" * 64
    )  # may crash who reads it
    assert kinds(library) == {"vectors"}
    graph = DenseIndex(library, exact_warm=0, exact_cold=0)
    assert len(graph.query(embedder.embed_queries(["part 7"]), 5)) == 5
    flush(library)
    assert check(library).ok
    assert len(graph.query(embedder.embed_queries(["part 7"]), 5)) == 5
    graph.close()


def test_strays_and_gaps_in_chroma_are_noticed(
    library: Library, embedder: HashEmbedder
) -> None:
    (first, *_), vector = (
        library.chunks_of(library.sources()[0].id),
        embedder.embed_queries([""]),
    )
    with open_vectors(*read_state(library).place) as index:
        index.upsert(["stray"], vector, ["none"])
        index.delete([first.id, "unknown"])
    messages = " ".join(finding.message for finding in check(library, sample=9).findings)
    assert "1 vectors are not in the vector index" in messages
    assert "1 vectors in the vector index belong to nothing" in messages
    assert kinds(library, repair=True) == set()


SPOILED = {
    "a chunk's words": "UPDATE chunks SET text = 'other' WHERE number = 5",
    "a chunk's place": "UPDATE chunks SET start = start + 1 WHERE number = 5",
    "the document's text": "UPDATE documents SET text = x'789c030000000001'"
    " WHERE id = (SELECT document FROM chunks WHERE number = 5)",
    "the document's text, not even packed": "UPDATE documents SET text = x'00'"
    " WHERE id = (SELECT document FROM chunks WHERE number = 5)",
    "the count": "UPDATE documents SET characters_indexed = 1"
    " WHERE id = (SELECT document FROM chunks WHERE number = 5)",
    "no vector": "DELETE FROM vectors WHERE number = 5",
    "a short vector": "UPDATE vectors SET vector = x'0000803f' WHERE number = 5",
    "half a number": "UPDATE vectors SET vector = x'0000' WHERE number = 5",
    "a vector of nothing": "UPDATE vectors SET vector = zeroblob(256) WHERE number = 5",
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_damaged_rows_are_noticed_and_their_file_read_again(
    small: Library, tmp_path: Path, embedder: HashEmbedder, spoiled: str
) -> None:
    chunks = small.ledger().chunks
    with small.store.writing() as db:
        db.execute(SPOILED[spoiled])
    report = check(small, repair=True, sample=0)
    assert report.repaired
    assert report.findings == ()
    assert report.ledger.documents == 2
    *_, done = sync(small, [tmp_path / "docs"], embedder, reader=read_plain)
    assert isinstance(done, SyncReport)
    assert (done.added, done.unchanged) == (1, 2)
    assert small.ledger().chunks == chunks


def test_a_wrong_full_text_index_is_noticed_and_rebuilt(small: Library) -> None:
    with small.store.writing() as db:
        db.execute(
            "INSERT INTO fulltext(fulltext, rowid, title, heading, text)"
            " SELECT 'delete', number, title, heading, text FROM entries WHERE number = 5"
        )
    assert kinds(small, sample=0) == {"fulltext"}
    assert kinds(small, repair=True, sample=0) == set()
    assert small.search_text("w7", 5)


def test_files_that_changed_or_went_are_named_and_are_no_damage(
    small: Library, tmp_path: Path
) -> None:
    (tmp_path / "docs/0.txt").write_text("Other words.", encoding="utf-8")
    (tmp_path / "docs/1.txt").unlink()
    report = check(small, sample=0)
    assert report.ok
    assert not report.current
    assert report.changed == (str(tmp_path / "docs/0.txt"),)
    assert report.missing == (str(tmp_path / "docs/1.txt"),)
