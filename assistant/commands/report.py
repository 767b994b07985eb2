"""What a library holds, a citation in its context, and the state of its health, as text."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.commands.asking import last_answer
from assistant.commands.terminal import note, plain
from assistant.errors import CitewellError, ConfigError
from index.check import check
from index.containers import Hashes
from index.library import Library
from index.lock import Patience
from index.types import PartState, Span
from index.walk import spellings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.config import Settings
    from index.check import Finding
    from index.types import Document

__all__ = [
    "check_json",
    "check_text",
    "show_json",
    "show_text",
    "status_json",
    "status_text",
]


def _open(settings: Settings) -> Library:
    return Library.open(settings.library_folder, patience=Patience(on_wait=note))


# --- status ---------------------------------------------------------------------------------


def status_json(settings: Settings) -> dict[str, Any]:
    """Return the ledger: every file, what was read of it and what can be found of it."""
    with _open(settings) as library:
        ledger = library.ledger()
        return {
            "library": str(library.folder),
            "documents": ledger.documents,
            "chunks": ledger.chunks,
            "characters_read": ledger.characters_read,
            "characters_indexed": ledger.characters_indexed,
            "files": [
                {
                    "path": entry.path,
                    "state": entry.state,
                    "reason": entry.reason,
                    "document": entry.document_id,
                    "characters_read": entry.characters_read,
                    "characters_indexed": entry.characters_indexed,
                    "chunks": entry.chunks,
                    "notes": list(entry.notes),
                    "parts": [asdict(part) for part in entry.parts],
                }
                for entry in ledger.entries
            ],
        }


def status_text(data: dict[str, Any]) -> str:
    """Return the same for a person."""
    lines = [
        f"library {data['library']}",
        f"{data['documents']} documents in {data['chunks']} chunks; of "
        f"{data['characters_read']:,} characters read, {data['characters_indexed']:,} can be "
        f"found{_share(data['characters_indexed'], data['characters_read'])}",
        "",
    ]
    for file in data["files"]:
        lines.append(f"  {plain(file['path'])}: {_file_state(file)}")
        lines += [f"      {plain(text)}" for text in (*file["notes"], *_left_out(file))]
    return "\n".join(lines)


def _file_state(file: dict[str, Any]) -> str:
    if file["state"] == "failed":
        return f"not read: {plain(file['reason'])}"
    share = _share(file["characters_indexed"], file["characters_read"])
    return f"{file['chunks']} chunks, {file['characters_indexed']:,} characters{share}"


def _left_out(file: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each part of a file that cannot be found, with the reason."""
    for part in file["parts"]:
        if part["state"] != PartState.READ:
            size = f", {part['characters']:,} characters" if part["characters"] else ""
            why = f": {part['reason']}" if part["reason"] else ""
            said = f"{part['name']}{size}, {part['state']}{why}"
            yield f"{said}. {part['remedy']}" if part["remedy"] else said


def _share(part: int, whole: int) -> str:
    """Say how much of the whole the part is; the rest is clutter that was set aside."""
    return f" ({part / whole:.0%})" if whole and part != whole else ""


# --- show -----------------------------------------------------------------------------------


def show_json(settings: Settings, wanted: str, around: int) -> dict[str, Any]:
    """Return a citation in its context, checked again against the library and the disk."""
    with _open(settings) as library:
        document_id, path, span = _find(library, wanted)
        document = library.document(document_id)
        if document is None:
            raise CitewellError(
                "The document of this citation has changed or is gone.",
                "Ask the question again.",
            )
        if span.end > len(document.text):
            raise ConfigError(f"{path} has only {len(document.text):,} characters.")
        return _in_context(document, path, span, around)


