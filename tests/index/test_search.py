from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dense import DenseIndex
from index.errors import LibraryMismatch
from index.events import Change
from index.library import Library
from index.novelty import Novelty
from index.records import File, Record, forget, record
from index.search import HybridRetriever, blend, fuse
from index.types import Document
from index.upkeep import flush, read_state, rebuild
from tests.conftest import HashEmbedder, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.search import Mode
    from index.types import Retriever

WIRE = (
    "The ferry Anna Maria ran aground off the northern pier early on Tuesday with 212"
    " passengers on board, the coast guard said, and all of them were brought ashore unhurt."
)


def put(library: Library, embedder: HashEmbedder, name: str, text: str) -> str:
    """Write a document whose chunks are its paragraphs; return its id."""
    document = Document(id=name.ljust(64, "0"), text=text, media_type="text/plain")
    chunks = tuple(paragraphs(document))
    work = Record(File(Path(f"/{name}"), 1, 1), document.id, Change.ADDED, document, chunks)
    with library.store.writing() as db:
        record(db, [work], embedder.embed_passages([chunk.text for chunk in chunks]))
    return document.id


def drop(library: Library, name: str) -> None:
    with library.store.writing() as db:
        forget(db, [f"/{name}"])


@pytest.fixture
def library(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Library]:
    with Library.create(tmp_path / "library", embedder) as library:
        for number in range(20):
            put(
                library,
                embedder,
                f"{number:02}",
                f"Item {number} is a lamp of kind k{number}.",
            )
        yield library


def graph(library: Library) -> DenseIndex:
    """An index that always asks Chroma."""
    return DenseIndex(library, exact_warm=0, exact_cold=0)


rankings = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4)


@given(rankings, st.integers(1, 100))
def test_fusing_ranks_everything_once_and_heeds_no_order(
    lists: list[list[str]], k: int
) -> None:
    fused = fuse(lists, k)
    assert {name for name, _ in fused} == {name for ranking in lists for name in ranking}
    assert len(dict(fused)) == len(fused)
    assert [score for _, score in fused] == sorted((s for _, s in fused), reverse=True)
    for (name, score), (other, same) in zip(
        sorted(fuse(lists[::-1], k)), sorted(fused), strict=True
    ):
        assert name == other
        assert score == pytest.approx(same)


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.integers(1, 4))
def test_rankings_that_agree_are_kept(ranking: list[str], times: int) -> None:
    assert [name for name, _ in fuse([ranking] * times)] == ranking


@given(rankings)
def test_a_better_rank_never_harms(lists: list[list[str]]) -> None:
    lists = [ranking for ranking in lists if ranking]
    for ranking in lists:
        name = ranking[-1]
        before = dict(fuse(lists))[name]
        risen = [[name, *(x for x in r if x != name)] if r is ranking else r for r in lists]
        assert dict(fuse(risen))[name] >= before


def test_a_worked_example_of_fusing() -> None:
    assert fuse([["a", "b"], ["b"]], k=60) == [("b", 1 / 62 + 1 / 61), ("a", 1 / 61)]
    assert fuse([["a"], ["b"]], weights=[1, 2])[0] == ("b", 2 / 61)
    assert fuse([]) == []
    for k, weights in ((0, None), (60, [1.0]), (60, [1.0, -1.0])):
        with pytest.raises(ValueError, match="positive"):
            fuse([["a"], ["b"]], k, weights)


def test_a_worked_example_of_blending() -> None:
    blended = blend({"a": 0.5, "b": 0.2, "c": -0.1}, {"b": 8.0, "c": 4.0}, weight=0.4)
    assert [name for name, _ in blended] == ["b", "a", "c"]
    assert [score for _, score in blended] == pytest.approx([0.52, 0.3, 0.14])
    assert blend({"a": 0.5}, {}, weight=0.4) == [("a", 0.3)]
    assert blend({}, {}) == []


def test_what_was_said_is_not_news_but_another_number_is() -> None:
    novelty = Novelty()
    assert novelty.admits(WIRE)
    assert not novelty.admits(WIRE.upper())
    assert not novelty.admits(WIRE.split(", the", maxsplit=1)[0])
    assert novelty.admits(WIRE.replace("212", "214"))
    assert novelty.admits("Nobody could say why.")
    assert not novelty.admits("Nobody could say why!")
    assert novelty.admits("")


def test_one_story_in_five_papers_fills_one_place(
    library: Library, embedder: HashEmbedder
) -> None:
    for number in range(5):
        put(
            library,
            embedder,
            f"paper{number}",
            f"{WIRE}\n\nPaper{number} own ferry report.",
        )
    retriever = HybridRetriever(library, embedder)
    hits = retriever.retrieve("Why did the ferry run aground?", 10)
    assert sum(hit.chunk.text == WIRE for hit in hits) == 1
    assert sum("own ferry report" in hit.chunk.text for hit in hits) == 5
    retriever.close()


