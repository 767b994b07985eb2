"""One page's characters in lines, as PDF has them, to paragraphs one can read and quote.

A line end inside a paragraph becomes a space, a word parted by a hyphen becomes whole, and
every character keeps the row of its box. Pure: knows boxes and characters, not PDF.

A line end is taken for the end of a paragraph where the page shows it: a gap, another size,
a bullet, an indent after a full stop, or a line that ends early although the next word
would have fitted. These rules have no outside source; they were tried on real pages.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from index.readers.normalise import BREAKS, DROPPED, SURROGATES
from index.readers.raised import raised_digits

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from numpy.typing import NDArray

    Boxes = NDArray[
        np.float32
    ]  # (n, 4): left, top, right, bottom in points from the top left

__all__ = [
    "HYPHEN",
    "UNDRAWN",
    "Glyphs",
    "Line",
    "compose",
    "ends_sentence",
    "joiner",
    "lines_of",
    "reflow",
]

UNDRAWN = -1  # the row of a character that is not on the page
HYPHEN = "\x02"  # what PDFium gives for a hyphen at a line's end, the line break swallowed
_HYPHENS = "-\u00ad\u2010"  # where PDFium does not mark them itself
_RAISED_SIZE = 0.85  # of a line's usual letter: what is smaller may be a mark
_RAISED_BY = 0.12  # of it: how far up
_LIGATURES = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))
_BULLET = re.compile(r"(?:[-•◦▪‣●○■*–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")
_STOP = re.compile(r"[.!?:;]['\"”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters, and for each the row of its box; `len(text) == len(rows)`."""

    text: str
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page and where it is drawn; NaN-free, 0 if it is not drawn."""

    text: str  # without blanks at its ends; never empty
    rows: Sequence[int]
    left: float
    top: float
    right: float
    bottom: float
    size: float  # median height of a character

    @property
    def drawn(self) -> bool:
        """Say whether any of its characters has a box."""
        return self.size > 0


def reflow(lines: Sequence[Line], words: Container[str] = ()) -> Glyphs:
    """Return the lines in paragraphs, in normal form, each character with its row.

    Args:
        lines: of one page.
        words: the words of the document, lower case: whether "well-" and "known" are one
            word is looked up there.
    """
    leading = _leading(lines)
    text: list[str] = []
    rows: list[int] = []
    for number, line in enumerate(lines):
        if number:
            before = lines[number - 1]
            joint = _joint(lines, number, leading)
            if joint == " " and before.text.endswith(HYPHEN):
                joint = _unhyphenated(before.text, line.text, words)
                if not joint:
                    text.pop()
                    rows.pop()
                joint = ""
            text += joint
            rows += [UNDRAWN] * len(joint)
        text += line.text
        rows += line.rows
    return compose(Glyphs("".join(text).replace(HYPHEN, "-"), rows))


def compose(glyphs: Glyphs) -> Glyphs:
    """Return the same characters in normal form; a composed one keeps its base's row."""
    kept = [
        (letter, row)
        for character, row in zip(glyphs.text, glyphs.rows, strict=True)
        if not DROPPED.match(character)
        for letter in _letters(character)
    ]
    if unicodedata.is_normalized("NFC", plain := "".join(letter for letter, _ in kept)):
        return Glyphs(plain, [row for _, row in kept])
    text: list[str] = []
    rows: list[int] = []
    start = 0
    for end in range(1, len(kept) + 1):
        if end == len(kept) or _starts_anew(plain[start:end], plain[end]):
            whole = unicodedata.normalize("NFC", plain[start:end])
            text.append(whole)
            rows += [kept[start][1]] * len(whole)
            start = end
    return Glyphs("".join(text), rows)


def _letters(character: str) -> str:
    plain = SURROGATES.sub("\ufffd", BREAKS.sub("\n", character))
    return _LIGATURES.get(plain, plain)


def joiner(before: str, after: str) -> str:
    """Return what parts two pages: a space inside a sentence, else a blank line."""
    if before and after and not _STOP.search(before) and after[0].islower():
        return " "
    return "\n\n" if before and after else ""


def ends_sentence(text: str) -> bool:
    """Say whether a text ends where a sentence does."""
    return _STOP.search(text) is not None


def _starts_anew(before: str, character: str) -> bool:
    """Say whether `character` can be normalised apart from what stands before it."""
    if unicodedata.combining(character):
        return False
    joined = unicodedata.normalize("NFC", before + character)
    apart = unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", character)
    return joined == apart


def lines_of(glyphs: Glyphs, boxes: Boxes) -> list[Line]:
    """Return the lines that hold anything, in the order of the file."""
    lines = []
    start = 0
    for end, character in enumerate(glyphs.text + "\n"):
        if character in "\r\n" or (end > start and glyphs.text[end - 1] == HYPHEN):
            if line := _line(glyphs, boxes, start, end):
                lines.append(line)
            start = end if character not in "\r\n" else end + 1
    return lines


