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
    "rouge_l",
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


def rouge_l(answer: str, golds: Sequence[str]) -> float:
    """Return the best ROUGE-L F-measure over all gold answers, 0 to 1.

    Of the longest common subsequence of tokens (Lin, "ROUGE", 2004, with precision and recall
    weighed alike): how much of a long answer is said, in the same order. Tokens are runs of
    letters and digits in lower case, single characters in scripts without spaces.
    """
    said = _words(answer)
    return max((_rouge_l(said, _words(gold)) for gold in golds), default=0.0)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", UNSPACED.sub(lambda m: f" {m[0]} ", text.lower()))


def _rouge_l(said: Sequence[str], gold: Sequence[str]) -> float:
    if not said or not gold:
        return float(said == gold)
    common = _common_subsequence(said, gold)
    return 2 * common / (len(said) + len(gold))


def _common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest common subsequence, a row of the table at a time."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0  # the value above and to the left
        for j, each in enumerate(other, start=1):
            above = row[j]
            row[j] = before + 1 if word == each else max(above, row[j - 1])
            before = above
    return row[-1]


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
