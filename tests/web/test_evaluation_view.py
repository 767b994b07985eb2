"""Evaluation in a real browser: runs, reports, comparisons, test questions, feedback."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli import main
from assistant.errors import EvaluationError
from assistant.evaluate.measures.catalog import METRICS
from assistant.evaluate.reports.report_figures import shown
from assistant.evaluate.runs.host import StoppedError
from assistant.evaluate.runs.listing import list_runs
from assistant.evaluate.runs.metrics_file import read_metrics
from assistant.evaluate.runs.plan import Plan, plan_of
from assistant.evaluate.sets.load import load_set
from assistant.evaluate.sets.marked import keep_question, marked_set, passage_around
from assistant.evaluate.sets.write_set import Draft
from assistant.evaluate.types import Place, SetDocument
from assistant.web.auth import Gate, add_user, read_users
from assistant.web.browse import Inside, look_into
from assistant.web.marking import trimmed
from assistant.web.services.engine import Models
from tests.assistant.evaluate.test_command import predictions, write_set
from tests.web.conftest import Writer, at_rest, served, small_models, small_site
from tests.web.test_page import log_in, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.config import Settings
    from tests.web.conftest import Site, Visitor

HOSTILE = "<img src=x onerror=alert(1)>${alert(2)}`{{value}}"


def citewell(home: Path, *words: str | Path, **options: Any) -> str:
    """Run the command line on the page's own home and return what it prints."""
    env = {"CITEWELL_HOME": str(home)}
    result = CliRunner().invoke(main, [*map(str, words)], env=env, **options)
    assert result.exit_code == 0, result.output
    return result.stdout


def view(visitor: Visitor) -> Any:
    """Open the evaluation view and return its page."""
    visitor.page.click(".cw-views [data-view=evaluation]")
    visitor.page.wait_for_selector("#cw-trial-form")
    return visitor.page


def start(page: Any, path: Path | None, how: str, limit: int | None = None) -> None:
    """Fill the form in and begin; no path: the set that is chosen already."""
    if path is not None:
        page.select_option("[name=set]", "")
        page.fill("[name=path]", str(path))
    page.fill("[name=limit]", str(limit or ""))
    page.check(f"[name=how][value={how}]")
    page.click("#cw-trial-form [type=submit]")


def report_of(page: Any) -> str:
    """Wait for the end of a run and its report; return the run's name."""
    page.wait_for_selector("#cw-report .cw-figures")
    return str(page.get_attribute("#cw-report [data-action=trial-save]", "data-run"))


# --- runs, with the bundled models ---