def _line(glyphs: Glyphs, boxes: Boxes, start: int, end: int) -> Line | None:
    raw = glyphs.text[start:end]
    text = raw.strip()
    if not text:
        return None
    start += len(raw) - len(raw.lstrip())
    if text[-1] in _HYPHENS and text[-2:-1].isalpha():
        text = text[:-1] + HYPHEN
    text, rows = _with_marks(text, glyphs.rows[start : start + len(text)], boxes)
    drawn = boxes[[row for row in rows if row != UNDRAWN]]
    drawn = drawn[~np.isnan(drawn[:, 0])]
    if not len(drawn):
        return Line(text, rows, 0.0, 0.0, 0.0, 0.0, 0.0)
    left, top = drawn[:, :2].min(axis=0).tolist()
    right, bottom = drawn[:, 2:].max(axis=0).tolist()
    size = float(np.median(drawn[:, 3] - drawn[:, 1]))
    return Line(text, rows, left, top, right, bottom, size)


def _with_marks(text: str, rows: Sequence[int], boxes: Boxes) -> tuple[str, list[int]]:
    """Return a line with raised digits as marks of notes or exponents, not as digits."""
    known = list(rows)
    if not any(map(str.isdigit, text)):
        return text, known
    drawn = np.array(
        [boxes[row] if row != UNDRAWN else np.full(4, np.nan) for row in known]
    )
    heights, bottoms = drawn[:, 3] - drawn[:, 1], drawn[:, 3]
    if not np.isfinite(heights).any():
        return text, known
    size, base = float(np.nanmedian(heights)), float(np.nanmedian(bottoms))
    small = (heights < _RAISED_SIZE * size) & (bottoms < base - _RAISED_BY * size)
    raised = [bool(s) and c.isdigit() for s, c in zip(small, text, strict=True)]
    if not any(raised):
        return text, known
    said, kept = "", list[int]()
    at = 0
    while at < len(text):
        end = at
        while end < len(text) and raised[end]:
            end += 1
        if end > at:
            mark = raised_digits(text[at:end], said)
            shift = mark.find(text[at:end])
            of = known[at] if shift < 0 else UNDRAWN
            kept += [of if not 0 <= n - shift < end - at else known[at + n - shift]
                     for n in range(len(mark))]  # fmt: skip
            said, at = said + mark, end
            continue
        said += text[at]
        kept.append(known[at])
        at += 1
    return said, kept


def _leading(lines: Sequence[Line]) -> float:
    """Return the usual distance from one line to the next, in line heights."""
    steps = [
        (after.bottom - before.bottom) / before.size
        for before, after in pairwise(lines)
        if before.drawn and after.drawn and after.bottom - before.bottom > before.size / 2
    ]
    close = [step for step in steps if step < 2.5]  # the rest are gaps
    return float(np.percentile(close, 30)) if close else 1.2


def _joint(lines: Sequence[Line], number: int, leading: float) -> str:
    r"""Return what stands between a line and the one before: " ", "\n" or "\n\n"."""
    before, after = lines[number - 1], lines[number]
    if not (before.drawn and after.drawn):
        return "\n"
    step = (after.bottom - before.bottom) / before.size
    if abs(step) < 0.4 and after.left >= before.left:  # one row, parted by a wide blank
        return " "
    ended = bool(_STOP.search(before.text))
    parted = before.text.endswith(HYPHEN) and after.text[0].isalpha()
    resized = abs(after.size - before.size) > 0.12 * before.size
    indented = ended and after.left - before.left > 0.7 * before.size
    elsewhere = step < 0 or after.left > before.right  # the next column, or a box
    if elsewhere and not resized:
        return " " if not ended and after.text[0].islower() else "\n\n"
    if resized or indented or step > leading * 1.35:
        return "\n\n"
    deliberate = _BULLET.match(after.text) or (not parted and _ended_early(lines, number))
    return "\n" if deliberate else " "


def _ended_early(lines: Sequence[Line], number: int) -> bool:
    """Say whether the next line's first word would have fitted at this line's end."""
    before, after = lines[number - 1], lines[number]
    column = [
        line.right
        for line in lines[max(0, number - 8) : number + 8]
        if line.left < before.right and before.left < line.right
    ]
    first = after.text.split(maxsplit=1)[0]
    width = (after.right - after.left) * (len(first) + 1) / max(len(after.text), 1)
    slack = 0.5 * before.size
    return max(column) - before.right > width + slack


def _unhyphenated(before: str, after: str, words: Container[str]) -> str:
    """Return "-" if a hyphen at a line's end belongs to the word, else ""."""
    head = re.split(r"[\s—–]", before[:-1])[-1].lstrip("([{\"'“‘")
    tail = re.split(r"[^\w'’]", after, maxsplit=1)[0]
    if f"{head}-{tail}".lower() in words:
        return "-"
    letters = head[-1:].isalpha() and tail[:1].islower()
    return "" if letters and "-" not in head else "-"
