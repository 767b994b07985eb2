"""Telling what says something new from what only says it again.

The same wire story stands in five papers, and the chunks of one document overlap. Word
sequences of length five (shingles: Broder, On the resemblance and containment of documents,
1997) show it whatever the boundaries of the chunks. A version with another number in it is
news, however alike the rest: "12 killed" and "14 killed" must both be seen.
"""

from __future__ import annotations

import re

__all__ = ["Novelty"]

SHINGLE = 5  # words
SAID = 0.8  # of a text's shingles: beyond this share it says nothing new


class Novelty:
    """Remembers what was said, text by text, best first."""

    def __init__(self) -> None:
        self._shingles: set[tuple[str, ...]] = set()
        self._numbers: set[str] = set()

    def admits(self, text: str) -> bool:
        """Say whether `text` says something new, and remember it if it does."""
        words = re.findall(r"\w+", text.lower())
        shingles = {
            tuple(words[start : start + SHINGLE])
            for start in range(max(1, len(words) - SHINGLE + 1))
        }
        numbers = {word for word in words if any(map(str.isdigit, word))}
        said = len(shingles & self._shingles) / len(shingles)
        if said >= SAID and numbers <= self._numbers:
            return False
        self._shingles |= shingles
        self._numbers |= numbers
        return True
