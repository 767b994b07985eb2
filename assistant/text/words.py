"""What a sentence says, in a form that can be compared: words, numbers, names, negation.

Language-neutral as far as it goes: Latin-script words are compared with their endings set
aside, text without spaces (Chinese, Japanese) by pairs of characters. No model, no files.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = [
    "clauses",
    "content_words",
    "coverage",
    "holds_word",
    "names",
    "negated",
    "numbers",
    "pronoun_speaks",
    "quotations",
    "same_name",
    "same_word",
    "speakers",
    "spelled_alike",
]

LEAST_STEM = 4  # letters
LONGEST_ENDING = 3

# The words that carry no content of their own, in the languages of the page (en, de).
_EMPTY = frozenset(
    """a about after all also an and any are as at be because been before being but by can
    could did do does doing during each few for from further had has have having he her here
    hers him his how i if in into is it its itself just may me might more most must my no nor
    not now of off on once only or other our out over own per s said same say says she should
    so some such t than that the their them then there these they this those through to too
    under until up upon us very was we were what when where whether which while who whom whose
    why will with would you your
    der die das den dem des ein eine einer eines einem einen und oder aber ist sind war waren
    wird werden wurde wurden hat haben hatte hatten kann können sich auf aus bei mit nach von
    vor zu zum zur im in an am als auch es er sie ihr sein nicht wer wie was wann wo warum
    welche welcher welches dass""".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d[\d.,:/]*\d|\d")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t|kein\w*|"
    r"nicht|nie|niemals|ohne)\b",
    re.IGNORECASE,
)
_VERBS = (
    r"(?:said|says|saying|told|tells|claim(?:s|ed)|announce[sd]|report(?:s|ed)|den(?:ies|ied)|"
    r"warn(?:s|ed)|add(?:s|ed)|wrote|writes|stated?|states|insist(?:s|ed)|argue[sd]|spoke|speaks|"
    r"confirm(?:s|ed)|estimate[sd]|note[sd](?! for)|explain(?:s|ed)|stresse[sd]|"
    r"emphasi[sz]e[sd]|repl(?:ies|ied)|remark(?:s|ed)|allege[sd]|testif(?:ies|ied)|tweet(?:s|ed)|"
    r"acknowledge[sd]|admit(?:s|ted)|assert(?:s|ed)|comment(?:s|ed)|predict(?:s|ed)|"
    r"agree[sd](?=[.,;”\"]|$)|"
    r"sagten?|erklärten?|teilten?|behaupteten?|meldeten?|betonten?|meinten?|schrieb(?:en)?|"
    r"berichteten?)"
)
# The speaker is looked for in the few words before the verb, behind a comma ("Ada Abel, the
# mayor, said that") only where what is said comes next; right behind it ("said the mayor"); or
# behind "according to".
_NAMING = r"[\w'’\-]+"
_SAID_NEXT = r"(?:that|in|on|at|to|of|it|there|dass|am|im)\b"
_SPEAKING = re.compile(
    rf"(?P<before>(?:{_NAMING} ){{1,5}}|"
    rf"(?:{_NAMING} ){{0,4}}{_NAMING}, (?={_VERBS} {_SAID_NEXT})){_VERBS}\b(?! by)|"
    rf"{_VERBS} (?!{_SAID_NEXT})(?P<after>(?:the |a )?{_NAMING}(?: {_NAMING}){{0,3}})|"
    rf"\b(?:according to|laut) (?P<following>{_NAMING}(?: {_NAMING}){{0,5}})|"
    rf"(?P<counting>(?:{_NAMING} ){{1,5}})(?:puts? (?:it|(?:the|its|their) \w+) at|"
    r"(?:speaks?|spoke) of (?=\d)|counted (?=\d))",
    re.IGNORECASE,
)
_PRONOUN = r"(?:he|she|they|er|sie)"
_AFTER_PRONOUN = re.compile(rf"\b{_PRONOUN} (?:(?:also|later|then) )?$", re.IGNORECASE)
_PRONOUN_SPEAKS = re.compile(
    rf"\b{_PRONOUN} (?:(?:also|later|then) )?{_VERBS}\b|\b{_VERBS} {_PRONOUN}\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"[,;:](?=\s)|[()–—]|\b(?:and|but|while|und|aber)\b", re.IGNORECASE
)
_QUOTATION = re.compile('["“„«]([^"“”„«»]{3,}?)["”“»]')
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "tausend": 10**3,
    "millionen": 10**6,
    "milliarden": 10**9,
    "milliarde": 10**9,
    "m": 10**6,
    "mn": 10**6,
    "bn": 10**9,
    "k": 10**3,
}
_SMALL = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen twenty""".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_SMALL |= {"ninety": 90, "dozen": 12, "first": 1, "second": 2, "third": 3, "fourth": 4}
_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:st|nd|rd|th)?(?:[ \u00a0-]?(?P<scale>" + "|".join(_SCALES) + r")\b)?",
    re.IGNORECASE,
)
_WORD_NUMBER = re.compile(
    r"\b(?P<small>"
    + "|".join(_SMALL)
    + r")(?:[ -](?P<unit>one|two|three|four|five|six|seven|"
    r"eight|nine))?(?:[ -](?P<scale>hundred|thousand|million|billion|trillion)\b)?\b",
    re.IGNORECASE,
)


