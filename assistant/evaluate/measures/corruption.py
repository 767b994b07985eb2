"""False claims made by rule from true ones, to ask how many a verifier lets through.

Each rule changes one thing of a sentence that a document holds, so that the sentence no
longer follows from it: a number, a name, a month, a denial, a direction. A claim that a rule
does not fit is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

__all__ = ["CORRUPTIONS", "corrupt"]

NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")
HELPER = re.compile(
    r"\b(is|was|were|are|has|had|can|could|will|would|should|may)\b(?! not)"
)
DENIAL = re.compile(r"\b(is|was|were|are|has|had|did|does|do|could|would|will) not\b")
OPPOSITES = (
    *(("more", "fewer"), ("higher", "lower"), ("largest", "smallest"), ("first", "last")),
    *(("before", "after"), ("increased", "decreased"), ("rose", "fell"), ("won", "lost")),
    *(("north", "south"), ("east", "west"), ("accepted", "rejected"), ("early", "late")),
    *(("supported", "opposed"), ("above", "below"), ("began", "ended"), ("most", "least")),
)
SWAPS = {a: b for one, other in OPPOSITES for a, b in ((one, other), (other, one))}
OPPOSITE = re.compile(rf"\b(?:{'|'.join(SWAPS)})\b")


def corrupt(claim: str, others: Sequence[str], rng: random.Random) -> dict[str, str]:
    """Return the claim changed by each rule that fits it, by the rule's name.

    Args:
        claim: A sentence.
        others: Sentences that a name may be taken from.
        rng: Chooses what is changed and into what.
    """
    made = {name: rule(claim, others, rng) for name, rule in CORRUPTIONS.items()}
    return {name: text for name, text in made.items() if text and text != claim}


def _number(claim: str, _others: Sequence[str], rng: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        digits = list(match.group())
        place = rng.choice([i for i, digit in enumerate(digits) if digit.isdigit()])
        digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
        return "".join(digits)

    return _replaced(claim, NUMBER, other, rng)


def _name(claim: str, others: Sequence[str], rng: random.Random) -> str:
    known = {m.group() for text in others for m in NAME.finditer(text)}
    strangers = sorted(name for name in known if not _shares_a_word(name, claim))
    if not strangers:
        return ""
    return _replaced(claim, NAME, lambda _match: rng.choice(strangers), rng)


def _month(claim: str, _others: Sequence[str], rng: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        return rng.choice([month for month in MONTHS if month != match.group()])

    return _replaced(claim, MONTH, other, rng)


def _denial(claim: str, _others: Sequence[str], rng: random.Random) -> str:
    if DENIAL.search(claim):
        return _replaced(claim, DENIAL, lambda match: match.group(1), rng)
    return _replaced(claim, HELPER, lambda match: f"{match.group()} not", rng)


def _opposite(claim: str, _others: Sequence[str], rng: random.Random) -> str:
    return _replaced(claim, OPPOSITE, lambda match: SWAPS[match.group()], rng)


CORRUPTIONS: dict[str, Callable[[str, Sequence[str], random.Random], str]] = {
    "number": _number,
    "name": _name,
    "month": _month,
    "denial": _denial,
    "opposite": _opposite,
}


def _replaced(
    text: str,
    pattern: re.Pattern[str],
    other: Callable[[re.Match[str]], str],
    rng: random.Random,
) -> str:
    """Return the text with one match, drawn at random, replaced; "" where there is none."""
    found = list(pattern.finditer(text))
    if not found:
        return ""
    match = rng.choice(found)
    return text[: match.start()] + other(match) + text[match.end() :]


def _shares_a_word(name: str, text: str) -> bool:
    return any(word.casefold() in text.casefold() for word in name.split())
