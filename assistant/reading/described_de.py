"""What a German question only describes: "die Firma, die die Fähre gebaut hat".

The verb of such a clause comes last; in the question for what it is, it comes first.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.reading.described import Described

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["descriptions"]

_ARTICLE = r"(?P<article>der|die|das|dem|den|des)"
_NOUN = r"[A-ZÄÖÜ][a-zäöüß\-]+"
_NAME = r"[A-ZÄÖÜ0-9\"„][^,?]{0,100}?"
_PERSON = re.compile(r"(?:Person|Mann(?:es)?|Frau|Mensch(?:en)?)")
_ROLE = (
    r"(?:Autor|Besitzer|Bürgermeister|Chef|Direktor|Eigentümer|Erbauer|Erfinder|Gründer|"
    r"Komponist|Leiter|Minister|Nachfolger|Präsident|Regisseur|Sprecher|Trainer|Verfasser|"
    r"Vorgänger|Vorsitzende|Sohn|Tochter|Vater|Mutter|Bruder|Schwester|Witwe)"
)
_WHICH = {"der": "Welcher", "die": "Welche", "das": "Welches"}
_BEFORE = r"^(?P<before>.{3,200}?)"
_CLAUSE = r"(?P<rest>[^,]{3,120}) (?P<verb>[a-zäöüß]+)(?:,(?P<after> .{1,80}))?$"

_WHO_DID = re.compile(
    rf"{_BEFORE}\b{_ARTICLE} (?P<kind>{_NOUN}), (?P<which>der|die|das) {_CLAUSE}"
)
_WHERE = re.compile(
    rf"{_BEFORE}\b{_ARTICLE} (?P<kind>{_NOUN}), (?P<at>in|an|auf|bei|zu|aus) "
    rf"(?P<which>dem|der|den) {_CLAUSE}"
)
_HOLDER = re.compile(
    rf"{_BEFORE}\b{_ARTICLE} (?P<role>{_ROLE}(?:in)?)(?:e?s)? (?P<of>(?:von|der|des) {_NAME})"
    r"(?P<after> (?:geboren|gestorben|gewählt|ernannt|gesagt|verhaftet|entlassen))?$"
)


def descriptions(question: str) -> Iterator[Described]:
    """Yield what a question, without its mark, may be taken to describe."""
    if match := _WHO_DID.match(question):
        kind, did = match["kind"], f"{match['verb']} {match['rest']}"
        which = f"{_WHICH[match['which']]} {kind}"
        who = "Wer" if _PERSON.fullmatch(kind) else which
        yield _described(match, f"{who} {did}?", kind)
    if match := _WHERE.match(question):
        kind = match["kind"]
        where = f"{match['at'].capitalize()} welche{match['which'][-1]} {kind}"
        yield _described(match, f"{where} {match['verb']} {match['rest']}?", kind)
    if match := _HOLDER.match(question):
        article = match["article"]
        if article not in ("der", "die"):
            article = "der"
        yield _described(match, f"Wer ist {article} {match['role']} {match['of']}?")


def _described(match: re.Match[str], asked_for: str, kind: str = "") -> Described:
    """Return what is described; "der Name der Firma" goes on as "der Name von ..."."""
    described = Described.by(match, asked_for, kind)
    whose = match["article"] in ("der", "des")
    if whose and re.search(r"[A-ZÄÖÜ]\w+ $", described.before):
        return replace(described, before=f"{described.before}von ")
    return described
