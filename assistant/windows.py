"""The extractor's input and output: a question with a passage as tokens, token scores as spans.

Pure: no model, no file. Training and run time share it, so that both read the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]

__all__ = ["MAX_ANSWER_TOKENS", "MAX_TOKENS", "Window", "best_spans", "make_windows"]

# Of question, title and passage together; longer passages are read by windows.
MAX_TOKENS = 320
MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
MAX_ANSWER_TOKENS = 30
STRIDE = 96  # tokens that two neighbouring windows share
CLS, SEP = 101, 102  # of the BERT vocabulary the bundled model uses


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the encoder: token ids, and where its passage tokens stand in the text."""

    ids: tuple[int, ...]
    types: tuple[int, ...]  # 0 for the question, 1 for title and passage
    first: int  # index in `ids` of the first passage token
    offsets: tuple[tuple[int, int], ...]  # code points of the passage, one pair per token


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
    head = [CLS, *asked.ids[:MAX_QUESTION_TOKENS], SEP]
    prefix = head + ([*titled.ids[:MAX_TITLE_TOKENS], SEP] if titled.ids else [])
    room = MAX_TOKENS - len(prefix) - 1
    windows = []
    for begin in range(0, max(len(read.ids) - STRIDE, 1), room - STRIDE):
        ids = read.ids[begin : begin + room]
        if not ids:
            break
        whole = (*prefix, *ids, SEP)
        types = (0,) * len(head) + (1,) * (len(whole) - len(head))
        offsets = tuple(read.offsets[begin : begin + room])
        windows.append(Window(whole, types, len(prefix), offsets))
    return windows


def best_spans(
    start: Floats, end: Floats, n: int, max_tokens: int = MAX_ANSWER_TOKENS
) -> list[tuple[int, int, float]]:
    """Return up to n spans (first, last token, logit), best first, no two overlapping.

    `start` and `end` hold one logit per passage token; a span's logit is the sum of the two.
    """
    size = len(start)
    reach = min(max_tokens, size)
    padded = np.pad(end, (0, reach), constant_values=-np.inf)
    ends = np.lib.stride_tricks.sliding_window_view(padded, reach)[:size]
    values = (start[:, None] + ends).ravel()
    taken = np.zeros(size, dtype=bool)
    found: list[tuple[int, int, float]] = []
    for k in np.argsort(-values):
        i, j = k // reach, k // reach + k % reach
        if j >= size or taken[i : j + 1].any():
            continue
        taken[i : j + 1] = True
        found.append((int(i), int(j), float(values[k])))
        if len(found) == n:
            break
    return found
