"""What an English question only describes: "the company that built the ferry"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.reading.described import Described

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["descriptions"]

_PERSON = re.compile(r"\b(?:person|man|woman|individual|people|men|women|guy|girl|boy)$")
_PLACE = (
    r"(?:city|town|village|country|nation|state|county|province|region|district|island|place|"
    r"area|continent|municipality|parish|territory|port|street|building|house|museum|hotel)"
)
_ROLE = (
    r"(?:actor|actress|architect|author|builder|captain|chairman|chairwoman|chief|coach|"
    r"commander|composer|creator|daughter|designer|developer|director|discoverer|editor|"
    r"employer|father|founder|governor|head|husband|inventor|king|leader|lyricist|maker|"
    r"manager|manufacturer|mayor|minister|mother|owner|painter|performer|predecessor|"
    r"president|producer|publisher|queen|sculptor|secretary|singer|son|spokesman|"
    r"spokeswoman|spouse|successor|wife|winner|writer)"
)
_IS = r"(?:is|was|are|were)"
_HELPING = rf"(?:{_IS}|do|does|did|has|have|had|can|could|will|would)"
_DONE = r"(?:located|situated|found|held|born|based|built|published|fought|buried|set|made)"
_NOUN = r"(?!(?:where|of|that|which|who|what|in|is|was|the|an?)\b)[a-z][a-z\-]*"
_KIND = rf"(?:{_NOUN} ){{0,3}}?"  # what may stand before a noun
_NAME = r"(?:the )?[A-Z\"“0-9][^,?]{0,100}?"
_OWNER = r"[A-Z][\w.\-]*(?: [A-Z][\w.\-]*){0,4}['’]s?"
# How a question goes on that has its verb in front: "was the man who ... | born".
_VERBS = (
    "born|founded|established|created|released|published|built|located|based|elected|appointed|"
    "killed|buried|from|die|live|work|study|grow up|come from|go to|say|said|think|use|want|"
    "write|make|play|win|promise|earn|own|lead|have|marry|do|become|get|sell|buy|pay|open|"
    "close|start|begin|end|leave|join|send|give|take|need|find|see|call|meet|visit|receive|"
    "accept|reject|answer|ask|offer|plan|produce|employ|charge|spend|hold|show|teach|try|demand|"
    "expect|report|recommend|decide"
)
_AFTER = rf"(?:(?P<after> (?:{_VERBS})(?: .{{0,80}})?))?$"
_AFTER_OR_IS = rf"(?:(?P<after> (?:{_IS}|{_VERBS})(?: .{{0,80}})?))?$"
_BEFORE = r"^(?P<before>.{3,200}?)"
# What follows "that" where it is no subject, and where a clause cannot end.
_NO_VERB = (
    r"(?:do|does|did|they|he|she|it|we|i|you|one|the|an?|this|these|his|her|its|their)\b"
)
_UNFINISHED = re.compile(rf"\b(?:the|an?|of|in|to|not|\w+n't|and|or|{_HELPING})$")

_WHO_DID = re.compile(
    rf"{_BEFORE}\bthe (?P<kind>{_KIND}{_NOUN}),? (?:who|that|which) "
    rf"(?P<did>(?!{_NO_VERB})(?!.*\b(?:which|what|whom?|when)\b)[a-z].{{3,150}}?){_AFTER}"
)
_CONTAINING = re.compile(
    rf"{_BEFORE}\bthe (?P<kind>{_KIND}{_NOUN}) containing (?P<what>.{{3,80}}?){_AFTER}"
)
_WHERE = re.compile(
    rf"{_BEFORE}\bthe (?P<kind>{_KIND}{_PLACE})(?: where| in which| that)? "
    rf"(?P<who>{_NAME}) (?P<is>{_IS})(?: (?P<done>{_DONE}))?(?: in)?"
    r"(?P<after>,? (?!from|a ?part|part|a member|a citizen).{1,100})?$"
)
_FROM = re.compile(
    rf"{_BEFORE}\bthe (?P<kind>{_KIND}{_NOUN})(?: that| which)? (?P<who>{_NAME}) "
    rf"(?P<is>{_IS}) (?P<how>from|(?:a )?part(?: of)?|a member of|a citizen(?: of)?|in)"
    r"(?P<after>,? .{1,100})?$"
)
_ROLES = (
    re.compile(rf"{_BEFORE}\b(?P<role>the {_KIND}{_ROLE} of {_NAME}){_AFTER_OR_IS}"),
    re.compile(
        rf"{_BEFORE}(?<!\w)(?P<role>(?:the )?{_OWNER} {_KIND}{_ROLE}){_AFTER_OR_IS}"
    ),
)
_BIRTHPLACES = (
    re.compile(
        rf"{_BEFORE}\b(?:the )?(?:birthplace|place of birth) of (?P<who>{_NAME})"
        rf"{_AFTER_OR_IS}"
    ),
    re.compile(rf"{_BEFORE}(?<!\w)(?P<whose>{_OWNER}) birth ?place{_AFTER_OR_IS}"),
)


def descriptions(question: str) -> Iterator[Described]:
    """Yield what a question, without its mark, may be taken to describe."""
    if (match := _WHO_DID.match(question)) and not _UNFINISHED.search(match["did"]):
        who = "Who" if _PERSON.search(match["kind"]) else f"Which {match['kind']}"
        yield Described.by(match, f"{who} {match['did']}?", match["kind"])
    if match := _CONTAINING.match(question):
        asked = f"Which {match['kind']} contains {match['what']}?"
        yield Described.by(match, asked, match["kind"])
    if match := _WHERE.match(question):
        done = f" {match['done']}" if match["done"] else ""
        asked = f"In which {match['kind']} {match['is']} {match['who']}{done}?"
        yield Described.by(match, asked, match["kind"])
    if match := _FROM.match(question):
        asked = f"Which {match['kind']} {match['is']} {match['who']} {match['how']}?"
        yield Described.by(match, asked, match["kind"])
    for match in filter(None, (role.match(question) for role in _ROLES)):
        yield Described.by(match, f"Who is {match['role']}?")
    for match in filter(None, (place.match(question) for place in _BIRTHPLACES)):
        who = match.groupdict().get("who") or re.sub("['’]s?$", "", match["whose"])
        yield Described.by(match, f"Where was {who} born?")
