"""Who says something: the sentence that says it, where a speaker is named for it.

"Who said that the bridge would stay closed?" asks for somebody, and the extractor, trained on
questions for facts, takes whoever is named near by. What was said is given in the question:
here the sentence that says it is looked up by its words. Who is named for it stands in it or
beside it (`assistant.text.speech`). English and German.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.reading.focus import sentences_of, speaker_of
from assistant.text.words import content_words, coverage, negated, numbers, speakers

if TYPE_CHECKING:
    from assistant.types import Passage
    from index.types import Span

__all__ = ["saying_asked_for"]

_PLAIN = r"(?:said|says|sagte|sagt)"
_WITH_THAT = (
    r"(?:announced|argue[sd]|claim(?:s|ed)|confirm(?:s|ed)|denie[sd]|explain(?:s|ed)|"
    r"insist(?:s|ed)|report(?:s|ed)|stated|told \w+|warn(?:s|ed)|behauptete?t?|bestätigte?|"
    r"bestritt|bestreitet|erklärte?|meldete?|warnte?)"
)
_ASKED = re.compile(
    rf"^\W*(?:who|wer)\s+(?:has\s+|hat\s+)?(?:{_PLAIN},?\s+(?:(?:that|dass)\s+)?|"
    rf"{_WITH_THAT},?\s+(?:that|dass)\s+)(?P<said>.+)$",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:den(?:y|ied|ies)|reject(?:s|ed)?|bestritt|bestreitet|dementierte?)\b",
    re.IGNORECASE,
)
LEAST_WORDS = 3  # content words; of fewer, any sentence says them
LEAST_SAID = 0.8  # share of them that the sentence has


def saying_asked_for(question: str, passage: Passage) -> Span | None:
    """Return the sentence of a passage that says what a question asks the speaker of.

    It is a span of the document; None where none says it, or nobody is named for it, or where
    one of the two denies it.
    """
    asked = _ASKED.match(question)
    words = content_words(asked["said"]) if asked else []
    if asked is None or len(words) < LEAST_WORDS:
        return None
    denied = _is_denied(question)
    text, start = passage.chunk.text, passage.chunk.span.start
    best: tuple[float, Span] | None = None
    for span in sentences_of(text):
        sentence = span.text_of(text)
        held = coverage(words, frozenset(content_words(sentence)))
        enough = held >= LEAST_SAID and numbers(asked["said"]) <= numbers(sentence)
        if not enough or _is_denied(sentence) != denied:
            continue
        place = span.shifted(start)
        named = speakers(sentence) or speaker_of(passage, place)
        if named and (best is None or held > best[0]):
            best = held, place
    return best[1] if best else None


def _is_denied(text: str) -> bool:
    return negated(text) != bool(_DENIED.search(text))
