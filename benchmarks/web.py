"""The page: how soon it is there, what it costs on top of the pipeline, and many at once.

    python benchmarks/web.py start                   # until the question box is there
    python benchmarks/web.py overhead [--rounds 5] [--no-browser]   # beside no page at all
    python benchmarks/web.py crowd [--users 10] [--minutes 5]
    python benchmarks/web.py hostile PAYLOADS.jsonl  # {"payload": ...} a line, in a browser
    python benchmarks/web.py axe AXE.min.js          # of the npm package axe-core: every view

All but `crowd` need playwright and a Chromium. The bundled models must be set up;
a library of the samples is made in a temporary folder.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands.preparing import sample_folder
from assistant.config import Settings
from assistant.pipeline import Assistant, Question
from assistant.types import Finished, Message, ModelInfo, Token
from assistant.web.app import build_page, serve
from assistant.web.auth import Gate, add_user, read_users
from assistant.web.services.engine import Engine, Models
from assistant.web.services.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.types import Event

QUESTIONS = (
    "What did the repair of the Marrow Bridge cost, according to the mayor's office?",
    "How many hangers were replaced in the end?",
    "Who drove the first vehicle across the Marrow Bridge?",
    "Why were bathers ill at Hallow Lake?",
    "How much more pay do the ferry crews get?",
    "What did the council vote on the Marrow Bridge?",
    "Which firm wrote the report on the bridge?",
    "When did the crews of Kestrel Lines walk out?",
    "What carried the message of the Silver Heron?",
    "How long is the Marrow Bridge?",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["start", "overhead", "crowd", "hostile", "axe"])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--no-browser", action="store_true", help="measure the page's route alone"
    )
    parser.add_argument("--users", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=5.0)
    given = parser.parse_args()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["GRADIO_TEMP_DIR"] = str(home / "temp")
        if given.what == "start":
            start(home, given.rounds)
        elif given.what == "overhead":
            overhead(home, given.rounds, browser=not given.no_browser)
        elif given.what == "crowd":
            crowd(home, given.users, given.minutes)
        elif given.file is None:
            parser.error(f"{given.what} needs a file")
        elif given.what == "hostile":
            hostile(home, given.file)
        else:
            axe(home, given.file.read_text("utf-8"))


def private_home(home: Path) -> Settings:
    """Return settings of an empty home that shares this person's models and their caches."""
    usual = Settings()
    for name in ("models", "cache"):
        (home / name).symlink_to(getattr(usual, f"{name}_folder"), target_is_directory=True)
    return replace(usual, home=str(home))


@contextmanager
def page(
    settings: Settings, models: Models | None = None, gate: Gate | None = None
) -> Iterator[tuple[str, Engine]]:
    """Serve a page and wait until its models are loaded."""
    engine = Engine(settings, models)
    engine.start()
    blocks = build_page(engine, gate)
    url = serve(blocks, gate=gate)
    while not (engine.state.ready or engine.state.problem):
        time.sleep(0.1)
    try:
        yield url, engine
    finally:
        blocks.close(verbose=False)
        engine.close()


def read(engine: Engine, folder: Path) -> None:
    reading = engine.reader.start(Reading(engine.shelf.usual, [folder]))
    while not reading.over:
        reading.wait(2**62, 1)
    assert reading.problem is None, reading.problem


# --- how soon it is there ---


def start(home: Path, rounds: int) -> None:
    """Start the command again and again; measure until a browser can type a question."""
    private_home(home)
    with chromium() as browser:
        times = [_start(home, browser) for _ in range(rounds)]
    served, typed, ready = (sorted(column) for column in zip(*times, strict=True))
    print(f"served   {statistics.median(served):.1f} s  {spread(served)}")
    print(f"usable   {statistics.median(typed):.1f} s  {spread(typed)}")
    print(f"models   {statistics.median(ready):.1f} s  {spread(ready)}")


def spread(values: Sequence[float]) -> str:
    return f"(least {min(values):.1f}, most {max(values):.1f})"


def _start(home: Path, browser: Any) -> tuple[float, float, float]:
    begin = time.perf_counter()
    with command(home) as (url, _):
        served = time.perf_counter() - begin
        tab = browser.new_page()
        tab.goto(url)
        tab.wait_for_selector("#cw-conversations > *")
        tab.fill("#cw-question", "Ready?")
        typed = time.perf_counter() - begin
        tab.wait_for_selector("#cw-status >> text=/SmolLM|Instruct/", timeout=60_000)
        ready = time.perf_counter() - begin
        tab.close()
    return served, typed, ready


