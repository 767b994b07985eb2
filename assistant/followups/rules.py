"""A follow-up question rewritten by rule, without a language model.

Three ways, the usual ones of conversational search: a pronoun gives way to what was named
last, a phrase alone takes the place of the phrase of its sort in the question before, and a
question word alone takes the place of the one before. What is left gets the names of the
question before. English and German.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.followups.antecedents import Antecedents
from assistant.followups.followup import FollowUp, asks, sentence
from assistant.followups.leaning import amount_of_nothing, points_back, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.followups.words import Words
    from assistant.types import Turn

__all__ = ["rewritten_by_rule", "surely_substituted"]

SURE = 5  # how well a phrase has to fit, to be put in before a model is asked
_HEADING = re.compile(r"^(?P<name>[^,:?]{2,60})[,:]\s+(?P<rest>.+)$")


def rewritten_by_rule(question: str, turns: Sequence[Turn]) -> str:
    """Return a follow-up question as one that can be looked up on its own.

    Args:
        question: as it was asked.
        turns: what it follows, at least one; the question of the last one stands alone.
    """
    follow, corrects = _read(question, turns)
    if follow.heading:
        return follow.under_heading()
    if re.search(follow.words.comparing, follow.question, re.IGNORECASE):
        return follow.compared()
    if not follow.asks:
        return _of_phrase(follow, corrects=corrects)
    if follow.only_asks:
        return follow.asked_otherwise()
    if follow.resolved and not points_back(follow.question, follow.words):
        return sentence(follow.question)
    return follow.with_names()


def _of_phrase(follow: FollowUp, *, corrects: bool) -> str:
    """Return the question that a phrase alone stands for."""
    if follow.resolved and not asks(follow.before, follow.words):
        return sentence(follow.question)
    return (corrects and follow.corrected()) or follow.substituted()


def surely_substituted(question: str, turns: Sequence[Turn]) -> str:
    """Return the question before with a new phrase in it: "And in the Oxmoor office?".

    The same where something is compared with it ("more than in Tarvik"), about both names.
    "" where the follow-up is more than a phrase, or no phrase of the question before is of
    the same sort.
    """
    follow, corrects = _read(question, turns)
    if re.search(follow.words.comparing, follow.question, re.IGNORECASE):
        both = follow.compared()
        return both if both.count("?") == 1 else ""
    if corrects or follow.heading or follow.asks or follow.fit() < SURE:
        return ""
    return follow.substituted()


def _read(question: str, turns: Sequence[Turn]) -> tuple[FollowUp, bool]:
    """Return a follow-up with its link cut off, and whether it corrects the one before."""
    words = table_of(question, turns[-1].question)
    named = Antecedents.of(turns, words)
    rest, corrects = _without_link(question, words)
    rest = rest[amount_of_nothing(rest, words) :].strip()
    heading = _HEADING.match(rest)
    if heading and asks(heading["rest"], words):
        asked = named.put_into(heading["rest"], things=False)
        return FollowUp(asked, named, resolved=True, heading=heading["name"]), corrects
    if re.search(words.comparing, rest, re.IGNORECASE):
        return FollowUp(rest, named), corrects
    rest = rest if asks(rest, words) else _without(rest, words.places)
    resolved = named.put_into(rest)
    return FollowUp(resolved, named, resolved=resolved != rest), corrects


def _without_link(question: str, words: Words) -> tuple[str, bool]:
    """Cut off "And", "What about" and "No, I meant"; say whether it was the last."""
    rest = words.correction.sub("", question)
    corrects = rest != question
    return words.link.sub("", _without(rest, words.emphatic)), corrects


def _without(text: str, left_out: frozenset[str]) -> str:
    """Leave words out of a text."""
    return re.sub(rf"\s+(?:{'|'.join(left_out)})\b", "", text, flags=re.IGNORECASE)
