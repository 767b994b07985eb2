"""Find the words of passages that answer a question, with a small encoder and no torch.

The encoder reads `<s> question </s> title </s> passage </s>` and gives every passage token a
score as first and as last token of the answer, and the passage as a whole a score for "the
answer is not here". Its shipped file holds the fine-tuned layers only: the word vectors are
those of the encoder that training began with, unpacked at set-up and read in place.

Left out: deciding. Scores come out as the network gives them; whether to answer is calibrated
elsewhere.
"""

from __future__ import annotations

import json
import os
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assistant.encoder.packed import WORD_VECTORS
from assistant.encoder.words import TOKENIZER, WORDS
from assistant.errors import ModelFailed, ModelMissing
from assistant.models import file_sha256
from assistant.reading.windows import SpanLogits, make_windows
from assistant.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    from assistant.reading.windows import Window

    Floats = NDArray[np.float32]

__all__ = [
    "Extractor",
    "Reading",
    "SpanScore",
    "load_extractor",
    "load_tokenizer",
    "open_session",
]

KINDS = {"F16": np.float16, "F32": np.float32}  # as safetensors names them
ANEW = "Make the words of the extractor anew with: citewell setup --force"
MOST_WAYS = 40  # of saying what some words say; the rest have next to no probability
MOST_WEIGHED = 400  # the same, of all that a passage says


@dataclass(frozen=True, slots=True)
class SpanScore:
    """A candidate answer: `passage[start:end]`, in code points."""

    start: int
    end: int
    score: float  # logit of the span minus `null`: above 0, the passage rather answers
    null: float  # logit that the passage does not hold the answer
    mass: float  # logit of all spans that share a word with this one: of what it says
    total: float  # logit of all spans of the passage: that it answers in whatever words

    @property
    def logit(self) -> float:
        """The span's own logit, comparable between the passages of one question."""
        return self.score + self.null


@dataclass(frozen=True, slots=True)
class Reading:
    """What the extractor makes of a text when it weighs all that it may be meant to answer."""

    total: float  # logit that the text answers, in whatever words
    null: float  # logit that it does not
    ways: tuple[tuple[int, int, float], ...]  # start, end, probability; likeliest first

    @property
    def score(self) -> float:
        """The logit of an answer against none: above 0, the text rather answers."""
        return self.total - self.null


class Extractor:
    """The encoder on onnxruntime; safe to call from several threads."""

    def __init__(self, model: Path, words: Path, threads: int = 0) -> None:
        """Load the layers from `model` (ONNX) and the words from their folder.

        Args:
            model: the file of the layers.
            words: folder of the word vectors and the tokenizer.
            threads: how many passages are read at once; 0 for one per processor.

        Raises ModelMissing or ModelFailed where one of the files cannot be used.
        """
        self._threads = threads or os.cpu_count() or 1
        self._session = open_session(model)
        self._words = map_word_vectors(words / WORDS)
        self._tokenizer = load_tokenizer(words)

    @property
    def word_vectors_sha256(self) -> str:
        """The hash of the weights whose word vectors the layers were trained on."""
        meta = self._session.get_modelmeta().custom_metadata_map
        return str(meta.get("word_vectors_sha256", ""))

    def extract(
        self,
        question: str,
        passages: Sequence[str],
        *,
        titles: Sequence[str] = (),
        n: int = 3,
    ) -> list[list[SpanScore]]:
        """Return for each passage its up to n best spans, best first.

        Args:
            question: as it was asked.
            passages: texts to read; one without words gives an empty list.
            titles: of the passages' documents, one each ("" if unknown), or none at all.
            n: how many spans to return per passage.
        """
        named = titles or [""] * len(passages)
        windows = [
            make_windows(self._tokenizer, question, passage, title)
            for passage, title in zip(passages, named, strict=True)
        ]
        flat = [window for own in windows for window in own]
        # Windows side by side on a core each are faster than one batch on all of them.
        with ThreadPoolExecutor(self._threads) as pool:
            spans = pool.map(lambda window: self._read(window, n), flat)
            return [_distinct([s for _ in own for s in next(spans)])[:n] for own in windows]

    def read_again(
        self,
        question: str,
        passage: str,
        words: tuple[int, int],
        parts: Sequence[tuple[int, int]],
        *,
        title: str = "",
    ) -> list[Reading]:
        """Return how else some words of a passage may be meant, each part read by itself.

        Args:
            question: as it was asked.
            passage: the whole text.
            words: their start and end, code points of the passage.
            parts: start and end of what to read, with the words inside.
            title: of the passage's document.

        A part of which no window holds the words whole is left out. Ways are placed in the
        passage, not in its part.
        """
        with ThreadPoolExecutor(self._threads) as pool:
            readings = pool.map(
                lambda part: self._read_part(question, passage, words, part, title), parts
            )
            return [reading for reading in readings if reading is not None]

    def _read_part(
        self,
        question: str,
        passage: str,
        words: tuple[int, int],
        part: tuple[int, int],
        title: str,
    ) -> Reading | None:
        begin, stop = part
        start, end = words[0] - begin, words[1] - begin
        for window in make_windows(self._tokenizer, question, passage[begin:stop], title):
            offsets = window.offsets
            held = [k for k, (a, b) in enumerate(offsets) if a < end and start < b]
            if held and offsets[0][0] <= start and end <= offsets[-1][1]:
                found = self._ways(window, held[0], held[-1], MOST_WAYS)
                ways = ((a + begin, b + begin, likely) for a, b, likely in found.ways)
                return replace(found, ways=tuple(ways))
        return None

    def weigh(self, question: str, passage: str) -> Reading | None:
        """Return what all of a passage may be meant to answer, of a long one its best window.

        None where the passage has no words.
        """
        windows = make_windows(self._tokenizer, question, passage)
        readings = [
            self._ways(window, 0, len(window.offsets) - 1, MOST_WEIGHED)
            for window in windows
        ]
        return max(readings, key=lambda reading: reading.score, default=None)

    def _ways(self, window: Window, first: int, last: int, n: int) -> Reading:
        logits, null = self._logits(window)
        ways = (
            (window.offsets[a][0], window.offsets[b][1], likely)
            for a, b, likely in logits.ways(first, last, n)
        )
        return Reading(logits.total(), null, tuple(w for w in ways if w[0] < w[1]))

    def _read(self, window: Window, n: int) -> list[SpanScore]:
        """Return the n best spans of one window."""
        logits, null = self._logits(window)
        total = logits.total()
        return [
            SpanScore(
                window.offsets[a][0],
                window.offsets[b][1],
                logit - null,
                null,
                logits.mass(a, b),
                total,
            )
            for a, b, logit in logits.best(n)
        ]

    def _logits(self, window: Window) -> tuple[SpanLogits, float]:
        """Run the network on one window: the logits of its spans and of "not here"."""
        words = self._words[list(window.ids)].astype(np.float32)[None]
        types = np.array([window.types], dtype=np.int64)
        start, end, null = self._session.run(None, {"words": words, "types": types})
        own = slice(window.first, window.first + len(window.offsets))
        logits = SpanLogits(start[0, own], end[0, own], paragraphs=window.paragraphs)
        return logits, float(null[0])


