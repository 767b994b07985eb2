"""The parts of the page that need no browser."""

from __future__ import annotations

import hashlib
import sqlite3
import string
import threading
import time
import zipfile
from concurrent.futures import Future
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import CitewellError, ConfigError
from assistant.serialize import answer_json
from assistant.types import Answer, Status, Step, Token
from assistant.web.auth import Gate, add_user, read_users
from assistant.web.guard import SafeHeaders
from assistant.web.services.conversations import Conversations, StoredTurn
from assistant.web.services.jobs import Asked, Job, Line
from assistant.web.services.scanned import read_by_ocr
from assistant.web.services.uploads import keep_uploads, safe_name
from assistant.web.services.wishes import MOST_PASSAGES, RISKS, THEMES, Kept, Wishes
from assistant.web.views.export import answer_markdown
from assistant.web.views.live_view import live
from assistant.web.views.markup import Html, tag
from assistant.web.views.panel import Place, source_html
from assistant.web.views.render import turns_html
from assistant.web.views.text import LANGUAGES, words_for
from index.readers.scans import named
from index.types import Document, Heading, Page, Span

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=3,
)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"))


class Reader(HTMLParser):
    """Collects what a browser would show, and separately what is marked."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.shown = self.marked = ""
        self._in_mark = 0
        self._in_text = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(name)
        self.attributes += attributes
        self._in_mark += name == "mark"

    def handle_endtag(self, name: str) -> None:
        self._in_mark -= name == "mark"

    def handle_data(self, data: str) -> None:
        self.shown += data
        self.marked += data if self._in_mark else ""


# --- markup ---


@given(TEXT, TEXT)
def test_text_in_markup_stays_text(text: str, value: str) -> None:
    markup = tag("p", text, title=value, data_quote=value)
    read = Reader(markup)
    assert read.elements == ["p"]
    assert read.shown == text
    assert read.attributes == [("title", value), ("data-quote", value)]


@given(TEXT)
def test_no_text_can_look_like_a_template(text: str) -> None:
    markup = tag("p", text, title=text)
    assert not set("$`{\\") & set(markup)


def test_markup_is_not_escaped_twice() -> None:
    assert tag("b", tag("i", "&")) == "<b><i>&amp;</i></b>"
    assert isinstance(tag("b", ""), Html)


# --- the source panel ---


def no_picture(_path: Path, _number: int, _content: str) -> None:
    return None


@st.composite
def places(draw: st.DrawFn) -> tuple[str, Span]:
    words = st.text(string.ascii_letters + "äß<>&$`{}|\"'", min_size=1, max_size=12)
    cells = st.lists(words, min_size=1, max_size=4).map(" | ".join)
    text = draw(st.lists(st.one_of(words, cells, st.just("")), min_size=1).map("\n".join))
    text = text or "x"
    start = draw(st.integers(0, len(text) - 1))
    return text, Span(start, draw(st.integers(start + 1, len(text))))


@given(places())
def test_the_marked_words_are_the_span_to_the_character(place: tuple[str, Span]) -> None:
    text, span = place
    document = Document("0" * 64, text, "text/plain", headings=(Heading(0, 1, "x"),))
    html = source_html(
        Place(document, Path("/gone/a.txt"), span), words_for("en"), no_picture
    )
    read = Reader(html)
    assert read.marked == span.text_of(text)
    assert text in read.shown
    assert not {"script", "img", "iframe"} & set(read.elements)


def test_a_file_that_changed_is_said_to_have_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("new words")
    document = Document("0" * 64, "old words", "text/plain")
    shown = source_html(Place(document, file, Span(0, 3)), words_for("en"), no_picture)
    assert "has changed" in shown
    file.unlink()
    shown = source_html(Place(document, file, Span(0, 3)), words_for("de"), no_picture)
    assert "liegt nicht mehr dort" in shown


def test_a_file_in_an_archive_is_looked_for_in_it(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "old words")
    digest = hashlib.sha256(b"old words").hexdigest()
    document = Document(digest, "old words", "text/plain")
    inner = Place(document, path / "a.txt", Span(0, 3))
    shown = source_html(inner, words_for("en"), no_picture)
    assert "a.txt in all.zip" in shown
    assert "has changed" not in shown
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "other words")
    assert "has changed" in source_html(inner, words_for("en"), no_picture)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b.txt", "old words")
    assert "liegt nicht mehr dort" in source_html(inner, words_for("de"), no_picture)


def test_a_long_document_is_shown_around_the_words() -> None:
    text = "a" * 50_000 + "here" + "b" * 70_000
    document = Document("0" * 64, text, "text/plain")
    read = Reader(
        source_html(
            Place(document, Path("/x"), Span(50_000, 50_004)), words_for(""), no_picture
        )
    )
    assert read.marked == "here"
    assert "30,000 more characters" in read.shown
    assert "50,000 more characters" in read.shown


# --- conversations ---


@pytest.fixture
def store(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "conversations.sqlite")


def answered(question: str, said: str = "Yes.") -> dict[str, object]:
    return {"question": question, "standalone": question, "answer": said, "claims": []}


def test_a_user_sees_only_their_own(store: Conversations) -> None:
    mine = store.begin("ilse", "library", "What about the bridge?")
    turn = store.add("ilse", mine, answered("What about the bridge?"))
    assert turn is not None
    assert store.overview("omar") == []
    assert store.find("omar", mine) is None
    assert store.turns("omar", mine) == []
    assert store.turn("omar", turn.id) is None
    assert store.library_of("omar", turn.id) is None
    assert not store.judge("omar", turn.id, helpful=True)
    assert store.add("omar", mine, answered("Mine?")) is None
    store.cut("omar", mine, turn.id)
    store.rename("omar", mine, "Taken")
    store.delete("omar", mine)
    assert [each.title for each in store.overview("ilse")] == ["What about the bridge?"]
    assert store.turns("ilse", mine) == [turn]


def test_what_was_said_survives_a_restart(store: Conversations, tmp_path: Path) -> None:
    key = store.begin("", "library", "First?")
    first = store.add("", key, answered("First?", "The pier is old."))
    second = store.add("", key, answered("Second?"), stopped=True)
    assert first is not None
    assert second is not None
    store.judge("", first.id, helpful=False, note=" Not the pier. ")
    again = Conversations(tmp_path / "conversations.sqlite")
    read = again.turns("", key)
    assert [turn.question for turn in read] == ["First?", "Second?"]
    assert (read[0].helpful, read[0].note) == (False, "Not the pier.")
    assert (read[1].helpful, read[1].stopped) == (None, True)
    assert [each.id for each in again.overview("", "PIER is")] == [key]
    assert again.overview("", "harbour") == []


def test_asking_anew_forgets_what_came_after(store: Conversations) -> None:
    key = store.begin("", "library", "1?")
    turns = [store.add("", key, answered(f"{n}?")) for n in (1, 2, 3)]
    assert turns[1] is not None
    store.cut("", key, turns[1].id)
    assert [turn.question for turn in store.turns("", key)] == ["1?"]


def test_deleting_leaves_nothing(store: Conversations, tmp_path: Path) -> None:
    key = store.begin("", "library", "Secret?")
    turn = store.add("", key, answered("Secret?", "A heron called Silver"))
    assert turn is not None
    store.judge("", turn.id, helpful=True, note="heron")
    store.delete("", key)
    assert store.turn("", turn.id) is None
    assert b"heron" not in b"".join(f.read_bytes() for f in tmp_path.iterdir())


def test_a_file_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "conversations.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(CitewellError, match="format 99"):
        Conversations(file)


# --- logging in ---


def test_a_password_opens_and_is_not_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "users"
    add_user(file, "ilse", "correct horse", admin=True)
    add_user(file, "omar", "battery staple")
    assert "horse" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    gate = Gate(read_users(file))
    assert gate("ilse", "correct horse")
    assert gate.is_admin("ilse")
    assert gate("omar", "battery staple")
    assert not gate.is_admin("omar")
    assert not gate("nobody", "correct horse")
    assert not gate("omar", "correct horse")


def test_guessing_is_slow(tmp_path: Path) -> None:
    file = tmp_path / "users"
    add_user(file, "ilse", "correct horse")
    gate = Gate(read_users(file))
    assert not gate("ilse", "wrong")
    assert not gate("ilse", "correct horse")  # too soon after a wrong one
    time.sleep(1.05)
    assert gate("ilse", "correct horse")


@pytest.mark.parametrize(
    "line", ["ilse:secret", "ilse:scrypt:xx:yy", "a b:scrypt:00:00", ":::"]
)
def test_a_file_of_users_that_cannot_be_read_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "users"
    file.write_text(f"# users\n{line}\n")
    with pytest.raises(ConfigError, match="Line 2"):
        read_users(file)


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:7860", None, 200),
        ("localhost:7860", "http://localhost:7860", 200),
        ("127.0.0.1:7860", "http://evil.example", 403),
        ("127.0.0.1:7860", "http://127.0.0.1:9999", 403),
        ("evil.example:7860", None, 403),
        ("evil.example", "http://evil.example", 403),
    ],
)
def test_only_the_page_itself_may_ask(host: str, origin: str | None, status: int) -> None:
    assert ask_guard(host, origin) == status


def ask_guard(host: str, origin: str | None) -> int:
    sent: list[dict[str, object]] = []

    async def app(_scope: object, _receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]

    async def send(message: object) -> None:
        sent.append(message)  # type: ignore[arg-type]

    async def receive() -> dict[str, object]:
        return {}

    headers = [(b"host", host.encode())]
    headers += [(b"origin", origin.encode())] if origin else []
    scope = {"type": "http", "headers": headers}
    guard = SafeHeaders(app, local=True)
    with pytest.raises(StopIteration):  # it waits for nothing, so it needs no event loop
        guard(scope, receive, send).send(None)
    return int(str(sent[0]["status"]))


# --- uploads and words ---


@given(TEXT)
def test_an_upload_cannot_choose_where_it_lands(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert safe not in {"", ".", ".."}
    assert not set('<>:"/\\|?*\n') & set(safe)
    assert safe_name(safe) == safe


def test_uploads_never_replace_each_other(tmp_path: Path) -> None:
    incoming, folder = tmp_path / "in", tmp_path / "kept"
    incoming.mkdir()

    def upload(name: str, text: str) -> list[Path]:
        file = incoming / name
        file.write_text(text)
        return keep_uploads([file], folder)[0]

    assert upload("a.txt", "one") == [folder / "a.txt"]
    assert upload("a.txt", "two") == [folder / "a (2).txt"]
    assert upload("a.txt", "one") == [folder / "a.txt"]
    assert upload("a.exe", "three") == []
    assert sorted(path.name for path in folder.iterdir()) == ["a (2).txt", "a.txt"]
    assert list(incoming.iterdir()) == []


def test_every_language_says_everything() -> None:
    fields = {
        name: {key: _fields(text) for key, text in texts.items()}
        for name, texts in LANGUAGES.items()
    }
    assert fields["de"] == fields["en"]
    assert words_for("de-AT")("ask") == "Fragen"
    assert words_for("fr")("ask") == "Ask"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


# --- answers ---


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.NO_EVIDENCE])
def test_what_was_compared_and_not_found_is_named(status: Status) -> None:
    answer = Answer("Which?", status, missing=("<b>Tarn & Sons</b>",))
    turn = StoredTurn("t", "Which?", answer_json(answer))
    note = "Nothing was found about “<b>Tarn & Sons</b>”."
    page = Reader(str(turns_html("c", [turn], words_for("en"))))
    assert note in page.shown
    assert note in answer_markdown(turn.answer, words_for("en"))
    older = {key: value for key, value in turn.answer.items() if key != "missing"}
    kept = StoredTurn("t", "Which?", older)
    assert "Nothing was found" not in str(turns_html("c", [kept], words_for("en")))


def test_what_was_looked_up_first_is_named() -> None:
    steps = (Step("Who leads it?", "<i>Ada</i> Fenn"),)
    answer = Answer("How old?", Status.ANSWERED, steps=steps)
    turn = StoredTurn("t", "How old?", answer_json(answer))
    note = "Looked up first: Who leads it? <i>Ada</i> Fenn"
    assert note in Reader(str(turns_html("c", [turn], words_for("en")))).shown
    assert note in answer_markdown(turn.answer, words_for("en"))
    older = {key: value for key, value in turn.answer.items() if key != "steps"}
    kept = StoredTurn("t", "How old?", older)
    assert "Looked up first" not in str(turns_html("c", [kept], words_for("en")))


# --- the line ---


def asked(user: str, *, quotes_only: bool = False) -> Asked:
    return Asked(user, f"of {user}", "?", "library", quotes_only=quotes_only)


def test_one_is_answered_at_a_time_and_the_others_know_their_place() -> None:
    go, order = threading.Event(), []

    def answer(job: Job) -> None:
        go.wait(5)
        order.append(job.asked.user)

    line = Line(answer)
    jobs = [Job(asked(user)) for user in "abc"]
    for job in jobs:
        line.join(job)
    assert [line.place(job) for job in jobs] == [0, 1, 2]
    assert line.running("b", "of b") is jobs[1]
    assert line.running("b", "of a") is None
    line.stop("a", jobs[2].id)  # not theirs to stop
    line.stop("b", jobs[1].id)
    assert jobs[1].over
    assert jobs[1].problem is None
    assert line.place(jobs[2]) == 1
    go.set()
    for job in jobs:
        while not job.over:
            job.wait(10**9, 1)
    line.wait_until_free(5)
    line.close()
    assert order == ["a", "c"]


def test_quotations_do_not_wait_for_the_model() -> None:
    go = threading.Event()

    def answer(job: Job) -> None:
        if not job.asked.quotes_only:
            go.wait(5)

    line = Line(answer)
    slow, quick = Job(asked("a")), Job(asked("b", quotes_only=True))
    line.join(slow)
    line.join(quick)
    while not quick.over:
        quick.wait(10**9, 1)
    assert not slow.over
    go.set()
    line.close()


def test_a_job_that_breaks_is_over_and_the_next_one_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def answer(job: Job) -> None:
        if job.asked.user == "a":
            raise ZeroDivisionError

    line = Line(answer)
    first, second = Job(asked("a")), Job(asked("b"))
    line.join(first)
    line.join(second)
    line.wait_until_free(5)
    line.close()
    assert isinstance(first.problem, ZeroDivisionError)
    assert second.problem is None
    assert "ZeroDivisionError" in caplog.text


def test_a_draft_shows_no_numbers_of_passages() -> None:
    job = Job(asked("a"))
    job.take(Token("The pier [3] is old [1, 2] and [citation needed] so [4"))
    shown = Reader(live(job, 0, ready=True, say=words_for("en"))).shown
    assert "The pier is old and [citation needed] so" in shown
    assert not {"[3]", "[1, 2]", "[4"} & set(shown.split())


def test_ending_twice_changes_nothing() -> None:
    job = Job(asked("a"))
    done: Future[None] = Future()
    done.set_result(None)
    job.end(done)
    assert job.over
    assert job.wait(10**9, 60) == 1  # returns at once


# --- what is kept for the next start ---


@given(given=st.dictionaries(st.sampled_from(["passages", "risk", "theme"]), JSON))
def test_wishes_make_sense_whatever_a_browser_says(given: dict[str, Any]) -> None:
    wishes = Wishes(3, 0.1, "dark").changed(given)
    assert 1 <= wishes.passages <= MOST_PASSAGES
    assert wishes.risk is None or wishes.risk in RISKS
    assert wishes.theme in THEMES
    assert wishes.changed({}) == wishes


def test_what_is_kept_is_there_again_and_each_has_their_own(tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    kept = Kept(file)
    kept.keep("ilse", {"passages": 7, "risk": 0.2, "theme": "dark"})
    kept.keep("omar", {"passages": 2})
    again = Kept(file)
    assert again.of("ilse") == Wishes(7, 0.2, "dark")
    assert again.of("omar") == Wishes(2)
    assert again.of("eve") == Wishes()


@pytest.mark.parametrize("text", ["", "[1]", '{"people": []}', "\x00{"])
def test_a_damaged_file_counts_as_nothing_chosen(tmp_path: Path, text: str) -> None:
    file = tmp_path / "web.json"
    file.write_text(text)
    kept = Kept(file)
    assert kept.of("") == Wishes()
    kept.keep("", {"passages": 9})
    assert Kept(file).of("").passages == 9


# --- scans ---


@given(st.sets(st.integers(1, 60), min_size=1), st.text())
def test_the_pages_that_were_read_by_ocr_are_known(numbers: set[int], other: str) -> None:
    verb = "was" if len(numbers) == 1 else "were"
    note = f"{named(sorted(numbers))} {verb} read by OCR"
    document = Document("1", "words", "application/pdf", notes=(other, note))
    assert read_by_ocr(document) == numbers


def test_a_scan_that_cannot_be_shown_still_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"picture")
    page = Page(1, 0, 5, 100, 100)
    note = "page 1 was read by OCR"
    digest = hashlib.sha256(b"picture").hexdigest()
    document = Document(digest, "words", "image/png", pages=(page,), notes=(note,))
    place, say = Place(document, file, Span(0, 5)), words_for("en")
    reader = Reader(source_html(place, say, no_picture))
    assert say("by_ocr_alone") in reader.shown
    assert say("no_picture") in reader.shown
    assert reader.marked == "words"
    drawn = Reader(source_html(place, say, lambda *_: "data:image/png;base64,"))
    assert say("by_ocr") in drawn.shown
    assert drawn.elements.index("img") < drawn.elements.index("details")  # picture first