@pytest.fixture(scope="module")
def home(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the bundled models and nothing else."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("models", "cache"):
        (folder / name).symlink_to(getattr(prepared, f"{name}_folder"))
    return folder


@pytest.fixture(scope="module")
def bundled(home: Path) -> Iterator[Site]:
    with served(home, None, Models()) as site:
        yield site


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of three questions; one looks like code and is asked in vain."""
    folder = write_set(tmp_path_factory.mktemp("sets") / "village", ("Orvane",))
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    rows[1]["question"] = f"Which zeppelin {HOSTILE} dug it?"
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(r)}\n" for r in rows))
    return folder


@pytest.mark.model
def test_a_set_is_run_to_its_report_and_two_runs_are_compared(
    bundled: Site, home: Path, village: Path, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor()
    visitor.page.set_default_timeout(60_000)
    visitor.open(bundled.url)
    page = view(visitor)
    start(page, village, "quotes")
    quoted = report_of(page)
    expect_same_as_alone(page, village, home, quoted)
    page.click(".cw-asked summary")
    page.wait_for_selector(f".cw-asked[open] >> text={HOSTILE[:20]}")
    assert "It was silent." in page.inner_text(".cw-asked[open]")
    assert "Right: Orvane brothers" in page.inner_text(".cw-asked[open]")

    start(page, village, "model")
    page.wait_for_selector("#cw-trial [data-finished]")
    written = report_of(page)
    listed = citewell(home, "evaluate", "list").splitlines()
    assert [line.split(",")[0] for line in listed] == [written, quoted]
    expect_same_comparison(page, home, quoted, written)
    assert (visitor.ran(), visitor.foreign, visitor.errors) == ([], [], [])


def expect_same_as_alone(page: Any, path: Path, home: Path, name: str) -> None:
    """Expect what the same run says that had the machine to itself."""
    alone, run = home / "alone", home / "runs" / name
    citewell(home, "evaluate", "run", path, "--quotes", "--output", alone)
    assert predictions(run) == predictions(alone)
    for key, figure in read_metrics(alone).figures.items():
        cell = page.locator(f"[data-figure='{key}']")
        if cell.count() and not key.startswith(("total", "ttft")):
            assert cell.inner_text() == shown(figure.value, METRICS[key].unit)
    with page.expect_download() as download:
        page.click("[data-action=trial-save]")
    assert download.value.path().read_bytes() == (run / "report.html").read_bytes()


def expect_same_comparison(page: Any, home: Path, first: str, second: str) -> None:
    """Expect what the command line says of the two runs that are in the list."""
    for box in page.locator(".cw-pick").all():
        box.check()
    page.click("#cw-compare")
    page.wait_for_selector(f"#cw-report h2 >> text={first} to {second}")
    told = json.loads(citewell(home, "evaluate", "compare", first, second, "--json"))
    assert page.locator("#cw-report .cw-asked").count() == len(told["flips"])
    cells = page.locator(".cw-pairs tr", has_text="answered right").locator("td")
    right = told["differences"]["right"]
    assert cells.nth(0).inner_text() == shown(right["first"], "share")
    assert cells.nth(1).inner_text() == shown(right["second"], "share")


# --- stopping, going on, and people in between ---


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with small_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(own_site: Site) -> Site:
    """A page that is not shared with other tests: they begin with an empty library."""
    return at_rest(own_site)


@pytest.fixture
def slow(site: Site) -> Site:
    """The page, with a model that takes its time; nothing is evaluated yet."""
    latest = site.engine.trials.latest
    if latest is not None:
        latest.stop()
        wait_until(lambda: latest.over, 15)
    site.writer.text = "The well of Orvane cost 311 crowns, which the council paid. [1]"
    site.writer.between_s = 0.12
    return site


def test_a_run_is_stopped_listed_and_gone_on_with(
    slow: Site, visitor: Visitor, village: Path
) -> None:
    page = view(visitor)
    start(page, village, "model")
    page.wait_for_selector("#cw-trial >> text=/[12] of 3 questions.* left/")
    page.click("[data-action=trial-stop]")
    page.wait_for_selector("#cw-trial >> text=What was answered is kept")
    row = page.locator(".cw-runs tbody tr").first
    row.locator("text=/[12] of 3, not finished/").wait_for()
    name = str(row.locator("[data-run]").get_attribute("data-run"))
    folder = Path(slow.engine.settings.home) / "runs" / name
    assert 0 < len(predictions(folder)) < 3
    slow.writer.between_s = 0.0
    row.locator("text=Go on").click()
    assert report_of(page) == name
    rows = predictions(folder)
    assert len(rows) == 3
    assert visitor.errors == []


def test_a_person_comes_first_and_the_run_is_none_the_worse(
    slow: Site, visitor: Visitor, village: Path, tmp_path: Path
) -> None:
    (tmp_path / "well.txt").write_text("The well of Tessel cost 328 crowns.")
    slow.add(tmp_path / "well.txt")
    page, writer = view(visitor), slow.writer
    writer.between_s, before = 0.0, len(writer.prompts)
    start(page, village, "model")
    undisturbed = predictions(Path(slow.engine.settings.home) / "runs" / report_of(page))
    needed = len(writer.prompts) - before
    writer.between_s, before = 0.5, len(writer.prompts)  # an answer would take ten seconds
    start(page, village, "model")
    wait_until(lambda: len(writer.prompts) > before)
    page.click(".cw-views [data-view=ask]")
    page.fill("#cw-question", "What did the well of Tessel cost?")
    asked = time.perf_counter()
    page.press("#cw-question", "Enter")
    wait_until(lambda: "Tessel" in writer.prompts[-1])
    writer.between_s = 0.0
    page.wait_for_selector("article[data-turn]")
    assert time.perf_counter() - asked < 3
    trial = slow.engine.trials.latest
    assert trial is not None
    wait_until(lambda: trial.over)
    assert trial.run is not None
    assert predictions(trial.run) == undisturbed
    prompts = [prompt for prompt in writer.prompts[before:] if "Tessel" not in prompt]
    assert len(prompts) == needed + 1  # one was broken off and asked again


def test_one_run_at_a_time_and_nothing_that_is_not_there(
    slow: Site, visitor: Visitor, village: Path, tmp_path: Path
) -> None:
    page = view(visitor)
    start(page, tmp_path / "nowhere", "model")
    page.wait_for_selector("#cw-trial-said >> text=There is no test set")
    slow.writer.between_s = 0.1
    start(page, village, "model")
    page.wait_for_selector("#cw-trial [data-running]")
    start(page, village, "model")
    page.wait_for_selector("#cw-trial-said >> text=Another evaluation is under way.")
    slow.engine.trials.latest.stop()  # type: ignore[union-attr]
    bad = write_set(tmp_path / "bad", ("Orvane",))
    with (bad / "questions.jsonl").open("a") as file:
        file.write("{not json\n")
    wait_until(lambda: slow.engine.trials.latest.over, 10)  # type: ignore[union-attr]
    start(page, bad, "quotes")
    page.wait_for_selector("#cw-trial >> text=questions.jsonl, line 4")


def test_the_end_of_the_program_ends_a_run_that_can_go_on(
    tmp_path: Path, village: Path
) -> None:
    writer = Writer()
    writer.text, writer.between_s = "The well of Orvane cost 311 crowns. [1]", 0.5
    with served(tmp_path, writer, small_models(writer)) as site:
        trial = site.engine.trials.start(Plan(village))
        wait_until(lambda: bool(writer.prompts), 15)
        closing = time.perf_counter()
    assert time.perf_counter() - closing < 5
    assert isinstance(trial.problem, StoppedError)
    (run,) = list_runs(tmp_path / "runs")
    assert (run.finished, plan_of(run.info, run.folder).path) == (False, village)


# --- marking ---

TEXT = (
    "The mint of Aldburg\n\n"
    "In 1871 the mint struck 𝟜𝟚 thousand coins 🪙 of pure silver, named after Zoë Ŧ̈ and"
    " the emperor’s cat 🐈‍⬛.\n\n"
    "| dated | coin | weight |\n\n"
    "Nobody knows what the 🪙 was worth abroad.  "
)
SELECT = """([words, after]) => {
  const box = document.querySelector("#cw-source .cw-text");
  const details = box.closest("details");
  if (details) details.open = true;
  const points = [];
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  let whole = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let i = 0; i < node.data.length; i += 1) points.push([node, i]);
    whole += node.data;
  }
  const start = whole.indexOf(words, whole.indexOf(after));
  const [first, i] = points[start];
  const [last, j] = points[start + words.length - 1];
  getSelection().setBaseAndExtent(last, j + 1, first, i);
}"""


def marked_rows(site: Site) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return the texts of the documents and the rows of the usual library's set."""
    folder = marked_set(site.engine.shelf.folder(site.engine.shelf.usual))
    documents, questions = (
        [
            json.loads(line)
            for line in (folder / name).read_text("utf-8").split("\n")
            if line
        ]
        for name in ("docs.jsonl", "questions.jsonl")
    )
    return {document["id"]: document["text"] for document in documents}, questions