def _find(library: Library, wanted: str) -> tuple[str, str, Span]:
    """Read "2" as the last answer's citation and "PATH:START-END" as a place."""
    place = re.fullmatch(r"(.+):(\d+)-(\d+)", wanted)
    if place:
        paths = list(map(str, spellings(Path(place[1]))))
        held = {path: source for source in library.sources() for path in source.paths}
        path = next((path for path in paths if path in held), paths[0])
        found = held.get(path)
        if found is None:
            raise ConfigError(f"The library does not hold {path}.")
        if int(place[2]) >= int(place[3]):
            raise ConfigError("The end must lie behind the start.")
        return found.id, path, Span(int(place[2]), int(place[3]))
    answer = last_answer(library.folder)
    cited = (answer["citations"] or answer["nearest"]) if answer else []
    for citation in cited:
        if str(citation["number"]) == wanted.strip("[]"):
            document = citation["document"]
            return (
                document["id"],
                document["path"],
                Span(citation["start"], citation["end"]),
            )
    raise ConfigError(
        f"The last answer has no citation {wanted}.",
        "Give a number from it, or PATH:START-END.",
    )


def _in_context(document: Document, path: str, span: Span, around: int) -> dict[str, Any]:
    start = max(span.start - around, 0)
    end = min(span.end + around, len(document.text))
    return {
        "path": path,
        "document": document.id,
        "title": document.title,
        "date": document.date,
        "outlet": document.source,
        "page": document.page_at(span.start),
        "place": document.place_at(span.start),
        "line": document.line_at(span.start),
        "start": span.start,
        "end": span.end,
        "before": document.text[start : span.start],
        "quote": span.text_of(document.text),
        "after": document.text[span.end : end],
        "on_disk": _on_disk(Path(path), document.id),
    }


def _on_disk(path: Path, document_id: str) -> str:
    """Say whether the file still is what was read."""
    with Hashes() as hashes:
        digest = hashes.of(path)
    if digest is None:
        return "missing"
    return "unchanged" if digest == document_id else "changed"


def show_text(data: dict[str, Any]) -> str:
    """Return the same for a person, the cited words marked."""
    about = ", ".join(
        part for part in (data["title"], data["outlet"], data["date"]) if part
    )
    where = f"page {data['page']}" if data["page"] else f"line {data['line']}"
    where = data["place"] or where
    warning = (
        "" if data["on_disk"] == "unchanged" else f"\nthe file on disk is {data['on_disk']}"
    )
    head = f"{plain(data['path'])}, {where}{f' - {plain(about)}' if about else ''}{warning}"
    quote = click.style(plain(data["quote"]), bold=True, reverse=True)
    return f"{head}\n\n{plain(data['before'])}>>{quote}<<{plain(data['after'])}"


# --- check ----------------------------------------------------------------------------------


def check_json(settings: Settings, *, repair: bool) -> dict[str, Any]:
    """Check the library; return what was looked at and what was found."""
    with _open(settings) as library:
        report = check(library, repair=repair)
        return {
            "ok": report.ok,
            "documents": report.ledger.documents,
            "chunks": report.ledger.chunks,
            "vectors_probed": report.probe.asked if report.probe else 0,
            "findings": [_finding(finding) for finding in report.findings],
            "repaired": [_finding(finding) for finding in report.repaired],
            "changed": list(report.changed),
            "missing": list(report.missing),
        }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "kind": finding.kind,
        "message": finding.message,
        "document": finding.document_id,
    }


def check_text(data: dict[str, Any]) -> str:
    """Return the same for a person."""
    lines = [
        f"checked {data['documents']} documents, {data['chunks']} chunks; "
        f"{data['vectors_probed']} vectors were asked to find themselves"
    ]
    lines += [f"  repaired: {plain(finding['message'])}" for finding in data["repaired"]]
    lines += [f"  damaged: {plain(finding['message'])}" for finding in data["findings"]]
    lines += [f"  changed since it was read: {plain(path)}" for path in data["changed"]]
    lines += [f"  gone since it was read: {plain(path)}" for path in data["missing"]]
    if not data["ok"]:
        lines.append("rebuild what can be rebuilt with: citewell check --repair")
    elif data["changed"] or data["missing"]:
        lines.append("the library is sound; bring it up to date with: citewell index")
    else:
        lines.append("everything is as it should be")
    return "\n".join(lines)
