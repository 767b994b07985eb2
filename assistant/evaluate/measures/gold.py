"""Which gold spans count for what, and which questions belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.evaluate.types import Place, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.evaluate.types import Json, Question

__all__ = [
    "citation_gold",
    "covered",
    "gold_documents",
    "group_of",
    "groups_of",
    "near_miss",
    "needed_together",
    "rests_on",
    "retrieval_gold",
]

FINEST_FIRST = (frozenset({Role.ANSWER}), frozenset({Role.SENTENCE, Role.FACT}))
CITABLE_FIRST = (frozenset({Role.SENTENCE, Role.FACT}), frozenset({Role.ANSWER}))


def retrieval_gold(question: Question) -> tuple[Place, ...]:
    """Return the spans a retrieved passage must overlap: those of the finest role given.

    The order is answer, then sentence and fact, then paragraph.
    """
    return _first_role(question, FINEST_FIRST)


def citation_gold(question: Question) -> tuple[Place, ...]:
    """Return the spans a citation must overlap: sentences and facts, where there are some.

    Otherwise the words of the answer, otherwise the paragraph.
    """
    return _first_role(question, CITABLE_FIRST)


def needed_together(question: Question, gold: Sequence[Place]) -> bool:
    """Say whether all of `gold` is needed, or any one of it is enough.

    Words of the answer are places where the same answer stands, so one is enough;
    sentences, facts and paragraphs are parts of the evidence.
    """
    answers = {e.place for e in question.evidence if e.role is Role.ANSWER}
    return not all(place in answers for place in gold)


def covered(gold: Sequence[Place], found: Iterable[Place]) -> list[bool]:
    """Say for each gold span whether anything found overlaps it."""
    places = list(found)
    return [any(place.overlaps(span) for place in places) for span in gold]


def rests_on(question: Question, found: Iterable[Place]) -> bool | None:
    """Say whether `found` holds the evidence of a question; None without gold spans.

    All of it where its parts are needed together, any of it otherwise.
    """
    gold = retrieval_gold(question)
    if not gold:
        return None
    hits = covered(gold, found)
    return all(hits) if needed_together(question, gold) else any(hits)


def gold_documents(question: Question) -> dict[str, int]:
    """Return the documents that hold evidence, with their grade (1 where none is given)."""
    if question.relevance:
        return {doc: grade for doc, grade in question.relevance.items() if grade > 0}
    return {e.doc: 1 for e in question.evidence}


def group_of(question: Question) -> str:
    """Name the group of questions that this one is not independent of.

    The group given in the set; else the document of its first evidence, of its near miss or
    of its first context; else the question is a group of its own.
    """
    if question.group:
        return question.group
    if question.evidence:
        return question.evidence[0].doc
    near = question.extra.get("near_paragraph")
    if isinstance(near, dict) and isinstance(near.get("doc"), str):
        return str(near["doc"])
    return question.contexts[0] if question.contexts else question.id


def groups_of(questions: Sequence[Question]) -> list[str]:
    """Return the group of every question; each its own where all fall into one."""
    groups = [group_of(question) for question in questions]
    if len(set(groups)) > 1:
        return groups
    return [question.id for question in questions]


def _first_role(question: Question, order: Iterable[frozenset[Role]]) -> tuple[Place, ...]:
    for roles in order:
        found = dict.fromkeys(e.place for e in question.evidence if e.role in roles)
        if found:
            return tuple(found)
    return tuple(dict.fromkeys(e.place for e in question.evidence))


def near_miss(question: Question) -> Place | None:
    """Return what a question without an answer could be mistaken to be answered by."""
    return place_of(question.extra.get("near_paragraph"))


def place_of(row: Json) -> Place | None:
    """Return the place that an extra key of a row names; None where it names none."""
    if not isinstance(row, dict):
        return None
    doc, start, end = (row.get(key) for key in ("doc", "start", "end"))
    if isinstance(doc, str) and isinstance(start, int) and isinstance(end, int):
        return Place(doc, start, end)
    return None
