"""Questions made by rule of the pool's paragraphs, of kinds that it has few of.

People ask of their documents who somebody is, why something happened and what happened on a
day, and the pool's questions ask for names and numbers. A sentence that says who somebody
is, gives a reason or names a day is turned into such a question; what it says is the answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.training.extractor_data import Row

__all__ = ["SENTENCE", "made_questions", "small_first"]

Made = tuple[str, tuple[int, int]]  # a question, and its answer in the sentence

_NAME = r"[A-Z][\w'’\-]+(?: (?:[A-Z]\.|(?:de|van|von|der|al|bin) )?[A-Z][\w'’\-]+){1,2}"
_ROLES = (
    "actor actress activist admiral adviser advisor ambassador analyst archbishop architect "
    "artist astronomer author banker biologist bishop botanist captain chairman chairwoman "
    "chancellor chemist chief colonel commander composer critic director doctor economist "
    "editor emperor engineer explorer farmer general geologist governor guitarist historian "
    "inventor journalist judge king lawyer leader linguist manager mathematician mayor "
    "merchant minister missionary musician novelist officer owner painter philosopher "
    "photographer physician physicist pianist pilot player poet politician pope president "
    "priest producer professor psychologist queen researcher scholar scientist sculptor "
    "secretary senator singer sociologist soldier spokesman spokeswoman surgeon teacher "
    "theologian trader writer zoologist"
)
_ROLE = rf"(?:{'|'.join(_ROLES.split())})"
SENTENCE = re.compile(r"[^\s.!?](?:[^.!?\n]|[.](?=\S)|(?<=\b[A-Z])[.])*[.!?](?=\s|$)")
_JOINING = r"(?:and|in|by|which|including|with|of|for|as|from|to|that|on|or)\b"
_PLAIN = rf"(?:(?!{_JOINING})[a-z][\w\-]+ )"
_APPOSITION = re.compile(
    rf"(?<![\w,] )\b(?P<name>{_NAME}), (?P<said>(?:an?|the|who (?:was|is|had been|became)) "
    rf"[^,.;()]{{0,40}}?\b{_ROLE}\b[^,.;()]{{0,60}})(?=[,.;])"
)
_TITLED = re.compile(
    rf"\b(?P<said>(?:[Tt]he |[Aa]n? )?(?:{_PLAIN}|[A-Z][a-z]+(?:an|ish|ese|ch) ){{0,3}}"
    rf"{_ROLE}) (?P<name>{_NAME})"
)
_CLAUSE_ENDS = r"(?=[.;]|, (?:and|but|which|who|while|although))"
_REASON = re.compile(
    r"^(?P<what>.{15,110}?),? (?P<said>(?:because(?: of)?|due to|owing to|"
    rf"as a result of|in order to|on account of|thanks to) [^;:()]{{8,130}}?){_CLAUSE_ENDS}"
)
_AUXILIARY = re.compile(
    r"^(?P<who>(?:[\w'’\-,]+ ){1,7}?)(?P<verb>was|were|is|are|had|has|have|can|could|will|"
    r"would|should|did|do|does) (?P<rest>.+)$"
)
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_DAY = rf"(?:(?:{_MONTHS}) \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?)"
_YEAR = r"(?:1[0-9]{3}|20[0-2][0-9])"
_WHEN = rf"(?P<date>{_DAY}|(?:(?:{_MONTHS}) )?{_YEAR})"
_SAID = r"(?P<said>[^;:()]{20,150}?)"
_DATED_FIRST = re.compile(rf"^(?P<on>[Oo]n|[Ii]n) {_WHEN}, {_SAID}{_CLAUSE_ENDS}")
_DATED_LAST = re.compile(rf"^{_SAID},? (?P<on>on|in) {_WHEN}(?=[.;])")
_DATE = re.compile(rf"{_DAY}|\b{_YEAR}\b")
# What a sentence does not begin with that is understood without the one before it.
_UNCLEAR = re.compile(
    r"^(?:he|she|it|they|we|i|this|these|that|those|his|her|its|their|our|who|while|though|"
    r"although|if|when|one|some|most|many)\b",
    re.IGNORECASE,
)
_FUNCTION = frozenset(
    "the a an in on at it this that these those he she they his her its their some many most "
    "after before during when while as by for from with since although there all both".split()
)


def made_questions(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that the rules make of the paragraphs, each paragraph read once."""
    paragraphs = {row.paragraph: row for row in rows}
    made = []
    for row in paragraphs.values():
        for sentence in SENTENCE.finditer(row.paragraph):
            for number, (question, (start, end)) in enumerate(_asked(sentence[0])):
                span = sentence.start() + start, sentence.start() + end
                made.append(
                    replace(
                        row,
                        id=f"made-{row.id}-{span[0]}-{number}",
                        source="made by rule",
                        question=question,
                        answers=(row.paragraph[slice(*span)],),
                        spans=(span,),
                    )
                )
    return made


def _asked(sentence: str) -> Iterator[Made]:
    """Yield the questions that a sentence answers."""
    rules: tuple[Callable[[str], Iterator[Made]], ...] = (_who, _why, _what_happened)
    for rule in rules:
        yield from rule(sentence)


def _who(sentence: str) -> Iterator[Made]:
    """Ask for those whom the sentence describes."""
    described = {}
    for pattern in (_TITLED, _APPOSITION):
        for match in pattern.finditer(sentence):
            described[match["name"]] = match.span("said")
    for name, (start, end) in described.items():
        if name.split(" ", 1)[0].casefold() not in _FUNCTION:
            yield f"Who {'is' if len(name) % 2 else 'was'} {name}?", (start, end)


def _why(sentence: str) -> Iterator[Made]:
    """Ask for the reason that the sentence gives."""
    match = _REASON.match(sentence)
    clause = _AUXILIARY.match(match["what"]) if match else None
    if match and clause and not _UNCLEAR.match(sentence):
        who, rest = small_first(clause["who"].strip()), clause["rest"].strip(" ,")
        if "," not in who:
            yield f"Why {clause['verb']} {who} {rest}?", match.span("said")


def _what_happened(sentence: str) -> Iterator[Made]:
    """Ask for what the sentence says of a day or a year, if it is of one only."""
    match = _DATED_FIRST.match(sentence) or _DATED_LAST.match(sentence)
    one = len(_DATE.findall(sentence)) == 1
    if match and one and not _UNCLEAR.match(match["said"]):
        yield f"What happened {match['on'].lower()} {match['date']}?", match.span("said")


def small_first(text: str) -> str:
    """Return the text with a small letter in front, if its first word is no name."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first.casefold() in _FUNCTION else text
