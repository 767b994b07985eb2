"""The test set that belongs to a library: questions whose answers were marked in its documents.

It lies beside the library and holds the text of every document that a question was marked in,
so it can be asked of its own documents as well as of the whole library.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from assistant.errors import EvaluationError
from assistant.evaluate.files import write_text
from assistant.evaluate.measures.gold import near_miss
from assistant.evaluate.sets.native import read_documents, read_questions
from assistant.evaluate.sets.rows import Rows
from assistant.evaluate.sets.write_set import Draft, append_row, row_of
from assistant.evaluate.types import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from assistant.evaluate.types import SetDocument

__all__ = ["count_questions", "keep_question", "marked_set", "passage_around"]

DOCUMENTS, QUESTIONS = "docs.jsonl", "questions.jsonl"
PATIENCE_S = 10


def marked_set(library: Path) -> Path:
    """Return the folder of the test set that belongs to the library in a folder."""
    return library.parent / f"{library.name}-questions"


def count_questions(folder: Path) -> int:
    """Return how many questions a marked set holds."""
    file = folder / QUESTIONS
    return file.read_bytes().count(b"\n") if file.is_file() else 0


def passage_around(words: Place, passages: Sequence[Place]) -> Place:
    """Return the passage that holds the words, or the stretch of passages that they cross."""
    touched = [passage for passage in passages if passage.overlaps(words)]
    whole = [p for p in touched if p.start <= words.start and words.end <= p.end]
    if whole:
        return max(whole, key=lambda p: min(words.start - p.start, p.end - words.end))
    return Place(
        words.doc,
        min([words.start, *(passage.start for passage in touched)]),
        max([words.end, *(passage.end for passage in touched)]),
    )


def keep_question(folder: Path, draft: Draft, document: SetDocument) -> str:
    """Append a question to a set, its document with it, and return its id.

    Raises:
        EvaluationError: There is no question, the marked words do not stand in the document,
            or other questions were marked in another version of it.
    """
    if not draft.question.strip():
        raise EvaluationError("the question is empty", "Type a question.")
    documents = {document.id: document}
    row = row_of(draft, documents)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=PATIENCE_S):
            _keep_document(folder, document)
            return append_row(folder / QUESTIONS, row, documents)
    except Timeout as error:
        raise EvaluationError(
            f"{folder}: another process is writing this set", "Try again."
        ) from error


def _keep_document(folder: Path, document: SetDocument) -> None:
    file = folder / DOCUMENTS
    known = dict(read_documents(file, Rows())) if file.is_file() else {}
    before = known.get(document.id)
    if before is not None and before.text == document.text:
        return
    if before is not None and (folder / QUESTIONS).is_file():
        _expect_same_words(folder, before, document, known)
    known[document.id] = document
    lines = (
        json.dumps({"id": d.id, "title": d.title, "text": d.text}, ensure_ascii=False)
        for d in known.values()
    )
    write_text(file, "".join(f"{line}\n" for line in lines))


def _expect_same_words(
    folder: Path,
    before: SetDocument,
    after: SetDocument,
    known: Mapping[str, SetDocument],
) -> None:
    """Refuse a new version of a document in which marked words stand elsewhere."""
    for question in read_questions(folder / QUESTIONS, Rows(), known):
        near = near_miss(question)
        places = [evidence.place for evidence in question.evidence]
        for place in [*places, near] if near else places:
            span = slice(place.start, place.end)
            if place.doc == after.id and before.text[span] != after.text[span]:
                raise EvaluationError(
                    f"{question.id}: was marked in an earlier version of {after.id}",
                    f"Rename {folder}, to keep it, and mark again.",
                )
