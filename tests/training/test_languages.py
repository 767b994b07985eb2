"""Training across languages: what is translated stays an example of the same thing."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.dictionaries import read_cedict, read_ding, word_by_word
from models.training.encoder import unpack
from models.training.extractor_data import Row
from models.training.extractor_languages import QUESTIONS, Translations
from models.training.extractor_net import Reader
from models.training.translate import apertium, texts_of
from tests.assistant.encoder.packing import packed_file

if TYPE_CHECKING:
    from pathlib import Path

ROW = Row(
    id="1",
    source="invented",
    title="The mill",
    paragraph="The mill was opened in 1874 by Ann Lee. The oven came later.",
    question="When was the mill opened?",
    answers=("1874",),
    spans=((23, 27),),
    group="mill",
)
SPANISH = "El molino abrió en 1874 por Ann Lee. El horno vino más tarde."


@pytest.fixture(scope="module")
def translations(tmp_path_factory: pytest.TempPathFactory) -> Translations:
    rows = [
        {
            "text": ROW.paragraph,
            "es": SPANISH,
            "fr": "Le moulin fut ouvert. Le four aussi.",
        },
        {"text": ROW.question, "es": "¿Cuándo abrió el molino?", "de": "Wann?"},
        {"text": "The mill", "es": "el molino"},
    ]
    path = tmp_path_factory.mktemp("translations") / "translated.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    return Translations(path)


@given(st.integers(0, 2**32))
def test_what_answers_is_marked_in_every_language(
    translations: Translations, seed: int
) -> None:
    row, (beside,) = translations.drawn(ROW, [ROW], random.Random(seed))
    assert [row.paragraph[start:end] for start, end in row.spans] == ["1874"]
    assert row.answers == ("1874",)
    assert row.question in {translations.text(ROW.question, c) for c in ("en", *QUESTIONS)}
    assert beside.paragraph in {ROW.paragraph, SPANISH}


def test_a_paragraph_without_its_answer_is_no_example_of_it(
    translations: Translations,
) -> None:
    assert translations.paragraph(ROW, "fr") is None
    near_miss = Row(**{n: getattr(ROW, n) for n in Row.__slots__} | {"spans": ()})
    translated = translations.paragraph(near_miss, "fr")
    assert translated is not None
    assert translated.answers == ()


def test_an_answer_is_found_as_it_is_translated(translations: Translations) -> None:
    named = Row(**{n: getattr(ROW, n) for n in Row.__slots__} | {"spans": ((0, 8),)})
    translated = translations.paragraph(named, "es")
    assert translated is not None
    assert translated.answers == ("El molino",)


def test_a_text_without_translation_stays(translations: Translations) -> None:
    assert translations.text("The weir", "es") == "The weir"
    assert translations.text("The mill", "pt") == "The mill"


def test_the_commonest_german_word_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "de-en"
    path.write_text(
        "# Version :: test\n"
        "Lokus {m} [ugs.] | Lokusse {pl} :: toilet | toilets\n"
        "Toilette {f}; WC {n} :: toilet\n"
        "Toilette {f} (Kleidung) | große Toilette :: attire | full dress\n",
        "utf-8",
    )
    table = read_ding(path)
    assert table["toilet"] == "Toilette"
    assert table["toilets"] == "Lokusse"
    assert table["when"] == "wann"
    turned = word_by_word("When did the Toilet of Ann break?", table, latin=True)
    assert turned == "wann die Toilet von Ann break?"


def test_chinese_words_stand_without_spaces(tmp_path: Path) -> None:
    path = tmp_path / "cedict.gz"
    lines = [
        "# CC-CEDICT",
        "工 工 [gong1] /to work/worker/",
        "工作 工作 [gong1 zuo4] /to work/(of a machine) to operate/job/",
        "路德 路德 [Lu4 de2] /Luther (name)/",
    ]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    table = read_cedict(path)
    assert word_by_word("Where did Luther's men work?", table, latin=False) == (
        "哪里路德men工作？"
    )


@given(st.text(max_size=80))
def test_words_that_no_table_has_stay(text: str) -> None:
    kept = word_by_word(text, {}, latin=True)
    assert "".join(kept.split()) in "".join(text.replace("'s", "").split()) or "'s" in text


@pytest.mark.skipif(shutil.which("apertium") is None, reason="Apertium is not installed")
def test_apertium_keeps_texts_apart() -> None:
    texts = texts_of([ROW])
    made = apertium("eng-spa", texts)
    assert len(made) == len(texts) == 3
    assert made[texts.index("1874")] == "1874"
    assert "1874" in made[texts.index(ROW.paragraph)]


def test_fixed_layers_do_not_learn(tmp_path: Path) -> None:
    unpack(packed_file(tmp_path / "encoder.bin"), tmp_path / "encoder")
    reader = Reader(tmp_path / "encoder")
    reader.fix(1)
    learning = {n for n, p in reader.named_parameters() if p.requires_grad}
    assert not any(
        n.startswith(("positions", "norm", "encoder.layer.0.")) for n in learning
    )
    assert any(n.startswith("span") for n in learning)
