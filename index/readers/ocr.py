"""A picture of a page to its lines of text, with a box for every character.

Turned pages are set upright, crooked ones are straightened in thought: the boxes say where
the writing stands in the picture as it was given. Lines that were read without certainty are
left out and counted: a wrong figure is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.readers.columns import rows_in_order
from index.readers.reflow import UNDRAWN, Glyphs
from index.readers.writing import networks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.readers.reflow import Boxes
    from index.readers.writing import Corners, Image, Networks, Reading

__all__ = ["Writing", "read_writing"]

_CERTAIN = 0.7  # mean likelihood of a line's characters; real lines have 0.9 and more
_CERTAIN_MARK = 0.95  # of a line without a letter or digit: mostly dirt
_UPRIGHT = 0.85  # below that, the page may stand on its head
_SAMPLE = 6  # lines that are read turned round, to see whether that makes more sense
_TALL = 1.5  # height over width of a line that runs up or down
_LEAN = 3.0  # width over height of a line that shows how crooked the page is
_GAP = 3.0  # usual steps from one character to the next: a blank that was not read
_SAME_SIZE = 1.25  # heights of lines that differ less are one size
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WIDE_FORM = re.compile("[\u3000-\u303f\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Writing:
    """What a picture says; boxes (n, 4) in its pixels from the top left corner."""

    glyphs: Glyphs  # one line of text for each line
    boxes: Boxes  # where each character stands in the picture
    layout: Boxes  # the same on a page set upright and straight, every line of one size
    doubtful: int  # lines that were left out


@dataclass(frozen=True, slots=True)
class _Line:
    corners: Corners  # top left first, clockwise, in the upright picture
    reading: Reading


def read_writing(image: Image) -> Writing:
    """Read a picture.

    Args:
        image: uint8 (height, width, 3), in the order blue, green, red.

    Raises:
        ReadError: the networks are missing.
    """
    turns, upright, lines = _upright(networks(), image)
    kept = [line for line in lines if _is_certain(line.reading)]
    if not kept:
        nothing = np.empty((0, 4), np.float32)
        return Writing(Glyphs("", ()), nothing, nothing, len(lines))
    straight = _straightened(kept)
    glyphs, drawn, layout = _composed(kept, straight)
    height, width = upright.shape[:2]
    return Writing(
        glyphs,
        _turned_back(drawn, turns, width, height),
        layout,
        len(lines) - len(kept),
    )


def _is_certain(reading: Reading) -> bool:
    lettered = any(map(str.isalnum, reading.text))
    return reading.score >= (_CERTAIN if lettered else _CERTAIN_MARK)


# --- upright ------------------


def _upright(nets: Networks, image: Image) -> tuple[int, Image, list[_Line]]:
    """Return quarter turns to the left, the picture after them, and its lines."""
    turns = 0
    corners = nets.find(image)
    if _run_up_or_down(corners):
        turns, image = 1, np.ascontiguousarray(np.rot90(image))
        corners = nets.find(image)
    corners.sort(key=lambda quad: -_size(quad)[0])
    sample = nets.read(image, corners[:_SAMPLE])
    if _stand_on_their_heads(nets, image, corners[:_SAMPLE], sample):
        turns, image = turns + 2, np.ascontiguousarray(np.rot90(image, 2))
        corners, sample = nets.find(image), []
    readings = [*sample, *nets.read(image, corners[len(sample) :])]
    lines = [
        _Line(quad, reading)
        for quad, reading in zip(corners, readings, strict=True)
        if reading.text.strip()
    ]
    return turns, image, lines


def _run_up_or_down(corners: Sequence[Corners]) -> bool:
    """Say whether most of the writing stands in lines that are higher than wide."""
    sizes = [_size(quad) for quad in corners]
    tall = sum(height for width, height in sizes if height > _TALL * width)
    return tall > sum(width for width, height in sizes if height <= _TALL * width)


def _size(quad: Corners) -> tuple[float, float]:
    """Return width and height."""
    return float(np.linalg.norm(quad[1] - quad[0])), float(
        np.linalg.norm(quad[3] - quad[0])
    )


def _stand_on_their_heads(
    nets: Networks, image: Image, corners: Sequence[Corners], readings: Sequence[Reading]
) -> bool:
    """Say whether lines make more sense turned by half."""
    now = _sense(readings)
    if not readings or now > _UPRIGHT:
        return False
    return _sense(nets.read(image, [np.roll(quad, 2, axis=0) for quad in corners])) > now


def _sense(readings: Sequence[Reading]) -> float:
    return float(np.mean([reading.score for reading in readings])) if readings else 0.0


def _turned_back(boxes: Boxes, turns: int, width: int, height: int) -> Boxes:
    """Return boxes of a picture of this size, before it was turned to the left."""
    left, top, right, bottom = boxes.T
    before = {
        0: (left, top, right, bottom),
        1: (height - bottom, left, height - top, right),
        2: (width - right, height - bottom, width - left, height - top),
        3: (top, width - right, bottom, width - left),
    }[turns % 4]
    return np.stack(before, axis=1).astype(np.float32)


# --- straight -----------------


def _straightened(lines: Sequence[_Line]) -> Boxes:
    """Return the lines' boxes (n, 4) on a page that is not crooked."""
    quads = np.stack([line.corners for line in lines])
    edges = quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]
    sizes = np.array([_size(line.corners) for line in lines], np.float32)
    long = sizes[:, 0] > _LEAN * sizes[:, 1]
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    angle = float(np.median(angles[long])) if long.any() else 0.0
    middles = quads.mean(axis=1)
    cos, sin = np.cos(angle), np.sin(angle)
    straight = middles @ np.array([[cos, -sin], [sin, cos]], np.float32)
    half = np.stack([sizes[:, 0], _sizes_in_steps(sizes[:, 1])], axis=1) / 2
    return np.concatenate([straight - half, straight + half], axis=1).astype(np.float32)


