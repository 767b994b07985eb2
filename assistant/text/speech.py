"""Who says the words that are quoted: the sentence that names the speaker.

A report gives somebody's words in several sentences and names the speaker in one of them.
Another one quoted alone would read as the document's own statement, or say only "he said".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.text.words import pronoun_speaks, speakers
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["speaker_beside"]

# One that goes on in the next paragraph is not closed in this one; saved pages mix marks.
_QUOTED = re.compile(
    r"“[^”\"\n]*(?:[”\"]|$)|„[^“”\"\n]*(?:[“”\"]|$)|«[^»\n]*(?:»|$)|\"[^\"”\n]*[\"”]",
    re.MULTILINE,
)
LEAST_SAID = 4  # words; fewer are a title, a nickname or a doubted word
FAR_BACK = 3  # sentences
FAR_ON = 1


def speaker_beside(words: Span, text: str, sentences: Sequence[Span]) -> Span | None:
    """Return the sentence beside that of some words that names who says them.

    None where they are not spoken, where their own sentence names the speaker, and where
    none near does.

    Args:
        words: In `text`.
        text: A passage.
        sentences: All of its sentences.
    """
    held = [place for place, span in enumerate(sentences) if span.overlaps(words)]
    if not held:
        return None
    told = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    # "he said" says that somebody before does.
    unnamed = any(pronoun_speaks(sentences[place].text_of(told)) for place in held)
    speech = _speech_around(words, text)
    if speech is None and not unnamed:
        return None
    if any(_names_speaker(sentences[place].text_of(told)) for place in held):
        return None
    before = range(held[0] - 1, max(held[0] - 1 - FAR_BACK, -1), -1)
    places: Sequence[int] = before
    if speech is not None and not unnamed:
        # "…," she said: the sentence in which the words end is the likeliest to say whose.
        last = max(place for place, span in enumerate(sentences) if span.start < speech.end)
        after = range(held[-1] + 1, min(last + 1 + FAR_ON, len(sentences)))
        places = (last, *before, *after)
    near = (sentences[place] for place in places)
    return next((span for span in near if _names_speaker(span.text_of(told))), None)


def _names_speaker(sentence: str) -> bool:
    return bool(speakers(sentence)) and not pronoun_speaks(sentence)


def _speech_around(words: Span, text: str) -> Span | None:
    """Return the quotation that some words stand in, if it is one of something said."""
    for match in _QUOTED.finditer(text):
        inside = match.start() <= words.start and words.end <= match.end()
        if inside and len(match[0].split()) >= LEAST_SAID:
            return Span(*match.span())
    return None
