from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from assistant.catalog import (
    SMALLEST,
    HubFile,
    PackageParts,
    catalog,
    catalog_entry,
    catalog_model,
    record_file,
)
from assistant.errors import ConfigError
from assistant.models import BUNDLED
from assistant.types import ModelInfo

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.catalog import CatalogModel


@pytest.mark.parametrize("model", catalog(), ids=lambda model: model.name)
def test_an_entry_says_all_that_is_needed(model: CatalogModel) -> None:
    assert re.fullmatch(r"[a-z0-9.-]+", model.name)
    assert re.fullmatch(r"[\w.-]+\.gguf", model.file)
    assert re.fullmatch(r"([0-9a-f]{64})?", model.sha256)
    assert model.bytes < model.memory < 3 * model.bytes + 2 * 10**9
    assert 0.2 < model.bytes / model.parameters < 1.3  # types of two to eight bits
    assert model.policy in {"extractive", "guided", "free"}
    assert model.commercial == "allowed" or model.commercial.startswith("allowed with")
    assert model.measured
    assert model.sources
    for source in model.sources:
        if isinstance(source, HubFile):
            assert re.fullmatch(r"main|[0-9a-f]{40}", source.revision)
            assert source.file == model.file
        else:
            assert model.sha256  # the index states no hash of the joined file
            assert re.fullmatch(r"[a-z0-9-]+==[\d.]+", source.requirement(1))


def test_names_files_and_hashes_are_of_one_model_each() -> None:
    for values in (
        [model.name for model in catalog()],
        [model.file for model in catalog()],
        [model.sha256 for model in catalog() if model.sha256],
    ):
        assert len(values) == len(set(values))


def test_the_bundled_model_is_the_smallest() -> None:
    model = catalog_model(SMALLEST)
    assert catalog()[0] == model
    assert (model.sha256, model.file) == (BUNDLED.sha256, BUNDLED.file_name)
    assert model.sources == (PackageParts(BUNDLED.package, BUNDLED.member),)


def test_a_model_is_found_by_its_hash(tmp_path: Path) -> None:
    model = catalog_model("qwen3-4b")
    assert catalog_entry(model.sha256) == model
    assert catalog_entry(ModelInfo("whatever", model.sha256)) == model
    assert catalog_entry("f" * 64) is None
    assert catalog_entry("") is None
    unknown = next(model for model in catalog() if not model.sha256)
    assert catalog_entry("f" * 64, tmp_path) is None
    record_file(tmp_path / unknown.file).write_text('{"sha256": "%s"}' % ("f" * 64))
    assert catalog_entry("f" * 64, tmp_path) == unknown
    record_file(tmp_path / unknown.file).write_text("[]")
    assert catalog_entry("f" * 64, tmp_path) is None


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    assert catalog_model("Qwen3-4B").name == "qwen3-4b"
    with pytest.raises(ConfigError) as raised:
        catalog_model("qwen9")
    assert "qwen3-4b" in raised.value.hint
