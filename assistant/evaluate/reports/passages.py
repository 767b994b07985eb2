"""Show spans of documents in their surroundings, with citations and gold marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.evaluate.measures.citations import exact
from assistant.evaluate.reports.html import Markup, element, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.evaluate.types import Place, Quote, SetDocument

__all__ = ["cited_passage", "passage"]

AROUND = 160  # characters shown on either side
LONGEST = 700  # characters of a span shown


def cited_passage(
    number: int, quote: Quote, documents: Mapping[str, SetDocument]
) -> Markup:
    """Show a citation in its surroundings, or say that its words do not stand there."""
    label = f"[{number}] {quote.doc}, {quote.start} to {quote.end}"
    if exact(quote, documents):
        return passage(quote.place, documents, label=label)
    return element(
        "blockquote",
        element("cite", f"{label}: "),
        element("span", "these words do not stand there: ", class_="bad"),
        _cut(quote.text),
    )


def passage(
    place: Place,
    documents: Mapping[str, SetDocument],
    *,
    label: str,
    gold: Sequence[Place] = (),
) -> Markup:
    """Show a span in its surroundings, with `gold` spans in a colour of their own."""
    document = documents.get(place.doc)
    if document is None:
        return element("blockquote", element("cite", f"{label}: no such document"))
    end = min(place.end, place.start + LONGEST, len(document.text))
    low, high = max(0, place.start - AROUND), min(len(document.text), end + AROUND)
    own = [(place.start, end)] if not gold else []
    marks = own or [(g.start, g.end) for g in gold if g.doc == place.doc]
    inner = _marked(document.text, low, high, marks, "gold" if gold else "")
    title = f"{label} ({document.title})" if document.title else label
    return element(
        "blockquote",
        element("cite", title),
        "… " if low else "",
        inner,
        " …" if high < len(document.text) else "",
    )


def _marked(
    text: str, low: int, high: int, marks: Iterable[tuple[int, int]], kind: str
) -> Markup:
    parts: list[Markup | str] = []
    at = low
    for start, end in sorted(marks):
        first, last = max(start, at), min(end, high)
        if first < last:
            parts += [
                text[at:first],
                element("mark", text[first:last], class_=kind or False),
            ]
            at = last
    return joined(*parts, text[at:high])


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} …"
