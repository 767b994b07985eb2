"""Test sets in other people's layouts: SQuAD 1.1 and 2.0, BEIR, and a table (CSV)."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from assistant.errors import EvaluationError
from assistant.evaluate.sets.rows import RowError, integer, read_bytes, text
from assistant.evaluate.types import Evidence, Question, Role, SetDocument
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from assistant.evaluate.sets.rows import Rows
    from assistant.evaluate.types import Json

__all__ = ["read_beir", "read_csv", "read_squad"]

JOIN = "\n\n"  # between the paragraphs of a SQuAD article


def read_squad(
    path: Path, rows: Rows
) -> tuple[dict[str, SetDocument], dict[str, Question]]:
    """Read SQuAD JSON: an article is a document, its paragraphs joined by blank lines.

    Every gold answer becomes evidence of the role answer, its paragraph one of the role
    paragraph; that of an unanswerable question is its `near_paragraph`.
    Format: https://rajpurkar.github.io/SQuAD-explorer/
    """
    try:
        data = json.loads(read_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise EvaluationError(
            f"{path.name}: not UTF-8 text", "Save it as UTF-8."
        ) from error
    except json.JSONDecodeError as error:
        raise EvaluationError(
            f"{path.name}, line {error.lineno}: not JSON: {error.msg}", "Correct that line."
        ) from error
    if not isinstance(data, dict) or not isinstance(data.get("data"), list):
        raise EvaluationError(
            f'{path.name}: has no list "data", so it is not SQuAD JSON',
            "See the layouts with: citewell evaluate run --help",
        )
    documents: dict[str, SetDocument] = {}
    questions: dict[str, Question] = {}
    for number, article in enumerate(data["data"]):
        where = f"{path.name}, data[{number}]"
        _squad_article(where, article, rows, documents, questions)
    return documents, questions


def _squad_article(
    where: str,
    article: Json,
    rows: Rows,
    documents: dict[str, SetDocument],
    questions: dict[str, Question],
) -> None:
    try:
        paragraphs = _list(article, "paragraphs")
        title = text(_object(article), "title", "")
    except RowError as error:
        rows.refuse(where, str(error))
        return
    doc = title or "article"
    while doc in documents:
        doc += "'"
    whole = ""
    for number, paragraph in enumerate(paragraphs):
        here = f"{where}.paragraphs[{number}]"
        try:
            context, entries = text(_object(paragraph), "context"), _list(paragraph, "qas")
        except RowError as error:
            rows.refuse(here, str(error))
            continue
        whole += JOIN if whole else ""
        span = Span(len(whole), len(whole) + len(context))
        whole += context
        for i, entry in enumerate(entries):
            try:
                question = _squad_question(entry, doc, span, context)
                if question.id in questions:
                    raise RowError(f'the question "{question.id}" is there twice')  # noqa: TRY301
            except RowError as error:
                rows.refuse(f"{here}.qas[{i}]", str(error))
                continue
            questions[question.id] = question
    documents[doc] = SetDocument(doc, whole, title)


def _squad_question(entry: Json, doc: str, paragraph: Span, context: str) -> Question:
    row = _object(entry)
    impossible = row.get("is_impossible", False) is True
    golds = [] if impossible else _list(row, "answers")
    spans = dict.fromkeys(_squad_answer(_object(gold), context) for gold in golds)
    if not impossible and not spans:
        raise RowError("has no answers and is not marked as impossible")
    evidence = [Evidence(doc, s.shifted(paragraph.start), Role.ANSWER) for s in spans]
    near: dict[str, Json] = {"doc": doc, "start": paragraph.start, "end": paragraph.end}
    return Question(
        id=text(row, "id"),
        question=text(row, "question"),
        answers=tuple(dict.fromkeys(s.text_of(context) for s in spans)),
        answerable=not impossible,
        evidence=(*evidence, Evidence(doc, paragraph, Role.PARAGRAPH)) if evidence else (),
        group=doc,
        extra={"near_paragraph": near} if impossible else {},
    )


def _squad_answer(gold: Mapping[str, Json], context: str) -> Span:
    words, start = text(gold, "text"), integer(gold, "answer_start")
    if start < 0 or context[start : start + len(words)] != words:
        raise RowError(f'the answer "{words}" does not stand at {start} of its context')
    return Span(start, start + len(words))


def read_beir(
    folder: Path, rows: Rows
) -> tuple[dict[str, SetDocument], dict[str, Question]]:
    """Read BEIR's layout: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv. Retrieval only.

    The split is test, or the only one there is. Queries without a judged document are left
    out, as in BEIR (Thakur et al., NeurIPS Datasets 2021;
    https://github.com/beir-cellar/beir). A document's text is its title and its text, as
    BEIR's own baselines index it.
    """
    documents: dict[str, SetDocument] = {}
    for where, row in rows.objects(folder / "corpus.jsonl"):
        try:
            doc, title = text(row, "_id"), text(row, "title", "")
            body = text(row, "text", "")
        except RowError as error:
            rows.refuse(where, str(error))
            continue
        documents[doc] = SetDocument(doc, f"{title}\n{body}".strip(), title)
    grades = _qrels(_split(folder), rows, documents)
    questions: dict[str, Question] = {}
    for where, row in rows.objects(folder / "queries.jsonl"):
        try:
            name, words = text(row, "_id"), text(row, "text")
        except RowError as error:
            rows.refuse(where, str(error))
            continue
        if name in grades:
            questions[name] = Question(name, words, relevance=grades[name])
    return documents, questions


def _split(folder: Path) -> Path:
    files = sorted((folder / "qrels").glob("*.tsv"))
    named = [path for path in files if path.stem == "test"] or files
    if len(named) != 1:
        raise EvaluationError(
            f"{folder / 'qrels'}: holds {len(files)} splits and none is called test.tsv",
            "Leave the one .tsv file that is to be used there.",
        )
    return named[0]


def _qrels(
    path: Path, rows: Rows, documents: Mapping[str, SetDocument]
) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, (where, line) in enumerate(rows.lines(path)):
        cells = line.rstrip("\r").split("\t")
        if number == 0 and cells[0] == "query-id":
            continue
        try:
            query, doc, grade = cells[0], cells[1], int(cells[2])
        except (IndexError, ValueError):
            rows.refuse(where, "is not: query, document and whole grade, parted by tabs")
            continue
        if doc not in documents:
            rows.refuse(where, f'names a document that is not in the corpus: "{doc}"')
            continue
        if grade > 0:
            grades.setdefault(query, {})[doc] = grade
    return grades


def read_csv(path: Path, rows: Rows) -> dict[str, Question]:
    """Read a table with a column `question` and one or more columns `answer`.

    No answer in a row means that the question cannot be answered. A column `id` is
    optional.
    """
    try:
        content = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvaluationError(
            f"{path.name}: not UTF-8 text", "Save the table as CSV in UTF-8."
        ) from error
    table = csv.reader(io.StringIO(content, newline=""), strict=True)
    header = [cell.strip().casefold() for cell in next(table, [])]
    if "question" not in header or "answer" not in header:
        raise EvaluationError(
            f"{path.name}, line 1: has no columns named question and answer",
            "Name them in the first line: question,answer",
        )
    questions: dict[str, Question] = {}
    for line, cells in _table_rows(path.name, table, rows):
        if len(cells) != len(header):
            reason = f"has {len(cells)} cells, the first line {len(header)}"
            rows.refuse(line, reason)
            continue
        pairs = list(zip(header, (cell.strip() for cell in cells), strict=True))
        named = dict(reversed(pairs))
        answers = tuple(dict.fromkeys(v for k, v in pairs if k == "answer" and v))
        name = named.get("id") or f"row-{len(questions) + 1}"
        if not named["question"] or name in questions:
            rows.refuse(
                line, "has no question" if not named["question"] else "has an id twice"
            )
            continue
        questions[name] = Question(name, named["question"], answers, bool(answers))
    return questions


def _table_rows(
    name: str, table: Iterator[list[str]], rows: Rows
) -> Iterator[tuple[str, list[str]]]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            rows.refuse(f"{name}, row {number}", f"not CSV: {error}")
            continue
        if any(cell.strip() for cell in cells):
            yield f"{name}, row {number}", cells


def _object(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise RowError("is not a JSON object")
    return value


def _list(value: Json | Mapping[str, Json], key: str) -> list[Json]:
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise RowError(f'has no list "{key}"')
    return found
