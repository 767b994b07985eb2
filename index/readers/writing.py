"""Two small neural networks: where lines of writing stand in a picture, and what they say.

The networks are the ONNX files inside the package `rapidocr` (PP-OCRv6, small; Apache-2.0),
taken only with the hashes they were published with. None of that package's code is run: it
takes ten seconds to import, and can fetch files. Nothing here touches the network.

Finding is differentiable binarization (https://arxiv.org/abs/1911.08947): a map of how likely
every pixel is to be in the kernel of a line, whose islands are grown back to whole lines.
Reading is connectionist temporal classification: one guess for every eighth pixel of a line,
which also says where in the line each character stands.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Image = NDArray[np.uint8]  # (height, width, 3): blue, green, red
    Corners = NDArray[np.float32]  # (4, 2): x, y from the top left corner, clockwise
    Floats = NDArray[np.float32]

__all__ = ["INSTALL", "Networks", "Reading", "is_installed", "networks"]

INSTALL = 'pip install "citewell[ocr]"'
_ANEW = f"Install it anew: {INSTALL} --force-reinstall"

_FINDER = (
    "PP-OCRv6_det_small.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)
_READER = (
    "PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
_THREADS = 2
_FINDER_SIDE = 1280  # pixels of the longer side; finding needs less than reading
_STRIDE = 32  # both sides of what the finder sees are multiples of it
_KERNEL = 0.3  # likelihood above which a pixel is in a line's kernel
_ISLAND = 0.5  # mean likelihood below which an island is none
_GROWTH = 1.6  # of area over circumference: how much smaller kernels were trained to be
_THINNEST = 3.0  # pixels of the finder's map
_MOST_LINES = 1500  # a page of a newspaper has some 600
_HEIGHT = 48  # pixels of a line as the reader sees it
_LONGEST = 60  # times its height; a longer line is squeezed
_BATCH_PIXELS = 6 * 1440  # of width, in all lines read together


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says; `len(places) == len(text)`."""

    text: str
    places: tuple[float, ...]  # the middle of each character, as a share of the width
    score: float  # mean likelihood of its characters, 0 to 1