@pytest.mark.parametrize("mode", ["hybrid", "ranks", "dense", "lexical"])
def test_every_hit_says_how_it_was_found(
    library: Library, embedder: HashEmbedder, mode: Mode
) -> None:
    retriever: Retriever = HybridRetriever(library, embedder, mode=mode)
    question = "Item 7 is a lamp of which kind, k7?"
    hits = retriever.retrieve(question, 5)
    assert len(hits) == 5
    assert hits[0].chunk.text == "Item 7 is a lamp of kind k7."
    assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
    vector = embedder.embed_queries([question])[0]
    for hit in hits:
        (expected,) = library.vectors([hit.chunk.id]).values()
        assert hit.similarity == pytest.approx(float(expected @ vector), abs=1e-5)
        assert (hit.dense_rank is None) == (mode == "lexical")
        assert (hit.lexical_rank is None) <= (mode != "lexical")


def test_a_search_can_be_limited_to_documents(
    library: Library, embedder: HashEmbedder
) -> None:
    retriever = HybridRetriever(library, embedder)
    wanted = ["03".ljust(64, "0"), "04".ljust(64, "0")]
    hits = retriever.retrieve("lamp of kind k9", 5, wanted)
    assert {hit.chunk.document_id for hit in hits} == set(wanted)
    assert retriever.retrieve("lamp", 5, []) == []
    assert retriever.retrieve("lamp", 5, ["unknown"]) == []
    assert retriever.retrieve("  ", 5) == []
    assert retriever.retrieve("lamp", 0) == []


def test_a_library_of_nothing_finds_nothing(tmp_path: Path, embedder: HashEmbedder) -> None:
    with Library.create(tmp_path / "empty", embedder) as library:
        flush(library)
        assert HybridRetriever(library, embedder).retrieve("anything", 5) == []
        index = graph(library)
        assert index.query(embedder.embed_queries(["anything"]), 5) == []
        index.close()


def test_another_embedder_is_refused(library: Library) -> None:
    with pytest.raises(LibraryMismatch):
        HybridRetriever(library, HashEmbedder(name="other"))


def assert_same(library: Library, index: DenseIndex, embedder: HashEmbedder) -> None:
    """The graph, the exact product and plain numpy agree."""
    exact = DenseIndex(library)
    everything = [c.id for s in library.sources() for c in library.chunks_of(s.id)]
    vectors = library.vectors(everything)
    for question in ("Item 3 lamp", "kind k11", "new"):
        vector = embedder.embed_queries([question])
        expected = sorted(-float(row @ vector[0]) for row in vectors.values())[:6]
        for found in (index.query(vector, 6), exact.query(vector, 6)):
            assert [-cosine for _, cosine in found] == pytest.approx(expected, abs=1e-5)
            for name, cosine in found:
                assert float(vectors[name] @ vector[0]) == pytest.approx(cosine, abs=1e-5)
    some = [source.id for source in library.sources()][:3]
    vector = embedder.embed_queries(["lamp"])
    assert {name[:64] for name, _ in index.query(vector, 9, some)} == set(some)


def test_what_is_committed_is_found_before_and_after_chroma_knows(
    library: Library, embedder: HashEmbedder
) -> None:
    index = graph(library)
    assert_same(library, index, embedder)  # nothing was told yet
    assert flush(library) == 20
    assert_same(library, index, embedder)
    put(library, embedder, "new", "A new lamp, kind k11 like.\n\nAnother new one.")
    drop(library, "03")
    assert_same(library, index, embedder)
    assert flush(library) == 3
    assert_same(library, index, embedder)
    assert flush(library) == 0
    rebuild(library)
    assert_same(library, index, embedder)
    index.close()


def test_many_deletions_lead_to_a_new_index(
    library: Library, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.upkeep.FEW", 5)
    flush(library)
    place = read_state(library).place
    for number in range(8):
        drop(library, f"{number:02}")
    flush(library)
    assert read_state(library).dead == 8
    flush(library)
    state = read_state(library)
    assert (state.dead, state.told) == (0, 12)
    assert state.place != place
    assert isinstance(place[0], Path)
    assert not place[0].exists()


def test_a_large_filter_is_left_to_chroma(
    library: Library, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.dense.EXACT_FILTER", 1)
    flush(library)
    put(library, embedder, "new", "A lamp that Chroma has not heard of.")
    some = [source.id for source in library.sources()][3:]
    index = graph(library)
    found = index.query(embedder.embed_queries(["lamp"]), 30, some)
    assert {name[:64] for name, _ in found} == set(some)
    index.close()


def test_two_indexes_of_one_process_both_see_what_a_third_wrote(
    tmp_path: Path, library: Library, embedder: HashEmbedder
) -> None:
    flush(library)
    with Library.open(tmp_path / "library") as other:
        one, two = graph(library), graph(other)
        for round_ in range(3):
            assert_same(library, one, embedder)
            assert_same(other, two, embedder)
            put(library, embedder, f"r{round_}", f"A new one of round {round_}.")
            flush(library)
        one.close()
        assert_same(other, two, embedder)
        two.close()


def test_the_working_directory_says_nothing_to_chroma(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".env").write_text(
        f"persist_directory={elsewhere}/stolen\nanonymized_telemetry=true\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(elsewhere)
    flush(library)
    assert [path.name for path in elsewhere.iterdir()] == [".env"]
    assert np.isfinite(read_state(library).told)
