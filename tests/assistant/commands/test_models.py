"""`citewell models`, and what set-up takes."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from assistant.catalog import SMALLEST, catalog, catalog_model, record_file
from assistant.cli import main
from assistant.commands.fetching import watch_in_terminal
from assistant.commands.model_list import listed
from assistant.commands.models import remove_model, use_model
from assistant.commands.preparing import prepare, wanted_model
from assistant.config import Settings, read_settings
from assistant.downloads.watch import Progress, Watch
from assistant.errors import ConfigError, ModelMissing
from assistant.machine import DEFAULT_CHOICE, Machine
from assistant.models import choose_model, chosen_model, find_model
from tests.assistant.downloads.sources import use_index

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

USUAL = Machine(memory=16 * 10**9, disk_free=50 * 10**9, cores=8)
QWEN = catalog_model("qwen3-4b")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    monkeypatch.setenv("CITEWELL_HOME", str(home))
    return read_settings()


def put(settings: Settings, name: str, size: int = 100) -> Path:
    path = settings.models_folder / name
    path.write_bytes(b"GGUF" + bytes(size))
    return path


def citewell(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=answer)


def test_the_list_holds_the_catalog_and_files_of_ones_own(settings: Settings) -> None:
    put(settings, QWEN.file)
    put(settings, "mine.gguf", 2000)
    outcome = citewell("models", "--json")
    found = {model["name"]: model for model in json.loads(outcome.stdout)}
    assert set(found) == {model.name for model in catalog()} | {"mine"}
    assert found["mine"]["in_use"]  # the largest
    assert not found["mine"]["in_catalog"]
    assert found["qwen3-4b"]["installed"]
    assert found["qwen3-4b"]["altered"]
    assert not found["qwen3-8b"]["installed"]
    assert found["qwen3-8b"]["memory"] > found["qwen3-8b"]["bytes"]
    text = citewell("models").stdout
    for model in catalog():
        assert model.name in text
        assert model.licence in text
    assert "NOT the published file" in text
    assert "* mine" in text


def test_a_quick_list_reads_no_file(settings: Settings) -> None:
    put(settings, QWEN.file)
    quick = {model.name: model for model in listed(settings, check=False)}
    assert quick["qwen3-4b"].altered  # by its size
    assert not (settings.cache_folder / "hashes.json").exists()


def test_what_is_chosen_is_remembered_and_beaten_by_a_name(settings: Settings) -> None:
    small, large = put(settings, "small.gguf"), put(settings, "large.gguf", 5000)
    assert find_model(settings)[0] == large
    assert citewell("models", "use", "small").exit_code == 0
    assert find_model(settings)[0] == small
    assert find_model(replace(settings, model="large"))[0] == large
    small.unlink()
    assert find_model(settings)[0] == large  # what is gone is not missed


def test_a_model_is_found_by_its_name_in_the_catalog(settings: Settings) -> None:
    named = replace(settings, model="Qwen3-4B")
    with pytest.raises(ModelMissing) as raised:
        find_model(named)
    assert "citewell models pull" in raised.value.hint
    path = put(settings, QWEN.file)
    assert find_model(named)[0] == path
    assert use_model(settings, "qwen3-4b") == path
    assert chosen_model(settings) == path


def test_only_what_is_there_and_a_gguf_can_be_used(settings: Settings) -> None:
    with pytest.raises(ModelMissing, match="not been fetched"):
        use_model(settings, "qwen3-8b")
    with pytest.raises(ModelMissing, match="There is no other"):
        use_model(settings, "other")
    (settings.models_folder / "text.gguf").write_text("nothing like it")
    with pytest.raises(ConfigError, match="not a GGUF"):
        use_model(settings, "text")
    assert chosen_model(settings) is None


@pytest.mark.parametrize("content", ["", "[]", '{"model": 5}', '{"model": "../../x.gguf"}'])
def test_a_choice_that_makes_no_sense_is_none(settings: Settings, content: str) -> None:
    path = put(settings, "a.gguf")
    (settings.data_folder / "models.json").write_text(content)
    assert chosen_model(settings) is None
    assert find_model(settings)[0] == path


def test_removing_asks_and_takes_everything_of_the_model(settings: Settings) -> None:
    path = put(settings, QWEN.file)
    record_file(path).write_text("{}")
    partial = settings.models_folder / ".partial" / QWEN.name / "1"
    partial.mkdir(parents=True)
    choose_model(settings, path.name)
    assert citewell("models", "remove", "qwen3-4b", answer="n\n").exit_code == 1
    assert path.is_file()
    assert citewell("models", "remove", "qwen3-4b", answer="y\n").exit_code == 0
    assert not path.exists()
    assert not record_file(path).exists()
    assert not partial.exists()
    assert chosen_model(settings) is None


def test_nothing_outside_the_models_folder_is_removed(
    settings: Settings, tmp_path: Path
) -> None:
    outside = tmp_path / "precious.gguf"
    outside.write_bytes(b"GGUF")
    for name in (str(outside), "../../precious.gguf", "../../precious"):
        assert citewell("models", "remove", name, "--yes").exit_code == 1
    with pytest.raises(ConfigError):
        remove_model(settings, outside)
    (settings.models_folder / "link.gguf").symlink_to(outside)
    assert citewell("models", "remove", "link", "--yes").exit_code == 0
    assert outside.is_file()  # only the link is gone


def test_pulling_what_the_catalog_lacks_is_an_error_with_its_names(
    settings: Settings,
) -> None:
    outcome = citewell("models", "pull", "gpt-9")
    assert outcome.exit_code == 1
    assert "qwen3-8b" in outcome.stderr


def test_progress_is_a_line_every_tenth_where_nobody_watches(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watch = watch_in_terminal("small")
    for done in range(0, 2001, 10):
        watch.progress(Progress(done * 10**6, 2000 * 10**6, 90.0))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert "small: 10%, 200 MB of 2.0 GB, 2 min left" in lines[0]


# --- set-up ---------------------------------------------------------------------------------


def test_set_up_takes_the_default_unless_there_is_something_better(
    settings: Settings,
) -> None:
    choice = wanted_model(settings, USUAL)
    assert choice is not None
    assert choice.name == DEFAULT_CHOICE
    tiny = wanted_model(settings, USUAL, tiny=True)
    assert tiny is not None
    assert tiny.name == SMALLEST
    named = wanted_model(replace(settings, model="qwen3-8b"), USUAL, tiny=True)
    assert named is not None
    assert named.name == "qwen3-8b"
    put(settings, catalog_model(SMALLEST).file)
    assert wanted_model(settings, USUAL) == choice
    put(settings, "mine.gguf")
    assert wanted_model(settings, USUAL) is None
    assert wanted_model(replace(settings, model="/some/file.gguf"), USUAL) is None


@pytest.mark.model
def test_set_up_succeeds_without_the_model_it_wants(
    prepared: Settings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("multilingual-e5-small", "words", catalog_model(SMALLEST).file):
        (settings.models_folder / name).symlink_to(prepared.models_folder / name)
    shutil.copytree(prepared.cache_folder, settings.cache_folder)
    use_index(monkeypatch, "http://127.0.0.1:9/simple")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    named = replace(settings, model="qwen2.5-coder-0.5b")
    lines = list(prepare(named, force=False, watching=lambda _name: Watch()))
    assert any("it was not fetched" in line for line in lines)
    assert any("citewell models pull qwen2.5-coder-0.5b" in line for line in lines)
    assert lines[-1].startswith("ready")
    assert chosen_model(settings) is None
