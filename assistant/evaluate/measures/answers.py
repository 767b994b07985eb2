"""Answers against gold answers: exact match, token F1, and whether gold is contained.

The normalisation is that of SQuAD's published script (Rajpurkar et al., "Know What You Don't
Know: Unanswerable Questions for SQuAD", ACL 2018; evaluate-v2.0.py): lower case, ASCII
punctuation and the articles a, an, the removed, white space folded. Quotation marks of other
shapes are removed as ASCII's are. Scripts written without spaces (Chinese, Japanese) are cut
into single characters and lose all punctuation, as in MLQA's script (Lewis et al., ACL 2020).
Text with neither scores exactly as in SQuAD's.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "LONG_ANSWER",
    "answer_tokens",
    "contains_gold",
    "exact_match",
    "is_long",
    "normalize",
    "strip_marks",
    "token_f1",
    "token_recall",
]

LONG_ANSWER = 12  # tokens; a longer gold answer is judged by how much of it is said
ARTICLES = re.compile(r"\b(a|an|the)\b")
UNSPACED = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]")
MARKS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
# A sentence that is quoted stands between such marks: its first and last word are words.
QUOTATION_MARKS = "“”„‟«»‹›‘’‚‛"
PUNCTUATION = {*string.punctuation, *QUOTATION_MARKS}


def normalize(text: str) -> str:
    """Return the form in which SQuAD compares two answers.

    >>> normalize("The Eiffel  Tower!")
    'eiffel tower'
    """
    lowered = text.lower()
    if UNSPACED.search(lowered):
        kept = "".join(c for c in lowered if not unicodedata.category(c).startswith("P"))
        lowered = UNSPACED.sub(lambda match: f" {match[0]} ", kept)
    else:
        lowered = "".join(c for c in lowered if c not in PUNCTUATION)
    return " ".join(ARTICLES.sub(" ", lowered).split())


def answer_tokens(text: str) -> list[str]:
    """Return the tokens that F1 compares."""
    return normalize(text).split()


def is_long(answer: str) -> bool:
    """Say whether a gold answer is prose that nobody repeats word for word."""
    return len(answer_tokens(answer)) > LONG_ANSWER


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """Return 1 if the answer equals one of the gold answers after normalisation, else 0."""
    return float(any(normalize(answer) == normalize(gold) for gold in golds))


def token_f1(answer: str, golds: Sequence[str]) -> float:
    """Return the best F1 of the shared tokens over all gold answers, 0 to 1.

    Where either side has no token, it is 1 if both have none, else 0 (as in
    evaluate-v2.0.py).
    """
    tokens = answer_tokens(answer)
    return max((_f1(tokens, answer_tokens(gold)) for gold in golds), default=0.0)


def token_recall(answer: str, golds: Sequence[str]) -> float:
    """Return the best share of a gold answer's tokens that the answer says, 0 to 1."""
    said = Counter(answer_tokens(answer))
    best = 0.0
    for gold in golds:
        tokens = answer_tokens(gold)
        if tokens:
            best = max(best, (said & Counter(tokens)).total() / len(tokens))
    return best


def contains_gold(answer: str, golds: Sequence[str]) -> float:
    """Return 1 if the tokens of a gold answer stand in the answer in one piece, else 0.

    Whole tokens: "5" is not contained in "1952". Marks such as [1] are taken out first.
    """
    said = _padded(strip_marks(answer))
    wanted = [_padded(gold) for gold in golds]
    return float(any(gold.strip() and gold in said for gold in wanted))


def strip_marks(answer: str) -> str:
    """Return the answer without its citation marks, [1] or [1, 2]."""
    return MARKS.sub("", answer)


def _padded(text: str) -> str:
    return f" {normalize(text)} "


def _f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    same = (Counter(answer) & Counter(gold)).total()
    if same == 0:
        return 0.0
    precision, found = same / len(answer), same / len(gold)
    return 2 * precision * found / (precision + found)
