"""The page in a real browser: what a person does with it, from the first minute on."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gradio_client import Client
from reportlab.pdfgen.canvas import Canvas

from assistant.commands.preparing import sample_folder
from assistant.pipeline import Lead
from assistant.types import Policy
from assistant.web.auth import Gate, add_user, read_users
from assistant.web.services.engine import Models
from tests.assistant.fakes import FixedReader
from tests.web.conftest import Writer, bundled_models, served, small_models

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.config import Settings
    from tests.web.conftest import Site, Visitor

OPENED = "The bridge was opened in 1974 and was last repainted in 2011."


def stored(site: Site, answer: Any) -> dict[str, Any]:
    """Return what was kept of an answer that the page shows."""
    turn = site.engine.conversations.turn("", answer.get_attribute("data-turn"))
    assert turn is not None
    return turn.answer


def marked(visitor: Visitor) -> str:
    """Return the words that are highlighted in the source panel."""
    visitor.page.wait_for_selector(".cw-document")
    return "".join(visitor.page.locator(".cw-document .cw-quote").all_text_contents())


# --- the first minute ---


def test_from_an_empty_page_to_a_cited_answer(
    new_visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    writer = Writer()
    with served(tmp_path / "home", writer, small_models(writer)) as site:
        visitor = new_visitor()
        page = visitor.page
        visitor.open(site.url)
        page.wait_for_selector("text=Give it something to read")
        page.click("text=Add documents")
        good, bad = tmp_path / "pier.txt", tmp_path / "broken.pdf"
        good.write_text("The old pier was built in 1911. It burned down in 1954.\n")
        bad.write_text("%PDF-1.7 and then nothing")
        page.set_input_files("#cw-files input[type=file]", [good, bad])
        page.wait_for_selector("text=1 could not be read")
        assert "broken.pdf" in page.inner_text(".cw-failures")
        page.wait_for_selector(".cw-documents tbody tr >> nth=1")
        page.click(".cw-views >> text=Ask")
        writer.text = "The old pier was built in 1911. [1] It was painted blue by Ann."
        answer = visitor.ask("When was the old pier built?")
        claims = answer.locator(".cw-claim")
        assert claims.nth(0).inner_text() == "“The old pier was built in 1911.”[1]"
        left_out = answer.locator(".cw-left-out")
        assert not left_out.locator(".cw-doubtful").is_visible()
        left_out.locator("summary").click()
        assert "1 sentence was not found in the documents" in left_out.inner_text()
        assert "It was painted blue by Ann." in left_out.inner_text()
        assert re.search("no source|not supported", left_out.inner_text())
        answer.locator(".cw-claims .cw-mark").click()
        assert marked(visitor) == "The old pier was built in 1911."
        assert not visitor.errors
        assert not visitor.foreign


# --- citations in their place ---


@pytest.mark.parametrize(
    ("question", "suffix"),
    [
        ("How many vehicles does the 640-metre bridge carry a day?", ".html"),
        ("What could repairing the closed Marrow Bridge cost, Castell & Brue?", ".pdf"),
        ("What did the council vote on the full repair of the Marrow Bridge?", ".docx"),
        ("Which bus was the first vehicle across, driven by Gerold Tamm?", ".md"),
        ("How many ferries stand still as the Kestrel Lines crews walk out?", ".txt"),
    ],
)
def test_what_is_highlighted_is_the_quote_to_the_character(
    samples: Site, visitor: Visitor, question: str, suffix: str
) -> None:
    choose(visitor, suffix)
    visitor.page.check("#cw-quotes")
    answer = visitor.ask(question)
    kept = stored(samples, answer)
    cited = kept["citations"] or kept["nearest"]
    assert cited
    for citation in cited:
        assert citation["document"]["path"].endswith(suffix)
        answer.locator(f".cw-sources .cw-mark[data-number='{citation['number']}']").click()
        start = f".cw-document[data-start='{citation['start']}']"
        visitor.page.wait_for_selector(f"{start}[data-end='{citation['end']}']")
        assert marked(visitor) == citation["quote"]
        sheet = visitor.page.locator(".cw-sheet")
        assert sheet.count() == (suffix == ".pdf")
        if suffix == ".pdf":
            assert sheet.get_attribute("data-quote") == citation["quote"]
            assert sheet.locator(".cw-box").count() == len(citation["boxes"])


def choose(visitor: Visitor, suffix: str) -> None:
    """Choose the documents that a question may use."""
    page = visitor.page
    page.click(".cw-views >> text=Library")
    page.wait_for_selector(".cw-documents")
    page.fill("#cw-find", suffix)
    page.check(".cw-choose[value=all]")
    page.click(".cw-views >> text=Ask")
    assert "chosen documents" in page.inner_text("#cw-scope")


def test_a_pdf_of_200_pages_opens_at_the_cited_page_within_a_second(
    site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    file = tmp_path / "long.pdf"
    canvas = Canvas(str(file))
    for number in range(1, 201):
        for line in range(40):
            canvas.drawString(60, 780 - 16 * line, f"Line {line} of leaf {number} is dull.")
        if number == 173:
            canvas.drawString(
                60, 60, "The quokka of Zanzibar weighs exactly nine kilograms."
            )
        canvas.showPage()
    canvas.save()
    site.add(file)
    visitor.page.check("#cw-quotes")
    answer = visitor.ask("What does the quokka of Zanzibar weigh?")
    start = time.perf_counter()
    answer.locator(".cw-sources .cw-mark").first.click()
    visitor.page.wait_for_selector(".cw-sheet[data-page='173'] .cw-box")
    took = time.perf_counter() - start
    assert marked(visitor) == "The quokka of Zanzibar weighs exactly nine kilograms."
    assert took < 1.0
    visitor.page.click("[aria-label='Previous page']")
    visitor.page.wait_for_selector(".cw-sheet[data-page='172']")
    assert visitor.page.locator(".cw-sheet .cw-box").count() == 0


def test_a_changed_file_is_said_to_have_changed(
    site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    file = tmp_path / "otter.txt"
    file.write_text("The otter sleeps on its back in the harbour.")
    site.add(file)
    visitor.page.check("#cw-quotes")
    answer = visitor.ask("How does the otter sleep in the harbour?")
    file.write_text("The otter does not sleep.")
    answer.locator(".cw-sources .cw-mark").first.click()
    visitor.page.wait_for_selector(".cw-warning >> text=has changed")
    assert marked(visitor) == "The otter sleeps on its back in the harbour."


# --- stopping, keeping, changing ---


@pytest.mark.parametrize("phase", ["reading the prompt", "writing"])
def test_stop_stops_within_half_a_second(
    samples: Site, visitor: Visitor, phase: str
) -> None:
    samples.writer.text = OPENED + "".join(f" Bridge {n} is open." for n in range(2, 200))
    samples.writer.before_s = 60.0 if phase == "reading the prompt" else 0.0
    samples.writer.between_s = 0.05
    page = visitor.page
    page.fill("#cw-question", "When was the Marrow Bridge opened?")
    page.press("#cw-question", "Enter")
    seen = ".cw-phase >> text=Reading" if samples.writer.before_s else ".cw-live .cw-claim"
    page.wait_for_selector(seen)
    start = time.perf_counter()
    page.keyboard.press("Escape") if samples.writer.before_s else page.click("#cw-stop")
    page.wait_for_selector("body:not(.cw-running)")
    took = time.perf_counter() - start
    page.wait_for_selector("article[data-turn] >> text=/Stopped/")
    assert took < 0.5


def test_a_conversation_survives_a_reload_even_while_it_is_written(
    samples: Site, visitor: Visitor
) -> None:
    page, writer = visitor.page, samples.writer
    writer.text = f"{OPENED} [1]"
    visitor.ask("When was the Marrow Bridge opened and repainted?")
    writer.text, writer.between_s = (
        f"{OPENED} [1] The roads department did not comment.",
        0.06,
    )
    page.fill(
        "#cw-question", "Did the roads department of Tarnwick comment on the union's count?"
    )
    page.press("#cw-question", "Enter")
    page.wait_for_selector(".cw-live .cw-draft:not(:empty)")
    page.reload()
    page.wait_for_selector("article[data-turn] >> nth=1")
    page.wait_for_selector("body:not(.cw-running)")
    assert page.locator("article[data-turn]").count() == 2
    assert OPENED in page.locator(".cw-claims").first.inner_text()


def test_conversations_are_listed_searched_renamed_exported_and_deleted(
    samples: Site, visitor: Visitor
) -> None:
    page = visitor.page
    samples.writer.text = f"{OPENED} [1]"
    visitor.ask("When was the Marrow Bridge opened, my dear?")
    page.click("text=New conversation")
    page.wait_for_selector(".cw-welcome")
    page.fill("#cw-search", "my dear")
    item = page.locator(".cw-conversations li")
    item.first.wait_for()
    page.wait_for_function("document.querySelectorAll('.cw-conversations li').length === 1")
    item.hover()
    page.click("[data-action=rename]")
    page.keyboard.type("The <b>bridge</b>")
    page.keyboard.press("Enter")
    page.fill("#cw-search", "<b>bridge")
    page.wait_for_selector(".cw-open >> text=The <b>bridge</b>")
    item.hover()
    with page.expect_download() as download:
        page.click("[data-action=export]")
    exported = download.value.path().read_text("utf-8")
    assert f"[1] “{OPENED}” – " in exported
    page.click(".cw-open")
    page.wait_for_selector("article[data-turn]")
    item.hover()
    page.click("[data-action=delete]")
    page.click("[data-action=delete] >> text=Really")
    page.wait_for_selector("text=Nothing found.")
    page.wait_for_selector(".cw-welcome")


def test_a_question_is_edited_and_an_answer_judged_and_copied(
    samples: Site, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(permissions=["clipboard-read", "clipboard-write"])
    visitor.open(samples.url)
    page = visitor.page
    samples.writer.text = f"{OPENED} [1]"
    answer = visitor.ask("When was the bridge closed?")
    answer.locator("[data-action=edit]").click()
    assert page.input_value("#cw-question") == "When was the bridge closed?"
    page.fill("#cw-question", "When was the Marrow Bridge opened?")
    page.press("#cw-question", "Enter")
    page.wait_for_selector("h2 >> text=When was the Marrow Bridge opened?")
    page.wait_for_selector("article[data-turn] >> text=opened in 1974")
    assert page.locator("article").count() == 1
    page.click("article [data-action=unhelpful]")
    page.fill("#cw-note-text", "Not what I asked.")
    page.click("#cw-note button[type=submit]")
    turn = str(page.locator("article").get_attribute("data-turn"))
    wait_until(lambda: judged(samples, turn) == (False, "Not what I asked."))
    page.click("article [data-action=copy]")
    page.wait_for_selector("text=Copied")
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith("**When was the Marrow Bridge opened?**")
    assert f"“{OPENED}”" in copied


def test_a_question_taken_for_a_follow_up_is_asked_on_its_own(
    samples: Site, visitor: Visitor
) -> None:
    page = visitor.page
    page.check("#cw-quotes")
    visitor.ask("How many hangers were replaced in the end?")
    answer = visitor.ask("What did the strike cost?")
    asked = "Searched for: How many hangers were replaced in the end? What did the strike"
    assert asked in answer.inner_text()
    answer.locator("[data-action=alone]").click()
    page.wait_for_function("document.querySelectorAll('[data-action=alone]').length === 0")
    page.wait_for_selector("body:not(.cw-running)")
    turns = page.locator("article[data-turn]")
    assert turns.count() == 2
    alone = stored(samples, turns.nth(1))
    assert alone["question"] == alone["standalone"] == "What did the strike cost?"
    first = turns.nth(1).get_attribute("data-turn")
    turns.nth(1).locator("[data-action=regenerate]").click()
    page.wait_for_function(
        "was => ![...document.querySelectorAll('article')].some(a => a.dataset.turn === was)",
        arg=first,
    )
    page.wait_for_selector("body:not(.cw-running)")
    assert turns.count() == 2
    assert stored(samples, turns.nth(1))["standalone"] == "What did the strike cost?"


def judged(site: Site, turn: str) -> tuple[bool | None, str] | None:
    found = site.engine.conversations.turn("", turn)
    return (found.helpful, found.note) if found else None


def wait_until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_documents_that_do_not_say_offer_the_nearest_passages(
    samples: Site, visitor: Visitor
) -> None:
    samples.writer.text = "The Zeppelin was painted green by penguins in 1807. [1]"
    answer = visitor.ask("Which colour was the Marrow Bridge Zeppelin?")
    assert answer.locator(".cw-silence").inner_text() == "The documents do not say."
    answer.locator(".cw-sources .cw-mark").first.click()
    assert marked(visitor) == stored(samples, answer)["nearest"][0]["quote"]


def test_what_differs_from_the_nearest_passage_is_said(
    samples: Site, visitor: Visitor
) -> None:
    samples.writer.text = "NO ANSWER"
    answer = visitor.ask("When was the Marrow Bridge opened in 1984 and repainted?")
    assert "does not name 1984." in answer.inner_text()


# --- the library ---


def test_documents_are_found_read_again_and_removed(
    site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.page
    file = tmp_path / "walrus.txt"
    file.write_text("The walrus was sold in Oslo.")
    page.click(".cw-views >> text=Library")
    page.fill("[data-form=folder] input", str(tmp_path))
    page.press("[data-form=folder] input", "Enter")
    page.wait_for_selector("td >> text=walrus.txt")
    file.write_text("The walrus was sold in Bergen.")
    page.fill("#cw-find", "walrus")
    page.click("tr:not([hidden]) [data-action=reread]")
    page.wait_for_selector("text=1 changed")
    page.fill("#cw-find", "walrus")
    page.click("tr:not([hidden]) [data-action=remove]")
    page.click("tr:not([hidden]) [data-action=remove] >> text=Really")
    page.wait_for_selector("td >> text=walrus.txt", state="detached")
    assert file.exists()
    page.fill("[data-form=folder] input", "/no/such/folder")
    page.press("[data-form=folder] input", "Enter")
    page.wait_for_selector("text=There is no folder /no/such/folder")


def test_a_library_that_is_gone_is_forgotten(samples: Site, visitor: Visitor) -> None:
    visitor.page.evaluate("localStorage.setItem('cw-library', 'gone')")
    visitor.page.reload()
    visitor.page.wait_for_selector("#cw-status >> text=/^scripted.* library: [1-9]/")
    assert visitor.page.evaluate("localStorage.getItem('cw-library')") == ""


def test_libraries_are_kept_apart(site: Site, visitor: Visitor) -> None:
    page = visitor.page
    page.click(".cw-views >> text=Library")
    page.fill("[data-form=make] input", "second")
    page.press("[data-form=make] input", "Enter")
    page.wait_for_selector("#cw-library option[value=second][selected]", state="attached")
    page.wait_for_selector("text=Nothing here yet.")
    page.click(".cw-views >> text=Ask")
    page.wait_for_selector("text=Give it something to read")


# --- people ---


def test_two_users_do_not_see_each_other(
    new_visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    file = tmp_path / "users"
    add_user(file, "ilse", "correct horse", admin=True)
    add_user(file, "omar", "battery staple")
    gate, writer = Gate(read_users(file)), Writer()
    with served(tmp_path / "home", writer, small_models(writer), gate) as site:
        site.add(sample_folder())
        writer.text = f"{OPENED} [1]"
        ilse, omar = (
            log_in(new_visitor(), site, "ilse"),
            log_in(new_visitor(), site, "omar"),
        )
        answer = ilse.ask("When was the Marrow Bridge opened, asks Ilse?")
        turn = answer.get_attribute("data-turn")
        address = ilse.page.url
        omar.page.goto(address)
        omar.page.wait_for_selector("text=No conversations yet.")
        assert omar.page.locator("article").count() == 0
        said = omar.page.evaluate(SOURCE_OF, turn)
        assert "1974" not in said
        assert "no longer in the library" in said
        omar.page.click(".cw-views >> text=Library")
        omar.page.wait_for_selector("text=Only administrators")
        assert omar.page.locator("[data-action=remove]").count() == 0
        assert ilse.page.request.get(f"{site.url}gradio_api/info").status == 200
        stranger = new_visitor()
        assert stranger.page.request.get(f"{site.url}gradio_api/info").status == 401
        follow = f"{site.url}citewell/follow"
        assert stranger.page.request.post(follow, data={}).status == 401


SOURCE_OF = """(turn) => new Promise((resolve) => {
  const mark = document.createElement("a");
  mark.className = "cw-passage";
  Object.assign(mark.dataset, { turn, kind: "citations", number: "1" });
  document.querySelector("#cw-transcript").append(mark);
  const source = document.querySelector("#cw-source");
  new MutationObserver(() => resolve(source.innerText)).observe(source, { childList: true });
  mark.click();
})"""


def log_in(visitor: Visitor, site: Site, name: str) -> Visitor:
    password = {"ilse": "correct horse", "omar": "battery staple"}[name]
    page = visitor.page
    page.goto(site.url)
    page.locator("input").nth(0).fill(name)
    page.locator("input").nth(1).fill(password)
    page.locator("button").first.click()
    page.wait_for_selector("#cw-conversations > *")
    return visitor


# --- keys, languages ---


def test_everything_works_from_the_keyboard(samples: Site, visitor: Visitor) -> None:
    page = visitor.page
    page.check("#cw-quotes")
    answer = visitor.ask("How many vehicles does the 640-metre bridge carry a day?")
    page.locator("h2").first.click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "cw-question"
    assert page.input_value("#cw-question") == ""
    mark = answer.locator(".cw-claims .cw-mark").first
    mark.focus()
    assert page.inner_text("#cw-tip") == mark.get_attribute("data-quote")
    page.keyboard.press("Enter")
    first = marked(visitor)
    page.keyboard.press("ArrowRight")
    count = answer.locator(".cw-sources .cw-mark").count()
    page.wait_for_function(
        "(text) => document.querySelector('#cw-count').textContent === text",
        arg=f"{1 + 1 % count} of {count}",
    )
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "(text) => document.querySelector('#cw-count').textContent === text",
        arg=f"1 of {count}",
    )
    assert marked(visitor) == first
    page.keyboard.press("Escape")
    page.wait_for_selector("body:not(.cw-reading)")


def test_the_page_speaks_german(samples: Site, new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(locale="de-DE")
    visitor.open(samples.url)
    visitor.page.wait_for_selector("text=Was möchten Sie wissen?")
    assert visitor.page.get_attribute("html", "lang") == "de"
    visitor.page.wait_for_selector("text=Neues Gespräch")
    samples.writer.text = "Der Zeppelin war grün. [1]"
    answer = visitor.ask("Welche Farbe hat der Marrow Bridge Zeppelin?")
    assert (
        answer.locator(".cw-silence").inner_text() == "Das steht nicht in den Dokumenten."
    )


# --- nothing of a document is ever code ---

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "\"><iframe src='javascript:alert(1)'></iframe>",
    "' onmouseover='alert(1)' autofocus onfocus='alert(1)",
    "${alert(1)}",
    "`${alert(1)}`",
    "{{constructor.constructor('alert(1)')()}}",
    "\\`+alert(1)+\\`",
    "</mark></textarea></title><details open ontoggle=alert(1)>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<a href=javascript:alert(1)>press</a>",
    "[press](javascript:alert(1)) ![x](http://evil.example/x.png)",
]


def test_nothing_in_a_document_name_question_or_answer_runs(
    new_visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    folder, writer = tmp_path / "folder", Writer()
    folder.mkdir()
    for number, payload in enumerate(HOSTILE):
        name = payload.replace("/", "_")[:120]
        text = f"# {payload}\n\nWord{number} is {payload} and was sold in Oslo.\n"
        (folder / f"{number} {name}.md").write_text(text)
    with served(tmp_path / "home", writer, small_models(writer)) as site:
        site.add(folder)
        visitor = new_visitor()
        visitor.open(site.url)
        page = visitor.page
        for number, payload in enumerate(HOSTILE):
            writer.text = (
                f"Word{number} is {payload} and was sold in Oslo. [1] {payload} [2]"
            )
            answer = visitor.ask(f"What is Word{number}, {payload}?")
            assert payload in answer.locator("h2").inner_text()
            for mark in answer.locator(".cw-sources .cw-mark").all()[:2]:
                mark.hover()
                mark.click()
                page.wait_for_selector(".cw-document")
        page.click(".cw-views >> text=Library")
        page.wait_for_selector(f"td .cw-name >> nth={len(HOSTILE) - 1}")
        page.reload()
        page.wait_for_selector("article[data-turn]")
        page.wait_for_timeout(200)
        assert visitor.ran() == []
        assert visitor.foreign == []
        assert visitor.errors == []
        inside = "#cw-transcript :is(script, iframe, img, link, svg:not(.cw-icon))"
        assert page.locator(inside).count() == 0


# --- a door for programs ---


def test_programs_can_ask_index_and_look(samples: Site, tmp_path: Path) -> None:
    client = Client(samples.url, verbose=False)
    endpoints = client.view_api(return_format="dict", print_info=False)
    assert set(endpoints["named_endpoints"]) == {"/ask", "/index", "/status"}
    samples.writer.text = f"{OPENED} [1]"
    before = len(samples.engine.conversations.overview(""))
    asked = client.submit("When was the Marrow Bridge opened?", api_name="/ask")
    *_, last = asked
    assert last["state"] == "done"
    assert last["answer"]["citations"][0]["quote"] == OPENED
    assert len(samples.engine.conversations.overview("")) == before
    (tmp_path / "a.txt").write_text("A narwhal has a tusk.")
    *_, report = client.submit(str(tmp_path), library="apart", api_name="/index")
    assert report["added"] == 1
    status = client.predict(library="apart", api_name="/status")
    assert (status["documents"], status["ready"]) == (1, True)
    client.close()


def test_a_page_of_another_site_gets_nothing(samples: Site) -> None:
    address = f"{samples.url}gradio_api/info"
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        assert httpx.get(address, headers=headers).status_code == 403
    good = httpx.get(samples.url)
    assert good.status_code == 200
    assert "script-src-attr 'none'" in good.headers["content-security-policy"]


def test_asking_in_a_new_conversation_while_an_answer_is_written_in_another(
    samples: Site, visitor: Visitor
) -> None:
    page, writer = visitor.page, samples.writer
    writer.text, writer.between_s = f"{OPENED} [1]", 0.08
    page.fill("#cw-question", "When was the Marrow Bridge opened, slowly?")
    page.press("#cw-question", "Enter")
    page.wait_for_selector(".cw-live .cw-draft:not(:empty)")
    first = page.url
    page.click("text=New conversation")
    page.wait_for_selector(".cw-welcome")
    answer = visitor.ask("When was the Marrow Bridge repainted?")
    assert page.url != first
    assert page.locator("article").count() == 1
    assert "repainted?" in answer.locator("h2").inner_text()
    page.click(".cw-open >> text=slowly")
    page.wait_for_selector("article[data-turn] h2 >> text=slowly")
    assert page.url == first


@pytest.mark.model
def test_the_bundled_models_answer_on_the_page(
    prepared: Settings, new_visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    bundled_models(prepared, home / "models")
    (home / "cache").symlink_to(prepared.cache_folder)
    with served(home, None, Models()) as site:
        visitor = new_visitor()
        visitor.page.set_default_timeout(60_000)
        visitor.open(site.url)
        visitor.page.click("text=Try it with sample documents")
        visitor.page.wait_for_selector("text=14 added")
        visitor.page.click(".cw-views >> text=Ask")
        answer = visitor.ask("When was the Marrow Bridge opened?")
        kept = stored(site, answer)
        cited = (kept["citations"] or kept["nearest"])[0]
        answer.locator(".cw-sources .cw-mark").first.click()
        assert marked(visitor) == cited["quote"]
        assert visitor.foreign == []
        visitor.page.wait_for_selector("#cw-status >> text=/SmolLM.*offline/")
        assert kept["model"] is not None
        answer.locator("[data-action=used]").click()
        visitor.page.wait_for_selector(".cw-weights li")
        used = stored(site, answer)["used"]
        assert [row["nats"] >= 0.1 for row in used] == [row["used"] for row in used]
        assert any(row["used"] for row in used)
        shown = visitor.page.locator(".cw-weights .cw-is-used").count()
        assert shown == sum(row["used"] for row in used)


@pytest.mark.parametrize(("width", "opened"), [(1300, True), (1000, False)])
def test_what_was_found_is_shown_in_its_place_before_a_word_is_written(
    new_visitor: Callable[..., Visitor], tmp_path: Path, *, width: int, opened: bool
) -> None:
    writer = Writer()
    with served(tmp_path / "home", writer, small_models(writer)) as site:
        bridge = tmp_path / "bridge.txt"
        bridge.write_text(f"{OPENED} It is painted grey.\n")
        site.add(bridge)
        name = site.engine.shelf.usual
        made = site.engine.assistant(name)
        assert made is not None
        lead = Lead(FixedReader({"1974": 3.0}))
        site.engine._assistants[name] = replace(made, lead=lead, policy=Policy.GUIDED)
        writer.text, writer.before_s = "The bridge was opened in 1974.", 20.0
        visitor = new_visitor(viewport={"width": width, "height": 820})
        visitor.open(site.url)
        visitor.page.fill("#cw-question", "When was the bridge opened?")
        visitor.page.press("#cw-question", "Enter")
        found = visitor.page.locator(".cw-live .cw-found")
        found.wait_for()
        assert found.locator("q").inner_text().strip("“”") == OPENED
        if not opened:
            assert not visitor.page.locator("body.cw-reading").count()
            found.locator(".cw-mark").click()
        assert marked(visitor) == OPENED
        writer.before_s = 0.0
        visitor.page.evaluate("document.getElementById('cw-stop').click()")
        visitor.page.wait_for_selector("body:not(.cw-running)")
        assert not visitor.errors
