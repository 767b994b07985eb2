"""Messages of Outlook: the properties of an OLE file put together to a mail."""

from __future__ import annotations

import datetime
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import olefile
import pytest

from index.errors import ReadError
from index.readers import members
from index.readers.outlook import read_outlook
from index.readers.source import Limits
from index.types import PartState

if TYPE_CHECKING:
    from index.types import Document

SENT = datetime.datetime(2026, 6, 2, 9, 0, tzinfo=datetime.UTC)


class FakeOle:
    """An OLE file that is a dict from paths to bytes; a folder is None."""

    def __init__(self, streams: dict[str, bytes | None]) -> None:
        self._streams = {tuple(path.split("/")): data for path, data in streams.items()}

    def __enter__(self) -> FakeOle:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def exists(self, path: list[str]) -> bool:
        return tuple(path) in self._streams

    def get_type(self, path: list[str]) -> int:
        return 1 if self._streams[tuple(path)] is None else 2

    def openstream(self, path: list[str]) -> FakeStream:
        return FakeStream(self._streams[tuple(path)] or b"")

    def listdir(self, *, streams: bool, storages: bool) -> list[list[str]]:
        assert streams
        assert storages
        return [list(path) for path in self._streams]


class FakeStream:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, most: int = -1) -> bytes:
        return self._data if most < 0 else self._data[:most]


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def properties(header: int) -> bytes:
    since = SENT - datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
    ticks = int(since.total_seconds()) * 10_000_000
    return b"\0" * header + struct.pack("<IIQ", 0x00390040, 6, ticks)


MESSAGE: dict[str, bytes | None] = {
    "__properties_version1.0": properties(32),
    "__substg1.0_0C1A001F": wide("Alf Rudd"),
    "__substg1.0_5D01001F": wide("alf@rudd.example"),
    "__substg1.0_0E04001F": wide("Bea Orme"),
    "__substg1.0_0037001E": "Mast für Möwe".encode("cp1252"),
    "__substg1.0_1000001F": wide("The mast is delivered on Friday.\r\n"),
    "__attach_version1.0_#00000000": None,
    "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("offer.txt"),
    "__attach_version1.0_#00000000/__substg1.0_37010102": b"310 crowns",
    "__attach_version1.0_#00000001": None,
    "__attach_version1.0_#00000001/__substg1.0_3701000D": None,
    "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001F": wide("Old"),
    "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0C1A001F": wide("Cai"),
    "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001F": wide(
        "Cracked."
    ),
}


@pytest.fixture(autouse=True)
def streams(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes | None]:
    found = dict(MESSAGE)
    monkeypatch.setattr(olefile, "OleFileIO", lambda _: FakeOle(found))
    return found


def read() -> Document:
    return read_outlook(b"bytes", Path("a.msg"), Limits())


def test_a_message_is_read_as_the_mail_it_was() -> None:
    document = read()
    assert document.text == (
        "From: Alf Rudd <alf@rudd.example>\nTo: Bea Orme\n"
        "Date: Tue, 02 Jun 2026 09:00:00 +0000\nSubject: Mast für Möwe\n"
        "Attachments: offer.txt, Old.eml\n\nThe mast is delivered on Friday."
    )
    assert (document.title, document.author) == ("Mast für Möwe", "Alf Rudd")
    assert document.date == "2026-06-02"
    assert not [part for part in document.parts if part.name == "technical headers"]


def test_attachments_and_attached_messages_lie_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.msg"
    path.write_bytes(b"bytes")
    listed = {each.path for each in members.list_members(path, Limits())}
    assert listed == {"offer.txt", "Old.eml"}
    assert members.bytes_at(path / "offer.txt", Limits()) == b"310 crowns"
    assert b"Cracked." in members.bytes_at(path / "Old.eml", Limits()) or (
        b"Q3JhY2tlZC4" in members.bytes_at(path / "Old.eml", Limits())
    )


def test_a_message_in_formatted_text_alone_says_what_is_not_read(
    streams: dict[str, bytes | None],
) -> None:
    del streams["__substg1.0_1000001F"]
    (missing,) = [part for part in read().parts if part.state is PartState.NOT_READ]
    assert missing.name == "formatted text"
    assert missing.remedy


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_what_is_no_message_is_refused(
    monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.undo()
    with pytest.raises(ReadError) as caught:
        read_outlook(data, Path("a.msg"), Limits())
    assert caught.value.hint