def keep(page: Any) -> None:
    page.click("#cw-mark [type=submit]")
    page.wait_for_selector("#cw-mark-said >> text=Kept.")
    page.click("[data-action=mark-close]")


@pytest.fixture
def mint(site: Site, visitor: Visitor, tmp_path: Path) -> Path:
    """A document that is open in the source panel."""
    file = tmp_path / "mint.txt"
    file.write_text(TEXT + "\n\n" + "Dull words follow here. " * 1500, "utf-8")
    site.add(file)
    visitor.page.check("#cw-quotes")
    answer = visitor.ask("How many coins did the mint of Aldburg strike of pure silver?")
    answer.locator(".cw-sources .cw-mark").first.click()
    visitor.page.wait_for_selector(".cw-document .cw-quote")
    return file


def test_marked_words_become_a_row_to_the_character(
    site: Site, visitor: Visitor, mint: Path
) -> None:
    page = visitor.page
    cases = [
        ("𝟜𝟚 thousand", ""),
        ("🪙", "worth"),  # the second one, behind signs outside the basic plane
        (" 🐈‍⬛.\n\n", ""),  # white space at the ends is left out
        ("coins 🪙 of pure silver, named after Zoë Ŧ̈", ""),
        ("Aldburg\n\nIn 1871", ""),
        ("coin | weight", ""),
    ]
    for words, after in cases:
        anchor = "Nobody knows" if after else ""
        page.evaluate(SELECT, [words, anchor])
        page.click("[data-action=mark]")
        assert page.text_content("#cw-mark-words") == words.strip()
        question = page.input_value("#cw-mark-question")
        assert question == "How many coins did the mint of Aldburg strike of pure silver?"
        keep(page)
        texts, rows = marked_rows(site)
        row = rows[-1]
        gold = row["evidence"][0]
        assert (gold["role"], gold["doc"]) == ("answer", str(mint))
        assert texts[gold["doc"]][gold["start"] : gold["end"]] == words.strip()
        assert gold["start"] == TEXT.index(words.strip(), TEXT.index(anchor))
        assert (row["answers"], row["answerable"]) == ([words.strip()], True)
    # A selection that reaches beyond the text ends where the text that is shown ends.
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#cw-panel'))")
    page.click("[data-action=mark]")
    keep(page)
    texts, rows = marked_rows(site)
    gold = rows[-1]["evidence"][0]
    assert texts[str(mint)].startswith(gold["text"])
    assert 20_000 < len(gold["text"]) < len(texts[str(mint)])
    assert visitor.errors == []


