from __future__ import annotations

import socket
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.check import check
from index.dense import DenseIndex
from index.errors import LibraryError
from index.ingest import sync
from index.library import Library
from index.upkeep import flush, read_state, rebuild
from index.vectors import open_vectors
from tests.conftest import HashEmbedder, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMA = Path(sysconfig.get_path("scripts")) / (
    "chroma.exe" if sys.platform == "win32" else "chroma"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [str(CHROMA), "run", "--path", str(folder), "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(params=["folder", "server"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    if request.param == "folder":
        return tmp_path / "vectors"
    url: str = request.getfixturevalue("server")
    return url


def test_the_contract_of_a_vector_index(location: Path | str) -> None:
    vectors = np.random.default_rng(0).standard_normal((600, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [f"chunk{number}" for number in range(600)]
    with open_vectors(location, "contract") as index:
        assert index.count() == 0
        index.upsert(ids, vectors, ["even" if n % 2 == 0 else "odd" for n in range(600)])
        index.upsert(ids[:3], vectors[:3], ["even", "odd", "even"])
        assert index.count() == len(index.ids()) == 600
        (best, cosine), *_ = index.query(vectors[7:8], 3)
        assert best == "chunk7"
        assert cosine == pytest.approx(1.0, abs=1e-5)
        limited = index.query(vectors[7:8], 3, ["even"])
        assert len(limited) == 3
        assert all(int(name.removeprefix("chunk")) % 2 == 0 for name, _ in limited)
        assert index.query(vectors[7:8], 3, []) == []
        index.delete(["chunk7", "unknown"])
        assert index.count() == 599
        assert index.query(vectors[7:8], 1)[0][0] != "chunk7"
        index.drop()


def test_a_library_can_keep_its_vectors_on_a_server(
    server: str, tmp_path: Path, embedder: HashEmbedder
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.txt").write_text("The harbour opened in May.", encoding="utf-8")
    (tmp_path / "docs/b.txt").write_text("The mill closed.", encoding="utf-8")
    with Library.create(tmp_path / "library", embedder, vectors_url=server) as library:
        for _ in sync(library, [tmp_path / "docs"], embedder, reader=read_plain):
            pass
        index = DenseIndex(library, exact_warm=0, exact_cold=0)
        for renew in (flush, rebuild, rebuild):
            renew(library)
            found = index.query(embedder.embed_queries(["harbour in May"]), 1)
            assert library.chunks([found[0][0]])[found[0][0]].text.startswith("The harbour")
        assert read_state(library).place[0] == server
        assert check(library).ok
        index.close()


def test_what_cannot_be_reached_is_an_error_with_a_hint() -> None:
    for url in ("http://127.0.0.1:9", "nonsense"):
        with pytest.raises(LibraryError) as caught:
            open_vectors(url, "abc")
        assert caught.value.hint
