"""Whose account is asked for, and whose a finding is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.according import Account, account, is_anothers, source_asked_for
from assistant.reading.merit import by_merit
from assistant.types import Finding, Passage, Source
from index.types import Chunk, Span

REPORT = (
    "No ferry left the port. The Seafarers' League said that 2,300 workers had joined the "
    "walkout. Kestrel Lines put the number at 1,450. By the evening 800 of them had gone home. "
    "The police did not comment."
)
ASKED = "How many workers joined the walkout"


def passage_of(text: str, **known: Any) -> Passage:
    source = replace(Source("doc", "a.txt"), **known)
    return Passage(1, Chunk("doc", Span(0, len(text)), text), source, 1.0)


def place(words: str, text: str = REPORT) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


@pytest.mark.parametrize(
    ("question", "who"),
    [
        (f"{ASKED} according to Kestrel Lines?", "Kestrel Lines"),
        (f"According to the League, {ASKED.lower()}?", "the League"),
        ("Wie viele streikten laut Kestrel Lines?", "Kestrel Lines"),
        ("Wie viele waren es nach Angaben der Polizei?", "Polizei"),
        (f"{ASKED}?", ""),
        ("What is done according to them?", ""),
    ],
)
def test_the_one_asked_for_is_named(question: str, who: str) -> None:
    assert source_asked_for(question) == who


@pytest.mark.parametrize(
    ("who", "words", "expected"),
    [
        ("Kestrel Lines", "1,450", Account.THEIRS),
        ("the Seafarers' League", "2,300", Account.THEIRS),
        ("Kestrel Lines", "2,300", Account.ANOTHERS),
        ("the League", "1,450", Account.ANOTHERS),
        ("Kestrel Lines", "800", Account.BESIDE_THEIRS),
        ("the League", "800", Account.NOBODYS),
        ("Kestrel's police", "2,300", Account.ANOTHERS),
    ],
)
def test_an_account_is_theirs_who_are_named_for_it(
    who: str, words: str, expected: Account
) -> None:
    question = f"{ASKED} according to {who}?"
    assert account(question, passage_of(REPORT), place(words)) is expected


def test_a_name_counts_more_than_what_it_is_the_name_of() -> None:
    text = "Lorvek's foreign ministry put the number at 9,500."
    for who, whose in (("Lorvek", Account.THEIRS), ("Dravania", Account.ANOTHERS)):
        asked = f"{ASKED} according to {who}'s foreign ministry?"
        assert account(asked, passage_of(text), place("9,500", text)) is whose


def test_what_a_paper_writes_is_its_account() -> None:
    question = f"{ASKED} according to the Northsound Herald?"
    herald = passage_of(REPORT, outlet="Northsound Herald")
    assert account(question, herald, place("800")) is Account.THEIRS
    assert account(question, herald, place("1,450")) is Account.ANOTHERS


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Bea Orme, 1 June 2026", Account.ANOTHERS),
        ("Alf Rudd, 2 June 2026", Account.THEIRS),
    ],
)
def test_what_a_mail_quotes_is_not_its_senders(heading: str, expected: Account) -> None:
    text = "The mast costs 310 crowns."
    passage = passage_of(text, author="Alf Rudd", path="re.eml")
    passage = replace(passage, chunk=replace(passage.chunk, heading=heading))
    question = "What does the mast cost according to Alf Rudd?"
    assert account(question, passage, place("310", text)) is expected


def test_only_a_name_is_held_against_others() -> None:
    """Reports name a union in many ways, and a study in none."""
    assert is_anothers(f"{ASKED} according to Kestrel?", passage_of(REPORT), place("2,300"))
    for other in ("according to the study?", "according to Kestrel?", "?"):
        words = place("1,450")
        assert not is_anothers(f"{ASKED} {other}", passage_of(REPORT), words)


def test_their_account_goes_before_a_likelier_one_of_another() -> None:
    likely = Finding(1, place("2,300"), "2,300", 3.0, 8.0)
    theirs = Finding(1, place("1,450"), "1,450", 1.0, 4.0)
    passages = [passage_of(REPORT)]
    for asked, first in (
        (f"{ASKED} according to Kestrel Lines?", "1,450"),
        (ASKED, "2,300"),
    ):
        assert by_merit(asked, passages, [likely, theirs])[0].text == first


@given(st.text(max_size=60), st.text(min_size=1, max_size=120))
def test_any_text_has_an_account(who: str, text: str) -> None:
    whole = Span(0, len(text))
    question = f"{ASKED} according to {who}?"
    assert account(question, passage_of(text), whole) in Account
