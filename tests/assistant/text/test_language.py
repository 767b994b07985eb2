"""Which language a text is in: told by its script and commonest words, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.language import language_of, languages_differ

TOLD = {
    "en": "When was the old bridge over the river closed?",
    "de": "Wann wurde die alte Brücke über den Fluss gesperrt?",
    "es": "¿Cuándo se cerró el puente viejo sobre el río?",
    "fr": "Quand est-ce que le vieux pont sur la rivière a été fermé ?",
    "it": "Quando è stato chiuso il vecchio ponte sul fiume?",
    "pt": "Quando foi que a ponte velha sobre o rio não abriu?",
    "nl": "Wanneer werd de oude brug over de rivier gesloten?",
    "zh": "河上的旧桥是什么时候关闭的？",
    "ja": "古い橋はいつ閉鎖されましたか",
    "ko": "오래된 다리는 언제 폐쇄되었습니까?",
    "Cyrillic": "Когда закрыли старый мост через реку?",
    "Arabic": "متى أغلق الجسر القديم فوق النهر؟",
    "el": "Πότε έκλεισε η παλιά γέφυρα πάνω από το ποτάμι;",
}


@pytest.mark.parametrize("code", TOLD)
def test_a_question_tells_its_language(code: str) -> None:
    assert language_of(TOLD[code]) == code


@pytest.mark.parametrize(
    "text", ["", "1874", "Marrow Bridge", "Smith & Wesson, 12.5 %", "Tarn Bridge hangers"]
)
def test_names_and_numbers_tell_none(text: str) -> None:
    assert language_of(text) == ""


def test_a_quoted_name_does_not_change_the_language() -> None:
    assert language_of("Who sang the song 'La vie en rose' on the radio?") == "en"
    assert language_of("What does 桥 mean in the name of the town?") == "en"


def test_languages_differ_only_where_both_are_clear() -> None:
    assert languages_differ(TOLD["de"], TOLD["en"])
    assert not languages_differ(TOLD["de"], "Marrow Bridge")
    assert not languages_differ("", TOLD["zh"])


@given(st.text(max_size=200), st.text(max_size=200))
def test_whether_languages_differ_is_the_same_both_ways(one: str, other: str) -> None:
    assert languages_differ(one, other) == languages_differ(other, one)
    assert not languages_differ(one, one)
