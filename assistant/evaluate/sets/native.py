"""Our own layout: `questions.jsonl`, and the documents in `docs.jsonl` or as real files.

A question: `{"id", "question", "answers": [..], "answerable": bool, "evidence": [{"doc",
"start", "end", "text", "role"}]}`; further keys are carried along. A document: `{"id",
"title", "text"}`. Positions are code points of the document's text, the end exclusive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.evaluate.sets.rows import RowError, integer, text, texts
from assistant.evaluate.types import Evidence, Question, Role, SetDocument
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assistant.evaluate.sets.rows import Rows
    from assistant.evaluate.types import Json

__all__ = ["parse_question", "read_documents", "read_questions"]

KNOWN = {"id", "question", "answers", "answerable", "evidence", "contexts", "group"}
SHORT = 60  # characters of a span that an error message shows


def read_documents(path: Path, rows: Rows) -> dict[str, SetDocument]:
    """Read `docs.jsonl`."""
    documents: dict[str, SetDocument] = {}
    for where, row in rows.objects(path):
        try:
            document = SetDocument(
                text(row, "id"), text(row, "text", ""), text(row, "title", "")
            )
        except RowError as error:
            rows.refuse(where, str(error))
            continue
        if document.id in documents:
            rows.refuse(where, f'the document "{document.id}" is there twice')
            continue
        documents[document.id] = document
    return documents


def read_questions(
    path: Path, rows: Rows, documents: Mapping[str, SetDocument]
) -> list[Question]:
    """Read `questions.jsonl` and check every gold span against the documents."""
    questions: dict[str, Question] = {}
    for where, row in rows.objects(path):
        try:
            question = parse_question(row, documents)
        except RowError as error:
            rows.refuse(where, str(error))
            continue
        if question.id in questions:
            rows.refuse(where, f'the question "{question.id}" is there twice')
            continue
        questions[question.id] = question
    return list(questions.values())


def parse_question(
    row: Mapping[str, Json], documents: Mapping[str, SetDocument]
) -> Question:
    """Turn a row into a question.

    Raises:
        RowError: Something is missing, of the wrong kind, or does not fit the documents.
    """
    answers = texts(row, "answers")
    answerable = row.get("answerable", bool(answers))
    if not isinstance(answerable, bool):
        raise RowError('"answerable" is not true or false')
    spans = row.get("evidence", [])
    if not isinstance(spans, list):
        raise RowError('"evidence" is not a list')
    question = Question(
        id=text(row, "id"),
        question=text(row, "question"),
        answers=answers,
        answerable=answerable,
        evidence=tuple(_evidence(span, documents) for span in spans),
        contexts=texts(row, "contexts"),
        group=text(row, "group", ""),
        extra={key: value for key, value in row.items() if key not in KNOWN},
    )
    _check(question, documents)
    return question


def _check(question: Question, documents: Mapping[str, SetDocument]) -> None:
    if question.answerable and not question.answers and not question.evidence:
        raise RowError("answerable, but with neither answers nor evidence")
    if not question.answerable and question.answers:
        raise RowError("not answerable, but with answers")
    for doc in question.contexts:
        if doc not in documents:
            raise RowError(f'"contexts" names a document that is not there: "{doc}"')


def _evidence(row: Json, documents: Mapping[str, SetDocument]) -> Evidence:
    if not isinstance(row, dict):
        raise RowError('"evidence" holds something that is not an object')
    doc, start, end = text(row, "doc"), integer(row, "start"), integer(row, "end")
    role = text(row, "role", Role.SENTENCE)
    if role not in set(Role):
        raise RowError(f'the role "{role}" is none of {", ".join(Role)}')
    if doc not in documents:
        raise RowError(f'the evidence names a document that is not there: "{doc}"')
    whole = documents[doc].text
    if not 0 <= start < end <= len(whole):
        raise RowError(
            f'the span {start} to {end} is outside "{doc}" ({len(whole)} characters)'
        )
    words = text(row, "text", whole[start:end])
    if whole[start:end] != words:
        raise RowError(
            f'the span {start} to {end} of "{doc}" reads "{_short(whole[start:end])}", '
            f'not "{_short(words)}"'
        )
    return Evidence(doc, Span(start, end), Role(role))


def _short(words: str) -> str:
    return words if len(words) <= SHORT else f"{words[: SHORT - 15]} … {words[-15:]}"
