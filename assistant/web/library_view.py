"""What a library holds, and files on their way into it, as HTML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import CitewellError
from assistant.web.markup import Html, join, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.reading import Reading
    from assistant.web.text import Words
    from index.ledger import LedgerEntry, SourceInfo
    from index.library import Library

__all__ = ["documents_html", "reading_html"]

FAILURES_SHOWN = 50
MINUTE = 60


def documents_html(library: Library | None, say: Words, *, may_change: bool) -> Html:
    """Render the ledger: every file, what it is and what became of it."""
    if library is None:
        return tag("p", say("empty_library"), class_="cw-note")
    entries = library.ledger().entries
    if not entries:
        return tag("p", say("empty_library"), class_="cw-note")
    sources = {source.id: source for source in library.sources()}
    rows = [
        _row(entry, sources.get(entry.document_id or ""), say, may_change=may_change)
        for entry in entries
    ]
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
    count = tag("span", say("status_documents", n=len(sources)), class_="cw-note")
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="cw-documents")
    return join(
        tag("div", find, count, class_="cw-bar"), tag("div", table, class_="cw-scroll")
    )


def _row(
    entry: LedgerEntry, source: SourceInfo | None, say: Words, *, may_change: bool
) -> Html:
    path = Path(entry.path)
    title = (source.title if source else "") or path.name
    name = join(
        tag("span", title, class_="cw-name", dir="auto"),
        tag("span", entry.path, class_="cw-path", title=entry.path),
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
        tag("td", *(buttons if may_change else []), class_="cw-do"),
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
    return f"{read} · {say('parts', n=entry.chunks)}"


def _state(entry: LedgerEntry, source: SourceInfo | None, say: Words) -> Html:
    if entry.state == "failed" or source is None:
        return tag("span", say("not_read", reason=entry.reason), class_="cw-bad")
    whole = entry.characters_read
    share = 100 * entry.characters_indexed // whole if whole else 100
    found = "" if share >= 100 else f" · {say('share', n=share)}"  # noqa: PLR2004
    notes = [tag("span", note, class_="cw-why") for note in entry.notes]
    return tag("span", say("ok"), found, *notes, class_="cw-good")


# --- reading --------------------


def reading_html(
    reading: Reading | None, refused: Sequence[tuple[str, str]], say: Words
) -> Html:
    """Render how far the reading is, or how it ended, and every failure with its reason."""
    failed = [*refused, *(reading.failed if reading else ())]
    failures = _failures(failed, say)
    if reading is None:
        return failures
    if reading.problem is not None:
        return join(_problem(reading.problem, say), failures)
    if reading.report is not None:
        report = reading.report
        text = say(
            "read_done",
            added=report.added + report.duplicate,
            changed=report.changed + report.moved,
            unchanged=report.unchanged,
            removed=report.removed,
        )
        other = sum(count for _, count in report.unsupported)
        more = (
            tag("p", say("unsupported_files", n=other), class_="cw-note") if other else ""
        )
        return join(tag("p", text, class_="cw-good", role="status"), more, failures)
    return join(_progress(reading, say), failures)


def _progress(reading: Reading, say: Words) -> Html:
    progress = reading.progress
    if progress is None or not progress.files_total:
        return tag("p", say("starting"), role="status", class_="cw-phase")
    share = 100 * progress.bytes_done // max(progress.bytes_total, 1)
    left = "" if progress.eta_s is None else say("time_left", time=_time(progress.eta_s))
    files = say("reading_files", done=progress.files_done, all=progress.files_total)
    name = Path(reading.current).name if reading.current else ""
    bar = tag(
        "div",
        tag("div", class_="cw-done", style=f"width:{share}%"),
        class_="cw-progress",
        role="progressbar",
        aria_valuenow=share,
        aria_valuemin=0,
        aria_valuemax=100,
        aria_label=say("read"),
    )
    text = " · ".join(part for part in (files, left, name) if part)
    return join(bar, tag("p", text, role="status"))


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * MINUTE else f"{seconds / MINUTE:.0f} min"


def _failures(failed: Sequence[tuple[str, str]], say: Words) -> Html:
    if not failed:
        return Html("")
    items = [
        tag("li", tag("b", Path(path).name), f": {reason}", title=path)
        for path, reason in failed[:FAILURES_SHOWN]
    ]
    heading = tag("p", say("read_failed", n=len(failed)), class_="cw-bad")
    return join(heading, tag("ul", *items, class_="cw-failures"))


def _problem(problem: BaseException, say: Words) -> Html:
    known = isinstance(problem, CitewellError)
    text = str(problem) if known else say("bug")
    hint = problem.hint if isinstance(problem, CitewellError) else ""
    return tag("p", text, " ", hint, class_="cw-bad", role="alert")
