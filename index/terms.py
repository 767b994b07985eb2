"""Which words of a question are worth looking for, and how full text is asked for them."""

from __future__ import annotations

import re

from index.stop_words import STOP_WORDS

__all__ = ["match_terms", "telling_words"]

TERMS = 64  # of a query; a page pasted as a question shall not cost seconds


def match_terms(query: str) -> str:
    """Return the FTS5 expression "any of these words": every word quoted, none an operator.

    Words that say nothing are left out, unless there are no others.

    >>> match_terms('NEAR("the pier") OR x*')
    '"near" OR "pier" OR "x"'
    """
    return " OR ".join(f'"{word}"' for word in telling_words(query))


def telling_words(query: str) -> list[str]:
    """Return the words of a question that say what it is about, in lower case, each once."""
    words = re.findall(r"\w+", query.lower() if query.isupper() else query)
    telling = [word for word in words if _tells(word)] or words
    return list(dict.fromkeys(word.lower() for word in telling))[:TERMS]


def _tells(word: str) -> bool:
    """Say whether a word is worth looking for: "WHO" and "IT" are, "who" and "it" are not."""
    return word.lower() not in STOP_WORDS or (word.isupper() and len(word) > 1)
