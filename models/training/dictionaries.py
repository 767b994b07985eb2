"""Two dictionaries read as tables from English words, and texts turned over word by word.

For languages that no free translator by rule has. What comes of it is no sentence of that
language; its words are, and a reader that knows both learns to look for what they mean.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["read_cedict", "read_ding", "word_by_word"]

TOKEN = re.compile(r"\w+(?:'s)?|[^\w\s]")
PLAIN = re.compile(r"[a-z][a-z'-]*")
ASIDE = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\([^)]*\)|/[^/]*/")
CEDICT = re.compile(r"\S+ (?P<simplified>\S+) \[[^\]]*\] /(?P<glosses>.*)/")
ENDINGS = ("s", "es", "ed", "d", "ing", "ly", "er")
LONGEST_PART = 3  # characters of a Chinese word
FIRST_GLOSSES = 4
SHORT_WORD = 0.02  # what a word of one character counts, of a longer one
# Words that a dictionary of contents does not help with; "" leaves the word out.
FUNCTION_WORDS = (
    "when what which who whom whose where how why many much did does do is was are were the "
    "of in to and or by for from with on at be been has had have year name type kind first "
    "as that it its a an not after before during between about"
).split()
GERMAN = (
    "wann was welche wer wem wessen wo wie warum viele viel - - - ist war sind waren die "
    "von in zu und oder von für aus mit auf bei sein gewesen hat hatte haben Jahr Name Art Art "
    "erste als dass es sein ein ein nicht nach vor während zwischen über"
).split()
CHINESE = (
    "什么时候 什么 哪个 谁 谁 谁的 哪里 如何 为什么 多少 多少 - - - 是 是 是 是 - "
    "的 在 到 和 或 由 为 从 与 在 在 是 被 有 有 有 年 名字 类型 种类 "
    "第一 作为 那 它 它的 一 一 不 之后 之前 期间 之间 关于"
).split()


def read_ding(path: Path) -> dict[str, str]:
    """Return English words with a German one each, of the Ding word list.

    Of several the one that stands in most entries, which is mostly the commonest.
    """
    pairs: defaultdict[str, list[str]] = defaultdict(list)
    common: Counter[str] = Counter()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            german, sign, english = line.partition(" :: ")
            if line.startswith("#") or not sign:
                continue
            common.update(set(re.findall(r"\w+", german)))
            for left, right in zip(german.split("|"), english.split("|"), strict=False):
                word = ASIDE.sub("", left).split(";")[0].strip()
                for gloss in _glosses(right):
                    if word and " " not in word:
                        pairs[gloss].append(word)
    found = {gloss: max(words, key=common.__getitem__) for gloss, words in pairs.items()}
    return found | _table(GERMAN)


def read_cedict(path: Path) -> dict[str, str]:
    """Return English words with a Chinese one each (simplified), of CC-CEDICT, gzipped.

    Of several the one that most headwords contain; words of one character, which all do, and
    those of later glosses come behind.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        matches = [match for line in lines if (match := CEDICT.match(line))]
    entries = [(m["simplified"], m["glosses"].split("/")) for m in matches]
    common = Counter(part for word, _ in entries for part in _parts(word))
    best: dict[str, tuple[float, str]] = {}
    for word, glosses in entries:
        for place, gloss in enumerate(glosses[:FIRST_GLOSSES]):
            for english in _glosses(gloss):
                short = SHORT_WORD if len(word) == 1 else 1.0
                rank = (short * common[word] / (1 + place), word)
                best[english] = max(best.get(english, rank), rank)
    return {english: word for english, (_, word) in best.items()} | _table(CHINESE)


def _table(words: Iterable[str]) -> dict[str, str]:
    pairs = zip(FUNCTION_WORDS, words, strict=True)
    return {english: "" if other == "-" else other for english, other in pairs}


def _glosses(text: str) -> Iterator[str]:
    """Yield the single English words among glosses divided by semicolons."""
    for part in ASIDE.sub("", text).split(";"):
        word = re.sub(r"^(?:to|the|an?) ", "", part.strip().lower())
        if PLAIN.fullmatch(word):
            yield word


def _parts(word: str) -> set[str]:
    sizes = range(1, LONGEST_PART + 1)
    return {word[i : i + n] for n in sizes for i in range(len(word) - n + 1)}


def word_by_word(text: str, table: Mapping[str, str], *, latin: bool) -> str:
    """Turn an English text over word by word; what the table lacks stays as it is.

    Args:
        text: English.
        table: lower-case English words with one of the other language each; "" for none.
        latin: whether the other language has this alphabet; then names stay, and there
            are spaces between words.
    """
    tokens = TOKEN.findall(text)
    words = [
        _turned(t, table, name=latin and n > 0 and t[0].isupper())
        for n, t in enumerate(tokens)
    ]
    made = ""
    for word in filter(None, words):
        alike = made[-1:].isascii() and word[0].isascii()
        joined = not made or word in "?.,!;:" or not (latin or alike)
        made += word if joined else f" {word}"
    return made if latin else made.replace("?", "？")


def _turned(token: str, table: Mapping[str, str], *, name: bool) -> str:
    word = token.removesuffix("'s")
    if name or not word.isalpha():
        return word
    return next((table[w] for w in _dictionary_forms(word.lower()) if w in table), word)


def _dictionary_forms(word: str) -> Iterator[str]:
    yield word
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    for ending in ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1:
            yield stem
            yield f"{stem}e"
