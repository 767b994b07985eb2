"""Who was something once is no answer to who is: "the former president" to "Who is ...?".

English and German. Only what is said of the very words that were found counts: "Ana Ruiz, who
followed former mayor Tom Berg" does answer who is mayor, with Ana Ruiz.
"""

from __future__ import annotations

import re

from assistant.text.words import content_words, same_word

__all__ = ["formerly"]

_NOW = re.compile(
    r"^\W*(?:(?:who|what)[’']s\b|"
    r"(?:who|what|which|wer|was|welche[rs]?)\b(?:\W+\w+){0,3}?\W+(?:is|are|ist|sind)\b)",
    re.IGNORECASE,
)
_ONCE = (
    r"(?:former(?:ly)?|ex(?=-)|one-?time|previous|erstwhile|ehemalige[nrs]?|frühere[nrs]?)"
)
_ASKED_ONCE = re.compile(
    rf"\b(?:{_ONCE}|first|last|erste[nrs]?|letzte[nrs]?)\b", re.IGNORECASE
)
_BEHIND = re.compile(
    rf"[”\"]?,? (?:(?:the|a|an|who|is|was|der|die|das|ein|eine) )*{_ONCE}\b"
    r"(?P<role>[^,.;]{0,60})",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b{_ONCE}\b(?P<role>(?:[ -][\w’'&-]+){{1,5}}) $", re.IGNORECASE)
_WITHIN = re.compile(rf"{_ONCE}\b(?P<role>[^,.;]{{1,60}})", re.IGNORECASE)


def formerly(question: str, sentence: str, answer: str) -> list[tuple[str, str]]:
    """Return the word of the question that the answer is said to have been, and how it is said.

    Args:
        question: Who or what somebody or something is.
        sentence: What holds the answer.
        answer: The words of it that answer.
    """
    at = sentence.find(answer)
    if at < 0 or not _NOW.search(question) or _ASKED_ONCE.search(question):
        return []
    end = at + len(answer)
    said = (
        _BEHIND.match(sentence, end)
        or _BEFORE.search(sentence[:at])
        or _WITHIN.match(answer)
    )
    roles = content_words(said["role"]) if said else []
    asked = content_words(question)
    shared = [role for role in roles if any(same_word(role, word) for word in asked)]
    return [(shared[0], said[0].strip(" ,"))] if said and shared else []
