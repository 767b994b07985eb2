"""Rows in other languages: the question, or the paragraph with what is beside it.

Question and passage are often in different languages on purpose: a reader trained on pairs
in one language finds what answers a question in another, and then does not trust it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from pathlib import Path

    from models.training.extractor_data import Row

__all__ = ["Translations", "one_line"]

AS_IT_IS = 0.42  # share of the examples that stay English throughout
QUESTION_ONLY = 0.35  # share in which the question alone is translated
# What a paragraph is translated to, and a question; the more often a language stands here.
PARAGRAPHS = ("es", "es", "fr", "pt", "it", "ca")
QUESTIONS = ("es", "fr", "pt", "it", "ca", "de", "de", "zh", "zh")
ASKED_IN_ENGLISH = 0.4  # of a translated paragraph
ASKED_ALIKE = 0.3
BESIDE_TOO = 0.75  # how often the other paragraphs are translated with it
MOST_PLACES = 2  # an answer that stands more often in a translation is no sure answer there


def one_line(text: str) -> str:
    """Return the text with every run of blanks as one space, as translations are kept by it."""
    return " ".join(text.split())


class Translations:
    """Texts in other languages, as `translate` wrote them; a text that it lacks stays."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        self._texts: dict[str, dict[str, str]] = {row.pop("text"): row for row in rows}

    def text(self, text: str, language: str) -> str:
        """Return the text in the language; as it is where there is no translation."""
        return self._texts.get(one_line(text), {}).get(language, text)

    def drawn(
        self, row: Row, beside: Sequence[Row], rng: random.Random
    ) -> tuple[Row, Sequence[Row]]:
        """Return the row and the paragraphs beside it as one pass shows them."""
        chance = rng.random()
        if chance < AS_IT_IS:
            return row, beside
        language = rng.choice(PARAGRAPHS)
        both = chance >= AS_IT_IS + QUESTION_ONLY
        shown = self.paragraph(row, language) if both else None
        if shown is None:
            asked = self.text(row.question, rng.choice(QUESTIONS))
            return replace(row, question=asked), beside
        asked = self.text(row.question, _asked_in(language, rng))
        if rng.random() < BESIDE_TOO:
            beside = [
                replace(r, paragraph=self.text(r.paragraph, language)) for r in beside
            ]
        return replace(shown, question=asked), beside

    def paragraph(self, row: Row, language: str) -> Row | None:
        """Return the row with its paragraph translated; None where no answer is found in it.

        An answer is looked for as it is translated on its own, then as it stands.
        """
        text = self.text(row.paragraph, language)
        answers = {row.paragraph[start:end] for start, end in row.spans}
        spans = sorted(
            {span for a in answers for span in _places(text, (self.text(a, language), a))}
        )
        if bool(spans) != bool(row.spans):
            return None
        return replace(
            row,
            paragraph=text,
            answers=tuple(text[start:end] for start, end in spans),
            spans=tuple(spans),
        )


def _asked_in(language: str, rng: random.Random) -> str:
    """Return a language to ask a question of a paragraph in `language` in."""
    chance = rng.random()
    if chance < ASKED_IN_ENGLISH:
        return "en"
    if chance < ASKED_IN_ENGLISH + ASKED_ALIKE:
        return language
    return rng.choice([q for q in QUESTIONS if q != language])


def _places(text: str, wordings: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the first of the wordings that the text holds stands in it."""
    for wording in wordings:
        sought = wording.strip(" .,")
        if not sought:
            continue
        pattern = rf"(?<!\w){re.escape(sought)}(?!\w)"
        found = [m.span() for m in re.finditer(pattern, text, re.IGNORECASE)]
        if 1 <= len(found) <= MOST_PLACES:
            return found
    return []
