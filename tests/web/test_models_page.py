"""Models that can be fetched, in the settings of the page."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from assistant.catalog import catalog, catalog_model
from assistant.errors import DownloadFailed
from assistant.models import chosen_name
from assistant.web.pulling import Pulling
from assistant.web.services.pulls import Pulls
from assistant.web.views.text import words_for
from assistant.web.visits import Visit
from tests.assistant.downloads.sources import hub, use_index
from tests.web.conftest import small_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.web.conftest import Site, Visitor

LARGE = catalog_model("qwen3-4b")


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Site]:
    """A page of its own: what is fetched there is of no interest to others."""
    with small_site(tmp_path / "home") as site:
        yield site


def visit(*, admin: bool) -> Visit:
    return Visit("", admin, words_for("en"), "usual")


def row(visitor: Visitor, name: str) -> str:
    return f"#cw-model-list [data-model='{name}']"


def open_settings(visitor: Visitor, site: Site) -> None:
    visitor.open(site.url)
    visitor.page.click(".cw-views >> text=Settings")
    visitor.page.wait_for_selector("#cw-model-list li")


def test_the_whole_catalog_is_shown(
    alone: Site, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor()
    open_settings(visitor, alone)
    assert visitor.page.locator("#cw-model-list li").count() == len(catalog())
    for model in catalog():
        shown = visitor.page.inner_text(row(visitor, model.name))
        assert model.title in shown
        assert model.licence in shown
        assert "of memory" in shown
        assert re.search(r"fits this machine|too large|too little", shown)
    assert visitor.errors == []
    assert visitor.foreign == []


def test_a_download_is_followed_and_stopped(
    alone: Site, new_visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub(b"x" * 2**26) as here:
        here.stated, here.pause_s = LARGE.sha256, 0.01
        monkeypatch.setenv("HF_ENDPOINT", here.url)
        visitor = new_visitor()
        open_settings(visitor, alone)
        page = visitor.page
        page.click(f"{row(visitor, LARGE.name)} >> button >> text=Fetch")
        page.wait_for_selector(f"{row(visitor, LARGE.name)} >> text=/of 67 MB/")
        assert page.locator("#cw-model-list [role=progressbar]").count() == 1
        page.click(f"{row(visitor, LARGE.name)} >> button >> text=Stop")
        page.wait_for_selector("text=What was fetched is kept")
        assert page.locator("#cw-model-list [role=progressbar]").count() == 0
    assert list(alone.engine.settings.models_folder.glob("*.gguf")) == []
    assert visitor.errors == []


def test_what_goes_wrong_is_said_with_what_to_do(
    alone: Site, new_visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_index(monkeypatch, "http://127.0.0.1:9/simple")
    visitor = new_visitor()
    open_settings(visitor, alone)
    visitor.page.click(f"{row(visitor, 'smollm2-135m')} >> button >> text=Fetch")
    visitor.page.wait_for_selector("#cw-model-list [role=alert] >> text=HTTPS_PROXY")
    assert visitor.errors == []


def test_a_model_that_is_there_can_be_used(
    alone: Site, new_visitor: Callable[..., Visitor]
) -> None:
    folder = alone.engine.settings.models_folder
    folder.mkdir(exist_ok=True)
    (folder / LARGE.file).write_bytes(b"GGUF")  # nothing is loaded: the page has its own
    visitor = new_visitor()
    open_settings(visitor, alone)
    visitor.page.click(f"{row(visitor, LARGE.name)} >> button >> text=Use")
    visitor.page.wait_for_selector("#cw-model:not([disabled])")
    end = time.monotonic() + 30
    while chosen_name(alone.engine.settings) != LARGE.file:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert visitor.errors == []


def test_only_admins_fetch_and_stop(alone: Site) -> None:
    calls = Pulling(alone.engine)
    refused = words_for("en")("only_admins")
    assert calls.pull(visit(admin=False), {"name": LARGE.name}) == refused
    assert calls.stop(visit(admin=False), {}) == refused
    assert alone.engine.pulls.latest is None
    html = calls.look(visit(admin=False), {})["html"]
    assert "<button" not in html
    assert "<button" in calls.look(visit(admin=True), {})["html"]
    assert "There are" in calls.pull(visit(admin=True), {"name": "nothing"})
    assert calls.pull(visit(admin=True), {"name": ["x"]}) != ""


def test_one_model_is_fetched_at_a_time(
    alone: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls = Pulls()
    with hub(b"x" * 2**22) as here:
        here.stated, here.pause_s = LARGE.sha256, 0.05
        monkeypatch.setenv("HF_ENDPOINT", here.url)
        first = pulls.start(LARGE, alone.engine.settings)
        with pytest.raises(DownloadFailed, match="is being fetched"):
            pulls.start(catalog_model("qwen3-8b"), alone.engine.settings)
        pulls.close()
    assert first.over
    assert first.stopped
    assert first.problem is None
