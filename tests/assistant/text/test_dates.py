"""Days that a document's date resolves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.dates import exactness, in_full, tells_a_time

WEDNESDAY = "2022-10-05"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("He resigned on Wednesday.", "He resigned on Wednesday 5 October 2022."),
        ("He resigned on Thursday.", "He resigned on Thursday 29 September 2022."),
        ("last Wednesday", "last Wednesday 28 September 2022"),
        ("next Monday", "next Monday 10 October 2022"),
        ("on Monday, 3 October", "on Monday, 3 October"),
        ("on Monday 3 October 2021", "on Monday 3 October 2021"),
        ("It rained yesterday", "It rained Tuesday 4 October 2022"),
        ("Last night it rained", "Tuesday 4 October 2022 it rained"),
        ("two weeks ago", "Wednesday 21 September 2022"),
        ("12 years ago", "in 2010"),
        ("last year", "2021"),
        ("on 1st May, 2019", "on 1st May, 2019"),
        ("Er trat am Dienstag zurück", "Er trat am Dienstag, 4. Oktober 2022 zurück"),
        ("vor zwei Tagen", "Montag, 3. Oktober 2022"),
        ("am Montag, 3. Oktober", "am Montag, 3. Oktober"),
        ("im letzten Monat, vor 3 Jahren", "im letzten Monat, in 2019"),
        ("yesterdays", "yesterdays"),
    ],
)
def test_days_are_spelled_out(said: str, meant: str) -> None:
    assert in_full(said, WEDNESDAY) == meant


@pytest.mark.parametrize("published", ["", "2022", "2022-10", "Wednesday", "2022-13-01"])
def test_an_inexact_date_resolves_nothing(published: str) -> None:
    assert in_full("He left on Wednesday, a year ago.", published) == (
        "He left on Wednesday, a year ago."
    )


def test_a_time_of_day_does_not_hinder() -> None:
    assert in_full("today", "2022-10-05T10:00:00Z") == "Wednesday 5 October 2022"


@given(st.text(max_size=60), st.dates())
def test_any_text_and_date_will_do(text: str, day: object) -> None:
    assert isinstance(in_full(f"{text} tomorrow, 10 years ago", str(day)), str)


@pytest.mark.parametrize(
    "text", ["opened in 1931", "closed on Monday", "seit Mittwoch", "in May", "yesterday"]
)
def test_a_time_is_told(text: str) -> None:
    assert tells_a_time(text)


@pytest.mark.parametrize(
    "text", ["it may close", "12 hangers", "", "19311 crowns", "sundays"]
)
def test_no_time_is_told(text: str) -> None:
    assert not tells_a_time(text)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("December 1, 2017", 3),
        ("the 12th of March", 3),
        ("Thursday, Nov. 12", 3),
        ("1. Dezember 2017", 3),
        ("2022-03-04", 3),
        ("Oct 2021", 2),
        ("im Mai", 2),
        ("2017", 1),
        ("12 hangers", 0),
        ("Mara 3", 0),
        ("it may close", 0),
    ],
)
def test_how_exact_a_time_is(text: str, level: int) -> None:
    assert exactness(text) == level
