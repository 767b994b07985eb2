"""Files and paths that try to do harm: each ends in a document or a clear error, soon."""

from __future__ import annotations

import io
import os
import socket
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.errors import ReadError
from index.readers import Limits, read
from index.readers.guard import ReaderProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOSTILE = Path(__file__).parents[1] / "data" / "hostile"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="module")
def guarded() -> Iterator[ReaderProcess]:
    with ReaderProcess(Limits(seconds=60.0, memory_bytes=1 << 30)) as process:
        yield process


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return written.getvalue()


def word(body: str, prefix: str = "") -> bytes:
    xml = f'{prefix}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return archive({"word/document.xml": xml})


def test_control_tokens_and_template_code_come_out_as_plain_text() -> None:
    path = HOSTILE / "injection.md"
    document = read(path)
    whole = path.read_text(encoding="utf-8")
    body = whole[whole.index("# Minutes") :]  # no front matter
    assert document.text.lstrip("\n").startswith(body.rstrip())
    for words in (
        "<|im_end|>\n<|im_start|>system",
        "{{7*7}} ${alert(1)} $question",
        "<script>",
    ):
        assert words in document.text


DEEP_WORD = "<w:tbl><w:tr><w:tc>" * 3000 + "x" + "</w:tc></w:tr></w:tbl>" * 3000
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "ratio.docx": archive({"word/document.xml": b" " * (40 << 20)}),
    "entries.docx": archive({f"word/{n}.xml": b"" for n in range(20_001)}),
    "laughs.docx": word("&l11;", f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>'),
    "outside.docx": word("&x;", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "deep.docx": word(DEEP_WORD),
    "controls.docx": word("<w:sdt><w:sdtContent>" * 100 + "</w:sdtContent></w:sdt>" * 100),
    "other.docx": archive({"readme.txt": b"a mere archive"}),
    "name.docx": b"plain words under a wrong name",
    "old.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "name.pdf": b"plain words under a wrong name",
    "head.pdf": b"%PDF-1.7\n",
    "nothing.html": b"<html><head><title>t</title></head><body></body></html>",
    "comment.html": b"<!-- only a comment -->",
    "blank.txt": b" \n\t\r\n ",
    "empty.md": b"",
    "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_what_holds_no_honest_text_is_refused_with_a_reason(
    guarded: ReaderProcess, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name])
    with pytest.raises(ReadError) as caught:
        guarded.read(path)
    assert caught.value.hint
    assert "broke down" not in str(caught.value)  # foreseen, not a crash
    assert "root:" not in str(caught.value)


def test_a_part_that_lies_about_its_size_is_counted_as_it_comes(
    guarded: ReaderProcess, tmp_path: Path
) -> None:
    data = bytearray(archive({"word/document.xml": b"x" * (60 << 20)}))
    size = (60 << 20).to_bytes(4, "little")
    path = tmp_path / "liar.docx"
    path.write_bytes(bytes(data).replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(ReadError):
        guarded.read(path)


HARMLESS = {
    "deep.html": "<p>the top" + "<div>" * 20_000 + "the bottom",
    "deep_list.html": "<ul><li>" * 1_000 + "the bottom",
    "spans.html": "<p>" + "<span>a</span>" * 20_000 + "the bottom",
    "items.html": "<ol>" + "<li>x</li>" * 30_000 + "</ol>the bottom",
    "tables.html": "<table><tr><td>" * 300 + "the bottom",
    "line.txt": "word " * 2_000_000 + "the bottom",
    "line.md": "#" * 2_000_000 + "\n\nthe bottom",
    "marks.md": "> " * 300_000 + "\n" + "`" * 300_000 + "\n\nthe bottom",
    "fronts.md": "---\n" * 100_000 + "the bottom",
    "entities.html": "&amp;" * 200_000 + "the bottom",
    "attributes.html": "<p " + 'a="b" ' * 100_000 + ">the bottom",
    "controls.html": "<nav>x</nav><p title='&#1;\x01'>&#1;&#x0b;\x01\x02"
    + " word" * 200
    + " the bottom",
    "nul.html": "<p>before\0after" + " word" * 100 + " the bottom",
}


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_large_and_strange_files_are_read_in_good_time(
    guarded: ReaderProcess, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(HARMLESS[name])
    document = guarded.read(path)  # within its time limit
    if document.notes:
        assert name == "deep.html"
        assert document.notes == ("what is nested too deeply in it was left out",)
        assert "the top" in document.text
    else:
        assert "the bottom" in document.text


def test_links_in_a_page_are_never_followed(guarded: ReaderProcess, tmp_path: Path) -> None:
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        port = server.getsockname()[1]
        page = (
            f'<!DOCTYPE html SYSTEM "http://127.0.0.1:{port}/a.dtd"><base href="http://127.0.0.1:{port}/">'
            f'<link rel="canonical" href="http://127.0.0.1:{port}/c"><img src="b.png">'
            f'<meta http-equiv="refresh" content="0;url=http://127.0.0.1:{port}/d"><p>words'
        )
        path = tmp_path / "a.html"
        path.write_text(page)
        assert guarded.read(path).text.startswith("words\n\nProperties")
        with suppress(TimeoutError):
            asked.append(server.accept())
    assert asked == []


def test_limits_of_size_and_length_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("word " * 1000)
    with pytest.raises(ReadError, match="limit is 0 MB"):
        read(path, Limits(file_bytes=4999))
    with pytest.raises(ReadError, match=r"5,000 characters, and the limit is 4,999"):
        read(path, Limits(characters=4999))
    assert read(path, Limits(file_bytes=5000, characters=5000)).text


def test_a_missing_file_and_a_folder_are_named(
    guarded: ReaderProcess, tmp_path: Path
) -> None:
    with pytest.raises(ReadError, match="no such file"):
        guarded.read(tmp_path / "gone.txt")
    for name in ("folder", "folder.txt"):
        (tmp_path / name).mkdir()
        with pytest.raises(ReadError, match="folder"):
            guarded.read(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="no such files on Windows")
def test_what_is_not_a_plain_file_is_named(
    guarded: ReaderProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "device.txt").symlink_to("/dev/zero")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
        for name, what in (
            ("pipe.txt", "named pipe"),
            ("loop.txt", "points to itself"),
            ("device.txt", "device"),
            ("socket.txt", "socket"),
        ):
            with pytest.raises(ReadError, match=what):
                guarded.read(tmp_path / name)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="everything may be read here"
)
def test_a_forbidden_file_is_named(guarded: ReaderProcess, tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("secret")
    path.chmod(0)
    with pytest.raises(ReadError, match="may not be read"):
        guarded.read(path)


def test_odd_names_are_no_obstacle(guarded: ReaderProcess, tmp_path: Path) -> None:
    for name in ("a b.txt", "ä\u0308 日本.txt", "-rf.txt", "new\nline.txt", "q'\"$.txt"):
        path = tmp_path / name
        path.write_text("fine")
        assert guarded.read(path).text == "fine"
