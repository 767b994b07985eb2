"""Numbers, dates and names as facts that two texts can share, whatever words say them.

"3 March 2026", "March 3, 2026" and "03.03.2026" are one date; "12 per cent" and "12 %" one
quantity. English and German.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.text.words import numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Day", "Facts", "missing_dates", "missing_numbers", "read_facts"]

_MONTHS = {
    name: number
    for names in (
        "January February March April May June July August September October November "
        "December",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    )
    for number, name in enumerate(names.split(), 1)
} | {"Sept": 9}
_PERCENT = r"(?:%|percent\b|per cent\b|Prozent\b)"
_QUANTITY = re.compile(
    rf"(?P<number>\d[\d.,' \u00a0\u202f]*|[a-z\-]+)"
    rf"[ \u00a0-]?(?P<percent>{_PERCENT})",
    re.IGNORECASE,
)
_METRES = re.compile(r"(?<=\d) m\b(?!\.)")  # "60m" are millions, "60 m" are not
_MINUS = re.compile(
    r"(?:(?<![\w.,)/])[-−](?=\d)|\bminus )(?P<number>\d[\d.,]*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is told: 0 for a part that is not."""

    year: int = 0
    month: int = 0
    day: int = 0

    def within(self, other: Day) -> bool:
        """Say whether the other date tells all that this one does."""
        pairs = zip(self.parts, other.parts, strict=True)
        return all(mine in {0, theirs} for mine, theirs in pairs)

    @property
    def parts(self) -> tuple[int, int, int]:
        """Year, month, day."""
        return self.year, self.month, self.day


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text names in numbers; those of its dates stand apart."""

    numbers: frozenset[Decimal]
    percentages: frozenset[Decimal]  # of the numbers
    negative: frozenset[Decimal]  # of the numbers, without their sign
    dates: frozenset[Day]

    @property
    def values(self) -> frozenset[Decimal]:
        """All numbers, also the years and days of dates."""
        parts = {part for each in self.dates for part in (each.year, each.day) if part}
        return self.numbers | {Decimal(part) for part in parts}


@functools.lru_cache(1024)
def read_facts(text: str) -> Facts:
    """Return the numbers and dates that a text names."""
    dates, rest = set(), _METRES.sub(" metres", text)
    for pattern in _date_patterns():
        for match in pattern.finditer(rest):
            found = _day(match)
            if found is not None:
                dates.add(found)
        rest = pattern.sub(lambda m: " ; " if _day(m) else m[0], rest)
    percentages = [n for m in _QUANTITY.finditer(rest) for n in numbers(m["number"])]
    negative = [n for m in _MINUS.finditer(rest) for n in numbers(m["number"])]
    return Facts(
        numbers(rest), frozenset(percentages), frozenset(negative), frozenset(dates)
    )


def missing_numbers(claim: Facts, held: Facts) -> list[Decimal]:
    """Return the numbers of a claim that the evidence has not, or as another kind.

    A percentage is no plain number, and no number is its negative.
    """
    wrong = {n for n in claim.numbers if n not in held.values}
    wrong |= _as_another_kind(claim.percentages, held.numbers, held.percentages)
    wrong |= _as_another_kind(
        claim.numbers - claim.percentages, held.numbers, held.numbers - held.percentages
    )
    wrong |= (claim.negative - held.negative) & held.numbers
    return sorted(wrong)


def _as_another_kind(
    claimed: Collection[Decimal], held: Collection[Decimal], of_kind: Collection[Decimal]
) -> set[Decimal]:
    return {n for n in claimed if n in held and n not in of_kind}


def missing_dates(claim: Facts, held: Facts) -> list[Day]:
    """Return the dates of a claim that no date of the evidence agrees with.

    A date may be told in two places: the day in one and the year in another.
    """
    values = {int(n) for n in held.values if n == n.to_integral_value() and n > 0}
    return sorted(
        (day for day in claim.dates if not _is_told(day, held.dates, values)),
        key=lambda day: day.parts,
    )


def _is_told(day: Day, dates: Collection[Day], values: Collection[int]) -> bool:
    if any(day.within(other) for other in dates):
        return True
    without_year = Day(0, day.month, day.day)
    open_ = [other for other in dates if not other.year]
    if day.year in values and any(without_year.within(other) for other in open_):
        return True
    # "on 3 and 4 March": the first day stands apart from its month.
    return (
        bool(day.day)
        and day.day in values
        and _is_told(Day(day.year, day.month), dates, values)
    )


@functools.cache
def _date_patterns() -> tuple[re.Pattern[str], ...]:
    """Return the ways to write a date, the most exact first."""
    month = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
    year, nth = r"(?P<year>1\d{3}|20\d\d)", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b\.?"
    return tuple(
        map(
            re.compile,
            (
                rf"\b{year}-(?P<month>\d\d)-(?P<day>\d\d)\b",
                rf"\b(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{year}\b",
                rf"\b(?:the )?{nth} (?:of )?{month} ?,? {year}\b",
                rf"\b{month} {nth} ?,? {year}\b",
                rf"\b{month} ?,? {year}\b",
                rf"\b{nth} (?:of )?{month}",
                rf"\b{month} {nth}(?![\d,.]*\d)",
                rf"(?<=\b[Ii]n )(?:early |late )?{month}",
                rf"(?<=\b[Ii]m ){month}",
            ),
        )
    )


def _day(match: re.Match[str]) -> Day | None:
    held = match.groupdict()
    name = held.get("name")
    month = _MONTHS[name] if name else int(held.get("month") or 0)
    found = Day(int(held.get("year") or 0), month, int(held.get("day") or 0))
    return found if found.month <= 12 and found.day <= 31 else None  # noqa: PLR2004


def shown(day: Day) -> str:
    """Return a date for a person: 2026-03-03, 2026-03, or 03-03 without its year."""
    parts = [f"{day.year:04}"] if day.year else []
    parts += [f"{part:02}" for part in (day.month, day.day) if part]
    return "-".join(parts)


def each_number(values: Collection[Decimal]) -> Iterator[str]:
    """Yield numbers as a person writes them."""
    for value in values:
        yield f"{value:,f}"