def test_what_the_documents_do_not_say_is_kept_and_checked_by_the_command_line(
    site: Site, visitor: Visitor, mint: Path
) -> None:
    page = visitor.page
    page.evaluate("getSelection().removeAllRanges()")
    quote = page.text_content(".cw-document .cw-quote")
    page.click("[data-action=mark]")  # nothing is selected: the highlighted words
    assert page.text_content("#cw-mark-words") == str(quote).strip()
    page.fill("#cw-mark-question", "  ")
    page.click("#cw-mark [type=submit]")
    page.wait_for_selector("#cw-mark-said >> text=the question is empty")
    page.fill("#cw-mark-question", "Who swept the mint?")
    page.check("#cw-mark [name=answerable][value='']")
    keep(page)
    texts, rows = marked_rows(site)
    near = rows[-1]["near_paragraph"]
    assert (rows[-1]["answerable"], rows[-1]["answers"]) == (False, [])
    assert str(quote).strip() in texts[near["doc"]][near["start"] : near["end"]]

    home = Path(site.engine.settings.home)
    folder = marked_set(site.engine.shelf.folder(site.engine.shelf.usual))
    assert len(load_set(folder).questions) == len(rows)
    view(visitor)
    start(page, None, "quotes")  # the set of the library is the first in the list
    run = home / "runs" / report_of(page)
    assert len(predictions(run)) == len(rows)
    citewell(home, "evaluate", "check", run.name, "--against", run / "metrics.json")


def test_words_that_do_not_stand_there_are_not_kept(
    site: Site, visitor: Visitor, mint: Path
) -> None:
    page = visitor.page
    turn = page.get_attribute("article[data-turn]", "data-turn")
    document = page.get_attribute(".cw-document", "data-document")
    place = {"turn": turn, "document": document, "question": "Who?", "answerable": True}
    for start_, end, words in (
        (0, 3, "the"),
        (-3, 3, "The"),
        (0, 10**9, "The"),
        (3, 3, ""),
    ):
        given = place | {"start": start_, "end": end, "words": words}
        said = page.evaluate("(given) => citewell.call('mark', given)", given)
        assert "Mark them once more" in said["problem"]
    other = place | {"turn": "nobody's", "start": 0, "end": 3, "words": "The"}
    said = page.evaluate("(given) => citewell.call('mark', given)", other)
    assert "Mark them once more" in said["problem"]


