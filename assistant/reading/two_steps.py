"""Questions in two steps ("When was the company that built the ferry founded?"), taken apart.

What they ask about is only described, and the document that tells the rest need not have a
word of the description. So it is looked up first, and then what is asked of it by its name. A
reader that sees the first document alone would take the name for the answer. English and
German (`described_en`, `described_de`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.reading import described_de, described_en

if TYPE_CHECKING:
    from assistant.reading.described import Described

__all__ = ["in_two_steps"]

LONGEST_QUESTION = 300  # characters; a longer one is not taken apart
_ASKING = frozenset(
    "how who whom whose what which when where why wie wer wen wem wessen was wann wo woher "
    "wohin warum welche welcher welches welchen welchem".split()
)
# Words that ask for no more than who or what it is that is described.
_WHO_IT_IS = frozenset(
    "who what which where is are was were be the a an name names named called of in at by "
    "wer welche welcher welches ist sind war waren wie heißt heißen hieß namen der die das "
    "von".split()
)
# "Who was" and "which was" before a description: what would be asked of it has to follow.
_UNFINISHED = re.compile(
    r"\b(?:who|what|which|where)(?: \w+)? "
    r"(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would) $",
    re.IGNORECASE,
)


def in_two_steps(question: str) -> Described | None:
    """Return what a question describes and asks more of; None where it is asked in one step.

    Of several descriptions it is the last one, which stands within the others.
    """
    text = " ".join(question.split()).rstrip(" ?.")
    if len(text) > LONGEST_QUESTION:
        return None
    every = (*described_en.descriptions(text), *described_de.descriptions(text))
    found = [each for each in every if _asks_more(each)]
    return max(found, key=lambda each: len(each.before), default=None)


def _asks_more(described: Described) -> bool:
    """Say whether something is asked of what is described, and it is clear what."""
    words = re.findall(r"\w+", f"{described.before} {described.after}".lower())
    if not _ASKING.intersection(words) or _WHO_IT_IS.issuperset(words):
        return False
    return bool(described.after) or not _UNFINISHED.search(described.before)
