"""The numbers that Word makes itself: "3.2", "(a)", "iv.", as the page shows them.

A paragraph names a list and a level of it; the list names a pattern such as "%1.%2" and how
each level counts. Levels below the one that counts on begin anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers.docx_xml import attribute, child, tag, value, within

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Numbering"]

_LEVELS = 9
_MOST = 100_000  # no honest list is longer
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str = "decimal"
    pattern: str = ""
    start: int = 1
    restart: bool = True


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Numbering:
    """The lists of one document, counting on with every paragraph."""

    def __init__(self, root: _Element | None) -> None:
        """Read the part numbering.xml, or nothing."""
        patterns = {
            attribute(e, "abstractNumId"): _levels(e)
            for e in within(root)
            if tag(e) == "abstractNum"
        }
        shared: dict[str, _List] = {}
        self._lists: dict[str, _List] = {}
        for e in within(root):
            if tag(e) != "num":
                continue
            of = value(e, "abstractNumId")
            levels = patterns.get(of, {})
            changed = _overrides(e, levels)
            if changed:
                self._lists[attribute(e, "numId")] = _List({**levels, **changed})
            else:  # two lists of one pattern count on together
                shared.setdefault(of, _List(levels))
                self._lists[attribute(e, "numId")] = shared[of]

    def next(self, properties: _Element) -> str:
        """Return the number of the next paragraph with these properties (`w:numPr`).

        "-" for a bullet, "" where the file names no such list.
        """
        found = self._lists.get(value(properties, "numId"))
        text = value(properties, "ilvl")
        depth = min(int(text), _LEVELS - 1) if text.isdigit() else 0
        level = found.levels.get(depth) if found else None
        if found is None or level is None:
            return ""
        _count(found, depth)
        if level.kind == "bullet":
            return "-"
        if level.kind == "none":
            return ""
        return _PLACE.sub(lambda place: _at(found, int(place[1]) - 1), level.pattern)


def _count(found: _List, depth: int) -> None:
    """Count on at a level, and begin anew below it."""
    now = found.counts[depth]
    found.counts[depth] = found.levels[depth].start if now is None else min(now + 1, _MOST)
    for above in range(depth):
        if found.counts[above] is None and above in found.levels:
            found.counts[above] = found.levels[above].start
    for below in range(depth + 1, _LEVELS):
        if below not in found.levels or found.levels[below].restart:
            found.counts[below] = None


def _at(found: _List, depth: int) -> str:
    level = found.levels.get(depth, _Level())
    number = found.counts[depth]
    return _written(level.start if number is None else number, level.kind)


def _written(number: int, kind: str) -> str:
    if kind in {"lowerRoman", "upperRoman"}:
        text = _roman(number)
    elif kind in {"lowerLetter", "upperLetter"} and number > 0:
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif kind == "decimalZero":
        return f"{number:02}"
    else:
        return str(number)
    return text.upper() if kind.startswith("upper") else text


def _roman(number: int) -> str:
    text = ""
    for worth, sign in _ROMAN:
        text += sign * (number // worth)
        number %= worth
    return text


def _levels(pattern: _Element) -> dict[int, _Level]:
    return {
        int(attribute(e, "ilvl")): _level(e)
        for e in pattern
        if tag(e) == "lvl" and attribute(e, "ilvl").isdigit()
    }


def _level(e: _Element) -> _Level:
    start = value(e, "start")
    return _Level(
        value(e, "numFmt") or "decimal",
        value(e, "lvlText"),
        int(start) if start.isdigit() else 1,
        value(e, "lvlRestart") != "0",
    )


def _overrides(num: _Element, levels: dict[int, _Level]) -> dict[int, _Level]:
    changed: dict[int, _Level] = {}
    for e in num:
        depth = attribute(e, "ilvl")
        if tag(e) != "lvlOverride" or not depth.isdigit():
            continue
        own = child(e, "lvl")
        level = _level(own) if own is not None else levels.get(int(depth), _Level())
        start = value(e, "startOverride")
        if start.isdigit():
            level = _Level(level.kind, level.pattern, int(start), level.restart)
        changed[int(depth)] = level
    return changed
