"""Numbers and dates are compared as what they mean, however they are written."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.facts import (
    Day,
    missing_dates,
    missing_numbers,
    read_facts,
    shown,
)

MONTHS = (
    "January February March April May June July August September October November December"
).split()
MONATE = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
).split()
DAYS = st.integers(0, 300_000).map(lambda n: date(1200, 1, 1) + timedelta(days=n))


def ways(day: date) -> list[str]:
    """Return the ways to write a date."""
    month, monat = MONTHS[day.month - 1], MONATE[day.month - 1]
    return [
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{month} {day.day} , {day.year}",
        f"the {day.day}th of {month}, {day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day}. {monat} {day.year}",
        day.isoformat(),
    ]


@given(DAYS.filter(lambda day: day.year < 2100))
def test_a_date_is_one_however_it_is_written(day: date) -> None:
    expected = frozenset({Day(day.year, day.month, day.day)})
    for text in ways(day):
        found = read_facts(f"It began on {text}, they said.")
        assert found.dates == expected, text
        assert not found.numbers, text


@given(DAYS.filter(lambda day: day.year < 2100), DAYS.filter(lambda day: day.year < 2100))
def test_another_date_is_missing_and_the_same_is_not(one: date, other: date) -> None:
    held = read_facts(f"It was {ways(one)[1]}.")
    missing = missing_dates(read_facts(f"It was {ways(other)[0]}."), held)
    assert bool(missing) is (one != other)


@pytest.mark.parametrize(
    ("claim", "source", "told"),
    [
        ("in March 2026", "on 3 March 2026", True),
        ("in April 2026", "on 3 March 2026", False),
        ("on 3 March 2026", "in March 2026", False),
        ("on 3 March 2026", "on March 3; published in 2026", True),
        ("on 3 March 2025", "on March 3; published in 2026", False),
        ("on 3 March", "on 3 and 4 March", True),
        ("on 5 March", "on 3 and 4 March", False),
        ("in March", "in April", False),
        ("am 3. März", "on March 3", True),
    ],
)
def test_a_date_may_be_told_less_exactly_or_in_two_places(
    claim: str, source: str, *, told: bool
) -> None:
    assert (missing_dates(read_facts(claim), read_facts(source)) == []) is told


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("12 per cent", "12 %", []),
        ("12 Prozent", "twelve percent", []),
        ("12 percent", "12 people", [Decimal(12)]),
        ("12 people", "12 percent", [Decimal(12)]),
        ("5.5 million", "5,500,000", []),
        ("-5 degrees", "5 degrees", [Decimal(5)]),
        ("minus 5 degrees", "-5 degrees", []),
        ("in 2026", "on 3 March 2026", []),
        ("10 to 20", "10-20", []),
    ],
)
def test_a_number_comes_with_its_kind(
    claim: str, source: str, missing: list[Decimal]
) -> None:
    assert missing_numbers(read_facts(claim), read_facts(source)) == missing


@given(st.text(max_size=80))
def test_every_text_holds_its_own_facts(text: str) -> None:
    facts = read_facts(text)
    assert not missing_numbers(facts, facts)
    assert not missing_dates(facts, facts)


def test_a_date_is_shown_as_far_as_it_is_told() -> None:
    assert shown(Day(2026, 3, 3)) == "2026-03-03"
    assert shown(Day(2026, 3)) == "2026-03"
    assert shown(Day(0, 3, 9)) == "03-09"
