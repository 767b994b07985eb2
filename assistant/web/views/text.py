"""Every word of the page, in English and in German.

A text is a template for `str.format`; what is put in is never itself a template. Both
languages have the same keys, which a test makes sure of.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.web.views import text_de, text_en, text_evaluation

__all__ = ["LANGUAGES", "Words", "words_for"]

LANGUAGES = {
    "en": text_en.ENGLISH | text_evaluation.ENGLISH,
    "de": text_de.GERMAN | text_evaluation.GERMAN,
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values filled in."""
        text = LANGUAGES[self.language][key]
        return text.format(**values) if values else text

    def count(self, key: str, n: int) -> str:
        """Return the text of a number of things; of one thing, `key` has a text of its own."""
        return self(f"{key}_one") if n == 1 else self(key, n=self.number(n))

    def number(self, value: int) -> str:
        """Write a number with the language's separator of thousands."""
        written = f"{value:,}"
        return written.replace(",", ".") if self.language == "de" else written

    def decimal(self, written: str) -> str:
        """Write a number that has a point, or a percentage, as the language does."""
        if self.language == "de":
            return written.replace(".", ",").replace("%", "\N{NO-BREAK SPACE}%")
        return written


def words_for(language: str) -> Words:
    """Return the words for what a browser says it prefers, English where it is unknown."""
    wanted = language[:2].lower()
    return Words(wanted if wanted in LANGUAGES else "en")
