"""Find out which layout a test set has, read it, check it, and name its content by a hash.

Layouts: a folder with `questions.jsonl` and `docs.jsonl`, or with a folder `documents` of
real files beside it; a `questions.jsonl` or a table (CSV) asked of such a folder or of an
existing library; SQuAD 1.1 or 2.0 JSON; a folder in BEIR's layout.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluate.sets.foreign import read_beir, read_csv, read_squad
from assistant.evaluate.sets.native import read_documents, read_questions
from assistant.evaluate.sets.rows import Rows
from assistant.evaluate.types import Question, QuestionSet, SetDocument

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "DocumentReader",
    "documents_sha256",
    "load_set",
    "looks_like_set",
    "sample",
    "set_sha256",
]

DocumentReader = Callable[["Path"], Iterable[SetDocument]]
"""A folder of real files to documents; their ids are paths relative to it, with slashes."""

LAYOUTS = "See the layouts with: citewell evaluate run --help"
DOCUMENT_FOLDERS = ("documents", "docs", "files")
QUESTION_FILES = ("questions.jsonl", "questions.csv")


def load_set(
    path: Path,
    *,
    library: Iterable[SetDocument] | None = None,
    read_folder: DocumentReader | None = None,
    skip_bad: bool = False,
) -> QuestionSet:
    """Read a test set from a folder or a file and check all of it.

    Args:
        path: The folder, `.jsonl`, `.json` or `.csv` file.
        library: The documents of an existing library, asked instead of the set's own.
        read_folder: Reads a folder of real files, where the set has one.
        skip_bad: Leave bad rows out and report them, instead of refusing the set.

    Raises:
        EvaluationError: There is no such set, a row is bad (its file and line are named), a
            gold span does not fit the documents, or no question is left.
    """
    rows = Rows(skip_bad=skip_bad)
    if not path.exists():
        raise EvaluationError(f"{path}: there is no such file or folder", LAYOUTS)
    found = None if library is None else {document.id: document for document in library}
    documents, questions = _read(path, rows, found, read_folder)
    name = path.name if path.is_dir() else path.stem
    if name == "questions":
        name = path.resolve().parent.name
    if not questions:
        left_out = f" ({len(rows.skipped)} bad rows left out)" if rows.skipped else ""
        raise EvaluationError(f"{path}: holds no question{left_out}", LAYOUTS)
    return QuestionSet(
        name, tuple(questions), documents, tuple(rows.skipped), path.resolve()
    )


def looks_like_set(path: Path) -> bool:
    """Say by names alone whether `load_set` could read a folder or file."""
    try:
        if path.is_dir():
            names = (*QUESTION_FILES, "corpus.jsonl")
            return any((path / name).is_file() for name in names)
    except OSError:  # somebody else's folder
        return False
    return path.suffix in {".csv", ".json", ".jsonl"}


def sample(questions: QuestionSet, limit: int | None, seed: int) -> QuestionSet:
    """Return a random part of the questions, in the order of the set; all without a limit.

    The same seed gives the same questions, and a smaller limit a part of a larger one's.
    """
    if limit is None or limit >= len(questions.questions):
        return questions
    order = list(range(len(questions.questions)))
    random.Random(seed).shuffle(order)
    kept = sorted(order[: max(limit, 1)])
    return replace(questions, questions=tuple(questions.questions[i] for i in kept))


def documents_sha256(documents: Mapping[str, SetDocument]) -> str:
    """Hash ids, titles and texts: equal for equal documents in any order."""
    digest = hashlib.sha256()
    for document in sorted(documents.values(), key=lambda d: d.id):
        _feed(digest, [document.id, document.title, document.text])
    return digest.hexdigest()


def set_sha256(questions: QuestionSet) -> str:
    """Hash the documents and everything a question is judged by, in the order asked."""
    digest = hashlib.sha256(documents_sha256(questions.documents).encode())
    for q in questions.questions:
        spans = [[e.doc, e.span.start, e.span.end, e.role] for e in q.evidence]
        gold = [list(q.answers), q.answerable, spans, sorted(q.relevance.items())]
        _feed(digest, [q.id, q.question, gold, list(q.contexts), q.group])
    return digest.hexdigest()


def _read(
    path: Path,
    rows: Rows,
    library: dict[str, SetDocument] | None,
    read_folder: DocumentReader | None,
) -> tuple[Mapping[str, SetDocument], Iterable[Question]]:
    """Dispatch on the layout and return documents and questions."""
    if path.is_dir() and (path / "corpus.jsonl").is_file():
        documents, questions = read_beir(path, rows)
        return documents, list(questions.values())
    if path.suffix == ".json":
        documents, questions = read_squad(path, rows)
        return documents, list(questions.values())
    source = _question_file(path)
    beside = (
        library if library is not None else _documents(source.parent, rows, read_folder)
    )
    if source.suffix == ".csv":
        return beside, list(read_csv(source, rows).values())
    return beside, read_questions(source, rows, beside)


def _question_file(path: Path) -> Path:
    found = [path / name for name in QUESTION_FILES] if path.is_dir() else [path]
    for file in found:
        if file.is_file() and file.suffix in {".jsonl", ".csv"}:
            return file
    raise EvaluationError(f"{path}: is none of the known layouts of a test set", LAYOUTS)


def _documents(
    folder: Path, rows: Rows, read_folder: DocumentReader | None
) -> dict[str, SetDocument]:
    if (folder / "docs.jsonl").is_file():
        return read_documents(folder / "docs.jsonl", rows)
    for name in DOCUMENT_FOLDERS:
        if (folder / name).is_dir() and read_folder is not None:
            return {document.id: document for document in read_folder(folder / name)}
    raise EvaluationError(
        f"{folder}: holds no documents to ask",
        "Put docs.jsonl or a folder called documents there, or name a --library",
    )


def _feed(digest: hashlib._Hash, value: object) -> None:
    digest.update(
        json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    )
