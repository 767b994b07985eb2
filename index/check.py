"""Is the library what it says it is? And if not, make it so again.

Every chunk is compared with its span of the document's text, every vector is measured, the
full-text index is compared row by row, Chroma is asked (from a process that may crash) for
vectors it must find, and every file is hashed. What can be derived is rebuilt by a repair;
a document whose own rows are damaged is forgotten, so that the next sync reads it again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.containers import Hashes
from index.errors import LibraryError
from index.graph_files import require_intact
from index.probe import Probe, probe
from index.records import forget
from index.schema import covered, delete_document, read_chunk, read_document
from index.upkeep import flush, read_state, rebuild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.ledger import Ledger
    from index.library import Library

__all__ = ["CheckReport", "Finding", "check"]

# A graph of many like vectors never leads to all of them; damage loses far more.
LOST = 0.02
UNIT = 1e-3  # how far the length of a vector may be from 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of damage."""

    kind: str  # "file", "document", "vector", "fulltext", "vectors"
    message: str  # a sentence for a person
    document_id: str = ""  # where it is one document's


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at and what was found."""

    findings: tuple[Finding, ...]
    changed: tuple[str, ...]  # files that are no longer what was read
    missing: tuple[str, ...]  # files that are gone
    ledger: Ledger
    probe: Probe | None  # None if the vector index was not, or could not be, looked at
    repaired: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether nothing is damaged; files that changed are no damage."""
        return not self.findings

    @property
    def current(self) -> bool:
        """Say whether every file still is what was read."""
        return not self.changed and not self.missing


def check(
    library: Library, *, repair: bool = False, sample: int = 2_000, seed: int = 0
) -> CheckReport:
    """Check a library; no sync can run meanwhile, searches can.

    Args:
        library: Open.
        repair: Rebuild what can be rebuilt, then check once more.
        sample: How many vectors must find themselves; all, if there are no more. With 0 the
            vector index is not looked at, which saves the seconds that loading it costs.
        seed: Which ones.

    Raises:
        LibraryBusy: If a sync goes on for too long.
        LibraryError: If the SQLite file itself cannot be read.
    """
    with library.sync_lock.exclusive(library.patience):
        report = _look(library, sample, seed)
        if not repair or report.ok:
            return report
        _repair(library, report.findings)
        return replace(_look(library, sample, seed), repaired=report.findings)


def _look(library: Library, sample: int, seed: int) -> CheckReport:
    findings: list[Finding] = []
    with library.store.reading() as db:
        findings += _file(db)
        for (document_id,) in db.execute("SELECT id FROM documents ORDER BY id").fetchall():
            findings += _document(db, document_id)
        findings += _vectors(db, library.dimension)
    findings += _fulltext(library)
    looked = _vector_index(library, sample, seed, findings)
    changed, missing = _files(library)
    return CheckReport(
        findings=tuple(findings),
        changed=tuple(changed),
        missing=tuple(missing),
        ledger=library.ledger(),
        probe=looked,
    )


def _file(db: sqlite3.Connection) -> Iterator[Finding]:
    for (message,) in db.execute("PRAGMA integrity_check(10)"):
        if message != "ok":
            yield Finding("file", f"SQLite: {message}")
    for row in db.execute("PRAGMA foreign_key_check").fetchall():
        yield Finding("file", f"A row of {row[0]} hangs on nothing.")
    orphans = "SELECT id FROM documents WHERE id NOT IN (SELECT document FROM paths WHERE"
    for (document_id,) in db.execute(f"{orphans} document IS NOT NULL)").fetchall():
        yield Finding("document", "No file leads to a document.", document_id)


