"""Which encoding the bytes of a text were written in, by how likely its letters then are.

Every candidate that can decode the bytes is scored: the sum of the logarithms of how likely
each character is in the best of the languages that the encoding is used for. An encoding that
is seldom met needs more evidence; for a short text of Western Europe that leaves cp1252.
"""

from __future__ import annotations

import codecs
import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache

from index.readers.alphabets import CJK_COMMON, ENCODINGS, LANGUAGES

__all__ = ["likeliest"]

_SAMPLE_BYTES = 1 << 15
_HIGH = re.compile(rb"[\x80-\xff]")
_ASCII_LETTER = -2.8  # all figures are natural logarithms of a probability
_OTHER_LETTER = -7.0  # of the same script, but of another language
_STRANGE = -10.0  # a sign that no text has much of
_MARKS = {"’": -2.0} | dict.fromkeys("“”„‘–—…€«»¿¡°§£·•№", -3.0) | {"\xa0": -3.5}
_RARE_MARKS = dict.fromkeys("©®™´`½¼¾²³±×µ‚‹›†‡‰ªº", -6.0)
_BROKEN_CASE = -4.0  # a capital behind a small letter, two scripts in a word
_OLD_MAC = 4.0
_WORD = 1.2  # for a word that only one language has
_MOST_WORDS = 6
_KANA = -4.0
_CJK_MARKS = "、。，！？：；（）「」『』“”‘’…—《》〈〉・ー\u3000０１２３４５６７８９"
_CJK_MARK = -3.5
_COMMON = -5.0
_USUAL = -8.0
_RARE = -12.0
_ODD = -16.0  # neither letters nor signs of East Asia
_NARROW = -9.0  # half-width katakana
_HANGUL = -7.0
_BLOCKS = (
    ("\u3040", "\u30ff", "kana"),
    ("\uac00", "\ud7a3", "hangul"),
    ("\uff61", "\uff9f", "narrow"),
    ("\u4e00", "\u9fff", "ideograph"),
)
_LEVEL_ONE = {"gb18030": (0xB0, 0xD7), "cp950": (0xA4, 0xC6), "cp932": (0x88, 0x98)}
_DOUBTFUL = -8.0  # on average, a non-ASCII character; below that nothing is known


def likeliest(data: bytes) -> str:
    """Return the name of the likeliest encoding, "" where none is likely."""
    sample = _sample(data)
    scores: dict[str, float] = {}
    for name, (prior, languages) in ENCODINGS.items():
        text = _decoded(sample, name, whole=len(sample) == len(data))
        if text is None:
            continue
        likely = _single_byte(text, languages) if languages else _double_byte(text, name)
        # Line ends of the old Macintosh speak for its encoding.
        old_mac = name == "mac_roman" and b"\r" in data and b"\n" not in data
        scores[name] = prior + likely + _OLD_MAC * old_mac
    if not scores:
        return ""
    best = max(scores, key=lambda name: scores[name])
    text = _decoded(sample, best, whole=len(sample) == len(data)) or ""
    foreign = sum(not c.isascii() for c in text)
    plain = sum(c.isascii() and c.isalpha() for c in text) * _ASCII_LETTER
    return best if scores[best] - plain > _DOUBTFUL * foreign - _MOST_WORDS else ""


def _sample(data: bytes) -> bytes:
    """Return the whole, or of a long text the lines that tell something."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    telling: list[bytes] = []
    size = 0
    for line in data[: 32 * _SAMPLE_BYTES].splitlines(keepends=True):
        if _HIGH.search(line):
            telling.append(line)
            size += len(line)
        if size > _SAMPLE_BYTES:
            break
    return b"".join(telling)[: 2 * _SAMPLE_BYTES]


def _decoded(sample: bytes, name: str, *, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(name)().decode(sample, final=whole)
    except UnicodeDecodeError:
        return None


def _single_byte(text: str, languages: tuple[str, ...]) -> float:
    counts = Counter(c for c in text if not c.isascii())
    plain = sum(c.isascii() and c.isalpha() for c in text) * _ASCII_LETTER
    words = set(re.findall(r"\w+", text.lower()))
    return (
        plain + _breaks(text) + max(_in_language(name, counts, words) for name in languages)
    )


def _in_language(name: str, counts: Counter[str], words: set[str]) -> float:
    letters, own_words = _language(name)
    known = _WORD * min(len(words & own_words), _MOST_WORDS)
    return known + sum(n * _letter(c, letters) for c, n in counts.items())


def _letter(char: str, letters: dict[str, float]) -> float:
    if (found := letters.get(char.lower())) is not None:
        return found - (0.7 if char.isupper() else 0.0)
    if (mark := _MARKS.get(char, _RARE_MARKS.get(char))) is not None:
        return mark
    return _OTHER_LETTER if unicodedata.category(char) in {"Ll", "Lu", "Lo"} else _STRANGE


@lru_cache(64)
def _language(name: str) -> tuple[dict[str, float], frozenset[str]]:
    """Return how likely each letter of a language is, and words that tell it."""
    share, letters, words = LANGUAGES[name]
    # Frequencies of letters fall about as 1 / rank.
    total = sum(1 / rank for rank in range(1, len(letters) + 1))
    likely = {
        letter: math.log(share / rank / total) for rank, letter in enumerate(letters, 1)
    }
    return likely, frozenset(words.split())


def _breaks(text: str) -> float:
    """Sum up what no word has: capitals and other scripts behind small letters, lone signs."""
    case = re.findall(r"[a-zß-öø-ÿа-яα-ω](?=[^\W\d_a-z])(\w)", text)
    mixed = re.findall(
        r"[A-Za-z][\u0370-\u06ff\u0e00-\u0e7f]|[\u0370-\u06ff][A-Za-z]", text
    )
    inside = re.findall(r"[^\W\d_][“”„«»¿¡°§£©®™€•‚‹›†‡‰½¼¾×±][^\W\d_]", text)
    return _BROKEN_CASE * (sum(map(str.isupper, case)) + len(mixed) + len(inside))


def _double_byte(text: str, name: str) -> float:
    return sum(n * _wide(c, name) for c, n in Counter(text).items())


def _wide(char: str, name: str) -> float:
    if char.isascii():
        return _ASCII_LETTER if char.isalpha() else 0.0
    if char in _CJK_MARKS:
        return _CJK_MARK
    kind = next((kind for first, last, kind in _BLOCKS if first <= char <= last), "")
    if kind == "ideograph":
        return _ideograph(char, name)
    if kind == "hangul":
        return _COMMON if char in CJK_COMMON["cp949"] else _HANGUL
    kana = _KANA if name in {"cp932", "euc_jp"} else _RARE
    return {"kana": kana, "narrow": _NARROW}.get(kind, _ODD)


def _ideograph(char: str, name: str) -> float:
    """Rate a character by the level of its standard: the first holds the usual ones."""
    if char in CJK_COMMON[name]:
        return _COMMON
    if name == "cp949":
        return _RARE
    if name == "euc_jp":
        name = "cp932"
    try:
        lead = char.encode(name)[0]
    except UnicodeEncodeError:
        return _RARE
    first, last = _LEVEL_ONE[name]
    return _USUAL if first <= lead <= last else _RARE
