"""The normal form, and the bytes that lead to it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.normalise import normalise, squeeze

anything = st.text(st.characters())  # lone surrogates too


@given(anything)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(anything)
def test_the_normal_form_has_no_surprises(text: str) -> None:
    result = normalise(text)
    assert unicodedata.is_normalized("NFC", result)
    control = {c for c in result if unicodedata.category(c) in {"Cc", "Cs"}}
    assert control <= {"\n", "\t"}
    assert result.encode().decode() == result


def test_line_breaks_of_every_kind() -> None:
    assert (
        normalise("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h\ni")
        == "a\nb\nc\nd\ne\nf\ng\nh\ni"
    )


def test_what_is_dropped_joins_before_it_is_composed() -> None:
    assert normalise("e\x00\u0301x\u00adpert\ufeff") == "éxpert"


def test_a_lone_surrogate_is_replaced() -> None:
    assert normalise("a\ud800b") == "a\ufffdb"


def test_squeezing_leaves_one_line() -> None:
    assert squeeze(" a\n\t b\r\n\u00a0c ") == "a b c"


# A NUL right after a UTF-16 mark is the UTF-32 mark, and magic numbers are refused.
written = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff")
)


@given(text=written.map("The ".__add__))
@example(text="The \ufffd")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_text_survives(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == (text, ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen(encoding: str) -> None:
    text = "The ferry left at noon.\nNobody was on board."
    assert decode(text.encode(encoding)) == (text, ())


def test_a_declared_encoding_is_used_and_latin1_means_windows() -> None:
    assert decode("привет мир".encode("cp1251"), "windows-1251") == ("привет мир", ())
    assert decode("“naïve”".encode("cp1252"), "ISO-8859-1") == ("“naïve”", ())
    assert decode(b"plain", "no-such-thing") == ("plain", ())


def test_an_undeclared_encoding_is_guessed_and_said() -> None:
    text = "Über die Brücke führen täglich große Lastwagen, und die Möwen hören es. " * 20
    found, notes = decode(text.encode("cp1252"))
    assert found == text
    assert "not stated" in notes[0]


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    good = "Žluťoučký kůň pěl ďábelské ódy. " * 40
    found, notes = decode(good.encode() + b"\xff end")
    assert found == good + "\ufffd end"
    assert "could not be read" in notes[0]


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 ...",
        b"PK\x03\x04rest",
        b"\x89PNG\r\n\x1a\n",
        bytes(range(256)) * 40,
        b"\x00\x00\x01\x02" * 100,
        b"\x7fELF\x02\x01",
    ],
)
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="not text"):
        decode(data)
