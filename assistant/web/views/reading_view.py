"""How far files are on their way into a library, and what went wrong, as HTML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import CitewellError
from assistant.web.views.markup import Html, join, progress_bar, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.services.reading import Reading
    from assistant.web.views.text import Words

__all__ = ["reading_html"]

FAILURES_SHOWN = 50
MINUTE = 60


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
    if reading.scan is not None:
        scan, done, pages = reading.scan
        name = say("reading_scan", name=scan, done=done, all=pages)
    bar = progress_bar(share, say("read"))
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