@contextmanager
def command(home: Path) -> Iterator[tuple[str, int]]:
    """Run `citewell web` until it serves; yield its URL and its process."""
    words = [sys.executable, "-m", "assistant", "web", "--no-open", "--port", "7999"]
    environment = {**os.environ, "CITEWELL_HOME": str(home)}
    with subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            url = "http://127.0.0.1:7999/"
            while not _answers(url):
                time.sleep(0.05)
            yield url, process.pid
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


# --- what it costs ---


@dataclass(slots=True)
class Times:
    """When a question was asked, its first words came and its answer ended: time.time()."""

    begin: float
    first: float = 0.0  # 0: there were no words to wait for
    end: float = 0.0


Ask = Callable[[str], Times]


def overhead(home: Path, rounds: int, *, browser: bool) -> None:
    """Ask over the page's route, in a browser and through the endpoint for programs.

    Two measures of what that adds: beside the same question straight from the pipeline, as a
    person would feel it; and within one question, what passes before the pipeline begins and
    after it has said something, which other programs on the machine blur less.
    """
    inside = _watched_pipeline()
    with page(private_home(home)) as (url, engine), ExitStack() as stack:
        read(engine, sample_folder())
        ways: dict[str, Ask] = {"page": _route(url)}
        if browser:
            tab = stack.enter_context(chromium()).new_page()
            tab.goto(url)
            tab.wait_for_selector("#cw-conversations > *")
            ways["browser"] = functools.partial(_in_browser, tab)
            ways["endpoint"] = _endpoint(url)
        for way, ask in ways.items():
            rows = [
                _compared(engine, ask, inside, QUESTIONS[number % len(QUESTIONS)])
                for number in range(rounds + 1)
            ]
            _print_overhead(way, rows[1:])  # the first warms up


def _compared(
    engine: Engine, ask: Ask, inside: list[Times], question: str
) -> dict[str, float]:
    """Ask twice; return what was added, in seconds, shares of the whole, and work."""
    _straight(engine, question)  # so that both find the same prefix in the cache
    started = time.process_time()
    straight = _straight(engine, question)
    middle = time.process_time()
    through = ask(question)
    worked = (time.process_time() - middle) / (middle - started)
    inner = inside[-1]
    before, whole = inner.begin - through.begin, inner.end - inner.begin
    row = {
        "whole": (through.end - through.begin) / (straight.end - straight.begin) - 1,
        "own whole": (before + through.end - inner.end) / whole,
        "work": worked - 1,
    }
    if straight.first and through.first and inner.first:
        row["first"] = (through.first - through.begin) - (straight.first - straight.begin)
        row["own first"] = before + through.first - inner.first
    return row


def _print_overhead(way: str, rows: Sequence[dict[str, float]]) -> None:
    def median(key: str) -> float:
        return statistics.median([row[key] for row in rows if key in row])

    print(
        f"{way}: first words {1000 * median('own first'):+.0f} ms,"
        f" whole answer {100 * median('own whole'):+.1f} % of its own;"
        f" beside the pipeline {1000 * median('first'):+.0f} ms,"
        f" {100 * median('whole'):+.1f} %,"
        f" processor time {100 * median('work'):+.1f} % (medians of {len(rows)})"
    )


def _watched_pipeline() -> list[Times]:
    """Let every answer of this process note its times; return the list that they go into."""
    noted: list[Times] = []
    plain = Assistant.stream

    def stream(self: Assistant, question: Question) -> Iterator[Event]:
        times = Times(time.time())
        noted.append(times)
        for event in plain(self, question):
            if isinstance(event, Token) and not times.first:
                times.first = time.time()
            if isinstance(event, Finished):
                times.end = time.time()
            yield event

    Assistant.stream = stream  # type: ignore[method-assign]
    return noted


def _straight(engine: Engine, question: str) -> Times:
    assistant = engine.assistant(engine.shelf.usual)
    assert assistant is not None
    times = Times(time.time())
    for event in assistant.stream(Question(question)):
        if isinstance(event, Token) and not times.first:
            times.first = time.time()
    times.end = time.time()
    return times


