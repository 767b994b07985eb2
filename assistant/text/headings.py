"""Headings that only repeat the question: under "What the strike cost" it may stand."""

from __future__ import annotations

from assistant.text.words import content_words, holds_word, numbers

__all__ = ["repeats_question"]

ENDS = (*".!?…。！？", *"\"”»'’)")  # of a sentence; a heading has none


def repeats_question(line: str, question: str) -> bool:
    """Say whether a line is no sentence and holds no word or number beside the question's."""
    line = line.rstrip()
    asked = content_words(question)
    return (
        not line.endswith(ENDS)
        and all(holds_word(asked, word) for word in content_words(line))
        and numbers(line) <= numbers(question)
    )