def content_words(text: str) -> list[str]:
    """Return the words that carry content, folded, in order; numbers are not among them."""
    found = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        word = match.group().casefold().replace("’", "'").removesuffix("'s")
        if word[0].isdigit() or word in _EMPTY or _WORD_NUMBER.fullmatch(word):
            continue
        found += _pairs(word) if _UNSPACED.match(word) else [word]
    return found


def _pairs(run: str) -> list[str]:
    """Return overlapping pairs of characters: the usual index terms of unspaced scripts."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def same_word(one: str, other: str) -> bool:
    """Say whether two folded words are forms of one: a long common start, short endings."""
    if one == other:
        return True
    shorter = min(len(one), len(other))
    if shorter < LEAST_STEM:  # too short to have an ending to set aside
        return one + "s" == other or other + "s" == one
    common = 0
    while common < shorter and one[common] == other[common]:
        common += 1
    longest_ending = max(len(one), len(other)) - common
    return common >= LEAST_STEM and longest_ending <= LONGEST_ENDING


def same_name(one: str, other: str) -> bool:
    """Say whether two folded names are one, or one is made of the other: Italy, Italian.

    Names that differ in their endings alone are two: Martin, Martha.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < LEAST_STEM:
        return longer in {shorter, f"{shorter}s"}
    stem = shorter[:-1] if shorter[-1] in "aeoy" else shorter
    return longer.startswith(stem) and len(longer) - len(stem) <= LONGEST_ENDING


def holds_word(words: Collection[str], word: str) -> bool:
    """Say whether `words` holds a form of `word`."""
    return word in words or any(same_word(word, other) for other in words)


def spelled_alike(words: Iterable[str], text: str) -> frozenset[str]:
    """Return those of the words that a text has to the letter, but for the s of a plural.

    Names of people, places and things often differ in their endings alone.
    """
    said = {word.removesuffix("s") for word in content_words(text)}
    return frozenset(word for word in words if word.removesuffix("s") in said)


def coverage(words: Iterable[str], held: Collection[str]) -> float:
    """Return the share of `words` that `held` has a form of; 1 where there are none."""
    wanted = list(dict.fromkeys(words))
    if not wanted:
        return 1.0
    return sum(holds_word(held, word) for word in wanted) / len(wanted)


def numbers(text: str) -> frozenset[Decimal]:
    """Return every number that the text names, as its value: "5.5 million" is 5500000."""
    found = {_value(match) for match in _NUMBER.finditer(text)}
    for match in _WORD_NUMBER.finditer(text):
        value = Decimal(_SMALL[match["small"].casefold()])
        if match["unit"]:
            value += _SMALL[match["unit"].casefold()]
        if match["scale"]:
            value *= _SCALES[match["scale"].casefold()]
        elif match["small"].casefold() == "one":
            continue  # most often no number: "one of them"
        found.add(value)
    return frozenset(found)


def _value(match: re.Match[str]) -> Decimal:
    digits = re.sub("[' \u00a0\u202f]", "", match["digits"])
    head, mark, tail = digits.rpartition(
        "," if digits.rfind(",") > digits.rfind(".") else "."
    )
    if not mark:
        value = Decimal(digits)
    elif len(tail) == 3 and head != "0":  # noqa: PLR2004 - groups of three are thousands
        value = Decimal(re.sub("[.,]", "", digits))
    else:
        value = Decimal(f"{re.sub('[.,]', '', head) or 0}.{tail}")
    scale = match["scale"]
    return (value * _SCALES[scale.casefold()] if scale else value).normalize() + 0


def clauses(text: str) -> list[str]:
    """Cut a sentence where one thing said ends and the next begins."""
    parts = _CLAUSE_ENDS.split(text)
    return [part for part in parts if part and part.strip()]


def names(text: str) -> list[str]:
    """Return the capitalized words that do not merely begin a sentence, folded."""
    found = []
    for match in re.finditer(r"[^\W\d_][\w'’\-]*", text):
        word = match.group()
        begins = re.search(r"(?:^|[.!?:]['\"”’]?\s|[\"“„\n]\s*)$", text[: match.start()])
        folded = word.casefold().replace("’", "'").removesuffix("'s")
        if word[0].isupper() and not begins and folded not in _EMPTY:
            found.append(folded)
    return found


def speakers(text: str) -> list[frozenset[str]]:
    """Return, for each "X said" and "according to X" in the text, the words of X."""
    named = (
        _speaking(match) or match["following"] or "" for match in _SPEAKING.finditer(text)
    )
    return [frozenset(words) for words in map(content_words, named) if words]


def pronoun_speaks(text: str) -> bool:
    """Say whether "he said" stands in the text, and nobody who is named speaks in it.

    Who the words are according to is another question: "he claimed, according to Reuters".
    """
    named = any(content_words(_speaking(match)) for match in _SPEAKING.finditer(text))
    return not named and _PRONOUN_SPEAKS.search(text) is not None


def _speaking(match: re.Match[str]) -> str:
    """Return the words that say who speaks; "yesterday she said" names nobody."""
    before = match["before"] or match["counting"] or ""
    return "" if _AFTER_PRONOUN.search(before) else before or match["after"] or ""


def negated(text: str) -> bool:
    """Say whether the text denies something."""
    return _NEGATION.search(text) is not None


def quotations(text: str) -> list[str]:
    """Return what stands between quotation marks in the text."""
    return [match.group(1).strip() for match in _QUOTATION.finditer(text)]