@given(st.text(" \n\tab🐈"), st.integers(0, 12), st.integers(0, 12))
def test_only_white_space_is_trimmed(text: str, one: int, other: int) -> None:
    start_, end = sorted((min(one, len(text)), min(other, len(text))))
    left, right = trimmed(text, start_, end)
    assert start_ <= left <= right <= end
    assert text[left:right] == text[start_:end].strip() or left == right


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=6))
def test_the_passage_holds_the_marked_words(spans: list[tuple[int, int]]) -> None:
    words = Place("d", 30, 40)
    passages = [Place("d", start_, start_ + length) for start_, length in spans]
    found = passage_around(words, passages)
    assert found.start <= words.start
    assert words.end <= found.end
    if any(p.start <= words.start and words.end <= p.end for p in passages):
        assert found in passages


def test_a_document_that_changed_under_marked_words_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    before = SetDocument("d.txt", "The bridge opened in May. It rained.")
    draft = Draft("When?", Place("d.txt", 0, 25), (Place("d.txt", 21, 24),))
    assert keep_question(folder, draft, before) == "q1"
    longer = replace(before, text=before.text + " Nobody came.")
    assert keep_question(folder, replace(draft, question="And?"), longer) == "q2"
    moved = replace(before, text="In fact, " + before.text)
    with pytest.raises(EvaluationError, match="earlier version"):
        keep_question(folder, draft, moved)
    assert [q.id for q in load_set(folder).questions] == ["q1", "q2"]
    assert load_set(folder).documents["d.txt"].text == longer.text


# --- feedback, and who may do what ---


def test_feedback_goes_from_the_page_into_a_set(
    site: Site, visitor: Visitor, mint: Path, tmp_path: Path
) -> None:
    page = visitor.page
    page.click("article >> nth=-1 >> [data-action=unhelpful]")
    page.fill("#cw-note-text", "𝟜𝟚 thousand coins 🪙")
    page.click("#cw-note button[type=submit]")
    view(visitor)
    page.wait_for_selector("[data-action=feedback]")
    with page.expect_download() as download:
        page.click("[data-action=feedback]")
    assert download.value.suggested_filename == "feedback.jsonl"
    file = tmp_path / "feedback.jsonl"
    file.write_bytes(download.value.path().read_bytes())
    home = Path(site.engine.settings.home)
    assert citewell(home, "evaluate", "feedback") == file.read_text("utf-8")
    own = tmp_path / "own.jsonl"
    library = site.engine.shelf.folder(site.engine.shelf.usual)
    words = ("evaluate", "new", own, "--library", library, "--feedback", file)
    citewell(home, *words, input="n\n" * 20)
    rows = [json.loads(line) for line in own.read_text("utf-8").splitlines()]
    made = next(row for row in rows if row["answers"] == ["𝟜𝟚 thousand coins 🪙"])
    gold = made["evidence"][0]
    assert mint.read_text("utf-8")[gold["start"] : gold["end"]] == "𝟜𝟚 thousand coins 🪙"


def test_everybody_takes_only_their_own_feedback_and_only_admins_evaluate(
    new_visitor: Callable[..., Visitor], tmp_path: Path, village: Path
) -> None:
    users = tmp_path / "users"
    add_user(users, "ilse", "correct horse", admin=True)
    add_user(users, "omar", "battery staple")
    gate, writer = Gate(read_users(users)), Writer()
    with served(tmp_path / "home", writer, small_models(writer), gate) as site:
        kept = site.engine.conversations
        for user in ("ilse", "omar"):
            key = kept.begin(user, "library", f"What did {user} ask?")
            answer = {"question": "?", "standalone": f"What did {user} ask?"}
            answer |= {"answer": "", "citations": [], "nearest": []}  # type: ignore[dict-item]
            turn = kept.add(user, key, answer)
            assert turn is not None
            kept.judge(user, turn.id, helpful=user == "ilse", note=f"{user}'s")
        omar = log_in(new_visitor(), site, "omar")
        said = omar.page.evaluate("citewell.call('feedback')")
        (row,) = map(json.loads, said["text"].splitlines())
        assert (row["question"], row["good"]) == ("What did omar ask?", False)
        assert omar.page.locator("[data-action=mark]").count() == 0
        omar.page.click(".cw-views [data-view=evaluation]")
        omar.page.wait_for_selector("[data-action=feedback]")
        assert omar.page.locator("#cw-trial-form, #cw-runs table").count() == 0
        actions = ("start", "go-on", "stop", "runs", "report", "compare", "save")
        for action in (*(f"trial-{each}" for each in actions), "mark"):
            given = {"set": str(village), "run": "x", "first": "x", "second": "x"}
            call = "([action, given]) => citewell.call(action, given)"
            said = omar.page.evaluate(call, [action, given])
            assert "Only administrators" in said["problem"], action
        assert site.engine.trials.latest is None


