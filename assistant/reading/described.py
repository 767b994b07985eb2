"""What a question only describes: the question for it, and what is asked of it by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Described"]

LONGEST_NAME = 8  # words of what was found; more is no name
_COUNTRY = re.compile(r"\b(?:country|nation|continent|Land(?:es)?|Staat(?:es)?)$")
_STATE = re.compile(r"\b(?:state|province|Bundesland(?:es)?)$")
_PLACE = re.compile(
    r"\b(?:city|town|village|county|region|district|place|municipality|parish|Stadt|"
    r"Dorf(?:es)?|Ort(?:es)?|Kreis(?:es)?)$"
)


@dataclass(frozen=True, slots=True)
class Described:
    """Something that a question is about and only describes."""

    asked_for: str  # the question for what it is
    before: str  # of the whole question, around the description
    after: str
    words: str  # as the question has it
    kind: str = ""  # what it is, if the question says so: "country"

    def asked_of(self, found: str) -> str:
        """Return the question about what was found to be it; "" where that is no name."""
        name = _of_kind(found.strip(" .,;:"), self.kind)
        # A name has a capital letter, or is in a script without any.
        named = any(c.isalnum() and not c.islower() for c in name)
        if not named or len(name.split()) > LONGEST_NAME:
            return ""
        return f"{self.before}{name}{self.after}?"

    @classmethod
    def by(cls, match: re.Match[str], asked_for: str, kind: str = "") -> Described:
        """Return what stands in a match between its groups `before` and `after`."""
        before, after = match["before"], match["after"] or ""
        words = match.string[len(before) : len(match.string) - len(after)]
        return cls(asked_for, before, after.replace(",", ""), words, kind)


def _of_kind(name: str, kind: str) -> str:
    """Return of "Ford County, Kansas" the part that is of the kind, if it is one of place."""
    first, *others = (part.strip() for part in name.split(","))
    if others and _COUNTRY.search(kind):
        return others[-1]
    if others and _STATE.search(kind):
        return others[-2] if len(others) > 1 else others[-1]
    return first if others and _PLACE.search(kind) else name
