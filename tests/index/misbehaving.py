"""Readers that misbehave, each in its own way; the guard's tests run them in its process."""

from __future__ import annotations

import ctypes
import os
import time
from typing import TYPE_CHECKING

from index.readers import READERS
from index.readers.pulse import pulse
from index.readers.source import content_id
from index.types import Document

if TYPE_CHECKING:
    from pathlib import Path

    from index.readers import Limits


def hang(data: bytes, path: Path, limits: Limits) -> Document:
    time.sleep(600)
    raise AssertionError


def crash(data: bytes, path: Path, limits: Limits) -> Document:
    ctypes.string_at(0)
    raise AssertionError


def leave(data: bytes, path: Path, limits: Limits) -> Document:
    os._exit(7)


def mute(data: bytes, path: Path, limits: Limits) -> Document:
    os.closerange(3, 100)
    time.sleep(600)
    raise AssertionError


def stumble(data: bytes, path: Path, limits: Limits) -> Document:
    raise KeyError("word/odd.xml")


def gorge(data: bytes, path: Path, limits: Limits) -> Document:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 29))


def chatter(data: bytes, path: Path, limits: Limits) -> Document:
    os.write(1, b"\x00\x01 a library prints to standard output\n" * 5000)
    os.write(2, b"and to standard error\n" * 5000)
    return Document(id=content_id(data), text="quiet text", media_type="text/plain")


def wear_out(data: bytes, path: Path, limits: Limits) -> Document:
    """Read the first file of a process well and break down on the second."""
    if os.environ.get("WORN"):
        os._exit(9)
    os.environ["WORN"] = "1"
    return Document(id=content_id(data), text=data.decode(), media_type="text/plain")


def dawdle(data: bytes, path: Path, limits: Limits) -> Document:
    """Take longer than a file may, but give signs of life."""
    for page in range(1, 5):
        time.sleep(0.8)
        pulse(page, 4)
    return Document(id=content_id(data), text="slow", media_type="text/plain")


MISBEHAVING = {
    **READERS,
    ".hang": hang,
    ".crash": crash,
    ".leave": leave,
    ".mute": mute,
    ".stumble": stumble,
    ".gorge": gorge,
    ".chatter": chatter,
    ".worn": wear_out,
    ".slow": dawdle,
}
