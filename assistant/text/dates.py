"""What "last Wednesday" means in a text of a known date: the day spelled out.

A report says "on Wednesday" and is asked about years later. A claim that names the day is
true to the report only if the report's own date says so. English and German. "3 October"
gets no year: it may be one of long ago.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["MONTHS", "WEEKDAYS", "exactness", "in_full", "tells_a_time"]

WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)  # each is only itself
class _Language:
    """How a language speaks of days; all words in lower case but the names."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    near: Mapping[str, int]  # days from the document's
    before: frozenset[str]
    at: frozenset[str]  # of this year; of the last such weekday
    after: frozenset[str]
    counts: Mapping[str, int]
    days: Mapping[str, int]  # in a unit of time
    years: frozenset[str]
    ago: str  # pattern with {count} and {unit}
    day: str  # format of a day


ENGLISH = _Language(
    months=tuple(
        "January February March April May June July August September October November "
        "December".split()
    ),
    weekdays=tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
    near={"today": 0, "tonight": 0, "yesterday": -1, "last night": -1, "tomorrow": 1},
    before=frozenset({"last"}),
    at=frozenset({"on", "this"}),
    after=frozenset({"next"}),
    counts={
        "a": 1,
        "one": 1,
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "ten": 10,
    },
    days={"day": 1, "days": 1, "week": WEEK, "weeks": WEEK},
    years=frozenset({"year", "years"}),
    ago="{count} {unit} ago",
    day="{weekday} {day} {month} {year}",
)
GERMAN = _Language(
    months=tuple(
        "Januar Februar März April Mai Juni Juli August September Oktober November "
        "Dezember".split()
    ),
    weekdays=tuple("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()),
    near={"heute": 0, "gestern": -1, "vorgestern": -2},  # "morgen" is the morning as well
    before=frozenset({"letzten", "vergangenen", "letztes", "vergangenes"}),
    at=frozenset({"am", "diesen", "dieses"}),
    after=frozenset({"nächsten", "kommenden", "nächstes", "kommendes"}),
    counts={"einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "zehn": 10},
    days={"tag": 1, "tagen": 1, "woche": WEEK, "wochen": WEEK},
    years=frozenset({"jahr", "jahren"}),
    ago="vor {count} {unit}",
    day="{weekday}, {day}. {month} {year}",
)


MONTHS = frozenset(month.casefold() for each in (ENGLISH, GERMAN) for month in each.months)
WEEKDAYS = frozenset(day.casefold() for each in (ENGLISH, GERMAN) for day in each.weekdays)


def tells_a_time(text: str) -> bool:
    """Say whether the text names a year, a month or a day, or one near its own date."""
    return bool(_times().search(text))


@functools.cache
def _times() -> re.Pattern[str]:
    both = (ENGLISH, GERMAN)
    named = _any({name for each in both for name in (*each.months, *each.weekdays)})
    near = _any({word for each in both for word in each.near})
    return re.compile(rf"\b(?:{named}|(?i:{near})|1\d{{3}}|20\d\d)\b")


def exactness(text: str) -> int:
    """Return how exact the time is that a text tells: 0 none, 1 a year, 2 a month, 3 a day."""
    return next((n for n in (3, 2, 1) if _exact()[n].search(text)), 0)


@functools.cache
def _exact() -> dict[int, re.Pattern[str]]:
    months = [month for each in (ENGLISH, GERMAN) for month in each.months]
    short = _any({month[:3] for month in ENGLISH.months})
    month = rf"(?:{_any(months)}|(?:{short})t?\.?)"
    nth = r"\d{1,2}(?:st|nd|rd|th|\.)?"
    day = rf"{nth} (?:of )?{month}(?!\w)|{month} {nth}(?!\d)|\d{{4}}-\d\d-\d\d"
    patterns = {3: day, 2: rf"{month}(?!\w)", 1: r"(?:1\d|20)\d\d\b"}
    return {n: re.compile(rf"\b(?:{pattern})") for n, pattern in patterns.items()}


def in_full(text: str, published: str) -> str:
    """Return the text with the days and years that its date resolves spelled out.

    Args:
        text: What a document says.
        published: The document's date, ISO 8601; one less exact than a day resolves nothing.
    """
    try:
        day = date.fromisoformat(published[:10])
        for language in (ENGLISH, GERMAN):
            for pattern, spell in _rules(language):
                text = pattern.sub(functools.partial(spell, language, day), text)
    except (ValueError, OverflowError):  # no such day, or the first years there are
        return text
    return text


def _near(language: _Language, day: date, match: re.Match[str]) -> str:
    return _written(day + timedelta(days=language.near[match[0].casefold()]), language)


def _weekday(language: _Language, day: date, match: re.Match[str]) -> str:
    """Resolve "on Wednesday" to the document's day or the last one before it."""
    which, name = match["which"].casefold(), match["weekday"]
    back = (day.weekday() - language.weekdays.index(name)) % WEEK
    if which in language.after:
        back -= WEEK
    elif which in language.before:
        back = back or WEEK
    return f"{match['which']} {_written(day - timedelta(days=back), language)}"


def _year(language: _Language, day: date, match: re.Match[str]) -> str:
    which = match["which"].casefold()
    return str(day.year + (which in language.after) - (which in language.before))


def _ago(language: _Language, day: date, match: re.Match[str]) -> str:
    said, unit = match["count"].casefold(), match["unit"].casefold()
    count = int(said) if said.isdigit() else language.counts[said]
    if unit in language.years:
        return f"in {day.year - count}"
    return _written(day - timedelta(days=count * language.days[unit]), language)


def _written(day: date, language: _Language) -> str:
    return language.day.format(
        weekday=language.weekdays[day.weekday()],
        day=day.day,
        month=language.months[day.month - 1],
        year=day.year,
    )


@functools.cache
def _rules(language: _Language) -> list[tuple[re.Pattern[str], Callable[..., str]]]:
    """Return what is looked for, and how it is spelled out; the first rule comes first."""
    which = rf"(?P<which>(?i:{_any(language.before | language.at | language.after)}))"
    ago = language.ago.format(
        count=rf"(?P<count>\d{{1,2}}|{_any(language.counts)})",
        unit=f"(?P<unit>{_any((*language.days, *language.years))})",
    )
    unfinished = rf"(?!,? (?:\d|{_any(language.months)}))"  # the date follows
    patterns = (
        (rf"{which} (?P<weekday>{_any(language.weekdays)})\b{unfinished}", _weekday),
        (rf"{which} (?i:{_any(language.years)})", _year),
        (f"(?i:{ago})", _ago),
        (f"(?i:{_any(language.near)})", _near),
    )
    return [(re.compile(rf"\b(?:{pattern})(?!\w)"), spell) for pattern, spell in patterns]


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))
