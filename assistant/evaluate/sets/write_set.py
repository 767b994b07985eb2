"""Write a test set of one's own: rows with exact spans, one at a time.

A row is made from a passage of a document and the words of the answer that a person marked
in it, or from an answer that a person judged in another door. It is appended to
`questions.jsonl` only after it has been read back by the same code that reads sets.
"""

from __future__ import annotations

import json
import os
import random
import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluate.sets.native import parse_question
from assistant.evaluate.sets.rows import RowError
from assistant.evaluate.types import Place, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.evaluate.types import Json, SetDocument

__all__ = [
    "Draft",
    "append_row",
    "find_words",
    "propose",
    "row_from_feedback",
    "row_of",
]

SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"”'’)]*\s+|\n+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question in the making.

    `answers` are the marked words, in the order they were marked; none makes the question
    unanswerable, and `passage` is then the near miss that looks like an answer.
    """

    question: str
    passage: Place
    answers: tuple[Place, ...] = ()
    also_right: tuple[str, ...] = ()  # other ways to say the answer


def propose(passages: Sequence[Place], seed: int) -> Iterator[Place]:
    """Yield passages to ask about at random, every document once before any comes again."""
    chance = random.Random(seed)
    by_document: dict[str, list[Place]] = {}
    for place in passages:
        by_document.setdefault(place.doc, []).append(place)
    for places in by_document.values():
        chance.shuffle(places)
    while by_document:
        for doc in chance.sample(sorted(by_document), len(by_document)):
            yield by_document[doc].pop()
            if not by_document[doc]:
                del by_document[doc]


def find_words(words: str, passage: Place, document: SetDocument) -> list[Place]:
    """Return every place in the passage where exactly these words stand, to choose from."""
    text = document.text[passage.start : passage.end]
    wanted = words.strip()
    places, at = [], text.find(wanted) if wanted else -1
    while at >= 0:
        start = passage.start + at
        places.append(Place(document.id, start, start + len(wanted)))
        at = text.find(wanted, at + 1)
    return places


def row_of(draft: Draft, documents: Mapping[str, SetDocument]) -> dict[str, Json]:
    """Return a row for `questions.jsonl`: the answer, its sentence and its passage as spans.

    Raises:
        EvaluationError: A span does not fit its document, or an answer lies outside the
            passage.
    """
    place = draft.passage
    row: dict[str, Json] = {
        "question": draft.question.strip(),
        "answerable": bool(draft.answers),
    }
    evidence: list[Json] = []
    answers: list[Json] = []
    for answer in draft.answers:
        inside = place.start <= answer.start < answer.end <= place.end
        if answer.doc != place.doc or not inside:
            raise EvaluationError(
                "the answer lies outside the passage", "Mark words of the passage shown."
            )
        document = documents[answer.doc]
        evidence += [_span(answer, document, Role.ANSWER)]
        evidence += [_span(_sentence(answer, place, document), document, Role.SENTENCE)]
        answers.append(document.text[answer.start : answer.end])
    if draft.answers:
        evidence.append(_span(place, documents[place.doc], Role.PARAGRAPH))
    else:
        row["near_paragraph"] = {"doc": place.doc, "start": place.start, "end": place.end}
    spoken: list[Json] = list(draft.also_right)
    return row | {"answers": list(answers) + spoken, "evidence": _distinct(evidence)}


def row_from_feedback(
    question: str, note: str, cited: Sequence[Place], documents: Mapping[str, SetDocument]
) -> dict[str, Json]:
    """Return a row from an answer that a person did not accept.

    The note is what they say the answer should have been; where its words stand in what was
    cited, they become gold spans. Without a note the row says that the documents do not
    answer the question: a person must confirm it before it is added (`confirmed` is false).
    """
    right = note.strip()
    spans = [
        found
        for place in cited
        if place.doc in documents
        for found in find_words(right, place, documents[place.doc])[:1]
    ]
    if spans:
        first = spans[0]
        home = next(p for p in cited if p.overlaps(first))
        row = row_of(Draft(question, home, (first,)), documents)
    else:
        answers: list[Json] = [right] if right else []
        row = {
            "question": question.strip(),
            "answerable": bool(right),
            "answers": answers,
            "evidence": [],
        }
    return row | {"confirmed": bool(right), "source": "feedback"}


def append_row(
    path: Path, row: Mapping[str, Json], documents: Mapping[str, SetDocument]
) -> str:
    """Check a row, give it an id, append it to `questions.jsonl`, and return the id.

    Raises:
        EvaluationError: The row does not fit the documents or was not confirmed.
    """
    if row.get("confirmed") is False:
        raise EvaluationError(
            "the row has not been confirmed",
            "Set the answer, or confirm that there is none.",
        )
    taken = _ids(path)
    free = (f"q{number}" for number in count(len(taken) + 1))
    name = str(row.get("id") or next(n for n in free if n not in taken))
    whole: dict[str, Json] = {"id": name}
    whole |= {key: value for key, value in row.items() if key not in {"id", "confirmed"}}
    try:
        if name in taken:
            raise RowError(f'the question "{name}" is there already')  # noqa: TRY301
        parse_question(whole, documents)
    except RowError as error:
        raise EvaluationError(str(error), "Mark the answer again.") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(whole, ensure_ascii=False) + "\n"
    with path.open("a+b") as file:
        if file.tell() and not _ends_whole(path):
            file.write(b"\n")
        file.write(line.encode("utf-8", "backslashreplace"))
        file.flush()
        os.fsync(file.fileno())
    return name


def _sentence(answer: Place, passage: Place, document: SetDocument) -> Place:
    """Return the sentence or sentences of the passage around the answer."""
    text = document.text[passage.start : passage.end]
    ends = [(m.start(), m.end()) for m in SENTENCE_END.finditer(text)]
    low = max((e for _, e in ends if passage.start + e <= answer.start), default=0)
    high = min((s for s, _ in ends if passage.start + s >= answer.end), default=len(text))
    return Place(answer.doc, passage.start + low, passage.start + high)


def _span(place: Place, document: SetDocument, role: Role) -> dict[str, Json]:
    words = document.text[place.start : place.end]
    return {
        "doc": place.doc,
        "start": place.start,
        "end": place.end,
        "text": words,
        "role": role.value,
    }


def _distinct(spans: Sequence[Json]) -> list[Json]:
    return [span for i, span in enumerate(spans) if span not in spans[:i]]


def _ids(path: Path) -> set[str]:
    if not path.exists():
        return set()
    rows = (json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip())
    return {str(row["id"]) for row in rows}


def _ends_whole(path: Path) -> bool:
    return path.read_bytes().endswith(b"\n")