def _route(url: str) -> Ask:
    """Return what asks as the page's script does, over a connection that stays open."""
    import httpx

    client = httpx.Client(timeout=120)

    def ask(question: str) -> Times:
        times, given = Times(time.time()), {"question": question}
        with client.stream("POST", f"{url}citewell/follow", json=given) as reply:
            for line in reply.iter_lines():
                if not times.first and _WORDS.search(json.loads(line).get("live", "")):
                    times.first = time.time()
        times.end = time.time()
        return times

    return ask


_WORDS = re.compile('class="cw-claim[ "]|class="cw-draft">[^<]')
IN_BROWSER = """(question) => new Promise((done) => {
  let first = 0;
  const now = () => (performance.timeOrigin + performance.now()) / 1000;
  const begin = now();
  const box = document.getElementById("cw-transcript");
  const look = () => {
    const words = box.querySelector(".cw-live .cw-claim, .cw-live .cw-draft:not(:empty)");
    if (words && !first) first = now();
    if (!box.querySelector("article[data-turn]")) return;
    watch.disconnect();
    done([begin, first, now()]);
  };
  const watch = new MutationObserver(look);
  watch.observe(box, { childList: true, subtree: true, characterData: true });
  document.getElementById("cw-question").value = question;
  document.getElementById("cw-form").requestSubmit();
})"""


def _in_browser(tab: Any, question: str) -> Times:
    """Ask in a new conversation; what counts is when the words are in the page."""
    tab.evaluate("document.querySelector('[data-action=new]').click()")
    tab.wait_for_selector(".cw-welcome")
    tab.wait_for_timeout(300)
    return Times(*tab.evaluate(IN_BROWSER, question))


def _endpoint(url: str) -> Ask:
    """Return what asks as programs do."""
    ask = asker(url)

    def timed(question: str) -> Times:
        begin = time.time()
        first, whole, _ = ask(question)
        return Times(begin, begin + first if first else 0.0, begin + whole)

    return timed


def asker(url: str) -> Callable[[str], tuple[float, float, dict[str, Any]]]:
    """Return what asks through the endpoint: seconds to the first piece, in all, the end."""
    from gradio_client import Client

    client = Client(url, verbose=False)

    def ask(question: str) -> tuple[float, float, dict[str, Any]]:
        begin, first, last = time.perf_counter(), 0.0, {}
        for last in client.submit(question, api_name="/ask"):
            if not first and (last["draft"] or last["text"]):
                first = time.perf_counter() - begin
        return first, time.perf_counter() - begin, last

    return ask


# --- many at once ---


