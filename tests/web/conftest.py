"""A page that is served, a browser that looks at it, and a model that says what it is told."""

from __future__ import annotations

import os
import shutil
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from assistant.commands.preparing import sample_folder
from assistant.config import Settings
from assistant.errors import Stopped
from assistant.models import BUNDLED
from assistant.web.services.engine import Engine, Models
from assistant.web.services.reading import Reading
from tests.assistant.conftest import prepared  # noqa: F401 - a fixture
from tests.assistant.fakes import ScriptedGenerator
from tests.conftest import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

    from assistant.protocols import Generator
    from assistant.types import Message
    from assistant.web.auth import Gate

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
# Whatever a page runs that it should not, it can reach one of these.
TRAPS = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = (...said) => { window.ran.push([name, ...said].join(" ")); };
}
"""


class Writer(ScriptedGenerator):
    """Says `text`, as slowly as it is told to, and stops when it is told to."""

    def __init__(self) -> None:
        super().__init__("")
        self.before_s = 0.0  # as if a long prompt were read
        self.between_s = 0.0
        self.weighing_s = 0.0

    def generate(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        stopped: Callable[[], bool] | None = None,
    ) -> Iterator[str]:
        if not _wait(self.before_s, stopped):
            return
        for piece in super().generate(messages, max_tokens, stopped):
            yield piece
            if not _wait(self.between_s, stopped):
                return

    def log_likelihoods(
        self,
        messages: Sequence[Message],
        texts: Sequence[str],
        stopped: Callable[[], bool] | None = None,
    ) -> list[tuple[float, int]]:
        """Find a word a nat likelier where the prompt has it; a word is a token."""
        begin = time.monotonic()
        while time.monotonic() < begin + self.weighing_s:  # a test may end the wait
            if stopped is not None and stopped():
                raise Stopped
            time.sleep(0.02)
        seen = "\n".join(message.content for message in messages)
        return [
            (-float(sum(word not in seen for word in text.split())), len(text.split()))
            for text in texts
        ]


def _wait(seconds: float, stopped: Callable[[], bool] | None) -> bool:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if stopped is not None and stopped():
            return False
        time.sleep(min(left, 0.02))
    return True


@dataclass(slots=True)
class Site:
    """A page that is served."""

    url: str
    engine: Engine
    writer: Writer = field(default_factory=Writer)

    def add(self, *paths: Path) -> None:
        """Read files into the usual library and wait until that is done."""
        reading = self.engine.reader.start(Reading(self.engine.shelf.usual, paths))
        while not reading.over:
            reading.wait(10**9, 1)
        assert reading.problem is None, reading.problem


@pytest.fixture(scope="session", autouse=True)
def gradio_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give all servers of this process one folder: Gradio looks it up at every upload."""
    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("uploads"))
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


@contextmanager
def served(
    home: Path,
    generator: Generator | None,
    models: Models,
    gate: Gate | None = None,
    *,
    mcp: bool = False,
) -> Iterator[Site]:
    """Serve a page over an empty home."""
    from assistant.web.app import build_page, serve  # noqa: PLC0415 - takes seconds

    # An embedding model of one's own goes without the reader that belongs to the bundled one.
    given = "" if generator is None else "given"
    policy = "guided" if generator is None else ""  # by itself the smallest writes nothing
    settings = replace(Settings(), home=str(home), embedding_model=given, policy=policy)
    engine = Engine(settings, models)
    engine.start()
    page = build_page(engine, gate, mcp=mcp)
    try:
        site = Site(serve(page, gate=gate, mcp=mcp, port=free_port()), engine)
        if isinstance(generator, Writer):
            site.writer = generator
        yield site
    finally:
        page.close(verbose=False)
        engine.close()


def bundled_models(setup: Settings, folder: Path) -> None:
    """Put the bundled models into a new folder, and no other that may have been fetched."""
    folder.mkdir(parents=True)
    for file in setup.models_folder.iterdir():
        if ".gguf" not in file.name or file.name.startswith(BUNDLED.file_name):
            (folder / file.name).symlink_to(file)


def free_port() -> int:
    """Return a port that nobody else is about to take, as the first free one would be."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def small_models(writer: Writer) -> Models:
    """Return models that need no files."""
    return Models(lambda _settings: HashEmbedder(256), lambda _settings: writer)


@contextmanager
def small_site(folder: Path) -> Iterator[Site]:
    """Serve a page with models that need no files."""
    writer = Writer()
    with served(folder, writer, small_models(writer)) as site:
        yield site


def at_rest(site: Site) -> Site:
    """Return the page with its model made quick, and with nothing to say yet."""
    writer = site.writer
    writer.text, writer.before_s, writer.between_s, writer.weighing_s = "", 0.0, 0.0, 0.0
    return site


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with small_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(shared_site: Site) -> Site:
    """The page, with a model that is quick and says nothing yet."""
    return at_rest(shared_site)


@pytest.fixture
def samples(site: Site) -> Site:
    """The page, its library filled with the sample documents."""
    if site.engine.shelf.find(site.engine.shelf.usual) is None:
        site.add(sample_folder())
    return site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass(slots=True)
class Visitor:
    """A tab, and what it did that it should not."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, url: str) -> None:
        """Go to the page and wait until it can be used."""
        self.page.goto(url)
        self.page.wait_for_selector("#cw-conversations > *")

    def ask(self, question: str) -> Any:
        """Ask, wait for the end, and return the last answer's element."""
        before = self.page.locator("article[data-turn]").count()
        self.page.fill("#cw-question", question)
        self.page.press("#cw-question", "Enter")
        self.page.wait_for_selector(f"article[data-turn] >> nth={before}")
        self.page.wait_for_selector("body:not(.cw-running)")
        return self.page.locator("article[data-turn]").last

    def ran(self) -> list[str]:
        """Return what ran in the page that should not have."""
        return list(self.page.evaluate("window.ran"))


@pytest.fixture
def new_visitor(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open tabs of people who share nothing."""
    contexts: list[BrowserContext] = []

    def make(**settings: Any) -> Visitor:
        settings.setdefault("viewport", {"width": 1300, "height": 820})
        context = browser.new_context(**settings)
        context.set_default_timeout(40_000)
        context.add_init_script(TRAPS)
        contexts.append(context)
        visitor = Visitor(context.new_page())
        visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        visitor.page.on("request", lambda request: _watch(visitor, request.url))
        return visitor

    yield make
    for context in contexts:
        context.close()


def _watch(visitor: Visitor, url: str) -> None:
    if not url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:")):
        visitor.foreign.append(url)


@pytest.fixture
def visitor(new_visitor: Callable[..., Visitor], site: Site) -> Visitor:
    """A person who has opened the page."""
    visitor = new_visitor()
    visitor.open(site.url)
    return visitor
