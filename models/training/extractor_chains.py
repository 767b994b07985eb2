"""Questions about what a passage only names: asked in two steps, or of what it does not tell.

"When was the company that owned NBC founded?" asks in two steps, and a passage that names
the company answers the first of them only. A reader takes the name for the answer, as it
takes the day on which a bridge was opened for the day on which it was built: the passage
names the thing and tells something else of it. The pool's questions hardly ask so. Here
its own questions are put together where one names what the other asks for, and properties
are asked for that a paragraph does not speak of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from models.training.extractor_data import Row

__all__ = ["Chains", "described"]

# How often, of the questions that allow it.
IN_TWO_STEPS = 0.8  # of those whose answer another question of the paragraph names
ONLY_NAMED = 0.25  # of those that can be put as a description
UNTOLD = 0.05
DONE_OTHERWISE = 0.3  # of those that ask for something done, as below

_NAMED = re.compile(r"(?:[Tt]he )?[A-Z][\w'’\-]+(?: (?:of )?(?:the )?[A-Z][\w'’\-]+){0,4}")
_SUBJECT = re.compile(
    r"(?<![\w,] )(?P<name>(?!(?:It|He|She|They|We|I|There|Th[aeio]\w*|Both|Each|All|Some|Many|"
    r"Most|In|On|At|As|One|What|Who)\b)(?:[A-Z][\w'’\-]+ ){0,3}[A-Z][\w'’\-]+) "
    r"(?:is|was|are|were|has|had|can|could|will|would)\b"
)
_PERSON = re.compile(r"[A-Z][a-z]+ (?:[A-Z]\. )?(?!of)[A-Z][a-z]+(?: [A-Z][a-z]+)?")
_AUXILIARY = (
    "is|was|are|were|did|do|does|has|had|have|can|could|will|would|should|may|might|must"
)
_WHO_IS = re.compile(r"Who (?:was|is) (?P<what>the .+)$")
_WHO_DID = re.compile(rf"Who (?P<what>(?!(?:{_AUXILIARY}|else)\b)[a-z]+ .+)$")
_WHICH = re.compile(
    r"(?:What|Which) (?P<kind>(?:(?!in|of|for|on|at|by|to|is|was|did)[a-z]+ ){0,2}?"
    rf"(?!(?:{_AUXILIARY}|kinds?|types?|titles?|names?|first|thing|[a-z]+ly)\b)[a-z]+) "
    r"(?P<what>(?:is|was|are|were|has|had|have|can|could) \w+(?:ed|en|ing|wn|a|the)? .+|"
    r"[a-z]{2,}(?:ed|es|s) .+)$"
)
_WHERE = re.compile(r"Where (?P<was>was|is) (?P<who>.+) (?P<done>born|held|built|buried)$")

_Asking: TypeAlias = tuple[str, str]  # a question of {it}, and words that would tell
PERSONS: tuple[_Asking, ...] = (
    ("When was {it} born?", r"born|birth|aged?\b"),
    ("Where was {it} born?", r"born|birth|native|grew up"),
    ("When did {it} die?", r"d(?:ied|eath|ead)|killed"),
    ("Who is {it} married to?", r"marri|wife|husband|spouse|wed"),
    ("What is the nationality of {it}?", r"nationality|citizen|[a-z](?:ish|an|ese|ch)\b"),
    ("Where did {it} study?", r"stud|universit|college|school|graduat"),
    ("Who was the father of {it}?", r"father|son|daughter|parent"),
    ("Who was {it}'s teacher?", r"teacher|taught|student|pupil|tutor"),
    ("What party does {it} belong to?", r"party|democrat|republican|conservative|labou?r"),
    ("How old was {it}?", r"\bage|\bold\b|born"),
    ("How tall is {it}?", r"tall|height|feet|cm\b|met(?:re|er)s?"),
)
PLACES: tuple[_Asking, ...] = (
    ("How many people live in {it}?", r"population|inhabitants|people|residents"),
    ("Who is the mayor of {it}?", r"mayor"),
    ("When was {it} founded?", r"found|establish|settle|incorporat"),
    ("What river flows through {it}?", r"river|flow"),
    ("In which country is {it}?", r"country|nation|state"),
    ("What is {it} known for?", r"known|famous|renowned"),
    ("How large is {it}?", r"area|square|large|size|acre|hectare"),
)
BODIES: tuple[_Asking, ...] = (
    ("When was {it} founded?", r"found|establish|creat|form|start|began"),
    ("Who founded {it}?", r"found|establish|creat|form|start"),
    ("Where is {it} based?", r"base|headquart|locat"),
    ("Who owns {it}?", r"own|buy|bought|acquir|parent"),
    ("How many people work for {it}?", r"employ|worker|staff|people"),
    ("Who leads {it}?", r"\bl(?:ed|ead)|head|president|chief|director|captain|chair|coach"),
)
THINGS: tuple[_Asking, ...] = (
    ("How long is {it}?", r"\blong|length|met(?:re|er)s?\b|miles?\b|km\b|feet|minutes"),
    ("How old is {it}?", r"\bold\b|\bage|since|built|found|origin"),
    ("How much does {it} cost?", r"cost|price|worth|\$|£|€|paid|pay"),
    ("When was {it} built?", r"buil|construct|complet|erect|made"),
    ("Who built {it}?", r"buil|construct|complet|erect|made"),
    ("Who owns {it}?", r"own|buy|bought|acquir|belong"),
    ("What colour is {it}?", r"colou?r|red|green|blue|white|black|yellow"),
    ("Who is {it} named after?", r"name"),
    ("When was {it} closed?", r"clos|shut"),
    ("Who designed {it}?", r"design|architect|made|create"),
    ("What happened to {it} in the end?", r""),
)
KINDS = {
    "person": PERSONS,
    **dict.fromkeys("player man woman artist actor actress king queen".split(), PERSONS),
    **dict.fromkeys("author writer president leader director coach".split(), PERSONS),
    **dict.fromkeys("place city town country state region area island".split(), PLACES),
    **dict.fromkeys("company group team band university school party".split(), BODIES),
    **dict.fromkeys("organization station network firm agency church".split(), BODIES),
}

# Words for what can be done to one and the same thing; each asks for something else.
DONE = tuple(
    frozenset(words.split())
    for words in (
        "built opened demolished renamed sold restored designed bought",
        "build open demolish rename sell restore design buy",
        "wrote translated published edited reviewed illustrated",
        "written translated published edited reviewed illustrated",
        "write translate publish edit review illustrate",
        "won lost hosted watched attended",
        "invented patented sold tested",
        "discovered named photographed studied",
        "directed produced filmed financed",
        "sang wrote recorded produced",
        "elected appointed dismissed re-elected nominated",
        "signed rejected proposed broken amended",
        "invaded defended visited left",
        "founded dissolved joined led left",
        "married met divorced",
        "ordered delivered paid cancelled",
        "arrested released sentenced questioned",
        "announced denied cancelled postponed",
        "injured killed arrested rescued",
        "planted harvested eaten sold",
    )
)


class Chains:
    """Draws questions that ask a paragraph for more than it tells, and some that it answers."""

    def __init__(self, rows: Sequence[Row]) -> None:
        by_paragraph: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.question:
                by_paragraph[row.paragraph].append(row)
        self._beside = by_paragraph

    def drawn(self, row: Row, rng: random.Random) -> Row | None:
        """Return the row as one of these questions, now and then; None to take it as it is."""
        chance = rng.random()
        if chance < UNTOLD:
            return untold(row, rng)
        first = described(row)
        if first is not None and chance < UNTOLD + IN_TWO_STEPS:
            joined = self._in_two_steps(row, first[0], rng)
            if joined is not None:
                return joined
        if first is not None and chance > 1 - ONLY_NAMED:
            return only_named(row, first, rng)
        if row.spans and rng.random() < DONE_OTHERWISE:
            return done_otherwise(row, rng)
        return None

    def _in_two_steps(self, row: Row, first: str, rng: random.Random) -> Row | None:
        """Return a question of the paragraph that names the row's answer, which it describes.

        The paragraph tells both, so it is answered where the other question is.
        """
        found = []
        for other in self._beside[row.paragraph]:
            words = f" {other.question.rstrip('?')} "
            names = [a for a in row.answers if f" {a} " in words and _NAMED.fullmatch(a)]
            told = {a.casefold() for a in other.answers} & {
                a.casefold() for a in row.answers
            }
            given = any(a.casefold() in first.casefold() for a in other.answers)
            if names and not told and not given:
                found.append((other, max(names, key=len)))
        if not found:
            return None
        other, name = rng.choice(found)
        asked = re.sub(
            rf"(?<!\w)(?:[Tt]he )?{re.escape(name)}(?!\w)", first, other.question, count=1
        )
        return replace(other, question=asked[:1].upper() + asked[1:])


def described(row: Row) -> tuple[str, str] | None:
    """Return the question as a description of its answer, and the kind of thing it is.

    "Who designed the tapestry?" describes "the person who designed the tapestry". None for
    questions that the rules do not understand, and where the answer is no name.
    """
    if not any(_NAMED.fullmatch(answer) for answer in row.answers):
        return None
    asked = row.question.strip().rstrip("?. ")
    if match := _WHO_IS.match(asked):
        return match["what"], "person"
    if match := _WHO_DID.match(asked):
        is_person = any(_PERSON.fullmatch(answer) for answer in row.answers)
        return (f"the person who {match['what']}", "person") if is_person else None
    if match := _WHERE.match(asked):
        return f"the place where {match['who']} {match['was']} {match['done']}", "place"
    if match := _WHICH.match(asked):
        return f"the {match['kind']} that {match['what']}", match["kind"].split()[-1]
    return None


def only_named(row: Row, first: tuple[str, str], rng: random.Random) -> Row | None:
    """Ask for a property of what the paragraph names and does not tell more of."""
    description, kind = first
    return _asked_of(row, description, KINDS.get(kind, THINGS), rng)


def untold(row: Row, rng: random.Random) -> Row | None:
    """Ask for a property of something that is named in the paragraph, or of its title."""
    names = [m["name"] for m in _SUBJECT.finditer(row.paragraph)]
    named = rng.choice([*names, row.title]) if row.title else rng.choice(names or [""])
    if not named:
        return None
    if _PERSON.fullmatch(named):
        return _asked_of(row, named, PERSONS, rng)
    return _asked_of(row, named, rng.choice((PLACES, BODIES, THINGS, THINGS)), rng)


def _asked_of(
    row: Row, named: str, asking: Sequence[_Asking], rng: random.Random
) -> Row | None:
    """Return the row with a question that no word of its paragraph can answer."""
    question, telling = rng.choice(asking)
    if telling and re.search(telling, f"{row.title} {row.paragraph}", re.IGNORECASE):
        return None
    if not telling and re.search(r"\b(?:end|final|last|later)", row.paragraph):
        return None
    return replace(row, question=question.format(it=named), answers=(), spans=())


def done_otherwise(row: Row, rng: random.Random) -> Row | None:
    """Ask for something else done to the same thing, of which the paragraph does not speak."""
    words = row.question.split(" ")
    told = row.paragraph.casefold()
    for at, word in enumerate(words):
        alike = {other for group in DONE if word in group for other in group} - {word}
        others = sorted(o for o in alike if o[: max(3, len(o) - 2)] not in told)
        if others:
            words[at] = rng.choice(others)
            return replace(row, question=" ".join(words), answers=(), spans=())
    return None
