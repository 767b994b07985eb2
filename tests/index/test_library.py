from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LibraryError, LibraryMismatch, LibraryMissing
from index.events import Change
from index.ledger import Chunking
from index.library import Library
from index.records import File, Record, record
from index.terms import match_terms
from index.types import Chunk, Document, Heading, Page, Span
from tests.conftest import HashEmbedder, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator


def put(library: Library, embedder: HashEmbedder, document: Document, path: str) -> None:
    """Write one document, its paragraphs as chunks, without a file."""
    chunks = paragraphs(document)
    vectors = embedder.embed_passages([chunk.text for chunk in chunks])
    work = Record(
        File(Path(path), 1, 1), document.id, Change.ADDED, document, tuple(chunks)
    )
    with library.store.writing() as db:
        record(db, [work], vectors)


def made(text: str, name: str = "a", **fields: object) -> Document:
    plain = {"media_type": "text/plain", "characters_read": len("".join(text.split()))}
    return Document(id=name * 64, text=text, **(plain | fields))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    embedder = HashEmbedder()
    with Library.create(tmp_path_factory.mktemp("shelf"), embedder) as library:
        put(library, embedder, made("The harbour.\n\nIt opened in May.", "a"), "/x/a.txt")
        put(
            library,
            embedder,
            made("Häfen öffneten. 港は開いた。", "b", title="Häfen"),
            "/x/b.txt",
        )
        yield library


def test_a_document_comes_back_as_it_went_in(
    tmp_path: Path, embedder: HashEmbedder
) -> None:
    document = made(
        "One.\n\nTwo \U0001f600.",
        title="T",
        author="A",
        date="2024-02",
        source="S",
        pages=(Page(1, 0, 4, 595.0, 842.0, b"\x00\x01"), Page(2, 4, 11, 595.0, 842.0)),
        headings=(Heading(0, 1, "One"),),
        notes=("page 2 has no text",),
    )
    with Library.create(tmp_path, embedder) as library:
        put(library, embedder, document, "/x/a.txt")
    with Library.open(tmp_path) as library:
        assert library.document(document.id) == document
        source = library.source(document.id)
        assert source is not None
        assert (source.path, source.outlet, source.chunks) == ("/x/a.txt", "S", 2)
        assert source == library.sources()[0]
        chunks = library.chunks_of(document.id)
        assert chunks == paragraphs(document)
        assert library.chunks([chunks[1].id, "nonsense"]) == {chunks[1].id: chunks[1]}
        vectors = library.vectors([chunk.id for chunk in chunks])
        expected = embedder.embed_passages([chunk.text for chunk in chunks])
        for row, chunk in zip(expected, chunks, strict=True):
            np.testing.assert_array_equal(vectors[chunk.id], row)
        ledger = library.ledger()
        assert (ledger.characters_read, ledger.characters_indexed) == (9, 9)
        assert library.document("b" * 64) is None
        assert library.source("b" * 64) is None


def test_overlapping_chunks_are_counted_once(
    tmp_path: Path, embedder: HashEmbedder
) -> None:
    document = made("ab cd ef")
    chunks = tuple(
        Chunk(document.id, s, s.text_of("ab cd ef")) for s in (Span(0, 5), Span(3, 8))
    )
    work = Record(File(Path("/a"), 1, 1), document.id, Change.ADDED, document, chunks)
    with Library.create(tmp_path, embedder) as library:
        with library.store.writing() as db:
            record(db, [work], embedder.embed_passages(["ab cd", "cd ef"]))
        assert library.ledger().characters_indexed == 6


def test_a_folder_without_a_library_says_so(tmp_path: Path, embedder: HashEmbedder) -> None:
    with pytest.raises(LibraryMissing, match="no library"):
        Library.open(tmp_path)
    sqlite3.connect(tmp_path / "library.sqlite").close()
    (tmp_path / "library.sqlite").touch()
    with pytest.raises(LibraryMissing, match="never finished"):
        Library.open(tmp_path)
    Library.create(tmp_path, embedder).close()
    Library.open(tmp_path).close()


def test_another_format_is_refused_with_what_to_do(
    tmp_path: Path, embedder: HashEmbedder
) -> None:
    with Library.create(tmp_path, embedder) as library, library.store.writing() as db:
        db.execute("UPDATE meta SET value = 99 WHERE key = 'format'")
    with pytest.raises(LibraryMismatch, match="format 99") as caught:
        Library.open(tmp_path)
    assert "--rebuild" in caught.value.hint


def test_another_embedder_is_refused(tmp_path: Path, embedder: HashEmbedder) -> None:
    Library.create(tmp_path, embedder, chunking=Chunking(40, 5)).close()
    with pytest.raises(LibraryMismatch, match="hash-64, not with hash-32"):
        Library.create(tmp_path, HashEmbedder(32))
    with Library.create(tmp_path, embedder, chunking=Chunking(10, 1)) as library:
        assert library.chunking == Chunking(40, 5)


