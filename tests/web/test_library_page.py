"""The library on the page: folders to choose from, files that are dropped or pasted."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.auth import Gate, add_user, read_users
from assistant.web.services.folders import folders_of
from index.ledger import LedgerEntry
from tests.web.conftest import Writer, served, small_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Route

    from tests.web.conftest import Site, Visitor

# --- folders ---

NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join)
FILES = st.lists(st.tuples(NAMES, st.booleans()), unique_by=lambda file: file[0])


@given(FILES)
def test_every_file_lies_in_one_folder_and_every_folder_counts_what_is_below(
    files: list[tuple[str, bool]],
) -> None:
    entries = [
        LedgerEntry(f"/{name}.txt", "ok", "", name if readable else None, 1, 1, 1)
        for name, readable in files
    ]
    folders = folders_of(entries)
    paths = [folder.path for folder in folders]
    assert len(set(paths)) == len(paths)
    listed = [entry for folder in folders for entry in folder.entries]
    assert sorted(listed, key=lambda e: e.path) == sorted(entries, key=lambda e: e.path)
    for at, folder in enumerate(folders):
        assert all(Path(entry.path).parent == folder.path for entry in folder.entries)
        below = [e for e in entries if Path(e.path).is_relative_to(folder.path)]
        assert folder.readable == sum(entry.document_id is not None for entry in below)
        around = [path for path in paths[:at] if folder.path.is_relative_to(path)]
        assert folder.depth == len(around)
        assert str(folder.path).endswith(folder.name)
        assert not any(path.is_relative_to(folder.path) for path in paths[:at])


def test_a_folder_in_which_others_meet_can_be_chosen() -> None:
    entries = [
        LedgerEntry(f"/data/post/{year}/a.txt", "ok", "", year, 1, 1, 1)
        for year in ("2023", "2024")
    ]
    shown = [(str(f.path), f.name, f.depth, f.readable) for f in folders_of(entries)]
    assert shown == [
        ("/data/post", "post", 0, 2),
        ("/data/post/2023", "2023", 1, 1),
        ("/data/post/2024", "2024", 1, 1),
    ]


# --- choosing what a question may use ---

FOLDERS = {
    "letters/2023/ann.txt": "Ann saw the heron in the harbour of Oslo.",
    "letters/2024/bob.txt": "Bob saw the heron in the harbour of Bergen.",
    "reports/heron.txt": "The report says the heron was in the harbour of Malmo.",
    "heron.txt": "Nobody saw the heron in the harbour of Turku.",
}


@pytest.fixture(scope="module")
def folder_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path]]:
    """A page over documents in several folders."""
    folder = tmp_path_factory.mktemp("documents")
    for name, text in FOLDERS.items():
        write(folder / name, text)
    writer = Writer()
    home = tmp_path_factory.mktemp("home")
    with served(home, writer, small_models(writer)) as site:
        site.add(folder)
        yield site, folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def found(site: Site, visitor: Visitor) -> set[str]:
    """Ask where the heron was; return the names of the files that were looked at."""
    visitor.page.click(".cw-views >> text=Ask")
    answer = visitor.ask("Who saw the heron in the harbour?")
    turn = site.engine.conversations.turn("", answer.get_attribute("data-turn"))
    assert turn is not None
    return {
        PurePosixPath(each["document"]["path"]).name for each in turn.answer["passages"]
    }


def test_whole_folders_and_single_documents_are_chosen(
    folder_site: tuple[Site, Path], new_visitor: Callable[..., Visitor]
) -> None:
    site, folder = folder_site
    visitor = new_visitor()
    visitor.open(site.url)
    page = visitor.page
    page.check("#cw-quotes")
    assert found(site, visitor) == {"ann.txt", "bob.txt", "heron.txt"}

    page.click(".cw-views >> text=Library")
    page.get_by_label("Choose the folder letters", exact=True).check()
    assert page.locator("#cw-scope").text_content() == "Only in letters"
    assert page.get_by_label("Choose the folder 2024").is_checked()
    assert found(site, visitor) == {"ann.txt", "bob.txt"}

    # What comes into a chosen folder later is asked too.
    write(folder / "letters/2025/cy.txt", "Cy saw the heron in the harbour of Tromso.")
    site.add(folder)
    assert found(site, visitor) == {"ann.txt", "bob.txt", "cy.txt"}

    # Without one of its documents it is no longer that folder.
    page.click(".cw-views >> text=Library")
    page.get_by_label("Choose ann.txt").uncheck()
    assert page.locator("#cw-scope").text_content() == "1 chosen document"
    box = page.get_by_label("Choose the folder letters", exact=True)
    assert box.evaluate("(box) => box.indeterminate")
    page.get_by_label("Choose the folder reports").check()
    assert page.locator("#cw-scope").text_content() == "2 chosen documents"
    assert found(site, visitor) == {"bob.txt", "heron.txt"}
    assert visitor.errors == []


def test_folders_are_folded_and_searched(
    folder_site: tuple[Site, Path], new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor()
    visitor.open(folder_site[0].url)
    page = visitor.page
    page.click(".cw-views >> text=Library")
    page.locator(".cw-fold", has_text="letters").focus()
    page.keyboard.press("Enter")
    ann = page.locator("tr", has_text="ann.txt")
    ann.wait_for(state="hidden")
    page.locator("tr", has_text="reports").wait_for()
    page.fill("#cw-find", "ann")
    ann.wait_for()
    assert page.locator(".cw-documents tbody tr:not(.cw-folder):visible").count() == 1
    assert page.locator("tr", has_text="reports").is_hidden()
    page.fill("#cw-find", "")
    ann.wait_for(state="hidden")


# --- files dropped and pasted ---

BRING = """([files, kind, words]) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  if (words) transfer.setData("text/plain", words);
  const about = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent(kind, { clipboardData: transfer, ...about })
    : new DragEvent(kind, { dataTransfer: transfer, ...about });
  document.querySelector("#cw-question").dispatchEvent(event);
}"""


def test_files_are_dropped_and_pasted_anywhere(
    new_visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    writer = Writer()
    with served(tmp_path / "home", writer, small_models(writer)) as site:
        visitor = new_visitor()
        visitor.open(site.url)
        page = visitor.page
        files = [["moa.txt", "The moa was sold in Oslo."], ["kea.md", "The kea eats snow."]]
        page.wait_for_selector("[data-form=folder]", state="attached")
        page.evaluate(BRING, [files, "dragover"])
        page.wait_for_selector("#cw-drop >> text=Drop to add to the library")
        page.evaluate(BRING, [files, "drop"])
        page.wait_for_selector("#cw-drop", state="hidden")
        page.wait_for_selector("td >> text=moa.txt")
        page.wait_for_selector("td >> text=kea.md")
        page.click(".cw-views >> text=Ask")
        page.evaluate(BRING, [[["kiwi.txt", "The kiwi sleeps in Bergen."]], "paste"])
        page.wait_for_selector("td >> text=kiwi.txt")
        # Pasted words stay words, also those that come with a picture of them.
        page.click(".cw-views >> text=Ask")
        page.evaluate(BRING, [[["words.txt", "The emu."]], "paste", "The emu."])
        assert page.locator("#cw-view-ask").is_visible()
        page.check("#cw-quotes")
        assert "Bergen" in visitor.ask("Where does the kiwi sleep?").inner_text()
        assert visitor.errors == []


def test_whoever_may_not_add_files_is_not_invited_to(
    new_visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    add_user(tmp_path / "users", "omar", "battery staple")
    gate, writer = Gate(read_users(tmp_path / "users")), Writer()
    with served(tmp_path / "home", writer, small_models(writer), gate) as site:
        visitor = new_visitor()
        page = visitor.page
        page.goto(site.url)
        page.locator("input").nth(0).fill("omar")
        page.locator("input").nth(1).fill("battery staple")
        page.locator("button").first.click()
        page.wait_for_selector("#cw-view-library >> text=Only admin", state="attached")
        for kind in ("dragover", "drop"):
            page.evaluate(BRING, [[["moa.txt", "The moa."]], kind])
            assert page.locator("#cw-drop:visible").count() == 0
        assert page.locator("#cw-view-ask").is_visible()
        assert site.engine.reader.latest == {}


# --- which library is looked at ---


def test_a_library_chosen_at_once_stays_chosen(
    new_visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    """On a slow machine the server may be asked about it before it has begun to make it."""
    writer = Writer()
    with served(tmp_path / "home", writer, small_models(writer)) as site:
        visitor = new_visitor()
        page = visitor.page
        earlier: list[Route] = []

        def delay(route: Route) -> None:
            asked = route.request.post_data or ""
            if '"status"' not in asked:
                route.continue_()
            elif '"samples"' not in asked:
                earlier.append(route)  # its answer is still on its way
            else:
                answer = route.fetch()
                unmade = answer.text().replace('"known":true', '"known":false')
                assert '"known":false' in unmade
                route.fulfill(response=answer, body=unmade)

        page.route("**/component_server/", delay)
        visitor.open(site.url)
        page.click("text=Try it with sample documents")
        page.wait_for_selector("text=14 added")
        page.wait_for_selector("#cw-status >> text=samples:")
        assert earlier
        assert page.evaluate("localStorage.getItem('cw-library')") == "samples"
        for route in earlier:
            route.abort()
