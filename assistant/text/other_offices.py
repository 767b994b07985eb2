"""Another office than the one asked for: the deputy mayor, or a former one, for the mayor.

Who was something once is no answer to who is, and who stands in for somebody is none to who it
is. English and German. Only what is said of the very words that were found counts: "Ana Ruiz,
who followed former mayor Tom Berg" does answer who is mayor, with Ana Ruiz.
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
    return []
