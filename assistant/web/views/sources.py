"""The sources of an answer as HTML: its marks, and the list of what they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.web.views.markup import Html, join, tag

if TYPE_CHECKING:
    from assistant.web.views.text import Words

__all__ = [
    "about",
    "differences_said",
    "mark",
    "missing_said",
    "passage_link",
    "sources_html",
    "steps_said",
    "unread_said",
    "unused_html",
]

MOST_UNREAD = 3  # parts named below a silent answer
QUOTE_SHOWN = 300  # characters of a quotation in a tooltip


def mark(turn: str, citation: dict[str, Any], say: Words, kind: str = "citations") -> Html:
    """Render the mark of a citation: a link that opens it in its place."""
    number, quote = citation["number"], " ".join(citation["quote"].split())
    shown = quote if len(quote) <= QUOTE_SHOWN else f"{quote[:QUOTE_SHOWN]}…"
    return tag(
        "a",
        f"[{number}]",
        href=f"#cite-{turn}-{number}",
        class_="cw-mark",
        role="button",
        data_turn=turn,
        data_kind=kind,
        data_number=number,
        data_quote=shown,
        aria_label=say("citation", n=number, quote=shown),
    )


def sources_html(
    turn: str, kind: str, citations: list[dict[str, Any]], heading: str, say: Words
) -> str:
    """Render a list of citations, "" of none."""
    if not citations:
        return ""
    items = [_source(turn, kind, citation, say) for citation in citations]
    return join(tag("h3", heading), tag("ol", *items, class_="cw-sources"))


def _source(turn: str, kind: str, citation: dict[str, Any], say: Words) -> Html:
    document = citation["document"]
    quote = " ".join(citation["quote"].split())
    return tag(
        "li",
        mark(turn, citation, say, kind),
        tag("q", quote, dir="auto"),
        tag("span", about(document, citation, say)),
        id=f"cite-{turn}-{citation['number']}",
        tabindex=-1,
    )


def about(document: dict[str, Any], citation: dict[str, Any], say: Words) -> str:
    """Say in one line what a document is and where in it a citation lies; {} for nowhere."""
    page, line = citation.get("page"), citation.get("line")
    where = say("page", n=page) if page else say("line", n=line) if line else ""
    where = citation.get("place") or where
    name = document["title"] or Path(document["path"]).name
    parts = (name, document["outlet"], document["date"], where)
    return " · ".join(part for part in parts if part)


def passage_link(turn: str, number: int, passage: dict[str, Any], say: Words) -> Html:
    """Render what a passage is of: a link that opens it in its place."""
    return tag(
        "a",
        about(passage["document"], {}, say),
        href=f"#passage-{turn}-{number}",
        class_="cw-passage",
        role="button",
        data_turn=turn,
        data_kind="passages",
        data_number=number,
    )


def unread_said(answer: dict[str, Any], say: Words) -> list[str]:
    """Say what was not read of the documents that were looked at."""
    unread = answer.get("unread", [])
    said = [
        say(
            "part_unread",
            name=Path(each["path"]).name,
            part=each["part"],
            reason=each["reason"],
        )
        for each in unread[:MOST_UNREAD]
    ]
    more = len(unread) - MOST_UNREAD
    return [*said, say("more_unread", n=more)] if more > 0 else said


def missing_said(answer: dict[str, Any], say: Words) -> list[str]:
    """Name what the question compares and no passage found speaks of."""
    return [say("nothing_about", name=name) for name in answer.get("missing", [])]


def steps_said(answer: dict[str, Any], say: Words) -> list[str]:
    """Say what was looked up first, and what was found."""
    # Answers kept by older versions do not have the key.
    return [say("first_step", **step) for step in answer.get("steps", [])]


def differences_said(answer: dict[str, Any], say: Words) -> list[str]:
    """Say in what the nearest passage of a silent answer differs from the question."""
    return [
        say("differs", asked=difference["asked"], said=difference["said"])
        if difference["said"]
        else say("not_named", asked=difference["asked"])
        for difference in answer.get("differences", [])  # older ones lack it
    ]


def unused_html(turn: str, answer: dict[str, Any], say: Words) -> str:
    """Render what was found and neither cited nor offered, folded."""
    used = [*answer["citations"], *answer["nearest"]]
    rest = [
        (number, passage)
        for number, passage in enumerate(answer["passages"], start=1)
        if not any(_holds(passage, citation) for citation in used)
    ]
    if not rest:
        return ""
    items = [
        tag(
            "li",
            passage_link(turn, number, passage, say),
            id=f"passage-{turn}-{number}",
            tabindex=-1,
        )
        for number, passage in rest
    ]
    summary = tag("summary", say("unused", n=len(rest)))
    return tag("details", summary, tag("ul", *items), class_="cw-unused")


def _holds(passage: dict[str, Any], citation: dict[str, Any]) -> bool:
    return bool(
        passage["document"]["id"] == citation["document"]["id"]
        and passage["start"] < citation["end"]
        and citation["start"] < passage["end"]
    )
