"""Captions (VTT, SRT): what is said, with the time at which it is said as its place."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.normalise import normalise, squeeze
from index.readers.source import Limits, content_id, count_visible
from index.readers.writer import BlockWriter
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_captions"]

_TIMES = re.compile(r"(?P<start>(?:\d+:)?\d{1,2}:\d{2})[.,]\d{1,3}\s*-->\s*[\d:.,]+.*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"<[^>\n]{0,200}>")
_ENDS = (".", "!", "?", "…", '"', "”")
_LONGEST = 400  # characters of captions that are taken for one sentence


def read_captions(data: bytes, path: Path, limits: Limits) -> Document:
    """Read captions; those that make one sentence stand together.

    Raises:
        ReadError: there are none.
    """
    del limits
    raw, notes = decode(data)
    writer, counted = BlockWriter(), 0
    waiting, since, speaker = "", "", ""
    for start, who, text in _cues(normalise(raw)):
        counted += count_visible(text)
        if waiting and (
            who != speaker or waiting.endswith(_ENDS) or len(waiting) > _LONGEST
        ):
            _write(writer, since, speaker, waiting)
            waiting = ""
        if not waiting:
            since, speaker = start, who
        waiting = f"{waiting} {text}".strip()
    _write(writer, since, speaker, waiting)
    if not writer.text:
        raise ReadError("it holds no captions", "Save it again.")
    suffix = path.suffix.lower().lstrip(".")
    return Document(
        id=content_id(data),
        text=writer.text,
        media_type="text/vtt" if suffix == "vtt" else "application/x-subrip",
        places=tuple(writer.places),
        parts=(Part("captions", PartState.READ, counted),),
        characters_read=count_visible(writer.text),
        notes=notes,
    )


def _write(writer: BlockWriter, since: str, speaker: str, text: str) -> None:
    if text:
        writer.open_place(since if since.count(":") > 1 else f"00:{since}")
        writer.add(f"{speaker}: {text}" if speaker else text)


def _cues(text: str) -> list[tuple[str, str, str]]:
    """Return start, speaker and words of each caption."""
    cues = []
    for block in re.split(r"\n\s*\n", text):
        lines = block.strip("\n").split("\n")
        at = next((n for n, line in enumerate(lines) if _TIMES.match(line.strip())), None)
        if at is None:
            continue
        found = _TIMES.match(lines[at].strip())
        assert found is not None
        said = " ".join(lines[at + 1 :])
        voice = _VOICE.search(said)
        words = squeeze(html.unescape(_TAG.sub("", said)))
        if words:
            cues.append((found["start"], squeeze(voice[1]) if voice else "", words))
    return cues
