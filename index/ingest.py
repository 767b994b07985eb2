"""Files into the library: what is new, changed, moved, gone.

    walk -> stat -> hash -> read -> cut -> embed -> one transaction -> the vector index

A file's rows are written together with the removal of what they replace, so the library is
right after every commit, and a sync that was killed is simply run again. Small files are taken
first, and a commit is made every two seconds or so; two syncs of one folder end in the same
library.

A file that was read before and cannot be read now loses its old version: what it says today
is not known, and quoting what it said would be a guess.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.chunk import chunk, embedding_text
from index.containers import Members
from index.errors import ReadError, UnsupportedFormat
from index.events import (
    Change,
    FileDone,
    FileFailed,
    FileRemoved,
    SyncEvent,
    SyncReport,
)
from index.meter import Meter
from index.readers import SUPPORTED
from index.readers.scans import NO_WRITING
from index.records import File, Known, Record, forget, known_files, record, record_failure
from index.upkeep import flush
from index.walk import (
    Found,
    find_files,
    is_below,
    is_gone,
    is_passed_over,
    resolve_roots,
    spellings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from index.library import Library
    from index.readers.members import Listed
    from index.types import Document, Embedder, Vectors

__all__ = ["remove", "sync"]

BATCH = 256  # chunks embedded together, and at most committed together
FIRST_BATCH = (
    16  # chunks and files; grows while a commit takes less than half of the seconds
)
SECONDS = 2.0  # of work that a kill may cost
FLUSH = 2_000  # chunks that searches may have to look at one by one until Chroma is told


def sync(  # noqa: PLR0913
    library: Library,
    roots: Sequence[Path],
    embedder: Embedder,
    *,
    reader: Callable[[Path], Document],
    members: Callable[[Path], Sequence[Listed]] | None = None,
    remove_missing: bool = True,
    force: bool = False,
) -> Iterator[SyncEvent]:
    """Bring the library up to date with the files below `roots`, telling what happens.

    The last event is the `SyncReport`. Closing the iterator stops the work; what was reported
    as done stays. Searches go on meanwhile.

    Args:
        library: Open, and made with the same embedder.
        roots: Folders and files.
        embedder: What makes the vectors.
        reader: A file to its document; raises ReadError.
        members: A file to what lies in it (attachments, packed files); None to leave that out.
        remove_missing: Forget files below the roots that are no longer there.
        force: Read and embed again what did not change.

    Raises:
        LibraryMismatch: If the library was made with another embedder.
        LibraryBusy: If another sync of this library goes on for too long.
        ReadError: If a root does not exist.
    """
    library.expect(embedder)
    with library.sync_lock.exclusive(library.patience):
        flush(library)  # what a sync that was killed did not get to
        with library.store.reading() as db:
            known = known_files(db)
        inside = Members(members, known)
        run = _Sync(library, embedder, reader, force, known, inside)
        paths = resolve_roots(roots, known)
        found = find_files(paths, SUPPORTED, library.folder)
        yield from run.files(found)
        if remove_missing:
            yield from run.missing(paths, found)
        flush(library)
        yield run.report(found)


def remove(library: Library, paths: Sequence[Path]) -> int:
    """Forget files, and all files below folders; return how many that were.

    Nothing on the disk is touched; the next sync of a folder finds what is there again.
    """
    wanted = [spelling for path in paths for spelling in spellings(path)]
    with library.sync_lock.exclusive(library.patience):
        with library.store.writing() as db:
            known = [row[0] for row in db.execute("SELECT path FROM paths")]
            gone = [path for path in known if is_below(Path(path), wanted)]
            forget(db, gone)
        flush(library)
    return len(gone)


@dataclass(slots=True)
class _Sync:
    """The state of one run."""

    library: Library
    embedder: Embedder
    reader: Callable[[Path], Document]
    force: bool
    known: dict[str, Known]
    inside: Members
    batch: list[Record] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    meter: Meter = field(default_factory=Meter)
    held: set[str] = field(default_factory=set)  # every content that the library holds
    read: set[str] = field(default_factory=set)  # contents read in this run
    unsupported: Counter[str] = field(default_factory=Counter)  # in files that hold files
    untold: int = 0  # chunks committed since Chroma was last told
    most: int = FIRST_BATCH  # chunks and files committed together
    begun: float = 0.0  # when the first file of the batch was taken up

    def __post_init__(self) -> None:
        self._learn({})

    def files(self, found: Found) -> Iterator[SyncEvent]:
        """Take in every file that is not as it was."""
        for folder, reason in found.unreadable:
            self.failures.append((str(folder), reason))
            yield FileFailed(str(folder), reason)
        changed: list[File] = []
        for path in found.files:
            try:
                yield from self._look(path, changed)
            except (OSError, ReadError) as error:
                yield self._failed(File(path, 0, 0), error)
        changed.sort(
            key=lambda file: (file.size, str(file.path))
        )  # small ones are soon there
        self.meter.begin(len(changed), sum(file.size for file in changed))
        for file in changed:
            yield from self._take(file)
            yield from self._take_members(file)
        yield from self._write()
        yield self.meter.progress()

    def missing(self, roots: Sequence[Path], found: Found) -> Iterator[SyncEvent]:
        """Forget the files below the roots that are no longer there, or not by that path."""
        here = set(map(str, found.files))
        below = [path for path in self.known if is_below(Path(path), roots)]
        gone = sorted(
            path
            for path in below
            if is_gone(Path(path), found.broken)
            or is_passed_over(Path(path), here, found.broken)
        )
        yield from self._forget(gone)

    def _forget(self, gone: list[str]) -> Iterator[SyncEvent]:
        with self.library.store.writing() as db:
            forget(db, gone)
        self.counts["removed"] += len(gone)
        yield from map(FileRemoved, gone)

    def report(self, found: Found) -> SyncReport:
        """Sum up."""
        changes = {change.value: self.counts[change.value] for change in Change}
        return SyncReport(
            **changes,
            removed=self.counts["removed"],
            failed=tuple(sorted(self.failures)),
            unsupported=tuple(sorted((found.unsupported + self.unsupported).items())),
            hidden=found.hidden,
            links=found.links,
            chunks=self.counts["chunks"],
            characters=self.meter.characters,
            seconds=time.monotonic() - self.meter.started,
        )

    def _look(self, path: Path, changed: list[File]) -> Iterator[SyncEvent]:
        """Pass over a file that is as it was, and put any other on the list."""
        if path.suffix.lower() not in SUPPORTED:
            raise UnsupportedFormat(
                f"No reader knows {path.suffix or 'a file without suffix'}."
            )
        if not _is_text(str(path)):
            raise ReadError("Its name is not text that could be stored.")
        status = path.stat()
        file, known = (
            File(path, status.st_size, status.st_mtime_ns),
            self.known.get(str(path)),
        )
        same = known is not None and _stamp(known) == (file.size, file.mtime_ns)
        if known is None or not same or self.force:
            changed.append(file)
        elif known.document is not None:
            self.counts[Change.UNCHANGED] += 1
            yield FileDone(str(path), Change.UNCHANGED, known.document)
            yield from map(self._as_before, self.inside.known(path))
        elif known.reason == NO_WRITING:  # looking for it again in every photo takes long
            self.failures.append((str(path), known.reason))
            yield FileFailed(str(path), known.reason)
        else:
            changed.append(file)

    def _as_before(self, path: str) -> SyncEvent:
        """Report a file that lies in one that did not change."""
        known = self.known[path]
        if known.document is None:
            self.failures.append((path, known.reason))
            return FileFailed(path, known.reason)
        self.counts[Change.UNCHANGED] += 1
        return FileDone(path, Change.UNCHANGED, known.document)

    def _take_members(self, container: File) -> Iterator[SyncEvent]:
        """Take in what lies in a file that was just read, and forget what no longer does."""
        held = set(self.inside.known(container.path))
        known = self.known.get(str(container.path))
        broken = known is not None and known.document is None
        for file, reason in () if broken else self.inside.now(container):
            held.discard(str(file.path))
            if reason:
                yield from self._write()
                yield self._failed(file, ReadError(reason))
            elif file.path.suffix.lower() not in SUPPORTED:
                self.unsupported[file.path.suffix.lower() or "(none)"] += 1
            elif self._is_same(file):
                yield self._as_before(str(file.path))
            else:
                self.meter.extend(file.size)
                yield from self._take(file)
        if held:
            yield from self._write()
            yield from self._forget(sorted(held))

    def _is_same(self, file: File) -> bool:
        known = self.known.get(str(file.path))
        same = known is not None and known.document == file.content
        return same and not self.force

    def _take(self, file: File) -> Iterator[SyncEvent]:
        """Read and cut one file, and write the batch when it is full or has taken long."""
        if not self.batch:
            self.begun = time.monotonic()
        try:
            self.batch.append(self._prepare(file))
        except (OSError, ReadError) as error:
            yield from self._write()  # it may point to what this file is about to lose
            yield self._failed(file, error)
            self.meter.advance(file.size)
            self.meter.done()
        size = len(self.batch) + sum(len(work.chunks) for work in self.batch)
        if size >= self.most or time.monotonic() - self.begun > SECONDS / 2:
            yield from self._write()
            self._learn_pace()
        elif self.meter.due():
            yield self.meter.progress()

    def _learn_pace(self) -> None:
        """Make batches so large that reading, embedding and committing one takes seconds."""
        seconds = time.monotonic() - self.begun
        if seconds > SECONDS:
            self.most = max(self.most // 2, FIRST_BATCH)
        elif seconds < SECONDS / 2:
            self.most = min(self.most * 2, BATCH)

    def _prepare(self, file: File) -> Record:
        """Find out what a file is to the library, and read it if its content is new."""
        content = file.content or _hash(file.path)
        if self._holds(content) and (not self.force or content in self.read):
            return Record(file, content, self._change(file, content))
        document = self.reader(file.path)
        self.read.add(document.id)
        said = (
            document.text,
            document.title,
            document.name,
            document.author,
            document.date,
            document.source,
        )
        if not all(map(_is_text, said)):
            raise ReadError("It holds characters that are not text.")
        if document.id != content and self._holds(document.id):  # it changed meanwhile
            return Record(file, document.id, self._change(file, document.id))
        chunking = self.library.chunking
        chunks = chunk(
            document,
            self.embedder,
            max_tokens=chunking.max_tokens,
            overlap_tokens=chunking.overlap_tokens,
        )
        change = self._change(file, document.id)
        return Record(file, document.id, change, document, tuple(chunks))

    def _holds(self, content: str) -> bool:
        return content in self.held or any(
            work.document_id == content for work in self.batch
        )

    def _change(self, file: File, content: str) -> Change:
        known = self.known.get(str(file.path))
        if known is not None and known.document is not None:
            return Change.UNCHANGED if known.document == content else Change.CHANGED
        if not self._holds(content):
            return Change.ADDED
        others = (path for path, other in self.known.items() if other.document == content)
        return Change.MOVED if any(map(is_gone, map(Path, others))) else Change.DUPLICATE

    def _learn(self, written: dict[str, Known]) -> None:
        self.known.update(written)
        self.held = {known.document for known in self.known.values() if known.document}

    def _write(self) -> Iterator[SyncEvent]:
        """Embed the batch, commit it, and tell Chroma now and then."""
        if not self.batch:
            return
        batch, self.batch = self.batch, []
        vectors = yield from self._embed(batch)
        with self.library.store.writing() as db:
            written = record(db, batch, vectors)
        self._learn(written)
        for work in batch:
            self.counts[work.change] += 1
            characters = sum(len(chunk.text) for chunk in work.chunks)
            path = str(work.file.path)
            yield FileDone(
                path, work.change, work.document_id, len(work.chunks), characters
            )
        self.meter.done(len(batch))
        self.counts["chunks"] += len(vectors)
        self.untold += len(vectors)
        if self.untold >= FLUSH:
            flush(self.library)
            self.untold = 0
        if self.meter.due():
            yield self.meter.progress()

    def _embed(self, batch: list[Record]) -> Generator[SyncEvent, None, Vectors]:
        """Return the vectors of all chunks of the batch, shape (n, dimension)."""
        pairs = [
            (work.document.called, chunk)
            for work in batch
            if work.document is not None
            for chunk in work.chunks
        ]
        size = sum(work.file.size for work in batch)
        parts = [np.empty((0, self.embedder.dimension), dtype=np.float32)]
        for start in range(0, len(pairs), BATCH):
            part = pairs[start : start + BATCH]
            texts = [embedding_text(title, chunk) for title, chunk in part]
            parts.append(self.embedder.embed_passages(texts))
            characters = sum(len(chunk.text) for _, chunk in part)
            self.meter.advance(size * len(part) / len(pairs), characters)
            if self.meter.due():
                yield self.meter.progress()
        if not pairs:
            self.meter.advance(size)
        return np.concatenate(parts)

    def _failed(self, file: File, error: Exception) -> FileFailed:
        path, reason = str(file.path), _reason(error)
        if _is_text(path):
            with self.library.store.writing() as db:
                failure = record_failure(db, file, reason)
            self._learn({path: failure})
        self.failures.append((path, reason))
        return FileFailed(path, reason)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stamp(known: Known) -> tuple[int, int]:
    return known.size, known.mtime_ns


def _is_text(text: str) -> bool:
    """Say whether UTF-8 can hold it: lone surrogates can neither be stored nor shown."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
