"""Whether words are of the kind that a question asks for: a time to "When?", a number.

A reader may point at a place where a time was asked for, and be sure of it. English and
German; of other questions, and where any word may tell a time, nothing is said.
"""

from __future__ import annotations

import re

__all__ = ["of_another_kind"]

_ASKS_WHEN = re.compile(
    r"^(?:(?:in|on|at|by|since|until|im|seit|bis|an|in)? ?(?:(?:what|which|welche[mnrs]?) "
    r"(?:year|date|day|month|century|decade|jahr|datum|tag|monat|jahrhundert|jahrzehnt)|"
    r"(?:seit |bis )?wann)|(?:since |until )?when "
    r"(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would|should|must))\b",
    re.IGNORECASE,
)
_ASKS_HOW_MUCH = re.compile(
    r"^(?:how (?:many|much|old|long|far|tall|high|large|wide|deep|heavy|often|fast)|"
    r"what (?:percentage|share|number)|wie ?(?:viele?|alt|lange?|weit|hoch|groß|breit|tief|"
    r"schwer|oft|schnell)|welcher (?:anteil|prozentsatz))\b",
    re.IGNORECASE,
)
_ASKS_FOR_AMOUNT = re.compile(
    r"^what (?:is|was|are|were|will be) (?:the |\S+(?: \S+){0,3}['’]s? )"
    r"(?:(?!(?:of|in|for|by|that|which|to|name|reason|cause)\b)\w+ ){0,2}?"
    r"(?:population|revenues?|price|costs?|turnover|profit|loss|salary|rent|fee|budget|height|"
    r"length|weight|width|depth|area|distance|speed|temperature|age|interest rate|percentage|"
    r"number|amount|sum|score|dose|threshold|limit|rate|size|capacity|debt|income|wage|fine)\b",
    re.IGNORECASE,
)
# Words with which a time can be told: "soon after the war", "at the age of nine".
_OF_TIME = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|januar|februar|märz|mai|juni|juli|oktober|dezember|\w+days?|\w+tags?|"
    r"tonight|tomorrow|heute|gestern|morgens?|years?|decades?|centur(?:y|ies)|months?|weeks?|"
    r"days?|hours?|minutes?|seconds?|jahre?n?|jahrzehnte?n?|jahrhunderts?|monate?n?|wochen?|"
    r"tage?n?|stunden?|minuten?|sekunden?|mornings?|afternoon|evenings?|nights?|noon|midnight|"
    r"dawn|dusk|abends?|nachts?|mittags?|spring|summer|autumn|fall|winter|seasons?|frühjahr|"
    r"sommer|herbst|eras?|ages?|aged|alter|epochs?|eons?|periods?|times?|zeit(?:en)?|zeitalter|"
    r"dynasty|reign|w[ae]rs?|kriegs?|christmas|easter|weihnachten|ostern|eve|births?|deaths?|"
    r"after|before|during|when|whenever|while|until|till|since|once|upon|nach|vor|während|"
    r"als|wenn|bis|seit|sobald|early|earlier|late|later|ago|now|soon|recently|currently|früh|"
    r"spät|später|jetzt|bald|beginning|start|end|beginn|anfang|ende|first|last|next|one|two|"
    r"three|four|five|six|seven|eight|nine|ten|twice|always|never|annually|daily|weekly|"
    r"monthly|immediately|immer|nie|jährlich|täglich|wöchentlich|monatlich|sofort)\b",
    re.IGNORECASE,
)
_OF_NUMBER = re.compile(
    r"\b(?:eleven|twelve|\w+teen|\w+ty(?:-\w+)?|dozens?|hundreds?|thousands?|millions?|"
    r"billions?|half|thirds?|quarters?|none|no|zero|nil|both|single|couple|several|few|many|"
    r"most|all|every|an?|percent|large|small|amount|quantity|\w*(?:eine?[mnrs]?|zwei|drei|"
    r"vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zig|hundert|tausend)|millionen?|"
    r"milliarden?|hälfte|drittel|viertel|keine?[mnrs]?|beide|mehrere|wenige|viele|meisten|"
    r"alle|jede[mnrs]?|prozent|große?|kleine?|menge|far|long|short|weit|lange?|kurz)\b",
    re.IGNORECASE,
)


def of_another_kind(question: str, words: str) -> bool:
    """Say whether a question asks for a time or a number, and the words tell none."""
    asked = question.lstrip()
    if _OF_TIME.search(words):
        return False
    if _ASKS_WHEN.match(asked):
        return True
    how_much = _ASKS_HOW_MUCH.match(asked) or _ASKS_FOR_AMOUNT.match(asked)
    return bool(how_much) and not _OF_NUMBER.search(words)
