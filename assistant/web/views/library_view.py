"""What a library holds as HTML: every file, folder by folder, and what became of it.

Here a person chooses what a question may use: single documents, or whole folders, which then
stand for whatever lies in them when the question is asked.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.web.services.folders import folders_of
from assistant.web.services.shelf import uploads_of
from assistant.web.views.markup import Html, join, tag
from index.paths import shown_name

if TYPE_CHECKING:
    from assistant.web.services.folders import Folder
    from assistant.web.views.text import Words
    from index.ledger import LedgerEntry, SourceInfo
    from index.library import Library

__all__ = ["documents_html"]

COLUMNS = 6


def documents_html(library: Library | None, say: Words, *, may_change: bool) -> Html:
    """Render the ledger: every file, what it is and what became of it."""
    if library is None:
        return tag("p", say("empty_library"), class_="cw-note")
    entries = library.ledger().entries
    if not entries:
        return tag("p", say("empty_library"), class_="cw-note")
    sources = {source.id: source for source in library.sources()}
    shown = _Table(sources, uploads_of(library.folder), say, may_change)
    own = [entry for entry in entries if Path(entry.path).parent != shown.uploads]
    uploaded = [entry for entry in entries if Path(entry.path).parent == shown.uploads]
    folders = (*folders_of(uploaded), *folders_of(own))
    bodies = [shown.body(folder) for folder in folders]
    head = tag(
        "tr",
        tag("th", _choose("all", say("choose_all")), scope="col"),
        tag("th", say("title"), scope="col"),
        tag("th", say("date"), scope="col"),
        tag("th", say("size"), scope="col"),
        tag("th", say("state"), scope="col"),
        tag("th", tag("span", say("remove"), class_="cw-sr"), scope="col"),
    )
    find = tag(
        "input",
        type="search",
        id="cw-find",
        placeholder=say("find_document"),
        aria_label=say("find_document"),
    )
    count = tag("span", say.count("status_documents", len(sources)), class_="cw-note")
    table = tag("table", tag("thead", head), *bodies, class_="cw-documents")
    return join(
        tag("div", find, count, class_="cw-bar"), tag("div", table, class_="cw-scroll")
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Writes the rows of a library."""

    sources: dict[str, SourceInfo]
    uploads: Path  # where files lie that came through the browser
    say: Words
    may_change: bool

    def body(self, folder: Folder) -> Html:
        """Write a folder and its files."""
        say, name = self.say, folder.name
        if folder.path == self.uploads:
            name = say("uploaded")
        mark = str(folder.path).rstrip(os.sep) + os.sep  # what paths inside begin with
        fold = tag(
            "button",
            tag("span", "▾", aria_hidden="true"),
            tag("span", name, dir="auto"),
            type="button",
            class_="cw-fold",
            data_action="fold",
            aria_expanded="true",
            title=str(folder.path),
        )
        box = tag(
            "input",
            type="checkbox",
            value=mark,
            class_="cw-choose",
            data_folder=name,
            aria_label=say("choose_folder", name=name),
        )
        row = tag(
            "tr",
            tag("td", box if folder.readable else ""),
            tag(
                "th",
                fold,
                " ",
                tag(
                    "span", say.count("status_documents", folder.readable), class_="cw-note"
                ),
                colspan=COLUMNS - 1,
                scope="rowgroup",
            ),
            class_="cw-folder",
        )
        files = [self.row(entry) for entry in folder.entries]
        style = f"--cw-depth:{folder.depth}"
        return tag("tbody", row, *files, data_in=mark, style=style)

    def row(self, entry: LedgerEntry) -> Html:
        """Write a file."""
        say, source = self.say, self.sources.get(entry.document_id or "")
        path = Path(entry.path)
        title = (source.title if source else "") or path.name
        name = join(
            tag("span", title, class_="cw-name", dir="auto"),
            tag("span", shown_name(entry.path), class_="cw-path", title=entry.path)
            if title != path.name
            else "",
        )
        chosen = _choose(source.id, say("choose", name=title)) if source else ""
        buttons = [_do(action, sign, entry.path, say) for action, sign in _ACTIONS]
        return tag(
            "tr",
            tag("td", chosen),
            tag("td", name),
            tag("td", source.date if source else ""),
            tag("td", _size(entry, say) if source else ""),
            tag("td", _state(entry, source, say)),
            tag("td", *(buttons if self.may_change else []), class_="cw-do"),
            data_name=f"{title} {entry.path}".casefold(),
        )


_ACTIONS = (("reread", "↻"), ("remove", "✕"))


def _do(action: str, sign: str, path: str, say: Words) -> Html:
    return tag(
        "button",
        sign,
        type="button",
        class_="cw-small",
        data_action=action,
        data_path=path,
        data_really=say("really") if action == "remove" else None,
        title=say(action),
        aria_label=f"{say(action)}: {Path(path).name}",
    )


def _choose(value: str, label: str) -> Html:
    return tag("input", type="checkbox", value=value, class_="cw-choose", aria_label=label)


def _size(entry: LedgerEntry, say: Words) -> str:
    read = say("characters", n=say.number(entry.characters_read))
    return f"{read} · {say.count('parts', entry.chunks)}"


def _state(entry: LedgerEntry, source: SourceInfo | None, say: Words) -> Html:
    if entry.state == "failed" or source is None:
        return tag("span", say("not_read", reason=entry.reason), class_="cw-bad")
    whole = entry.characters_read
    share = 100 * entry.characters_indexed // whole if whole else 100
    found = "" if share >= 100 else f" · {say('share', n=share)}"  # noqa: PLR2004
    unread = (f"{p.name}, {say('not_read', reason=p.reason)}" for p in entry.not_read)
    notes = [tag("span", note, class_="cw-why") for note in (*entry.notes, *unread)]
    return tag("span", say("ok"), found, *notes, class_="cw-good")