# --- choosing a set ---


def test_a_set_is_found_without_typing_a_path(
    site: Site, visitor: Visitor, village: Path, tmp_path: Path
) -> None:
    hostile = tmp_path / "sets" / f"in {HOSTILE.replace('/', '_')}"
    hostile.mkdir(parents=True)
    (hostile / "empty").mkdir()
    (tmp_path / ".hidden").mkdir()
    shutil.copytree(village, hostile / "village")
    (hostile / "more.csv").write_text("question,answer\n")
    (hostile / "picture.png").write_bytes(b"")
    page = view(visitor)
    page.select_option("[name=set]", "")
    page.fill("[name=path]", str(tmp_path / "sets" / "gone"))
    page.press("#cw-trial-form [data-action=browse]", "Enter")
    page.wait_for_selector("#cw-browse[open] .cw-path")
    assert page.inner_text("#cw-browse .cw-path") == str(tmp_path / "sets")
    assert page.evaluate("document.activeElement.dataset.action") == "browse-open"
    page.keyboard.press("Enter")  # the only folder
    page.wait_for_selector("#cw-browse li >> text=more.csv")
    assert page.locator("#cw-browse li").all_inner_texts() == [
        "empty/", "village/\nChoose", "more.csv\nChoose",
    ]  # fmt: skip
    assert page.locator("#cw-browse .cw-primary").count() == 0  # not a set itself
    page.click("#cw-browse li:has-text('village') [data-action=browse-choose]")
    page.wait_for_selector("#cw-browse:not([open])", state="attached")
    assert page.input_value("[name=path]") == str(hostile / "village")
    assert page.input_value("[name=set]") == ""
    assert (visitor.ran(), visitor.errors) == ([], [])


def test_sets_in_the_home_folder_are_offered(
    site: Site, visitor: Visitor, village: Path
) -> None:
    kept = site.engine.settings.data_folder / "testsets" / "village"
    shutil.copytree(village, kept)
    page = view(visitor)
    page.wait_for_selector(f"[name=set] option[value='{kept}']", state="attached")
    page.select_option("[name=set]", str(kept))
    start(page, None, "quotes", 1)
    report_of(page)


def test_a_folder_to_read_is_chosen_and_not_typed(
    site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "letters").mkdir()
    page = visitor.page
    page.click(".cw-views >> text=Library")
    field = page.locator("[data-form=folder] input")
    field.fill(str(tmp_path))
    page.click("[data-form=folder] [data-action=browse]")
    page.click("#cw-browse li >> text=letters/")
    page.wait_for_selector("#cw-browse >> text=There is no folder in here.")
    page.click("#cw-browse >> text=Up")
    page.click("#cw-browse li >> text=letters/")
    page.click("#cw-browse .cw-primary")
    page.wait_for_selector("#cw-browse:not([open])", state="attached")
    assert field.input_value() == str(tmp_path / "letters")
    page.click("[data-form=folder] [data-action=browse]")
    page.wait_for_selector("#cw-browse[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#cw-browse:not([open])", state="attached")


def test_a_folder_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    assert look_into(tmp_path / "gone", sets=True) == Inside(readable=False)
    for name in ("b", "A", ".c"):
        (tmp_path / name).mkdir()
    inside = look_into(tmp_path, sets=False)
    assert [path.name for path in inside.folders] == ["A", "b"]
