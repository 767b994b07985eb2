"""Claims that copy a sentence and change a word: "fell" for "rose", "May" for "March".

Sharing nearly all words with a sentence is what makes such a claim look supported. So where
nearly all of a claim runs along the cited words, each word that it puts in the place of
another is looked at. Free prose is no copy and is left to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from assistant.text.words import holds_word, negated, numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["Change", "changes", "copied_share", "is_verbatim"]

LEAST_COPIED = 0.6  # share of the claim's words that stand in the sentence in this order
LEAST_VERBATIM = 0.95  # the same, of what is taken over whole
LEAST_SENTENCE = 8  # words; fewer are an answer, not a sentence
LONGEST_CHANGE = 3  # words on either side
_WORD = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*")
# Words that may be put for one another without saying something else.
_SMALL = frozenset(
    """a an the this that these those its their his her our and or of in on at by to for with
    from as into is are was were be been being has have had do does did who which whom it he
    she they also then there der die das ein eine und in von zu mit ist sind war""".split()
)


@dataclass(frozen=True, slots=True)
class Change:
    """What the claim says in the place of the cited words."""

    said: str
    cited: str


def changes(
    claim: str, sentence: str, known: Collection[str], least_copied: float = LEAST_COPIED
) -> list[Change]:
    """Return where a claim that copies a sentence says another word or denies it.

    Numbers are not looked at: they are compared by value elsewhere.

    Args:
        claim: What is said.
        sentence: The cited words.
        known: Folded words that may be said instead, such as those of the question; but one
            name in the place of another must stand in the sentence itself.
        least_copied: Share of the claim's words from which on it is a copy.
    """
    said, cited = _WORD.findall(claim), _WORD.findall(sentence)
    folded = _folded(cited)
    matcher = SequenceMatcher(None, _folded(said), folded, autojunk=False)
    copied = sum(block.size for block in matcher.get_matching_blocks())
    if not said or copied / len(said) < least_copied:
        return []
    found = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal" or max(b - a, d - c) > LONGEST_CHANGE:
            continue
        change = Change(" ".join(said[a:b]), " ".join(cited[c:d]))
        denies = negated(change.said) != negated(change.cited)
        if denies or (kind == "replace" and _says_otherwise(change, folded, known)):
            found.append(change)
    return found


def copied_share(claim: str, sentence: str) -> float:
    """Return the share of a claim's words that stand in the sentence in this order."""
    said, cited = _folded(_WORD.findall(claim)), _folded(_WORD.findall(sentence))
    blocks = SequenceMatcher(None, said, cited, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(said) if said else 0.0


def is_verbatim(claim: str, quotes: Collection[str]) -> bool:
    """Say whether a claim is a sentence of the source, but for a word that joins or ends it."""
    long = len(_WORD.findall(claim)) >= LEAST_SENTENCE
    return long and any(copied_share(claim, quote) >= LEAST_VERBATIM for quote in quotes)


def _says_otherwise(
    change: Change, sentence: Collection[str], known: Collection[str]
) -> bool:
    cited = (word for word in change.cited.split() if word.casefold() not in _SMALL)
    names_another = any(word[0].isupper() for word in cited)
    for word in change.said.split():
        if _SMALL.issuperset(_folded([word])) or numbers(word):
            continue
        allowed = () if names_another and word[:1].isupper() else known
        (folded,) = _folded([word])
        if not holds_word(sentence, folded) and not holds_word(allowed, folded):
            return True
    return False


def _folded(words: Sequence[str]) -> list[str]:
    return [word.casefold().replace("’", "'") for word in words]