def _document(db: sqlite3.Connection, document_id: str) -> Iterator[Finding]:
    """Compare every chunk of a document with the words at its span."""
    try:
        document = read_document(db, document_id)
    except LibraryError as error:
        yield Finding("document", str(error), document_id)
        return
    if document is None:
        return
    rows = db.execute(
        "SELECT document, start, end, text, heading, id FROM chunks WHERE document = ?",
        (document_id,),
    ).fetchall()
    chunks = [read_chunk(row[:5]) for row in rows]
    wrong = sum(
        chunk.id != row[5] or chunk.span.text_of(document.text) != chunk.text
        for chunk, row in zip(chunks, rows, strict=True)
    )
    if wrong:
        yield Finding("document", f"{wrong} chunks are not their spans.", document_id)
    (counted,) = db.execute(
        "SELECT characters_indexed FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    if not wrong and counted != covered(document.text, chunks):
        yield Finding("document", "The count of its characters is wrong.", document_id)


def _vectors(db: sqlite3.Connection, dimension: int) -> Iterator[Finding]:
    """Look for chunks whose vector is not there, of another size, or not of length 1."""
    rows = db.execute(
        "SELECT document, vector FROM chunks LEFT JOIN vectors USING (number)"
    )
    wrong: dict[str, int] = {}
    for document_id, blob in rows:
        vector = np.frombuffer(blob, dtype="<f4") if blob and len(blob) % 4 == 0 else None
        if (
            vector is None
            or len(vector) != dimension
            or not abs(float(np.linalg.norm(vector)) - 1.0) < UNIT  # not "> UNIT": NaN
        ):
            wrong[document_id] = wrong.get(document_id, 0) + 1
    for document_id, count in wrong.items():
        yield Finding("vector", f"{count} chunks have no good vector.", document_id)


def _fulltext(library: Library) -> Iterator[Finding]:
    """Let FTS5 compare itself with the rows, and count the rows of both."""
    with library.store.writing() as db:  # FTS5 takes its commands as insertions
        try:
            db.execute("INSERT INTO fulltext(fulltext, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            yield Finding("fulltext", f"The full-text index is damaged: {error}")
            return
        (off,) = db.execute(
            "SELECT (SELECT count(*) FROM chunks WHERE number NOT IN"
            " (SELECT id FROM fulltext_docsize)) + (SELECT count(*) FROM fulltext_docsize"
            " WHERE id NOT IN (SELECT number FROM chunks))"
        ).fetchone()
    if off:
        yield Finding(
            "fulltext", f"{off} rows of the full-text index and the chunks differ."
        )


def _vector_index(
    library: Library, sample: int, seed: int, findings: list[Finding]
) -> Probe | None:
    if not sample:
        return None
    state = read_state(library)
    if state.torn:
        findings.append(
            Finding("vectors", "Whoever last wrote the vector index died in it.")
        )
        return None
    try:
        require_intact(state.place[0], state.files, thorough=True)
        with library.vectors_lock.shared(library.patience):
            looked = probe(library.folder, sample, seed)
    except LibraryError as error:
        findings.append(Finding("vectors", str(error)))
        return None
    for count, what in (
        (looked.missing, "vectors are not in the vector index"),
        (looked.stray, "vectors in the vector index belong to nothing"),
        (
            looked.lost * (looked.lost > LOST * looked.asked),
            f"of {looked.asked} vectors do not find themselves",
        ),
    ):
        if count:
            findings.append(Finding("vectors", f"{count} {what}."))
    return looked


def _files(library: Library) -> tuple[list[str], list[str]]:
    changed, missing = [], []
    with Hashes() as hashes:
        for entry in library.ledger().entries:
            if entry.document_id is None:
                continue
            content = hashes.of(Path(entry.path))
            if content is None:
                missing.append(entry.path)
            elif content != entry.document_id:
                changed.append(entry.path)
    return changed, missing


def _repair(library: Library, findings: tuple[Finding, ...]) -> None:
    """Forget damaged documents, and build the two indexes anew from the rows."""
    damaged = {finding.document_id for finding in findings if finding.document_id}
    with library.store.writing() as db:
        # First, since forgetting a document changes it, row by row.
        db.execute("INSERT INTO fulltext(fulltext) VALUES ('rebuild')")
        for document_id in sorted(damaged):
            rows = db.execute("SELECT path FROM paths WHERE document = ?", (document_id,))
            forget(db, [row[0] for row in rows.fetchall()])
            delete_document(db, document_id)
    if any(finding.kind == "vectors" for finding in findings):
        rebuild(library)
    else:
        flush(library)