@cache
def is_installed() -> bool:
    """Say whether the networks and what runs them are there."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "cv2"))


@cache
def networks() -> Networks:
    """Return the networks, loaded once.

    Raises:
        ReadError: they are missing, or are not what their hashes say they should be.
    """
    spec = importlib.util.find_spec("rapidocr") if is_installed() else None
    if spec is None or spec.origin is None:
        raise ReadError(f"OCR is not installed: {INSTALL}", "Install it, and index again.")
    folder = Path(spec.origin).parent / "models"
    return Networks(_session(folder, *_FINDER), _session(folder, *_READER))


def _session(folder: Path, name: str, digest: str) -> Any:
    import onnxruntime

    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise ReadError(f"the file {name} for OCR is missing", _ANEW) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise ReadError(f"the file {name} for OCR is not the published one", _ANEW)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # every page has another size; an arena keeps all
    # Waiting threads that spin would take the processor from whoever is answering.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


class Networks:
    """The finder and the reader of lines."""

    def __init__(self, finder: Any, reader: Any) -> None:
        """Take the two ONNX sessions."""
        import cv2

        cv2.setNumThreads(1)
        self._finder, self._reader = finder, reader
        letters = reader.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._letters = ["", *letters, " "]  # the first stands for "nothing new"

    def find(self, image: Image) -> list[Corners]:
        """Return the corners of every line, top left first, in no order."""
        import cv2

        height, width = image.shape[:2]
        scale = min(1.0, _FINDER_SIDE / max(height, width))
        rows, columns = (
            max(_STRIDE, round(side * scale / _STRIDE) * _STRIDE)
            for side in (height, width)
        )
        small = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
        batch = _blob(np.asarray(small, np.uint8))[None]
        heat = self._finder.run(None, {self._finder.get_inputs()[0].name: batch})[0][0, 0]
        shrunk = np.array([width / columns, height / rows], np.float32)
        most = np.array([width, height], np.float32)
        return [np.clip(line * shrunk, 0, most) for line in _islands(heat)]

    def read(self, image: Image, lines: Sequence[Corners]) -> list[Reading]:
        """Return what every line says, in the order given."""
        strips = [_strip(image, corners) for corners in lines]
        order = sorted(range(len(strips)), key=lambda at: strips[at].shape[1])
        found: dict[int, Reading] = {}
        while order:
            # Lines of one batch get the same width: the widest come last, few together.
            size = 1
            while (
                size < len(order)
                and (size + 1) * strips[order[size]].shape[1] <= _BATCH_PIXELS
            ):
                size += 1
            batch, order = order[:size], order[size:]
            found |= zip(batch, self._read_batch([strips[at] for at in batch]), strict=True)
        return [found[at] for at in range(len(strips))]

    def _read_batch(self, strips: Sequence[Image]) -> list[Reading]:
        widest = max(strip.shape[1] for strip in strips)
        batch = np.zeros((len(strips), 3, _HEIGHT, widest), np.float32)
        for row, strip in enumerate(strips):
            batch[row, :, :, : strip.shape[1]] = _blob(strip)
        guesses = self._reader.run(None, {self._reader.get_inputs()[0].name: batch})[0]
        best, likely = guesses.argmax(axis=2), guesses.max(axis=2)
        step = widest / best.shape[1]
        return [
            self._decode(best[row], likely[row], step / strip.shape[1])
            for row, strip in enumerate(strips)
        ]

    def _decode(self, best: NDArray[np.int64], likely: Floats, step: float) -> Reading:
        """Join equal neighbours, drop the "nothing new", and keep where each stood."""
        starts = np.flatnonzero(np.diff(best, prepend=-1))
        ends = np.append(starts[1:], len(best))
        text: list[str] = []
        places: list[float] = []
        scores: list[float] = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            if letter := self._letters[int(best[start])]:
                text.append(letter)
                places.append(min(1.0, (start + end) / 2 * step))
                scores.append(float(likely[start:end].max()))
        return Reading("".join(text), tuple(places), float(np.mean(scores or [0.0])))


def _blob(image: Image) -> Floats:
    """Return a picture as the networks see it: (3, height, width) from -1 to 1."""
    return (image.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)


def _islands(heat: Floats) -> list[Corners]:
    """Return the corners of the lines in a map of likelihoods, in its pixels."""
    import cv2

    kernels = cv2.dilate((heat > _KERNEL).astype(np.uint8), np.ones((2, 2), np.uint8))
    shores, _ = cv2.findContours(kernels, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for shore in (np.asarray(shore, np.int32) for shore in shores[:_MOST_LINES]):
        middle, (width, height), turned = cv2.minAreaRect(shore)
        if min(width, height) < _THINNEST or _likelihood(heat, shore) < _ISLAND:
            continue
        more = 2 * _GROWTH * width * height / (2 * (width + height))
        grown = cv2.boxPoints((middle, (width + more, height + more), turned))
        found.append(_clockwise(np.asarray(grown, np.float32)))
    return found


def _likelihood(heat: Floats, shore: NDArray[np.int32]) -> float:
    import cv2

    left, top, width, height = cv2.boundingRect(shore)
    inside = np.zeros((height, width), np.uint8)
    cv2.drawContours(inside, [shore - (left, top)], -1, 1, thickness=cv2.FILLED)
    return float(cv2.mean(heat[top : top + height, left : left + width], inside)[0])


def _clockwise(corners: Corners) -> Corners:
    """Order four corners: top left, top right, bottom right, bottom left."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def _strip(image: Image, corners: Corners) -> Image:
    """Return a line, straightened, as high as the reader wants it."""
    import cv2

    width = max(2, round(float(np.linalg.norm(corners[1] - corners[0]))))
    height = max(2, round(float(np.linalg.norm(corners[3] - corners[0]))))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, flat)
    # At its own size first: a heading that is shrunk in one step loses its thin strokes.
    strip = cv2.warpPerspective(
        image,
        matrix,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    columns = min(max(8, round(_HEIGHT * width / height)), _LONGEST * _HEIGHT)
    method = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(strip, (columns, _HEIGHT), interpolation=method), np.uint8)
