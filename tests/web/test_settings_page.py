"""What outlasts a reload or a restart, with the bundled models: settings and conversations."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.commands.preparing import sample_folder
from assistant.models import BUNDLED
from assistant.web.services.engine import Models
from tests.web.conftest import bundled_models, free_port, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from assistant.config import Settings
    from tests.web.conftest import Site, Visitor

pytestmark = pytest.mark.model
HANGERS = "How many hangers were replaced in the end?"
TREATED = "Who treated dogs?"  # which is answered, but less surely


@pytest.fixture
def home(prepared: Settings, tmp_path: Path) -> Path:
    """An empty home with the bundled models, the language model under two names."""
    home = tmp_path / "home"
    bundled_models(prepared, home / "models")
    bundled = prepared.models_folder / BUNDLED.file_name
    shutil.copyfile(bundled, home / "models" / "second.gguf")
    (home / "cache").symlink_to(prepared.cache_folder)
    return home


@pytest.fixture
def place(
    home: Path, new_visitor: Callable[..., Visitor]
) -> Iterator[tuple[Site, Visitor]]:
    """A page over the sample documents, and a person who has opened it."""
    with served(home, None, Models()) as site:
        site.add(sample_folder())
        visitor = new_visitor()
        visitor.page.set_default_timeout(60_000)
        visitor.open(site.url)
        visitor.page.wait_for_selector("#cw-status >> text=/offline/")
        yield site, visitor
        assert visitor.errors == []


def answered(place: tuple[Site, Visitor], question: str = HANGERS) -> dict[str, Any]:
    """Ask; return what is kept of the answer."""
    site, visitor = place
    visitor.page.click(".cw-views >> text=Ask")
    answer = visitor.ask(question)
    turn = site.engine.conversations.turn("", answer.get_attribute("data-turn"))
    assert turn is not None
    return turn.answer


def documents_of(answer: dict[str, Any]) -> set[str]:
    return {passage["document"]["id"] for passage in answer["passages"]}


def reload(page: Page) -> None:
    page.reload()
    page.wait_for_selector("article[data-turn]")
    page.click(".cw-views >> text=Settings")


def test_settings_change_the_next_answer_and_survive_a_reload(
    place: tuple[Site, Visitor],
) -> None:
    page = place[1].page
    first = answered(place)
    assert first["status"] == "answered"
    assert len(documents_of(first)) > 1
    (other,) = {"second", Path(BUNDLED.file_name).stem} - {first["model"]["name"]}

    page.click(".cw-views >> text=Settings")
    page.select_option("#cw-model", f"{other}.gguf")
    page.fill("#cw-passages", "1")
    page.wait_for_selector(f"#cw-status >> text=/^{other}/")
    reload(page)
    assert page.input_value("#cw-model") == f"{other}.gguf"
    assert page.input_value("#cw-passages") == "1"
    assert page.locator("#cw-passages + output").inner_text() == "1"
    second = answered(place)
    assert second["model"]["name"] == other
    assert len(documents_of(second)) == 1

    assert answered(place, TREATED)["status"] == "answered"
    page.click(".cw-views >> text=Settings")
    page.select_option("#cw-risk", "0.1")
    reload(page)
    assert page.input_value("#cw-risk") == "0.1"
    assert answered(place, TREATED)["status"] == "no_evidence"
    page.click(".cw-views >> text=Settings")
    page.select_option("#cw-risk", "1")
    assert answered(place)["status"] == "answered"


def test_settings_survive_a_restart_and_a_model_that_is_gone(
    home: Path, new_visitor: Callable[..., Visitor]
) -> None:
    (usual,) = {path.name for path in (home / "models").glob("*.gguf")} - {"second.gguf"}
    with served(home, None, Models()) as site:
        page = opened(new_visitor, site)
        name = "second.gguf" if page.input_value("#cw-model") == usual else usual
        page.select_option("#cw-model", name)
        page.wait_for_selector(f"#cw-status >> text=/^{Path(name).stem}/")
        page.fill("#cw-passages", "2")
        page.select_option("#cw-risk", "0.1")
        page.click("[data-theme=dark]")
        wait_for_theme(site, "dark")  # the page tells the server, which is about to end
    with served(home, None, Models()) as site:  # at another port: the browser knows nothing
        page = opened(new_visitor, site)
        page.wait_for_selector(f"#cw-status >> text=/^{Path(name).stem}/")
        assert page.input_value("#cw-model") == name
        assert page.input_value("#cw-passages") == "2"
        assert page.input_value("#cw-risk") == "0.1"
        page.wait_for_selector("body.dark")
        page.select_option("#cw-risk", "")  # as it was set up is a choice too
        page.reload()
        page.click(".cw-views >> text=Settings")
        page.wait_for_selector("#cw-risk", state="attached")
        assert page.input_value("#cw-risk") == ""
    (home / "models" / name).unlink()
    with served(home, None, Models()) as site:
        page = opened(new_visitor, site)
        text = f"The chosen model {name} is no longer there"
        page.wait_for_selector(f"#cw-status >> text={text}")
        assert page.input_value("#cw-risk") == ""
        assert site.engine.state.ready


def wait_for_theme(site: Site, theme: str) -> None:
    end = time.monotonic() + 30
    while site.engine.kept.of("").theme != theme:
        assert time.monotonic() < end
        time.sleep(0.05)


def opened(new_visitor: Callable[..., Visitor], site: Site) -> Page:
    """Let somebody new look at the settings once the models are loaded."""
    visitor = new_visitor()
    visitor.page.set_default_timeout(60_000)
    visitor.open(site.url)
    visitor.page.wait_for_selector("#cw-status >> text=/SmolLM2|second/")
    visitor.page.click(".cw-views >> text=Settings")
    visitor.page.wait_for_selector("#cw-model")
    return visitor.page


@contextmanager
def running(home: Path, port: int) -> Iterator[str]:
    """Run the command, and end it as the system would."""
    command = [sys.executable, "-m", "assistant", "web", "--no-open", "--port", str(port)]
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"CITEWELL_HOME": str(home)}
    with subprocess.Popen(
        command, env=environment, cwd=root, stderr=subprocess.PIPE
    ) as process:
        url = f"http://127.0.0.1:{port}/"
        end = time.monotonic() + 60
        while not answers(url):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
        try:
            yield url
        except BaseException:
            process.kill()  # or what went wrong would wait for it for ever
            raise
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0, said.decode()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
def test_a_conversation_survives_a_restart(
    home: Path, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor()
    visitor.page.set_default_timeout(60_000)
    page = visitor.page
    port = free_port()
    with running(home, port) as url:
        visitor.open(url)
        page.click("text=Try it with sample documents")
        page.wait_for_selector("text=14 added")
        page.click(".cw-views >> text=Ask")
        page.wait_for_selector("#cw-status >> text=/SmolLM2|second/")
        page.check("#cw-quotes")
        said = visitor.ask(HANGERS).locator(".cw-claims").inner_text()
        assert "24 hangers" in said
        address = page.url
    with running(home, port):
        page.goto(address)
        page.wait_for_selector("article[data-turn]")
        assert page.locator("h2.cw-question").inner_text().endswith(HANGERS)
        assert page.locator(".cw-claims").inner_text() == said
        page.wait_for_selector(f".cw-open >> text={HANGERS}")
        page.wait_for_selector("#cw-status >> text=/SmolLM2|second/")  # it listens now
        page.locator(".cw-sources .cw-mark").first.click()
        page.wait_for_selector(".cw-document .cw-quote >> text=24 hangers")
        page.check("#cw-quotes")
        assert "Gerold Tamm" in visitor.ask("Who drove the first vehicle?").inner_text()
    assert visitor.foreign == []