def test_what_is_no_database_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"not a database at all" * 300)
    with pytest.raises(LibraryError, match="damaged"):
        Library.open(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    with sqlite3.connect(other / "library.sqlite") as db:
        db.execute("CREATE TABLE songs (title)")
    db.close()
    with pytest.raises(LibraryError, match="not a library"):
        Library.open(other)


def test_erasing_takes_the_library_and_nothing_else(
    tmp_path: Path, embedder: HashEmbedder
) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    Library.create(tmp_path, embedder).close()
    Library.erase(tmp_path)
    assert not Library.exists(tmp_path)
    assert (tmp_path / "mine.txt").exists()


def test_an_open_library_notices_that_it_was_made_anew(
    tmp_path: Path, embedder: HashEmbedder
) -> None:
    with Library.create(tmp_path, embedder) as old:
        Library.erase(tmp_path)
        with Library.create(tmp_path, embedder):
            pass
        with pytest.raises(LibraryError, match="made anew"):
            old.sources()


def fail_after_deleting(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM paths")
    raise ZeroDivisionError


def test_a_transaction_is_all_or_nothing(tmp_path: Path, embedder: HashEmbedder) -> None:
    with Library.create(tmp_path, embedder) as library:
        put(library, embedder, made("One."), "/a")
        before = library.generation
        with pytest.raises(ZeroDivisionError), library.store.writing() as db:
            fail_after_deleting(db)
        assert (len(library.sources()), library.generation) == (1, before)


def test_threads_read_and_a_snapshot_stands_still(
    tmp_path: Path, embedder: HashEmbedder
) -> None:
    with Library.create(tmp_path, embedder) as library:
        put(library, embedder, made("One.", "a"), "/a")
        with library.snapshot():
            assert len(library.sources()) == 1
            other = threading.Thread(
                target=put, args=(library, embedder, made("Two.", "b"), "/b")
            )
            other.start()
            other.join()
            assert len(library.sources()) == 1
        assert len(library.sources()) == 2


def test_words_are_found_whatever_their_form(shelf: Library) -> None:
    assert len(shelf.search_text("harbours opening", 5)) == 2  # stems
    assert len(shelf.search_text("hafen", 5)) == 1  # without the dots
    (best, score), *_ = shelf.search_text("did it open in May", 5)
    assert shelf.chunks([best])[best].text == "It opened in May."
    assert score > 0
    assert shelf.search_text("harbour", 5, ["b" * 64]) == []
    assert len(shelf.search_text("harbour", 5, ["a" * 64, "b" * 64])) == 1
    assert shelf.search_text("harbour", 0) == []


HOSTILE = [
    "", " ", '"', "'", '""', '" OR 1=1 --', "NEAR(harbour may, 5)", "harb*", "*", "^harbour",
    "title:harbour", "{title text}: may", "harbour AND", "NOT", "(", ")", "a" * 5000, "\0",
    "\\", "harbour -may", "- + ~ ! @ # $ % ^ & * ( )", "港", "﷽", "\u202e\u0301", "\ud800",
    "x" * 9 + "'", "OR OR OR", "fulltext MATCH 'x'", "?1", ":name", "%s",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_nothing_a_person_types_is_query_syntax(shelf: Library, query: str) -> None:
    for name, _ in shelf.search_text(query, 5):
        assert name in shelf.chunks([name])


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_text_at_all_is_query_syntax(shelf: Library, query: str) -> None:
    shelf.search_text(query, 3)


def test_every_word_is_quoted_and_counted_once() -> None:
    assert match_terms('Near("pier" OR pier*)') == '"near" OR "pier" OR "or"'
    assert match_terms("WHO WAS ON THE PIER?") == '"pier"'
    assert match_terms("To be or not to be?") == '"to" OR "be" OR "or" OR "not"'
    assert match_terms("Who asked the WHO in May?") == '"asked" OR "who" OR "may"'
    assert match_terms("?!") == ""
    assert match_terms(" ".join(f"w{n}" for n in range(500))).count(" OR ") == 63


def test_importing_the_index_loads_nothing_heavy() -> None:
    code = (
        "import sys, index, index.library, index.search, index.ingest, index.check;"
        "print({'torch', 'sentence_transformers', 'chromadb', 'trafilatura', 'onnxruntime',"
        "'pypdfium2'} & set(sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "set()\n"


def test_every_public_name_is_there() -> None:
    import index  # noqa: PLC0415

    assert index.__all__ == sorted(
        index.__all__, key=lambda name: (name[0].islower(), name)
    )
    for name in index.__all__:
        assert getattr(index, name).__name__ == name
