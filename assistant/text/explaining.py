"""Questions that want to have something explained, which one sentence seldom does whole.

English and German. A question for a name, a number or a day is none, however it is put.
"""

from __future__ import annotations

import re

__all__ = ["wants_explanation"]

_BE = r"(?:is|are|was|were|ist|sind|war|waren)"
_EXPLAIN = re.compile(
    r"\b(?:why|how (?:do|does|did|can|could|to|will|would|should)|what happen(?:s|ed)|"
    r"what (?:do|does|did|would) .{1,200} (?:do|mean)|what (?:is|are|was|were) (?:an?|meant)|"
    r"differences?|differ|purposes?|roles?|functions?|process|meaning|explain|describe|define|"
    r"importance|significance|effects?|causes?|reasons?|about(?=\W*$)|"
    r"warum|weshalb|wieso|wozu|unterschiede?|zweck|rolle|aufgaben?|funktion|bedeutet|bedeutung|"
    r"erklären?|beschreiben?|gründe?|ursachen?|folgen|worum)\b",
    re.IGNORECASE,
)
# "What is Dada?", "who were the Dadaists": a thing or a person, and not a word more.
_DEFINE = re.compile(
    rf"^\W*(?:what|who|was|wer) {_BE} (?:(?:the|der|die|das) )?[\w-]+(?: [\w-]+){{0,2}}\W*$",
    re.IGNORECASE,
)


def wants_explanation(question: str) -> bool:
    """Say whether a question wants more than a name, a number or a day."""
    return bool(_EXPLAIN.search(question) or _DEFINE.match(question))
