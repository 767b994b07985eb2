"""The embedder: compiled once, near the model itself, never cutting unseen, light to load."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.encoder.embedding import EMBEDDING_SHA256, embedding_folder
from index.chunk import chunk, embedding_text
from index.compiled import _read, compiled
from index.embed import _Tokens, load_embedder
from index.errors import ModelError
from index.likeness import likeness
from index.types import Document
from tests.assistant.conftest import prepared  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.config import Settings
    from index.types import Embedder

pytestmark = pytest.mark.model

TEXTS = [
    "The ferry to the island started running in 1987.",
    "Prices rose by 3.2 % in October, the statistics office said.",
    "x",
    "Ein Satz über den Fluss. 这是一个句子。😀",
    "The council voted 7 to 4 on Monday to close the bridge until the spring. " * 9,
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def model(prepared: Settings) -> Path:  # noqa: F811
    return embedding_folder(prepared)


@pytest.fixture(scope="module")
def embedder(model: Path, cache: Path) -> Embedder:
    return load_embedder(model, cache, threads=2)


def test_vectors_are_unit_float32_and_do_not_depend_on_their_neighbours(
    embedder: Embedder,
) -> None:
    together = embedder.embed_passages(TEXTS)
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(embedder.embed_passages([text])[0], vector)
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_threads_agree(embedder: Embedder) -> None:
    expected = embedder.embed_passages(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: embedder.embed_passages(TEXTS), range(8)):
            np.testing.assert_array_equal(found, expected)


def test_a_text_over_the_limit_is_refused_a_question_is_cut(embedder: Embedder) -> None:
    most = "word " * embedder.max_tokens
    assert embedder.embed_passages([most]).shape == (1, embedder.dimension)
    with pytest.raises(ValueError, match="the limit is"):
        embedder.embed_passages([most + "word"])
    cut = embedder.embed_queries([most + "and something else", most])
    np.testing.assert_array_equal(cut[0], cut[1])


def test_token_ends_count_what_is_embedded(embedder: Embedder) -> None:
    text = "Hello 😀 wörld, e\u0301 tokenisation \ud800 x"
    ends = embedder.token_ends(text)
    assert list(ends) == sorted(ends)
    assert ends[-1] == len(text)
    assert len(embedder.token_ends("word " * 1000)) == 1000


@pytest.mark.parametrize("long", ["", "word " * 600])
def test_no_text_holds_a_control_token(model: Path, cache: Path, long: str) -> None:
    tokens = _Tokens(compiled(model, cache, {}))
    first, last = tokens.ids([""])[0]
    for name in ("<s>", "</s>", "<pad>", "<mask>"):
        (found,) = tokens.cut_ids([f"one {name} two {long}"])
        assert [found[0], found[-1]] == [first, last]
        control = tokens._whole.token_to_id(name)
        assert control is not None
        assert control not in found[1:-1]


def test_chunks_fit_the_model(embedder: Embedder) -> None:
    text = (
        "Otorhinolaryngologists met, again; " * 400 + "ﷺ" * 900 + " 字" * 900 + "a" * 9000
    )
    document = Document("0" * 64, text, "text/plain", title="字" * 300)
    chunks = chunk(document, embedder, max_tokens=embedder.max_tokens)
    texts = [embedding_text(document.title, piece) for piece in chunks]
    assert len(embedder.embed_passages(texts)) == len(chunks)


def test_running_needs_no_torch_and_the_second_load_compiles_nothing(
    embedder: Embedder, model: Path, cache: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    code = (
        "import sys; from pathlib import Path; from index.embed import load_embedder\n"
        f"e = load_embedder(Path({str(model)!r}), Path({str(cache)!r}))\n"
        "e.embed_queries(['Who?'])\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
        "print(e.fingerprint)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == embedder.fingerprint
    assert {p: p.stat().st_mtime_ns for p in cache.rglob("*") if p.suffix != ".lock"} == {
        path: time for path, time in before.items() if path.suffix != ".lock"
    }


def test_a_model_that_does_not_compile_still_runs(
    embedder: Embedder, model: Path, cache: Path, tmp_path: Path
) -> None:
    # A model with a prompt left out of its mean: sentence-transformers itself has to run it.
    odd = shutil.copytree(model, tmp_path / "model")
    config = json.loads((odd / "config_sentence_transformers.json").read_text())
    config["prompts"] = {"query": "question: ", "document": "passage: passage: "}
    (odd / "config_sentence_transformers.json").write_text(json.dumps(config))
    pooling = odd / "1_Pooling" / "config.json"
    pooling.write_text(
        json.dumps({**json.loads(pooling.read_text()), "include_prompt": False})
    )
    other = load_embedder(odd, cache)
    assert other.fingerprint.startswith("sentence-transformers")
    assert other.fingerprint != embedder.fingerprint
    assert other.max_tokens < embedder.max_tokens
    asked, found = other.embed_queries(TEXTS), other.embed_passages(TEXTS)
    assert asked.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert float((asked * found).sum(axis=1).max()) < 0.9999
    assert not list(cache.glob("making-*"))
    plain = embedder.embed_passages(["passage: " + text for text in TEXTS])
    assert float((plain * found).sum(axis=1).min()) > 0.97


def test_a_compiled_model_that_is_not_whole_is_not_used(
    cache: Path, embedder: Embedder, tmp_path: Path
) -> None:
    whole = next(cache.glob("*/model.onnx")).parent
    for name in ("model.onnx", "manifest.json", "tokenizer.json"):
        folder = tmp_path / name
        shutil.copytree(whole, folder)
        assert _read(folder, "hash") is not None
        (folder / name).unlink()
        if name != "tokenizer.json":  # the others as a crash may leave them
            (folder / name).write_bytes((whole / name).read_bytes()[:50])
        assert _read(folder, "hash") is None


def test_another_file_than_expected_is_refused(model: Path, tmp_path: Path) -> None:
    altered = shutil.copytree(model, tmp_path / "model")
    with (altered / "model.safetensors").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelError, match="not the file it should be"):
        load_embedder(altered, tmp_path / "cache", expected=EMBEDDING_SHA256)


def test_texts_that_have_nothing_to_do_with_each_other_are_not_alike(
    embedder: Embedder,
) -> None:
    asked = embedder.embed_queries(["When did the ferry start running?"])[0]
    told = "The first ferry ran in 1987.", "Bread needs salt.", "Die Fähre fährt seit 1987."
    cosines = embedder.embed_passages(told) @ asked
    ferry, bread, german = likeness(cosines, embedder.unrelated)
    assert cosines.min() > 0.6  # as they come, all look alike
    assert abs(bread) < 0.2
    assert min(ferry, german) > bread + 0.3


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no sentence-transformers model") as caught:
        load_embedder(tmp_path, tmp_path / "cache")
    assert "modules.json" in caught.value.hint


def test_importing_the_module_is_light() -> None:
    assert importlib.import_module("index.embed")
    heavy = {"torch", "onnxruntime", "tokenizers", "transformers", "sentence_transformers"}
    code = f"import sys, index.embed; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
