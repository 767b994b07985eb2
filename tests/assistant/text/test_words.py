from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.words import (
    content_words,
    coverage,
    names,
    negated,
    numbers,
    pronoun_speaks,
    quotations,
    same_name,
    same_word,
    speakers,
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5.5 million people", {5_500_000}),
        ("5,500,000 people", {5_500_000}),
        ("about 1,200 troops and 3 trains", {1200, 3}),
        ("a 152-mm gun", {152}),
        ("rose by 3.25 percent", {Decimal("3.25")}),
        ("3,5 Prozent", {Decimal("3.5")}),
        ("1.200.000 Einwohner", {1_200_000}),
        ("two dozen", {2, 12}),
        ("twenty-two boats", {22}),
        ("two million", {2_000_000}),
        ("on October 16, 1973", {16, 1973}),
        ("one of them", set()),
        ("the 22nd of May", {22}),
        ("$2.2 billion", {2_200_000_000}),
        ("nothing here", set()),
    ],
)
def test_numbers_are_read_as_values(text: str, values: set[Decimal]) -> None:
    assert numbers(text) == {Decimal(value) for value in values}


@given(st.integers(min_value=0, max_value=10**12))
def test_a_number_is_the_same_with_and_without_separators(value: int) -> None:
    assert numbers(f"there were {value} of them") == numbers(
        f"there were {value:,} of them"
    )


@given(st.text())
def test_anything_can_be_read(text: str) -> None:
    words = content_words(text)
    assert coverage(words, frozenset(words)) == 1.0
    assert isinstance(numbers(text), frozenset)
    names(text), negated(text), quotations(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("train", "trains", True),
        ("announce", "announced", True),
        ("country", "countries", True),
        ("belarus", "belarusian", True),
        ("cat", "cats", True),
        ("cat", "car", False),
        ("minister", "ministry", True),
        ("oil", "soil", False),
        ("general", "generation", False),
    ],
)
def test_forms_of_one_word_are_the_same(one: str, other: str, same: bool) -> None:
    assert same_word(one, other) is same
    assert same_word(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("belarus", "belarusian", True),
        ("italy", "italian", True),
        ("ukraine", "ukrainian", True),
        ("tarn", "tarns", True),
        ("un", "uns", True),
        ("martin", "martha", False),
        ("marina", "marian", False),
        ("dornova", "dornman", False),
        ("us", "usual", False),
        ("", "a", False),
    ],
)
def test_names_that_differ_in_their_endings_are_two(
    one: str, other: str, same: bool
) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


def test_names_leave_out_what_only_begins_a_sentence() -> None:
    assert names("Police said that Vera Lind left Orrin. They saw her.") == [
        "vera",
        "lind",
        "orrin",
    ]


def test_unspaced_scripts_are_compared_by_pairs() -> None:
    assert content_words("東京都") == ["東京", "京都"]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("The company said that 2,300 of the workers joined.", {"company"}),
        ("“Never,” said Petra Ollin of the roads department.", {"petra", "ollin"}),
        ("14 people were saved, according to the port.", {"port"}),
        ("The repair cost 61 million, the mayor's office said.", {"mayor", "office"}),
        ("The talks had failed, Ollin noted, and nobody left.", {"ollin"}),
        ("Die Regeln gelten weiter, betonte der Minister.", {"minister"}),
        ("“It is over,” Petra Ollin agreed.", {"petra", "ollin"}),
        ("A clerk, Lene Abel, said that the mayor's figure is wrong.", {"lene", "abel"}),
        ("24 hangers were replaced, said Petra Ollin.", {"petra", "ollin"}),
        ("Die Brücke, sagte Petra Ollin, ist zu.", {"petra", "ollin"}),
    ],
)
def test_who_speaks_is_heard(text: str, who: set[str]) -> None:
    assert speakers(text) == [frozenset(who)]


@pytest.mark.parametrize(
    "text",
    [
        "The bridge was closed.",
        "It is by a composer noted for his operas.",
        "They agreed to pay 40 crowns, and on Tuesday she admitted it.",
    ],
)
def test_where_nobody_speaks_nobody_is_heard(text: str) -> None:
    assert speakers(text) == []


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("“It is over,” he claimed, according to the port.", True),
        ("On Tuesday she also said that it was over.", True),
        ("“It is over,” sagte er.", True),
        ("“It is over,” Ollin said, as she told reporters.", False),
        ("She left.", False),
    ],
)
def test_he_said_names_nobody(text: str, *, so: bool) -> None:
    assert pronoun_speaks(text) is so


def test_denials_and_quotations_are_seen() -> None:
    assert negated("He didn't go")
    assert negated("Das ist nicht wahr")
    assert not negated("He noted it")
    assert quotations("She said “never again” and left.") == ["never again"]