def crowd(home: Path, users: int, minutes: float) -> None:
    """Let many ask without a pause; count errors and answers to somebody else's question."""
    private_home(home)
    counts = {"answers": 0, "errors": 0, "mixed": 0}
    waits: list[float] = []
    memory: list[float] = []
    with command(home) as (url, process):
        _fill(url)
        end = time.monotonic() + 60 * minutes
        crew = [
            threading.Thread(target=_one, args=(url, number, end, counts, waits))
            for number in range(users)
        ]
        for each in crew:
            each.start()
        while any(each.is_alive() for each in crew):
            memory.append(_memory_mb(process))
            time.sleep(5)
    print(f"{users} users, {minutes:g} min: {counts}")
    print(f"waited {statistics.median(waits):.1f} s (median), {max(waits):.1f} s (most)")
    tenths = [memory[len(memory) * tenth // 10] for tenth in range(10)]
    print("memory", *(f"{each:.0f}" for each in (*tenths, memory[-1])), "MB, by tenths")


def _fill(url: str) -> None:
    """Read the samples, wait for the models, and ask once."""
    from gradio_client import Client

    client = Client(url, verbose=False)
    list(client.submit(str(sample_folder()), api_name="/index"))
    while not client.predict(api_name="/status")["ready"]:
        time.sleep(0.5)
    client.predict(QUESTIONS[0], api_name="/ask")
    client.close()


def _one(
    url: str, number: int, end: float, counts: dict[str, int], waits: list[float]
) -> None:
    ask, turn = asker(url), number
    while time.monotonic() < end:
        question = f"{QUESTIONS[turn % len(QUESTIONS)]} ({number}-{turn})"
        turn += 1
        try:
            _, seconds, last = ask(question)
        except (ValueError, OSError) as error:
            counts["errors"] += 1
            print(error)
            continue
        counts["answers"] += 1
        counts["mixed"] += last["answer"]["question"] != question
        waits.append(seconds)


def _memory_mb(process: int) -> float:
    """Return what a process holds, nan where the system does not say."""
    status = Path(f"/proc/{process}/status")
    if not status.is_file():
        return math.nan
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


# --- nothing of a document is ever code ---

TRAPS = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = (...said) => { window.ran.push([name, ...said].join(" ")); };
}
"""
TEMPLATE = ("${alert(1)}", "`${alert(1)}`", "\\`${alert(1)}", "{{alert(1)}}", "#{alert(1)}")


class Parrot:
    """Says what it was told to say, in pieces, as a model would."""

    info = ModelInfo("parrot", "0" * 64)
    context_tokens = 2**20

    def __init__(self) -> None:
        self.text = ""

    def count_tokens(self, text: str) -> int:
        """Count a character as a token."""
        return len(text)

    def count(self, messages: Sequence[Message]) -> int:
        """Count a message as a token."""
        return len(messages)

    def generate(
        self,
        _messages: Sequence[Message],
        _most: int,
        _stopped: Callable[[], bool] | None = None,
    ) -> Iterator[str]:
        """Say it."""
        for begin in range(0, len(self.text), 9):
            yield self.text[begin : begin + 9]


def hostile(home: Path, file: Path) -> None:
    """Put every payload where documents and a model's words go; count what runs."""
    lines = file.read_text("utf-8").splitlines()
    payloads = [*(json.loads(line)["payload"] for line in lines), *TEMPLATE]
    folder, parrot = home / "documents", Parrot()
    folder.mkdir()
    for number, payload in enumerate(payloads):
        name = (
            payload.replace("/", "_")
            .replace("\0", "_")
            .encode()[:180]
            .decode("utf-8", "ignore")
        )
        text = (
            f"---\ntitle: {json.dumps(payload)}\n---\n\nWord{number} says {payload} here.\n"
        )
        (folder / f"{number} {name}.md").write_text(text, "utf-8")
    models = Models(generator=lambda _settings: parrot)
    with page(private_home(home), models) as (url, engine), chromium() as browser:
        read(engine, folder)
        tab = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
        foreign: list[str] = []
        errors: list[str] = []
        tab.on("request", lambda request: _note_foreign(foreign, request.url, url))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.add_init_script(TRAPS)
        tab.goto(url)
        tab.wait_for_selector("#cw-conversations > *")
        ran: list[str] = []
        for number, payload in enumerate(payloads):
            parrot.text = f"Word{number} says {payload} here. [1] {payload} [2]"
            _provoke(tab, f"What does Word{number} say? {payload}")
            ran += tab.evaluate("window.ran.splice(0)")
        tab.click(".cw-views [data-view=library]")
        tab.wait_for_selector(f".cw-documents tr >> nth={len(payloads)}")
        for kind in ("mouseover", "focus", "click", "pointerdown", "dblclick"):
            tab.evaluate(EVENTS, kind)
        ran += tab.evaluate("window.ran.splice(0)")
    print(f"{len(payloads)} payloads as name, title, text, question and answer: "
          f"{len(ran)} ran, {len(foreign)} foreign requests, {len(errors)} errors")  # fmt: skip
    for each in (*ran, *foreign, *errors):
        print(" ", each)


# Many payloads wait for an event: give every element of the page one of each kind.
EVENTS = """(kind) => {
  const places = ".cw-turn *, .cw-document *, .cw-documents td *";
  for (const each of document.querySelectorAll(places)) {
    if (!each.closest("button, a, summary, input")) {
      each.dispatchEvent(new Event(kind, { bubbles: false }));
    }
  }
}"""


def _provoke(tab: Any, question: str) -> None:
    """Ask in a new conversation, open its sources, hover, and send events to everything."""
    tab.evaluate("document.querySelector('[data-action=new]').click()")
    tab.wait_for_selector(".cw-welcome")
    tab.fill("#cw-question", question)
    tab.press("#cw-question", "Enter")
    tab.wait_for_selector("article[data-turn], article.cw-failed")
    for mark in tab.locator("article .cw-sources .cw-mark").all()[:2]:
        mark.hover()
        mark.click()
        tab.wait_for_selector(".cw-document")
    for kind in ("mouseover", "focus", "click", "toggle", "animationend"):
        tab.evaluate(EVENTS, kind)


# --- whoever cannot see, or point ---

AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, help, nodes }) => [
    id, impact, help, nodes.map((node) => node.html.slice(0, 150)),
  ]);
}"""
ANSWERED = "How many hangers were replaced in the end?"
DRAWN = "What could repairing the closed Marrow Bridge cost, according to Castell & Brue?"
SILENT = "Who was the king of the moon in Tarnwick?"


def axe(home: Path, script: str) -> None:
    """Look for violations in every view, light and dark, wide and narrow, in two languages."""
    settings = private_home(home)
    add_user(home / "users", "ilse", "correct horse", admin=True)
    found = {"serious": 0, "other": 0}
    with chromium() as browser:
        with page(settings) as (url, engine):
            read(engine, sample_folder())
            for theme, language, width in product(
                ("light", "dark"), ("en-US", "de-DE"), (1300, 390)
            ):
                about: dict[str, Any] = {
                    "viewport": {"width": width, "height": 850},
                    "color_scheme": theme,
                    "locale": language,
                }
                context = browser.new_context(bypass_csp=True, **about)
                context.add_init_script(script)
                name = f"{theme} {language} {width}"
                for view, tab in _views(context.new_page(), url):
                    _look(tab, f"{name} {view}", found)
                context.close()
        with page(settings, gate=Gate(read_users(home / "users"))) as (url, _):
            for theme in ("light", "dark"):
                context = browser.new_context(bypass_csp=True, color_scheme=theme)
                context.add_init_script(script)
                tab = context.new_page()
                tab.goto(url)
                tab.wait_for_selector("input >> nth=1")
                tab.wait_for_timeout(500)
                _look(tab, f"{theme} login", found)
                context.close()
    print(f"{found['serious']} serious or critical violations, {found['other']} others")


def _views(tab: Any, url: str) -> Iterator[tuple[str, Any]]:
    """Go through every view of the page; yield its name each time."""
    tab.goto(url)
    tab.wait_for_selector("#cw-conversations > *", state="attached")
    yield "start", tab
    tab.check("#cw-quotes")
    for number, question in enumerate((ANSWERED, DRAWN, SILENT)):
        tab.fill("#cw-question", question)
        tab.press("#cw-question", "Enter")
        tab.wait_for_selector(f"article[data-turn] >> nth={number}")
    yield "answers", tab
    mark = tab.locator("article >> nth=0 >> .cw-sources .cw-mark").first
    mark.hover()
    yield "quotation of a mark", tab
    for number, what in ((0, "source"), (1, "source on its page")):
        tab.locator(f"article >> nth={number} >> .cw-sources .cw-mark").first.click()
        tab.wait_for_selector(".cw-document")
        yield what, tab
        tab.evaluate("document.querySelector('[data-action=close]').click()")
    tab.locator("[data-action=unhelpful]").first.click()
    yield "note", tab
    tab.evaluate("document.querySelector('[data-action=note-close]').click()")
    _ask_which_were_used(tab)
    yield "passages used", tab
    yield from _other_views(tab)


def _ask_which_were_used(tab: Any) -> None:
    tab.uncheck("#cw-quotes")
    tab.fill("#cw-question", ANSWERED)
    tab.press("#cw-question", "Enter")
    written = tab.locator("article[data-turn] >> nth=3")
    written.locator("[data-action=used]").click()
    written.locator(".cw-weights li").first.wait_for()


def _other_views(tab: Any) -> Iterator[tuple[str, Any]]:
    for view in ("library", "settings", "evaluation"):
        tab.evaluate(f"document.querySelector('[data-view={view}]').click()")
        tab.wait_for_timeout(600)
        yield view, tab
    tab.evaluate("document.querySelector('#cw-trial-form [data-action=browse]').click()")
    tab.wait_for_selector("#cw-browse[open] .cw-path")
    yield "folders", tab
    tab.keyboard.press("Escape")
    tab.evaluate("document.querySelector('[data-action=menu]').click()")
    yield "menu", tab


def _look(tab: Any, name: str, found: dict[str, int]) -> None:
    tab.wait_for_timeout(200)  # until what moves has come to rest
    for rule, impact, what, nodes in tab.evaluate(AXE):
        found["serious" if impact in {"serious", "critical"} else "other"] += 1
        print(f"{name}: {impact} {rule}: {what}", *nodes[:3], sep="\n    ")


def _note_foreign(foreign: list[str], address: str, url: str) -> None:
    if not address.startswith((url, "data:", "blob:")):
        foreign.append(address)


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