def _sizes_in_steps(heights: Boxes) -> Boxes:
    """Give lines of nearly one height the same: letters, not descenders, make a size."""
    order = np.argsort(heights)
    evened = heights.copy()
    start = 0
    for end in range(1, len(order) + 1):
        first = heights[order[start]]
        if end == len(order) or heights[order[end]] > _SAME_SIZE * first:
            group = order[start:end]
            evened[group] = np.median(heights[group])
            start = end
    return evened


# --- text ---------------------


def _composed(lines: Sequence[_Line], straight: Boxes) -> tuple[Glyphs, Boxes, Boxes]:
    """Return the text in reading order, and where each drawn character stands.

    The last values are the boxes in the upright picture, and those on the straight page.
    """
    text: list[str] = []
    rows: list[int] = []
    drawn: list[Boxes] = []
    layout: list[Boxes] = []
    count = 0
    for row in rows_in_order(straight):
        for part, at in enumerate(row):
            if text:
                text.append(" " if part else "\n")
                rows.append(UNDRAWN)
            spaced, places = _with_blanks(lines[at].reading)
            spaced = _narrow(spaced)
            edges = _edges(places)
            text.append(spaced)
            rows += [
                UNDRAWN if letter.isspace() else count + place
                for place, letter in enumerate(spaced)
            ]
            count += len(spaced)
            drawn.append(_cells(lines[at].corners, edges))
            layout.append(_cells(_corners_of(straight[at]), edges))
    undrawn = np.full((1, 4), np.nan, np.float32)
    return (
        Glyphs("".join(text), rows),
        np.concatenate([*drawn, undrawn]),
        np.concatenate([*layout, undrawn]),
    )


def _with_blanks(reading: Reading) -> tuple[str, list[float]]:
    """Return a line with the blanks that its gaps show but nobody read."""
    text, places = reading.text, reading.places
    if len(text) < 3 or _IDEOGRAPHS.search(text):
        return text, list(places)
    usual = float(np.median(np.diff(places)))
    spaced, at = [text[0]], [places[0]]
    for before, after, start, end in zip(text, text[1:], places, places[1:], strict=False):
        if end - start > _GAP * usual and before.isalnum() and after.isalnum():
            spaced.append(" ")
            at.append((start + end) / 2)
        spaced.append(after)
        at.append(end)
    return "".join(spaced), at


def _narrow(text: str) -> str:
    """Give Latin text its own marks: the reader also knows the wide ones of Chinese."""
    if _IDEOGRAPHS.search(text) or not _WIDE_FORM.search(text):
        return text
    narrow = [unicodedata.normalize("NFKC", letter) for letter in text]
    return "".join(
        new if len(new) == 1 else old for new, old in zip(narrow, text, strict=True)
    )


def _edges(places: Sequence[float]) -> Boxes:
    """Return where each character starts and ends, (n, 2), as shares of the line."""
    middles = np.asarray(places, np.float32)
    between = (middles[1:] + middles[:-1]) / 2
    half = float(np.median(np.diff(middles))) / 2 if len(middles) > 1 else 0.5
    starts = np.concatenate([[max(0.0, middles[0] - half)], between])
    ends = np.concatenate([between, [min(1.0, middles[-1] + half)]])
    return np.stack([starts, ends], axis=1).astype(np.float32)


def _cells(corners: Corners, edges: Boxes) -> Boxes:
    """Return the upright boxes (n, 4) around the parts of a line."""
    top = corners[0] + edges[:, :, None] * (corners[1] - corners[0])  # (n, 2, 2)
    bottom = corners[3] + edges[:, :, None] * (corners[2] - corners[3])
    points = np.concatenate([top, bottom], axis=1)  # (n, 4, 2)
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)


def _corners_of(box: Boxes) -> Corners:
    left, top, right, bottom = box.tolist()
    return np.array(
        [[left, top], [right, top], [right, bottom], [left, bottom]], np.float32
    )
