"""Years and quarters of a question that a text has another one in the place of.

"What was the profit in the second quarter?" is not answered by the profit of the first. English
and German. Months are among the opposites (`opposites.txt`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["other_times"]

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_ORDINALS = (
    "first|erste[nrs]?",
    "second|zweite[nrs]?",
    "third|dritte[nrs]?",
    "fourth|vierte[nrs]?",
)
_QUARTERS = tuple(
    re.compile(
        rf"\bQ{n}\b|\b{n}Q|(?i:\b(?:{words})[ -](?:fiscal |business )?(?:quarter|quartal))"
        rf"|\b{n}\. Quartal"
    )
    for n, words in enumerate(_ORDINALS, start=1)
)


def other_times(asked: str, said: str, around: str) -> list[tuple[str, str]]:
    """Return the times of a question that stand nowhere, each with another of its kind.

    Args:
        asked: A question.
        said: What may answer it, without the words that do.
        around: What else speaks of it: its surroundings, its title and date.
    """
    found, text = [], f"{said}\n{around}"
    for kind in (_years, _quarters):
        wanted, have = dict(kind(asked)), dict(kind(said))
        known = dict(kind(text))
        others = [w for each, w in have.items() if each not in wanted and w not in asked]
        missing = [w for each, w in wanted.items() if each not in known and w not in text]
        found += [(written, others[0]) for written in missing if others]
    return found


def _years(text: str) -> Iterator[tuple[int, str]]:
    for match in _YEAR.finditer(text):
        yield int(match[0]), match[0]


def _quarters(text: str) -> Iterator[tuple[int, str]]:
    for number, pattern in enumerate(_QUARTERS, start=1):
        if match := pattern.search(text):
            yield number, match[0]
