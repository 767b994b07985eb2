"""Tells a sentence in which a model refuses to answer from one that answers.

Models do not keep to the words that they are told to refuse with ("The passages do not say
when the bridge was built."). Such a sentence is no claim: nothing in a document supports it,
and whatever resembles it must not be cited for it. English and German; a model that refuses in
another language is known by its probability of refusing (`ModelScores`).
"""

from __future__ import annotations

import re

__all__ = ["is_refusal"]

# What is said to hold no answer, what it fails to do, and the other way round.
_TEXT = (
    r"(?:passages?|texts?|documents?|sources?|context|excerpts?|articles?|information|"
    r"passagen?|texte?n?|dokumente?n?|quellen?|kontext|auszüge?n?|artikeln?|informationen)"
)
_SAY = (
    r"(?:say|state|mention|specify|provide|contain|include|give|indicate|answer|tell|disclose|"
    r"address|describe|reveal|offer|discuss|name|explain|clarify|list|cover|make)"
)
_SAGEN = (
    r"(?:sag(?:en|t)|steh(?:en|t)|erwähn(?:en|t)|enthalten|enthält|nenn(?:en|t)|"
    r"beantworte(?:n|t)|geh(?:en|t)|geben|gibt|lässt|lassen|finde[nt]|angegeben|hervor)"
)
_NOT = r"(?:do(?:es)?|did|is|are|was|were|can|could)(?: not|n['’]t)|cannot"
_PATTERNS = (
    # The passages do not say; no passage says; nothing in the text mentions.
    rf"\b{_TEXT}\b[^.!?]{{0,60}}?\b(?:{_NOT})\b[^.!?]{{0,30}}?\b{_SAY}(?:ed|d|s)?\b",
    rf"\b(?:no|none of the|neither)\b[^.!?]{{0,40}}?\b{_TEXT}\b",
    rf"\b(?:nothing|nowhere)\b[^.!?]{{0,30}}\bin\b[^.!?]{{0,20}}\b{_TEXT}\b",
    # It is not stated in the passages; there is no mention; no answer was found.
    rf"\b(?:not|n['’]t|nowhere)\b[^.!?]{{0,25}}\b(?:{_SAY}(?:ed|d)?|given|found|told|known|clear|"
    rf"available|specified)\b[^.!?]{{0,40}}?\b(?:in|by|from|within)\b[^.!?]{{0,30}}\b{_TEXT}\b",
    r"\bthere (?:is|are|was|were) (?:no|not (?:any|enough))\b[^.!?]{0,30}"
    r"\b(?:mention|information|answer|evidence|detail|indication|reference|data)s?\b",
    r"\bno (?:answer|information|mention|evidence|details?)\b[^.!?]{0,40}"
    r"\b(?:found|given|provided|available|mentioned)\b",
    r"\b(?:answer|question)\b[^.!?]{0,30}(?:cannot|can['’]t|could not|is not|was not)\b"
    r"[^.!?]{0,30}\b(?:found|answered|given|determined|known|stated|mentioned)\b",
    r"\bit is (?:not (?:stated|mentioned|specified|given|clear|known|said|possible to)|unclear|"
    r"unknown|impossible to (?:say|tell|determine))\b",
    # I do not know; I cannot answer; I found no information.
    r"\b(?:i|we) (?:do not|don['’]t|cannot|can['’]t|could not|couldn['’]t|am unable to|"
    r"am not able to)\b[^.!?]{0,30}\b(?:know|answer|find|determine|tell|say)\b",
    r"^\W*(?:i['’]m |i am )?(?:sorry|unable to|not able to|unfortunately)\b",
    r"^\W*(?:not found|no answer|unknown|n/a|not (?:mentioned|stated|specified|given|available|"
    r"provided|answerable))\W*$",
    # German.
    rf"\b{_TEXT}\b[^.!?]{{0,60}}?\b{_SAGEN}\b[^.!?]{{0,60}}?\b(?:nicht|nichts|kein\w*)\b",
    rf"\b(?:nicht|nichts|kein\w*)\b[^.!?]{{0,60}}?\b{_TEXT}\b[^.!?]{{0,40}}?\b{_SAGEN}\b",
    rf"\b{_SAGEN}\b[^.!?]{{0,40}}?\b(?:nicht|nichts|kein\w*)\b[^.!?]{{0,40}}?\b{_TEXT}\b",
    rf"\b(?:in|aus|laut)\b[^.!?]{{0,25}}\b{_TEXT}\b[^.!?]{{0,60}}?\b(?:nicht|nichts|kein\w*)\b"
    rf"[^.!?]{{0,40}}?\b{_SAGEN}\b",
    rf"\b{_SAGEN}\b[^.!?]{{0,20}}?\b{_TEXT}\b[^.!?]{{0,20}}?\b(?:nicht|nichts|kein\w*)\b",
    r"\b(?:ich|wir)\b[^.!?]{0,30}\b(?:weiß|wissen|kann|können|finde)\b[^.!?]{0,40}"
    r"\b(?:nicht|nichts|kein\w*)\b",
    r"\bes (?:gibt|liegen|ist)\b[^.!?]{0,20}\b(?:kein\w*|nicht)\b[^.!?]{0,40}"
    r"\b(?:angaben?|informationen|hinweise?|antwort|bekannt|angegeben|klar|erwähnt)\b",
    r"\b(?:keine|nicht) (?:antwort|angaben?|informationen|gefunden|angegeben|erwähnt)\W*"
    r"(?:gefunden|vorhanden|verfügbar)?\W*$",
    r"\b(?:antwort|frage)\b[^.!?]{0,40}\b(?:nicht|kein\w*)\b[^.!?]{0,30}"
    r"\b(?:beantworten|beantwortet|gefunden|finden|enthalten|bekannt)\b",
)
_REFUSAL = re.compile("|".join(_PATTERNS), re.IGNORECASE)
LONGEST = 45  # words; a longer sentence says something beside


def is_refusal(sentence: str, sentinel: str = "") -> bool:
    """Whether a sentence says that there is no answer, in whatever words.

    Args:
        sentence: what a model wrote.
        sentinel: the words that it was told to refuse with.
    """
    words = re.findall(r"\w+", sentence.casefold())
    told = re.findall(r"\w+", sentinel.casefold())
    if told and words[: len(told)] == told:
        return True
    return len(words) <= LONGEST and _REFUSAL.search(sentence) is not None
