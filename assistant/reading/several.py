"""Several questions in one ("When did the strike begin, and who called it?"), taken apart.

No one passage has to answer them all, and one that answers the first must not pass for an
answer to the rest. Each is looked up by itself, told only if it is sure enough by itself, and
named where nothing was found. English and German.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.text.words import content_words, names

__all__ = ["Asked", "asked_apart"]

_HOW_MANY = r"(?:how (?:many|much)|wie ?viele?)"
_WHERE_DE = r"(?:wer|wen|wem|wann|wo|wohin|woher|warum|weshalb|wieso)"
_ASKING = (
    r"(?:who|whom|whose|what|when|where|why|which|how|"
    rf"wessen|was|wie|welche[rsnm]?|{_WHERE_DE})"
)
_HELPING = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|might|"
    r"ist|sind|war|waren|wird|werden|wurden?|hat|haben|hatten?|kann|können|konnten?|soll|"
    r"sollen|sollten?|muss|müssen|mussten?|darf|dürfen|durften?)"
)
_PREPOSITION = (
    r"(?:in|at|on|by|to|for|from|of|with|since|until|für|von|mit|seit|bis|zu|an|auf)"
)
_AT = rf"(?:{_PREPOSITION} )?"
_WORDS = rf"(?: (?!{_HELPING}\b)[\w-]+){{1,3}}?"
# A question word, with the few words that may stand between it and its verb.
_OPENING = rf"{_AT}(?:(?:how|what|which|whose|wie|welche[rsnm]?|wessen){_WORDS}|{_ASKING})"
# How a question goes on that is no subordinate clause ("... when the strike began").
_NO_SUBJECT = r"(?!(?:der|die|das|den|dem|ein|eine|er|sie|es|man|ich|wir)\b)\w"
_CLAUSE = (
    rf"(?:{_OPENING} {_HELPING} \S|who \w|{_HOW_MANY} \w|"
    rf"what (?:happen|caus|led|made|bec[ao]me)|{_WHERE_DE} {_NO_SUBJECT})"
)
_AND = r",? (?:and|und) (?:(?:also|auch) )?"
_BOTH = re.compile(
    rf"^(?P<one>{_AT}{_ASKING}){_AND}(?P<other>{_AT}{_ASKING}) (?P<rest>{_HELPING} .+)",
    re.IGNORECASE,
)
_THEN = re.compile(rf"(?:\?\s+(?:(?:and|und) )?|{_AND})(?={_CLAUSE})", re.IGNORECASE)
_BARE = re.compile(
    rf"(?:\?\s+|{_AND})(?P<other>{_AT}{_ASKING}|{_PREPOSITION} {_ASKING}{_WORDS})\s*\?*\s*$",
    re.IGNORECASE,
)
_LINKING = re.compile(r"^(?:and|but|und|aber)\b,? ?", re.IGNORECASE)
_FIRST = re.compile(rf"^(?:{_OPENING}|{_HELPING})\b", re.IGNORECASE)
_WHO = re.compile(r"^(?:who|wer)\b", re.IGNORECASE)
_OPENS = re.compile(
    rf"^{_OPENING}(?= {_HELPING}\b)|^{_HOW_MANY}\b|^{_ASKING}\b", re.IGNORECASE
)
_HELPS = re.compile(rf"^\s*(?:{_HELPING} )?", re.IGNORECASE)
_OF_A_PERSON = re.compile(
    r"\b(?:he|him|his|she|her|hers|er|ihn|ihm|sein\w{0,2}|ihr\w{0,2})\b", re.IGNORECASE
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|there|es|sie|dies\w{0,2}|dort)\b",
    re.IGNORECASE,
)
LONGEST_QUESTION = 500  # characters; a longer one is not taken apart


@dataclass(frozen=True, slots=True)
class Asked:
    """One of several questions that were asked together."""

    said: str  # as it was written
    alone: str  # as a whole question
    about: str = ""  # what the first is about, where this one does not say so itself
    of_answer: bool = False  # whether it points at whom the first asks for: "he"

    def after(self, answer: str) -> str:
        """Return the question to look up, once the first one's answer is known, if it is."""
        known = (answer if self.of_answer else "", self.about)
        about = ", ".join(part for part in known if part)
        return f"{self.alone} ({about})" if about else self.alone


def asked_apart(question: str) -> tuple[Asked, ...]:
    """Return the questions that are asked in one; nothing where it is only one."""
    text = _LINKING.sub("", " ".join(question.split()))
    if len(text) > LONGEST_QUESTION or not _FIRST.match(text):
        return ()
    both, bare = _BOTH.match(text), _BARE.search(text)
    if both:
        whole = [f"{way} {both['rest']}" for way in (both["one"], both["other"])]
        return tuple(Asked(one, one) for one in whole)
    if bare:
        first, way = text[: bare.start()], bare["other"]
        others = [Asked(way, f"{way}{_OPENS.sub('', first, count=1)}")]
    else:
        first, *rest = (part.strip(" ?") for part in _THEN.split(text))
        others = [_about(first, part) for part in rest]
    return (Asked(first, first), *others) if others and content_words(first) else ()


def _about(first: str, other: str) -> Asked:
    """Return a later question with the topic of the first, where it points to it."""
    person = bool(_OF_A_PERSON.search(other))
    if not person and not _POINTING.search(other) and names(other):
        return Asked(other, other)
    topic = _HELPS.sub("", _OPENS.sub("", first, count=1), count=1)
    return Asked(other, other, topic, person and bool(_WHO.match(first)))
