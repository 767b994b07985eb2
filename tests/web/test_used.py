"""Which passages were used, asked below an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assistant.web.services.conversations import StoredTurn
from assistant.web.services.jobs import Asked
from assistant.web.views.text import words_for
from assistant.web.views.used_view import used_html
from tests.web.test_page import wait_until
from tests.web.test_parts import Reader

if TYPE_CHECKING:
    from tests.web.conftest import Site, Visitor

OPENED = "The bridge was opened in 1974 and was last repainted in 2011."
HOSTILE = "<img src=x onerror=alert(1)>${alert(2)}`{{value}}"


def test_a_person_sees_which_passages_were_used_and_still_does_after_a_reload(
    samples: Site, visitor: Visitor
) -> None:
    page = visitor.page
    samples.writer.text = f"{OPENED} [1]"
    samples.writer.weighing_s = 60.0
    answer = visitor.ask("When was the Marrow Bridge opened, and who used it?")
    assert answer.locator(".cw-used").inner_text() == ""
    answer.locator("[data-action=used]").press("Enter")
    page.wait_for_selector(".cw-used [role=progressbar]")
    samples.writer.weighing_s = 0.0
    page.wait_for_selector(".cw-used .cw-weights li")
    rows = answer.locator(".cw-weights li").all_inner_texts()
    assert any("Used: with it" in row for row in rows)
    assert any("Not used" in row for row in rows)
    assert answer.locator(".cw-weights .cw-is-used b").first.evaluate("e => e.offsetWidth")
    assert page.evaluate("document.activeElement.closest('.cw-used') !== null")
    page.reload()
    page.wait_for_selector(".cw-weights li")
    assert page.locator(".cw-weights li").all_inner_texts() == rows
    page.locator(".cw-weights .cw-is-used a").first.click()
    page.wait_for_selector(".cw-document >> text=repainted in 2011")
    assert visitor.errors == []


def test_weighing_waits_for_its_turn_and_stops_when_it_is_told_to(
    samples: Site, visitor: Visitor
) -> None:
    page, writer, engine = visitor.page, samples.writer, samples.engine
    writer.text = f"{OPENED} [1]"
    answer = visitor.ask("When was the Marrow Bridge opened, and is it used?")
    writer.before_s, writer.weighing_s = 60.0, 60.0
    job = engine.ask(Asked("", "of-somebody", "Where is it?", engine.shelf.usual))
    answer.locator("[data-action=used]").click()
    page.wait_for_selector(".cw-used >> text=1 before you")
    engine.line.stop("", job.id)
    page.wait_for_selector(".cw-used >> text=Reading 1 of")
    page.click(".cw-used [data-action=used-stop]")
    page.wait_for_selector(".cw-used >> text=Stopped.")
    writer.weighing_s = 0.0
    answer.locator("[data-action=used]").click()  # it can be asked for again
    page.wait_for_selector(".cw-weights li")


def test_where_nothing_was_written_there_is_nothing_to_weigh(
    samples: Site, visitor: Visitor
) -> None:
    visitor.page.check("#cw-quotes")
    answer = visitor.ask("How many hangers were replaced in the end?")
    answer.locator("[data-action=used]").click()
    visitor.page.wait_for_selector(".cw-used >> text=No model wrote here")


def test_a_document_that_is_gone_is_named(samples: Site, visitor: Visitor) -> None:
    samples.writer.text = f"{OPENED} [1]"
    answer = visitor.ask("When was the Marrow Bridge opened, before it went?")
    engine = samples.engine
    kept = engine.conversations.turn("", answer.get_attribute("data-turn") or "")
    assert kept is not None
    passages = kept.answer["passages"]
    passages[0]["document"] |= {"id": "0" * 64, "path": f"/{HOSTILE}.txt"}
    weighing = engine.weighings.start("", engine.shelf.usual, kept)
    wait_until(lambda: weighing.over, 10)
    assert "no longer in the library" in str(weighing.problem)
    answer.locator("[data-action=used]").click()
    visitor.page.wait_for_selector(".cw-weights li")  # of what is kept, unharmed


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_weight_is_said_in_plain_words(language: str) -> None:
    say = words_for(language)

    def shown(nats: float) -> str:
        document: dict[str, Any] = dict.fromkeys(("author", "outlet", "date"), "")
        document |= {"id": "1", "path": "/a", "title": HOSTILE}
        row = {"document": document, "start": 0, "end": 1, "score": 1.0, "begins": HOSTILE}
        answer = {
            "used": [row | {"nats": nats, "used": nats >= 0.1}],
            "used_by": "other",
            "passages": [row, row],
            "model": {"name": "first"},
        }
        reader = Reader(used_html(_turn(answer), say))
        assert HOSTILE in reader.shown
        assert "img" not in reader.elements
        assert "first" in reader.shown  # another model weighed
        return reader.shown

    point = "," if language == "de" else "."
    assert f"2{point}7" in shown(1.0)
    assert f"1{'.' if language == 'de' else ','}000" in shown(50.0)
    assert say("used_not") in shown(0.05)
    assert say("used_against") in shown(-3.0)


def _turn(answer: dict[str, Any]) -> StoredTurn:
    return StoredTurn("t", "q", answer)
