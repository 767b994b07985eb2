"""The cited sentences with those beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.reading.focus import sentences_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["cited_window"]


def cited_window(quotes: Sequence[str], context: str, beside: int = 1) -> str:
    """Return the sentences of a passage that are cited, and those beside each, in order.

    Args:
        quotes: The cited sentences.
        context: The passage that they stand in; where one does not, it is put first.
        beside: How many sentences before and after.
    """
    spans = sentences_of(context)
    places: set[int] = set()
    apart = []
    for quote in quotes:
        at = context.find(quote)
        held = [
            i
            for i, s in enumerate(spans)
            if at >= 0 and s.start < at + len(quote) and s.end > at
        ]
        if held:
            places.update(range(held[0] - beside, held[-1] + beside + 1))
        else:
            apart.append(quote)
    around = [spans[i].text_of(context) for i in sorted(places) if 0 <= i < len(spans)]
    return " ".join((*apart, *around))
