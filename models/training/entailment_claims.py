"""Statements made by rule of a question and an answer, and the same changed so as to be false.

"When was the mill built?" with "1874" becomes "The mill was built in 1874". The rules are
those of a first look at a question, not of a parser: what they cannot turn round is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

__all__ = ["reworded", "statement"]

_QUESTION = re.compile(
    r"(?P<preposition>(?:In|On|At|By|For|From|To|During|Under|With) )?"
    r"(?P<asked>(?:who|what|which|when|where|how many|how much)\b(?: [\w'’-]+){0,4}?) "
    r"(?P<verb>is|are|was|were|did|does|do|has|have|had|can|could|will|would)\b"
    r"(?P<rest> .+?)\s*\?*",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:who|what|which [\w'’-]+|what [\w'’-]+) (?P<rest>.+?)\s*\?*", re.IGNORECASE
)
_PARTICIPLE = re.compile(
    r" (?=(?:\w+ed|born|built|made|known|found|held|given|taken|written|led|won|sold|seen|"
    r"begun|put|called|set|sent|brought|thought|lost|shown|paid|drawn|driven|chosen)\b)"
)
_PAST = {
    "become": "became", "begin": "began", "bring": "brought", "build": "built",
    "buy": "bought", "come": "came", "do": "did", "draw": "drew", "fall": "fell",
    "fight": "fought", "find": "found", "get": "got", "give": "gave", "go": "went",
    "grow": "grew", "have": "had", "hold": "held", "know": "knew", "lead": "led",
    "leave": "left", "lose": "lost", "make": "made", "meet": "met", "pay": "paid",
    "rise": "rose", "run": "ran", "say": "said", "see": "saw", "sell": "sold",
    "send": "sent", "sit": "sat", "speak": "spoke", "spend": "spent", "take": "took",
    "teach": "taught", "tell": "told", "think": "thought", "win": "won", "write": "wrote",
}  # fmt: skip
_PLAIN_VERBS = (
    "move create use offer serve cause start end open close marry receive sign publish name "
    "live arrive produce help own allow want need play call defeat establish develop discover "
    "refer form invent visit work join study believe add support happen occur die appear "
    "attend travel return win own adopt attack conquer consist contain launch introduce"
).split()
_BARE = re.compile(rf" (?P<verb>{'|'.join((*_PAST, *_PLAIN_VERBS))})\b")
_LEADS = {"when": "in", "where": "in"}
_LEADING = re.compile(
    r"(?:in|on|at|by|from|during|after|before|since|around|near)\b", re.IGNORECASE
)
# Words that say the same in most sentences of an encyclopedia, either way.
_SYNONYMS = """
began/started ended/finished large/big small/little wrote/authored said/stated
obtained/got built/constructed made/created near/close to about/approximately because/since
many/numerous however/but purchased/bought located/situated helped/assisted
later/afterwards often/frequently also/additionally usually/normally show/demonstrate
required/needed received/got allowed/permitted died/passed away chose/selected
famous/well-known moved/relocated children/kids injured/hurt increased/grew
decreased/fell main/principal area/region whole/entire important/significant
initially/at first currently/at present former/previous around/roughly
completed/finished established/founded led/headed attempted/tried
""".split("\n")


def statement(question: str, answer: str) -> str:
    """Return the answer as a statement that repeats the question, "" where no rule fits."""
    answer = answer.strip(" .,;")
    match = _QUESTION.fullmatch(question.strip())
    if match:
        return _finished(_turned(match, answer))
    match = _SUBJECT.fullmatch(question.strip())
    return _finished(f"{answer} {match['rest']}") if match else ""


def _turned(match: re.Match[str], answer: str) -> str:
    asked, verb, rest = match["asked"], match["verb"].lower(), match["rest"].strip()
    lead = (match["preposition"] or "").strip().lower()
    lead = lead or _LEADS.get(asked.lower().split()[0], "")
    if lead and not _LEADING.match(answer):
        answer = f"{lead} {answer}"
    noun = re.sub(r"^(?:how many|how much)\b", "", asked, flags=re.IGNORECASE).strip()
    counted = asked.lower().startswith("how") and noun
    answer = (
        f"{answer} {noun}" if counted and noun.lower() not in answer.lower() else answer
    )
    if verb in {"did", "does", "do"}:
        return _with_did(verb, rest, answer)
    if asked.lower() in {"who", "what"} and _begins_with_verb(rest):
        return f"{answer} {verb} {rest}"
    place = _PARTICIPLE.search(f" {rest}")
    if place:
        head, tail = rest[: place.start()].strip(), rest[place.start() :].strip()
        return f"{head} {verb} {tail} {answer}" if head else f"{answer} {verb} {tail}"
    return f"{rest} {verb} {answer}"


def _with_did(verb: str, rest: str, answer: str) -> str:
    place = _BARE.search(rest)
    if not place:
        return ""
    bare = place["verb"]
    form = {"did": _past(bare), "does": f"{bare}s", "do": bare}[verb]
    tail = rest[place.end() :].strip()
    return " ".join(f"{rest[: place.start()]} {form} {tail} {answer}".split())


def _past(verb: str) -> str:
    return _PAST.get(verb) or (f"{verb}d" if verb.endswith("e") else f"{verb}ed")


def _begins_with_verb(rest: str) -> bool:
    return bool(re.match(r"(?:\w+ed|\w+ing|the|an?|born|known|made)\b", rest)) and not (
        re.match(r"(?:the|an?)\b", rest)
    )


def _finished(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def reworded(sentence: str, rng: random.Random) -> str:
    """Return a sentence with up to three words put in other words, "" where none fits."""
    pairs = [tuple(pair.split("/")) for pair in _pairs()]
    rng.shuffle(pairs)
    changed = 0
    for one, other in pairs:
        made = re.sub(rf"\b{one}\b", other, sentence, count=1)
        changed += made != sentence
        sentence = made
        if changed == 3:  # noqa: PLR2004
            break
    return sentence if changed else ""


def _pairs() -> list[str]:
    joined = " ".join(" ".join(_SYNONYMS).split())
    return re.findall(r"[\w-]+/[\w-]+(?: (?:to|away|first|present)\b)?", joined)
