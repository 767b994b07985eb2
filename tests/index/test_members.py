"""Files in files: attachments, mailboxes and archives as documents of a library."""

from __future__ import annotations

import hashlib
import io
import os
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.check import check
from index.containers import Hashes
from index.errors import ReadError
from index.events import FileRemoved, SyncReport
from index.ingest import remove, sync
from index.library import Library
from index.paths import container_of, shown_name
from index.readers import Limits, read
from index.readers.guard import ReaderProcess
from index.readers.members import list_members
from tests.conftest import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.events import SyncEvent

LIMITS = Limits()


def mail(subject: str, text: str, **attached: bytes) -> bytes:
    message = EmailMessage()
    message["From"] = "Alf Rudd <alf@rudd.example>"
    message["Date"] = "Tue, 02 Jun 2026 09:00:00 +0200"
    message["Subject"] = subject
    message.set_content(text)
    for name, data in attached.items():
        file_name = name.replace("_", ".")
        message.add_attachment(data, "application", "octet-stream", filename=file_name)
    return bytes(message)


def archive(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return written.getvalue()


def write(path: Path, data: bytes, age_s: float = 60.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    before = time.time() - age_s
    os.utime(path, (before, before))
    return path


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Library]:
    with Library.create(tmp_path / "library", embedder) as opened:
        yield opened


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def events(library: Library, folder: Path, embedder: HashEmbedder) -> list[SyncEvent]:
    def inside(path: Path) -> list[object]:
        return list_members(path, LIMITS)  # type: ignore[return-value]

    return list(sync(library, [folder], embedder, reader=read, members=inside))  # type: ignore[arg-type]


def run(library: Library, folder: Path, embedder: HashEmbedder) -> SyncReport:
    *_, report = events(library, folder, embedder)
    assert isinstance(report, SyncReport)
    return report


def held(library: Library, docs: Path) -> dict[str, str]:
    """Return the state of every path below the folder, or the reason of its failure."""
    return {
        str(Path(entry.path).relative_to(docs)): entry.reason or entry.state
        for entry in library.ledger().entries
    }


def test_an_attachment_is_a_document_that_names_its_mail(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    data = mail("The mast", "See the file.", minutes_txt=b"The mast is mended.")
    path = write(docs / "re.eml", data)
    run(library, docs, embedder)
    assert held(library, docs) == {"re.eml": "ok", "re.eml/minutes.txt": "ok"}
    attached = next(s for s in library.sources() if s.path.endswith("minutes.txt"))
    assert attached.id == hashlib.sha256(b"The mast is mended.").hexdigest()
    assert attached.outlet == 'mail of Alf Rudd: "The mast"'
    assert shown_name(attached.path) == "minutes.txt in re.eml"
    assert container_of(Path(attached.path)) == path
    assert "Attachments: minutes.txt" in read(path).text


def test_what_lies_in_a_file_follows_it(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    files = {"a.txt": b"First words.", "in/b.txt": b"Second words."}
    path = write(docs / "all.zip", archive(files))
    assert run(library, docs, embedder).added == 3
    again = run(library, docs, embedder)
    assert (again.unchanged, again.removed, again.chunks) == (3, 0, 0)
    write(path, archive({"a.txt": b"First words.", "c.txt": b"Third words."}), age_s=30)
    found = events(library, docs, embedder)
    gone = [event for event in found if isinstance(event, FileRemoved)]
    assert gone == [FileRemoved(str(path / "in/b.txt"))]
    assert list(held(library, docs)) == ["all.zip", "all.zip/a.txt", "all.zip/c.txt"]
    path.unlink()
    assert run(library, docs, embedder).removed == 3
    assert library.sources() == []


def test_a_file_that_can_no_longer_be_opened_takes_along_what_lay_in_it(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    path = write(docs / "all.zip", archive({"a.txt": b"First words."}))
    run(library, docs, embedder)
    write(path, b"PK\x03\x04 damaged", age_s=30)
    run(library, docs, embedder)
    assert list(held(library, docs)) == ["all.zip"]
    assert "damaged" in held(library, docs)["all.zip"]


def test_files_lie_in_files_up_to_a_depth(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    innermost = mail("Deep", "Deepest.", note_txt=b"Too deep.")
    middle = mail("Middle", "In it.", inner_zip=archive({"m.eml": innermost}))
    write(docs / "outer.zip", archive({"second.eml": middle}))
    run(library, docs, embedder)
    inner = "outer.zip/second.eml/inner.zip"
    states = held(library, docs)
    assert states[f"{inner}/m.eml"] == "ok"
    assert states[f"{inner}/m.eml/(what it holds)"] == "it lies too deep in other files"
    assert f"{inner}/m.eml/note.txt" not in states


def test_a_mailbox_is_its_messages(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    first = mail("One", "First.\n>From here on.", a_txt=b"Attached words.")
    box = b"".join(
        b"From alf@rudd.example Tue Jun  2 09:00:00 2026\n" + each + b"\n"
        for each in (first, mail("Two", "From now on, all is well."))
    )
    write(docs / "in.mbox", box)
    run(library, docs, embedder)
    assert held(library, docs) == dict.fromkeys(
        (
            "in.mbox",
            "in.mbox/00001 One.eml",
            "in.mbox/00001 One.eml/a.txt",
            "in.mbox/00002 Two.eml",
        ),
        "ok",
    )
    listed = read(docs / "in.mbox").text
    assert "Alf Rudd <alf@rudd.example>, Two" in listed
    assert "From here on." in read(docs / "in.mbox/00001 One.eml").text


def test_forwarded_messages_are_documents(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "bea@oar.example", "Fwd"
    outer.set_content("Look.")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "cai@oar.example", "Re: oars/sails"
    inner.set_content("The oars are gone.")
    outer.add_attachment(inner)
    write(docs / "fwd.eml", bytes(outer))
    run(library, docs, embedder)
    assert held(library, docs)["fwd.eml/Re oars sails.eml"] == "ok"
    assert "oars are gone" in read(docs / "fwd.eml/Re oars sails.eml").text


def test_what_cannot_be_read_in_a_file_fails_alone(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    files = {
        "good.txt": b"Good words.",
        "../out.txt": b"Out.",
        "/root.txt": b"Out.",
        "bad.pdf": b"no pdf",
        "tool.exe": b"MZ",
        ".hidden.txt": b"Hidden.",
    }
    write(docs / "all.zip", archive(files))
    report = run(library, docs, embedder)
    states = held(library, docs)
    assert states["all.zip/good.txt"] == "ok"
    assert "leads out" in states["all.zip/out.txt"]
    assert "leads out" in states["all.zip/root.txt"]
    assert states["all.zip/bad.pdf"] not in {"", "ok"}
    assert report.unsupported == ((".exe", 1),)
    assert "all.zip/.hidden.txt" not in states
    again = run(library, docs, embedder)
    assert {path for path, _ in again.failed} == {path for path, _ in report.failed}


def test_an_archive_with_a_password_is_refused_with_a_reason(docs: Path) -> None:
    data = bytearray(archive({"a.txt": b"secret"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1  # the flag that says so
    (listed,) = list_members(write(docs / "a.zip", bytes(data)), LIMITS)
    assert (listed.hash, listed.reason) == ("", "it is encrypted")


def test_bombs_are_refused(docs: Path) -> None:
    bomb = archive({f"{number}.txt": b"\0" * (4 << 20) for number in range(8)})
    with pytest.raises(ReadError, match="unpacks to more"):
        list_members(write(docs / "bomb.zip", bomb), LIMITS)
    nested = archive({"in.zip": bomb, "a.txt": b"words"})
    reasons = {
        m.path: m.reason for m in list_members(write(docs / "n.zip", nested), LIMITS)
    }
    assert "unpacks to more" in reasons["in.zip/(what it holds)"]
    assert reasons["a.txt"] == ""
    small = Limits(unpacked_bytes=1 << 20)
    honest = write(
        docs / "big.zip", archive({str(n): os.urandom(1 << 19) for n in range(4)})
    )
    with pytest.raises(ReadError, match="unpacks to more than 1 MB"):
        list_members(honest, small)


def test_names_are_told_apart_and_made_safe(docs: Path) -> None:
    message = EmailMessage()
    message["From"] = "a@oar.example"
    message.set_content("Two of them.")
    for data in (b"one", b"two"):
        message.add_attachment(data, "text", "x-note", filename="../../a\\note\t.txt")
    paths = [m.path for m in list_members(write(docs / "m.eml", bytes(message)), LIMITS)]
    assert len(set(paths)) == 2
    assert all("/" not in path and ".." not in path for path in paths)


def test_hashes_find_what_lies_in_files(docs: Path) -> None:
    path = write(docs / "all.zip", archive({"in/a.txt": b"Words."}))
    with Hashes() as hashes:
        assert hashes.of(path) == hashlib.sha256(path.read_bytes()).hexdigest()
        assert hashes.of(path / "in/a.txt") == hashlib.sha256(b"Words.").hexdigest()
        assert hashes.of(path / "in/b.txt") is None
        assert hashes.of(docs / "none.txt") is None


def test_check_looks_into_files(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    path = write(docs / "all.zip", archive({"a.txt": b"Words.", "b.txt": b"More."}))
    run(library, docs, embedder)
    assert check(library, sample=0).current
    write(path, archive({"a.txt": b"Other words."}))
    report = check(library, sample=0)
    assert report.changed == (str(path), str(path / "a.txt"))
    assert report.missing == (str(path / "b.txt"),)


def test_a_path_in_a_file_can_be_removed_and_read_again(
    library: Library, docs: Path, embedder: HashEmbedder
) -> None:
    path = write(docs / "all.zip", archive({"a.txt": b"Words.", "b.txt": b"More."}))
    run(library, docs, embedder)
    assert run(library, path / "a.txt", embedder).failed == ()
    assert remove(library, [path]) == 3
    assert library.sources() == []


def test_the_reading_process_reads_and_lists_what_lies_in_a_file(docs: Path) -> None:
    path = write(docs / "all.zip", archive({"a.txt": b"Words."}))
    with ReaderProcess() as reader:
        assert [listed.path for listed in reader.members(path)] == ["a.txt"]
        assert reader.read(path / "a.txt").text == "Words."
        with pytest.raises(ReadError, match="does not hold it any more"):
            reader.read(path / "b.txt")
        with pytest.raises(ReadError):
            reader.members(write(docs / "bad.zip", b"no archive"))
