"""Which language a text is in, by its script and commonest words; "" where that is not sure.

Only to know whether a question and a passage are in the same: then a word of the one that
the other lacks means something, and else nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

__all__ = ["language_of", "languages_differ"]

LOOKED_AT = 600  # characters from the start
LEAST_SHARE = 0.12  # of the words, that are among the commonest of the language
LEAST_SCRIPT = 0.2  # of the letters, in a script that tells the language
_WORD = re.compile(r"[^\W\d_]+")
# Hiragana and katakana tell Japanese from Chinese, whose characters it has as well.
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
    "ko": re.compile("[\u1100-\u11ff\uac00-\ud7af]"),
    "Cyrillic": re.compile("[\u0400-\u04ff]"),
    "Arabic": re.compile("[\u0600-\u06ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "Devanagari": re.compile("[\u0900-\u097f]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
}
_COMMONEST = {
    "en": """
        the of and to in is was were what when who which where how why that for with
        by from did does do are it his her they this has have had not be been on at
        an as""",
    "de": """
        der die das den dem des und ist war waren wurde wurden was wann wer wem
        welche welcher welches welchen welchem wo wie oft warum wird ein eine einen
        einem einer nicht mit von zu zum zur im am auf für sich auch bei nach aus
        dass er sie es hat haben hatte durch über""",
    "es": """
        el la los las un una de del y que en es fue fueron qué cuándo quién quiénes
        cuál cuáles dónde cómo cuánto cuántos por para con se su sus al lo como más
        no ha han era son sobre""",
    "fr": """
        le la les un une des du de et est était que qui quoi quand quel quelle quels
        quelles où comment pourquoi combien dans pour avec par sur au aux ce cette
        il elle ne pas se son sa ses sont été a ont d l""",
    "it": """
        il lo la gli le i un una di del della dei delle e è era che chi cosa quando
        quale quali dove come perché quanto quanti per con da dal nel nella non si
        sono stato ha hanno suo sua""",
    "pt": """
        o a os as um uma de do da dos das e é foi foram que quem quando qual quais
        onde como porque quanto quantos para com por em no na nos nas não se seu sua
        são ao mais ele ela""",
    "nl": """
        de het een en van is was waren wat wanneer wie welke waar hoe waarom hoeveel
        in op te met voor door niet dat die zijn werd werden aan er bij om ook naar
        uit over heeft hebben""",
}
_WORDS = {code: frozenset(words.split()) for code, words in _COMMONEST.items()}


def language_of(text: str) -> str:
    """Return the code of a text's language, or the name of a script that several share.

    "" if neither is clear: too few words, or as many of one language as of another.
    """
    return _language_of(text[:LOOKED_AT].casefold())


@lru_cache(1024)
def _language_of(text: str) -> str:
    letters = sum(map(str.isalpha, text))
    for name, script in _SCRIPTS.items():
        if letters and len(script.findall(text)) >= LEAST_SCRIPT * letters:
            return name
    words = _WORD.findall(text)
    counts = Counter(
        {code: sum(w in known for w in words) for code, known in _WORDS.items()}
    )
    (first, most), (_, next_most) = counts.most_common(2)
    sure = most > next_most and most >= LEAST_SHARE * len(words)
    return first if sure else ""


def languages_differ(question: str, text: str) -> bool:
    """Say whether both languages are clear and not the same."""
    asked, said = language_of(question), language_of(text)
    return bool(asked and said) and asked != said
