"""Bytes without a stated encoding, in many languages, each of one or two sentences."""

from __future__ import annotations

import pytest

from index.readers.decode import decode

SHORT = [
    ("cp1252", "La niña pequeña pidió más leña para el otoño."),
    ("cp1252", "Cañón"),
    ("cp1252", "¿Dónde está el buzón? ¡Aquí!"),
    ("cp1252", "A reunião é amanhã, às três, no salão."),
    ("cp1252", "João vendeu os pães e a maçã."),
    ("cp1252", "Sjöbodarna på ön målades i går."),
    ("cp1252", "Kylätalon avain löytyy naapurilta."),
    ("cp1252", "Työ"),
    ("cp1252", "Le prêt a été accordé à l’école."),
    ("cp1252", "Der Schlüssel hängt über der Tür, Größe 5½."),
    ("cp1252", "Båden på øen blev solgt, det er ærgerligt."),
    ("cp1252", "Perché la città è così cara?"),
    ("cp1252", "The café’s “terrace” – 20 £"),
    ("cp1252", "Preis;Ort\n12 €;Zürich\n"),
    ("cp1250", "Klucz leży pod wycieraczką, proszę zamknąć drzwi."),
    ("cp1250", "Schůze se přesouvá na příští čtvrtek."),
    ("cp1250", "Kérjük, hogy az ajtót zárják be este."),
    ("cp1251", "Ключ у соседки, собрание в среду."),
    ("cp1251", "Фамилия;Город\nИванова;Тверь\n"),
    ("koi8-r", "Собрание перенесено на среду."),
    ("cp866", "Собрание перенесено на среду."),
    ("cp1253", "Το κλειδί είναι στο συρτάρι της κουζίνας."),
    ("cp1254", "Anahtar komşuda, toplantı çarşamba günü yapılacak."),
    ("cp1255", "המפתח אצל השכנה, הישיבה ביום רביעי."),
    ("cp1256", "المفتاح عند الجارة، والاجتماع يوم الأربعاء."),
    ("cp932", "鍵は隣の人が持っています。会議は水曜日です。"),
    ("euc_jp", "鍵は隣の人が持っています。"),
    ("iso2022_jp", "鍵は隣の人が持っています。"),
    ("gb18030", "钥匙在邻居那里,会议在星期三。"),
    ("cp950", "鑰匙在鄰居那裡,會議在星期三。"),
    ("cp949", "열쇠는 이웃에게 있고 회의는 수요일입니다."),
    ("utf-16-le", "Der Schlüssel hängt über der Tür."),
    ("utf-8", "Kylätalon avain"),
]


@pytest.mark.parametrize(("encoding", "text"), SHORT)
def test_a_short_text_is_read_as_it_was_written(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_a_guess_is_said_and_a_certainty_is_not() -> None:
    assert decode("leña".encode("cp1252"))[1] == (
        "its encoding is not stated; read as cp1252",
    )
    assert decode("leña".encode())[1] == ()


def test_a_long_text_is_judged_by_the_lines_that_tell() -> None:
    text = "plain words only\n" * 40_000 + "leña para el otoño\n" * 300
    assert decode(text.encode("cp1252"))[0] == text


def test_escapes_are_only_read_as_such_where_they_are_declared_or_begin_an_alphabet() -> (
    None
):
    assert decode(b"1 + 2 = 3")[0] == "1 + 2 = 3"
    assert decode("Schlüssel".encode("utf-7"), "utf-7")[0] == "Schlüssel"
