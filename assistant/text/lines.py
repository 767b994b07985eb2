"""Lines of a text."""

from __future__ import annotations

from index.types import Span

__all__ = ["line_of"]


def line_of(text: str, words: Span) -> Span:
    """Return the line that holds some words, without the blanks around it."""
    start = text.rfind("\n", 0, words.start) + 1
    end = text.find("\n", words.end)
    line = text[start : end if end >= 0 else len(text)]
    start += len(line) - len(line.lstrip())
    return Span(start, start + len(line.strip()))
