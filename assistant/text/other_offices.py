"""Another office than the one asked for: the deputy mayor, or a former one, for the mayor.

Who was something once is no answer to who is, and who stands in for somebody or speaks for them
is none to who it is. English and German. Only what is said of the very words that were found
counts: "Ana Ruiz, who followed former mayor Tom Berg" does answer who is mayor, with Ana Ruiz.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.text.words import content_words, same_word

__all__ = ["other_offices"]

_NOW = re.compile(
    r"^\W*(?:(?:who|what)[’']s\b|"
    r"(?:who|what|which|wer|was|welche[rs]?)\b(?:\W+\w+){0,3}?\W+(?:is|are|ist|sind)\b)",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:who|whom|whose|wer|wen|wem|wessen)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Qualified:
    """Words that make another office of one, and what a question must be to mind them."""

    minded: re.Pattern[str]
    asked: re.Pattern[str]  # in the question they, or the like, are what is asked for
    behind: re.Pattern[str]  # "Tom Berg, the former mayor"
    before: re.Pattern[str]  # "former mayor Tom Berg"
    within: re.Pattern[str]


def _qualified(minded: re.Pattern[str], words: str, like: str = "") -> _Qualified:
    """Compile what tells that some words are said of an answer."""
    articles = r"(?:(?:the|a|an|who|is|was|der|die|das|ein|eine) )*"
    return _Qualified(
        minded,
        re.compile(rf"\b(?:{words}{like})\b", re.IGNORECASE),
        re.compile(
            rf"[”\"]?,? {articles}(?:{words})\b(?P<role>[^,.;]{{0,60}})", re.IGNORECASE
        ),
        re.compile(rf"\b(?:{words})\b(?P<role>(?:[ -][\w’'&-]+){{1,5}}) $", re.IGNORECASE),
        re.compile(rf"\b(?:{words})\b(?P<role>[^,.;]{{1,60}})", re.IGNORECASE),
    )


_ONCE = _qualified(
    _NOW,
    r"former(?:ly)?|ex(?=-)|one-?time|previous|erstwhile|ehemalige[nrs]?|frühere[nrs]?",
    "|first|last|erste[nrs]?|letzte[nrs]?",
)
_INSTEAD = _qualified(
    _WHO,
    r"vice|deputy|acting|interim|assistant|associate|stellvertretende[nrs]?|"
    r"kommissarische[nrs]?",
)

_OFFICE = re.compile(
    r"\b(?:chairman|chairwoman|mayor|president|minister|chancellor|governor|king|queen|emperor|"
    r"ambassador|"
    r"(?:bürgermeister|präsident|kanzler|gouverneur|könig|kaiser|botschafter)(?:in)?)\b",
    re.IGNORECASE,
)
# Who is called so holds another office, speaks for somebody, is kin, or has to do with them.
_BESIDE = (
    r"(?:managing director|chief executive|ceo|spokes(?:wo)?man|spokesperson|advis[eo]r|aide|"
    r"ally|rival|opponent|critic|wife|husband|"
    r"widow|son|daughter|brother|sister|father|mother|lawyer|economist|analyst|engineer|"
    r"inspector|journalist|reporter|professor|researcher|resident|teacher|"
    r"(?:sprecher|berater|gegner|forscher)(?:in)?|ehefrau|ehemann|witwe|sohn|tochter|bruder|"
    r"schwester|vater|mutter|anwalt|anwältin)"
)
_IS_BESIDE = (
    re.compile(
        rf",? (?:(?:the|a|an|his|her|der|die|ein|eine) )?(?:\w+ )?{_BESIDE}\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_BESIDE},? $", re.IGNORECASE),
)
_HOLDS = (
    r"\b(?:is|was|be|became|as|elected|named|appointed|ist|war|wurde|als)\b[^.;]{0,40}\b"
)


def other_offices(question: str, sentence: str, answer: str) -> list[tuple[str, str]]:
    """Return the office asked for that the answer has another one of, and how it is said.

    Args:
        question: Who or what somebody or something is.
        sentence: What holds the answer.
        answer: The words of it that answer.
    """
    at = sentence.find(answer)
    if at < 0:
        return []
    asked = content_words(question)
    for kind in (_ONCE, _INSTEAD):
        if not kind.minded.search(question) or kind.asked.search(question):
            continue
        said = (
            kind.behind.match(sentence, at + len(answer))
            or kind.before.search(sentence[:at])
            or kind.within.match(answer)
        )
        roles = content_words(said["role"]) if said else []
        shared = [role for role in roles if any(same_word(role, word) for word in asked)]
        if said and shared:
            return [(shared[0], said[0].strip(" ,"))]
    return _beside_the_office(question, sentence, (at, at + len(answer)))


def _beside_the_office(
    question: str, sentence: str, place: tuple[int, int]
) -> list[tuple[str, str]]:
    """Return the same of somebody who is named as something else: a spokesman, a son."""
    office = _OFFICE.search(question)
    if (
        not office
        or not _WHO.search(question)
        or re.search(rf"\b{_BESIDE}\b", question, re.IGNORECASE)
    ):
        return []
    behind, before = _IS_BESIDE
    said = behind.match(sentence, place[1]) or before.search(sentence[: place[0]])
    holds = re.search(_HOLDS + re.escape(office[0]), sentence, re.IGNORECASE)
    return [(office[0].casefold(), said[0].strip(" ,"))] if said and not holds else []
