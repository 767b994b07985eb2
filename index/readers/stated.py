"""What a text plainly states about itself: a headline, a byline, a date line.

Only what stands in the open counts. A date inside a sentence, a copyright year or a file's
own time is never taken for the date of a document: a wrong date is worse than none.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Stated", "dates_in", "iso_date", "stated"]

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = r"(?:[T,]?\s*(?:at\s+)?\d{1,2}[:.]\d{2}.{0,24})?"
_DATES = tuple(
    re.compile(f"{_DAY}{form}{_TIME}", re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})-(?P<n>\d{2})-(?P<d>\d{2})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<y>\d{{4}})",
        rf"{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})",
    )
)
_LABEL = re.compile(
    r"(?:published|posted|date|dated|issued)\s*:?\s*(?:on\s+)?", re.IGNORECASE
)
_AUTHOR = re.compile(
    r"(?:by|author:|written by)\s+(?P<name>[^\W\d_][^,|·•@]{2,60})", re.IGNORECASE
)
_SOURCE = re.compile(r"(?:source|outlet|publication):\s*(?P<name>\S.{0,80})", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|·•–—]\s+")
_OPENING_LINES = 8
_HEADLINE_CHARS = 140


@dataclass(frozen=True, slots=True)
class Stated:
    """What the opening lines say; each is empty where they say nothing."""

    title: str = ""
    author: str = ""
    date: str = ""  # ISO 8601
    source: str = ""


def stated(text: str) -> Stated:
    """Return what the first lines of `text` say about it."""
    lines = [line.strip() for line in text[:4000].split("\n")]
    shown = [line for line in lines if line][:_OPENING_LINES]
    parts = [part.strip() for line in shown for part in _PARTS.split(line)]
    return Stated(
        title=_headline(lines),
        author=_first(_AUTHOR, parts),
        date=next((date for date in map(_date_line, parts) if date), ""),
        source=_first(_SOURCE, parts),
    )


def iso_date(text: str) -> str:
    """Return the date that `text` consists of as "2022-10-10", or "" if it is none."""
    for form in _DATES:
        if found := form.fullmatch(text.strip()):
            return _iso(found)
    return ""


def dates_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and ISO form of each date in a text, form by form."""
    for form in _DATES:
        for found in form.finditer(text):
            if said := _iso(found):
                yield found.start(), found.end(), said


def _iso(found: re.Match[str]) -> str:
    part = found.groupdict()
    month = part.get("n") or _MONTHS.index(part["m"][:3].lower()) + 1
    try:
        return datetime.date(int(part["y"]), int(month), int(part["d"])).isoformat()
    except ValueError:  # the 31st of June
        return ""


def _date_line(line: str) -> str:
    return iso_date(_LABEL.sub("", line, count=1)) if len(line) < _HEADLINE_CHARS else ""


def _first(pattern: re.Pattern[str], lines: list[str]) -> str:
    for line in lines:
        if found := pattern.fullmatch(line):
            return found["name"].strip()
    return ""


def _headline(lines: list[str]) -> str:
    """Return the first line that says something if it stands alone and is no sentence."""
    for line, following in pairwise([*lines, ""]):
        if not line:
            continue
        alone = not following and len(line) <= _HEADLINE_CHARS
        sentence = line.rstrip("\"'”’)").endswith((".", ":", ",", ";"))
        return line if alone and not sentence and any(map(str.isalpha, line)) else ""
    return ""
