"""Questions in two steps ("When was the company that built the ferry founded?"), taken apart.

What they ask about is only described, and the document that tells the rest need not have a
word of the description. So it is looked up first, and then what is asked of it by its name. A
reader that sees the first document alone would take the name for the answer. English and
German.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.text.words import content_words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Steps", "in_two_steps"]

LONGEST_QUESTION = 300  # characters; a longer one is not taken apart
LONGEST_NAME = 8  # words of what the first step found; more is no name

_PERSONS = r"(?:person|man|woman|individual|people|men|women|guy|girl|boy)"
_PLACES = (
    r"(?:city|town|village|country|nation|state|county|province|region|district|island|place|"
    r"area|continent|municipality|parish|territory|port|street|building|house|museum|hotel|"
    r"Land(?:es)?|Staat(?:es)?|Bundesland(?:es)?|Stadt|Dorf(?:es)?|Ort(?:es)?)"
)
_ROLES = (
    r"(?:actor|actress|architect|author|builder|captain|chairman|chairwoman|chief|coach|"
    r"commander|composer|creator|daughter|designer|developer|director|discoverer|editor|"
    r"employer|father|founder|governor|head|husband|inventor|king|leader|lyricist|maker|"
    r"manager|manufacturer|mayor|minister|mother|owner|painter|performer|predecessor|"
    r"president|producer|publisher|queen|sculptor|secretary|singer|son|spokesman|"
    r"spokeswoman|spouse|successor|wife|winner|writer)"
)
_ARTICLE_DE = r"(?P<article>der|die|das|dem|den|des)"
_NOUN_DE = r"[A-ZÄÖÜ][a-zäöüß\-]+"
_NAME_DE = r"[A-ZÄÖÜ0-9\"„][^,?]{0,100}?"
_PERSONS_DE = r"(?:Person|Mann|Mannes|Frau|Mensch|Menschen)"
_ROLES_DE = (
    r"(?:Autor|Besitzer|Bürgermeister|Chef|Direktor|Eigentümer|Erbauer|Erfinder|Gründer|"
    r"Komponist|Leiter|Minister|Nachfolger|Präsident|Regisseur|Sprecher|Trainer|Verfasser|"
    r"Vorgänger|Vorsitzende|Sohn|Tochter|Vater|Mutter|Bruder|Schwester|Witwe)"
)
_WHICH_DE = {"der": "Welcher", "die": "Welche", "das": "Welches"}
_IS = r"(?:is|was|are|were)"
_HELPING = rf"(?:{_IS}|do|does|did|has|have|had|can|could|will|would)"
_DONE = r"(?:located|situated|found|held|born|based|built|published|fought|buried|set|made)"
_NOUN = r"(?!(?:where|of|that|which|who|what|in|is|was|the|an?)\b)[a-z][a-z\-]*"
_ADJECTIVES = rf"(?:{_NOUN} ){{0,3}}?"
_NAME = r"(?:the )?[A-Z\"“0-9][^,?]{0,100}?"
# How a question goes on that has its verb in front: "was the man who ... | born".
_GOES_ON = (
    r"(?P<after> (?:born|founded|established|created|released|published|built|located|based|"
    r"elected|appointed|killed|buried|from|die|live|work|study|grow up|come from|go to|say|"
    r"said|think|use|want|write|make|play|win|promise|earn|own|lead|have|marry|do|become|get|"
    r"sell|buy|pay|open|close|start|begin|end|leave|join|send|give|take|need|find|see|call|meet|"
    r"visit|receive|accept|reject|answer|ask|offer|plan|produce|employ|charge|spend|hold|show|"
    r"teach|try|demand|expect|report|recommend|decide)(?: .{0,80})?)"
)
_OR_IS = _GOES_ON.replace("born", f"{_IS}|born", 1)
_NO_VERB = (
    r"(?:do|does|did|they|he|she|it|we|i|you|one|the|an?|this|these|his|her|its|their)"
)
_UNFINISHED = re.compile(rf"\b(?:the|an?|of|in|to|not|\w+n't|and|or|{_HELPING})$")
_BEFORE = r"^(?P<before>.{3,200}?)"
_WHICH = re.compile(
    rf"{_BEFORE}\bthe (?P<kind>{_ADJECTIVES}{_NOUN}),? (?:who|that|which) "
    rf"(?P<rest>(?!{_NO_VERB}\b)(?!.*\b(?:which|what|whom?|when)\b)[a-z].{{3,150}}?)"
    rf"(?:{_GOES_ON})?$"
)
_WHERE = re.compile(
    rf"{_BEFORE}\bthe (?P<kind>{_ADJECTIVES}{_PLACES})(?: where| in which| that)? "
    rf"(?P<who>{_NAME}) (?P<is>{_IS})(?: (?P<done>{_DONE}))?(?: in)?"
    rf"(?P<after>,? (?!from|a ?part|part|a member|a citizen).{{1,100}})?$"
)
_FROM = re.compile(
    rf"{_BEFORE}\bthe (?P<kind>{_ADJECTIVES}{_NOUN})(?: that| which)? (?P<who>{_NAME}) "
    rf"(?P<is>{_IS}) (?P<how>from|(?:a )?part(?: of)?|a member of|a citizen(?: of)?|in)"
    r"(?P<after>,? .{1,100})?$"
)
_HOLDING = re.compile(
    rf"{_BEFORE}\bthe (?P<kind>{_ADJECTIVES}{_NOUN}) containing (?P<rest>.{{3,80}}?)"
    rf"(?:{_GOES_ON})?$"
)
_ROLE = re.compile(
    rf"{_BEFORE}\b(?P<what>the {_ADJECTIVES}{_ROLES} of {_NAME})(?:{_OR_IS})?$"
)
_OWN_ROLE = re.compile(
    rf"{_BEFORE}(?<!\w)(?P<what>(?:the )?[A-Z][\w.\-]*(?: [A-Z][\w.\-]*){{0,4}}['’]s? "
    rf"{_ADJECTIVES}{_ROLES})(?:{_OR_IS})?$"
)
_BIRTHPLACE = re.compile(
    rf"{_BEFORE}\b(?:the )?(?:birthplace|place of birth) of (?P<who>{_NAME})(?:{_OR_IS})?$"
)
_OWN_BIRTHPLACE = re.compile(
    rf"{_BEFORE}(?<!\w)(?P<who>[A-Z][\w.\-]*(?: [A-Z][\w.\-]*){{0,4}})['’]s? birth ?place"
    rf"(?:{_OR_IS})?$"
)
_WHO_DE = re.compile(
    rf"{_BEFORE}\b{_ARTICLE_DE} (?P<kind>{_NOUN_DE}), (?P<which>der|die|das) "
    rf"(?P<rest>[^,]{{3,120}}) (?P<verb>[a-zäöüß]+)(?:,(?P<after> .{{1,80}}))?$"
)
_WHERE_DE = re.compile(
    rf"{_BEFORE}\b{_ARTICLE_DE} (?P<kind>{_NOUN_DE}), (?P<in>in|an|auf|bei|zu|aus) "
    rf"(?P<which>dem|der|den) (?P<rest>[^,]{{3,120}}) (?P<verb>[a-zäöüß]+)"
    r"(?:,(?P<after> .{1,80}))?$"
)
_ROLE_DE = re.compile(
    rf"{_BEFORE}\b{_ARTICLE_DE} (?P<role>{_ROLES_DE}(?:in)?)(?:e?s)? (?P<of>von {_NAME_DE}|"
    rf"(?:der|des) {_NAME_DE})(?P<after> (?:geboren|gestorben|gewählt|ernannt|gesagt|verhaftet|"
    r"entlassen))?$"
)
_VERB_IN_FRONT = re.compile(rf"\b{_HELPING} $", re.IGNORECASE)
_ASKING = re.compile(r"(?:who|what|which|where|wer|was|welche[rsmn]?|wo) ", re.IGNORECASE)
# What asks for no more than who or what it is that is described.
_NOTHING_MORE = re.compile(
    rf"^\W*(?:who|what|which|where|{_IS}|the|a|an|name|names|of|tell|me|about|in|at)?"
    rf"(?:[\W]+(?:who|what|which|where|{_IS}|the|a|an|name|names|of|tell|me|about))*\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Steps:
    """A question in two steps."""

    first: str  # asks what is described
    before: str  # of the question, around the description
    after: str
    described: str  # as the question has it
    kind: str = ""  # of what is described, if the question says so

    def second(self, found: str) -> str:
        """Return what is asked of what the first step found; "" where that is no name."""
        name = _narrowed(found.strip(" .,;:"), self.kind)
        if not re.search("[A-Z0-9]", name) or len(name.split()) > LONGEST_NAME:
            return ""
        return f"{self.before}{name}{self.after}?"


def in_two_steps(question: str) -> Steps | None:
    """Return the two steps of a question; None where it is asked in one.

    Of several descriptions the last one is looked up first: it stands within the others.
    """
    text = " ".join(question.split()).rstrip(" ?.")
    if len(text) > LONGEST_QUESTION:
        return None
    described = (*_descriptions(text), *_descriptions_de(text))
    found = [steps for steps in described if _asks_more(steps)]
    return max(found, key=lambda steps: len(steps.before), default=None)


def _descriptions(text: str) -> Iterator[Steps]:
    for match in filter(None, (_WHICH.match(text), _HOLDING.match(text))):
        kind, rest = match["kind"], match["rest"]
        if _UNFINISHED.search(rest):
            continue
        verb = "contains " if match.re is _HOLDING else ""
        asking = "Who" if re.search(rf"\b{_PERSONS}$", kind) else f"Which {kind}"
        yield _steps(match, f"{asking} {verb}{rest}?", kind)
    for match in filter(None, (_WHERE.match(text), _FROM.match(text))):
        kind, subject = match["kind"], f"{match['is']} {match['who']}"
        if match.re is _FROM:
            yield _steps(match, f"Which {kind} {subject} {match['how']}?", kind)
        else:
            done = f" {match['done']}" if match["done"] else ""
            yield _steps(match, f"In which {kind} {subject}{done}?", kind)
    for match in filter(None, (_ROLE.match(text), _OWN_ROLE.match(text))):
        yield _steps(match, f"Who is {match['what']}?")
    for match in filter(None, (_BIRTHPLACE.match(text), _OWN_BIRTHPLACE.match(text))):
        yield _steps(match, f"Where was {match['who']} born?")


def _descriptions_de(text: str) -> Iterator[Steps]:
    """Yield the same of a German question; there the verb of a clause comes last."""
    if match := _WHO_DE.match(text):
        kind, rest = match["kind"], f"{match['verb']} {match['rest']}"
        person = re.fullmatch(_PERSONS_DE, kind)
        yield _steps_de(
            match,
            f"Wer {rest}?" if person else f"{_WHICH_DE[match['which']]} {kind} {rest}?",
        )
    if match := _WHERE_DE.match(text):
        which = f"{match['in'].capitalize()} welche{match['which'][-1]} {match['kind']}"
        yield _steps_de(match, f"{which} {match['verb']} {match['rest']}?")
    if match := _ROLE_DE.match(text):
        article = "die" if match["role"].endswith(("in", "er", "we")) else "der"
        article = match["article"] if match["article"] in ("der", "die") else article
        yield _steps_de(match, f"Wer ist {article} {match['role']} {match['of']}?")


def _steps_de(match: re.Match[str], first: str) -> Steps:
    steps = _steps(match, first)
    whose = match["article"] in ("der", "des") and re.search(r"[A-ZÄÖÜ]\w+ $", steps.before)
    return replace(steps, before=f"{steps.before}von ") if whose else steps


def _steps(match: re.Match[str], first: str, kind: str = "") -> Steps:
    before, after = match["before"], match["after"] or ""
    described = match.string[len(before) : len(match.string) - len(after)]
    return Steps(first, before, after.replace(",", ""), described, kind)


def _narrowed(name: str, kind: str) -> str:
    """Return of "Ford County, Kansas" the part that is of the kind, if it is one of place."""
    first, *others = (part.strip() for part in name.split(","))
    if not others or not re.search(rf"\b{_PLACES}$", kind):
        return name
    if re.search(r"\b(?:country|nation|continent|Land(?:es)?|Staat(?:es)?)$", kind):
        return others[-1]
    if re.search(r"\b(?:state|province|Bundesland(?:es)?)$", kind):
        return others[-2] if len(others) > 1 else others[-1]
    return first


def _asks_more(steps: Steps) -> bool:
    """Say whether something is asked of what is described, and it is clear what.

    Where the verb stands in front ("was the man who ..."), the rest of it has to follow.
    """
    if _VERB_IN_FRONT.search(steps.before) and not steps.after:
        asked = _VERB_IN_FRONT.sub("", steps.before)
        if not content_words(asked) or _ASKING.match(asked):
            return False
    rest = f"{steps.before} {steps.after}"
    return bool(steps.after or content_words(rest)) and not _NOTHING_MORE.match(rest)
