"""The way of an answer into the page: few pictures, no lost question, nothing for strangers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from assistant.web.services.jobs import LONGEST_LINE, Asked

if TYPE_CHECKING:
    from tests.web.conftest import Site, Visitor

FOLLOW = "**/citewell/follow"


def followed(site: Site, given: Any) -> list[dict[str, Any]]:
    """Ask as the page's script does; return the lines of the reply."""
    with httpx.stream(
        "POST", f"{site.url}citewell/follow", json=given, timeout=30
    ) as reply:
        assert reply.status_code == 200
        return [json.loads(line) for line in reply.iter_lines()]


def test_many_pieces_make_few_pictures_and_one_end(samples: Site) -> None:
    samples.writer.text = (
        "The bridge was opened in 1974 [1]. " + "Then nothing more. " * 200
    )
    first, *between, last = followed(samples, {"question": "When was the bridge opened?"})
    assert "data-job" in first["live"]
    assert "turns" in first
    assert len(between) < 30
    assert not any(line.get("over") for line in (first, *between))
    assert last["over"] is True
    assert last["live"] == ""
    assert "data-turn" in last["turns"]


def test_opening_what_is_not_written_any_more_is_one_line(samples: Site) -> None:
    (line,) = followed(samples, {"conversation": "of nobody"})
    assert "cw-welcome" in line["turns"]
    assert line["over"] is True


def test_what_is_no_request_is_refused(samples: Site) -> None:
    address = f"{samples.url}citewell/follow"
    assert httpx.post(address, content=b"{").status_code == 400
    foreign = {"origin": "http://evil.example"}
    assert httpx.post(address, json={}, headers=foreign).status_code == 403


def test_a_question_that_does_not_arrive_goes_back_into_the_box(
    samples: Site, visitor: Visitor
) -> None:
    page = visitor.page
    samples.writer.text = "The bridge was opened in 1974. [1]"
    page.route(FOLLOW, lambda route: route.abort())
    page.fill("#cw-question", "When was the bridge opened, through the storm?")
    page.press("#cw-question", "Enter")
    page.wait_for_selector("body:not(.cw-running)")
    page.wait_for_function("document.getElementById('cw-question').value.includes('storm')")
    page.unroute(FOLLOW)
    visitor.ask("When was the bridge opened, after the storm?")
    assert "after the storm" in page.locator("article h2").inner_text()
    assert visitor.errors == []


def test_a_reply_that_breaks_off_is_taken_up_again(samples: Site, visitor: Visitor) -> None:
    page, writer = visitor.page, samples.writer
    writer.text, writer.between_s = "The bridge was opened in 1974. [1]", 0.05
    page.route(FOLLOW, _cut_off, times=1)
    page.fill("#cw-question", "When was the bridge opened, in two parts?")
    page.press("#cw-question", "Enter")
    page.wait_for_selector("article[data-turn] h2 >> text=two parts")
    page.wait_for_selector("body:not(.cw-running)")
    assert page.locator("article").count() == 1


def _cut_off(route: Any) -> None:
    """Let a question through, and only the first line of the reply back."""
    reply = httpx.stream("POST", route.request.url, json=route.request.post_data_json)
    with reply as lines:
        route.fulfill(status=200, body=f"{next(lines.iter_lines())}\n")


def test_whoever_comes_too_late_is_told_so(samples: Site, visitor: Visitor) -> None:
    engine, writer = samples.engine, samples.writer
    writer.before_s = 60.0
    usual = engine.shelf.usual
    jobs = [engine.ask(Asked("", f"w{n}", "Where?", usual)) for n in range(LONGEST_LINE)]
    try:
        visitor.page.fill("#cw-question", "Is there room for one more?")
        visitor.page.press("#cw-question", "Enter")
        visitor.page.wait_for_selector(".cw-failed >> text=Try again in a few minutes")
        visitor.page.wait_for_selector("body:not(.cw-running)")
        titles = [one.title for one in engine.conversations.overview("")]
        assert "Is there room for one more?" not in titles
    finally:
        for job in jobs:
            engine.line.stop("", job.id)
