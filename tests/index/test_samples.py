"""The samples: what the scripts write is what is shipped, and every format says its piece."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from index.readers import read

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_samples", ROOT / "scripts/make_samples.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_samples"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


SCRIPT = load_script()
ARTICLES = SCRIPT.articles(SCRIPT.ARTICLES.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """Return words without the marks that formats add or take: "| a | b |" and "a | b"."""
    marks = str.maketrans("|*#>-", "     ")
    return " ".join(text.translate(marks).split())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    for folder in folders:
        SCRIPT.main(folder)
    return folders


def test_there_are_fourteen_in_five_formats() -> None:
    assert len(ARTICLES) == 14
    assert {Path(article.name).suffix for article in ARTICLES} == {
        ".txt",
        ".md",
        ".html",
        ".pdf",
        ".docx",
    }


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.name)
def test_a_sample_says_what_its_article_says(article: Any, written: list[Path]) -> None:
    document = read(SAMPLES / article.name)
    text = plain(document.text)
    for block in article.blocks:
        if not (block.startswith("> ") and article.name.endswith(".html")):  # an advert
            assert plain(block) in text
    assert (document.title, document.author) == (article.title, article.author)
    assert document.date == article.date
    for folder in written:
        again = read(folder / article.name)
        assert (again.text, again.title) == (document.text, document.title)


def test_the_script_writes_the_same_bytes_twice(written: list[Path]) -> None:
    one, two = written
    for article in ARTICLES:
        assert (one / article.name).read_bytes() == (two / article.name).read_bytes()


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.html")), ids=lambda path: path.name)
def test_the_clutter_of_a_saved_page_is_left_out(path: Path) -> None:
    document = read(path)
    for words in (
        "cookies",
        "MOST READ",
        "saltysocks",
        "rights reserved",
        "Subscribe",
        "Weather",
    ):
        assert words in path.read_text(encoding="utf-8")
        assert words not in document.text
    assert document.source
