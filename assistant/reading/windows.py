"""The extractor's input and output: a question with a passage as tokens, token scores as spans.

Pure: no model, no file. Training and run time share it, so that both read the same way.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]

__all__ = [
    "BEGIN",
    "END",
    "MAX_ANSWER_TOKENS",
    "MAX_TOKENS",
    "SpanLogits",
    "Window",
    "central_span",
    "make_windows",
]

# Of question, title and passage together; longer passages are read by windows.
MAX_TOKENS = 320
MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
MAX_ANSWER_TOKENS = 30
STRIDE = 96  # tokens that two neighbouring windows share
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
BEGIN, END = 0, 2  # <s> and </s>, which `assistant.encoder.words` keeps where they stand


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the encoder: token ids, and where its passage tokens stand in the text."""

    ids: tuple[int, ...]
    types: tuple[int, ...]  # 0 for the question, 1 for title and passage
    first: int  # index in `ids` of the first passage token
    offsets: tuple[tuple[int, int], ...]  # code points of the passage, one pair per token
    # Which paragraph each token is in, rising; no answer leaves its own.
    paragraphs: tuple[int, ...]


def make_windows(
    tokenizer: Tokenizer, question: str, passage: str, title: str = ""
) -> list[Window]:
    """Encode a question with a passage; long passages become overlapping windows.

    The tokenizer must neither pad nor truncate. An empty passage gives no window.
    """
    asked, titled, read = (
        # Lone surrogates, which no tokenizer takes, become "?": the length stays.
        tokenizer.encode(
            text.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False
        )
        for text in (question, title, passage)
    )
    head = [BEGIN, *asked.ids[:MAX_QUESTION_TOKENS], END]
    prefix = head + ([*titled.ids[:MAX_TITLE_TOKENS], END] if titled.ids else [])
    room = MAX_TOKENS - len(prefix) - 1
    breaks = [match.end() for match in BLANK_LINE.finditer(passage)]
    windows = []
    for begin in range(0, max(len(read.ids) - STRIDE, 1), room - STRIDE):
        ids = read.ids[begin : begin + room]
        if not ids:
            break
        whole = (*prefix, *ids, END)
        types = (0,) * len(head) + (1,) * (len(whole) - len(head))
        offsets = tuple(read.offsets[begin : begin + room])
        paragraphs = tuple(bisect_right(breaks, end - 1) for _, end in offsets)
        windows.append(Window(whole, types, len(prefix), offsets, paragraphs))
    return windows


class SpanLogits:
    """The logits of all spans of a few tokens: of the first and the last token, added up."""

    def __init__(
        self,
        start: Floats,
        end: Floats,
        max_tokens: int = MAX_ANSWER_TOKENS,
        paragraphs: Sequence[int] = (),
    ) -> None:
        """Take the logits of L tokens as first and as last one, (L,) each.

        With the number of each token's paragraph no span goes from one to the next.
        """
        size = len(start)
        reach = min(max_tokens, size)
        padded = np.pad(end.astype(np.float64), (0, reach), constant_values=-np.inf)
        ends = np.lib.stride_tricks.sliding_window_view(padded, reach)[:size]
        self._values = start[:, None] + ends  # by first token and length - 1
        self._first = np.arange(size)[:, None]
        self._last = self._first + np.arange(reach)
        if paragraphs:
            number = np.pad(np.asarray(paragraphs), (0, reach), constant_values=-1)
            self._values[number[self._first] != number[self._last]] = -np.inf

    def best(self, n: int) -> list[tuple[int, int, float]]:
        """Return up to n spans (first, last token, logit), best first, no two overlapping."""
        size, reach = self._values.shape
        taken = np.zeros(size, dtype=bool)
        found: list[tuple[int, int, float]] = []
        for k in np.argsort(-self._values, axis=None):
            i, j = k // reach, k // reach + k % reach
            if not np.isfinite(self._values.flat[k]):
                break
            if taken[i : j + 1].any():
                continue
            taken[i : j + 1] = True
            found.append((int(i), int(j), float(self._values.flat[k])))
            if len(found) == n:
                break
        return found

    def total(self) -> float:
        """Return the logit of all spans together: of an answer, whichever it is."""
        return _log_sum(self._values)

    def mass(self, first: int, last: int) -> float:
        """Return the logit of all spans that share a token with these, in nats.

        An answer can be said a little shorter or longer; all of these ways speak for it.
        """
        return _log_sum(self._values[self._sharing(first, last)])

    def ways(self, first: int, last: int, n: int) -> list[tuple[int, int, float]]:
        """Return the likeliest n spans that share a token with these, likeliest first.

        Each is (first, last token, probability); those of all that share one add up to 1.
        """
        i, d = np.nonzero(self._sharing(first, last))
        logits = self._values[i, d]
        order = np.argsort(-logits, kind="stable")[:n]
        likely = np.exp(logits[order] - _log_sum(logits))
        return [
            (int(i[k]), int(i[k] + d[k]), float(p))
            for k, p in zip(order, likely, strict=True)
        ]

    def _sharing(self, first: int, last: int) -> NDArray[np.bool_]:
        inside = np.isfinite(self._values)
        shared: NDArray[np.bool_] = inside & (self._first <= last) & (self._last >= first)
        return shared


def _log_sum(logits: NDArray[np.float64]) -> float:
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))


def central_span(ways: Sequence[tuple[int, int, float]]) -> tuple[int, int]:
    """Return of several spans (start, end, weight) the one that the others agree with best.

    Agreement is the F1 of shared positions, weighted; the same span may come several times.
    This is minimum Bayes risk decoding (Kumar & Byrne, HLT-NAACL 2004).
    """
    weights: dict[tuple[int, int], float] = {}
    for start, end, weight in ways:
        weights[start, end] = weights.get((start, end), 0.0) + weight

    def agreed(span: tuple[int, int]) -> float:
        return sum(weight * _f1(span, other) for other, weight in weights.items())

    return max(weights, key=agreed)


def _f1(one: tuple[int, int], other: tuple[int, int]) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * max(shared, 0) / (one[1] - one[0] + other[1] - other[0])