def load_extractor(words: Path, cache: Path, threads: int = 0) -> Extractor:
    """Load the extractor that comes with the program.

    Args:
        words: folder of the word vectors and the tokenizer that set-up unpacks.
        cache: folder in which hashes of large files are remembered.
        threads: how many passages are read at once; 0 for one per processor.

    Raises ModelMissing or ModelFailed; the latter also where `words` holds others than those
    that the layers were trained on.
    """
    extractor = Extractor(shipped_extractor(), words, threads)
    if file_sha256(words / WORDS, cache) != extractor.word_vectors_sha256:
        raise ModelFailed(
            f"The extractor does not fit the word vectors in {words}.",
            ANEW,
        )
    return extractor


def shipped_extractor() -> Path:
    """Return the file of the extractor that comes with the program."""
    return shipped_folder("_extractor", "models/extractor") / "extractor.onnx"


def load_tokenizer(words: Path) -> Tokenizer:
    """Load the tokenizer whose pieces the word vectors belong to; it neither pads nor cuts.

    Raises ModelMissing or ModelFailed.
    """
    from tokenizers import Tokenizer

    path = words / TOKENIZER
    if not path.is_file():
        raise ModelMissing(f"There is no {path}.")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # it raises nothing narrower
        raise ModelFailed(f"{path} is not a tokenizer that can be read.", ANEW) from error


def map_word_vectors(weights: Path) -> NDArray[np.floating]:
    """Map the word vectors of a safetensors file into memory: (vocabulary, d).

    The file is eight bytes of length, that many of JSON, then the arrays one after another.
    """
    try:
        with weights.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            entry = json.loads(file.read(length))[WORD_VECTORS]
        begin = 8 + length + entry["data_offsets"][0]
        return np.memmap(weights, KINDS[entry["dtype"]], "r", begin, tuple(entry["shape"]))
    except FileNotFoundError as error:
        raise ModelMissing(f"There is no {weights}.") from error
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise ModelFailed(
            f"{weights} holds no word vectors that can be read.", ANEW
        ) from error


def open_session(model: Path) -> InferenceSession:
    """Open an int8 ONNX file to be run on one core, with the same sums on every processor.

    Raises ModelMissing or ModelFailed.
    """
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidProtobuf

    if not model.is_file():
        raise ModelMissing(f"There is no extractor at {model}.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it keeps a plan for every length it meets
    options.log_severity_level = 3
    # Processors without VNNI instructions add two products up in 16 bits, which do not always
    # hold them: there, and only there, this takes the exact way, which is 1.3 times slower.
    options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        return onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
    except (Fail, InvalidProtobuf) as error:
        raise ModelFailed(f"{model} is not a model that can be loaded: {error}") from error


def _distinct(spans: list[SpanScore]) -> list[SpanScore]:
    """Sort by score, dropping what overlaps a better span found in another window."""
    kept: list[SpanScore] = []
    for span in sorted(spans, key=lambda s: -s.score):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept
