"""Every layout is read, and whatever is wrong with a set is said by file and line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from assistant.errors import EvaluationError
from assistant.evaluate.sets.load import documents_sha256, load_set, sample, set_sha256
from assistant.evaluate.types import Role, SetDocument
from tests.assistant.evaluate.fakes import made_set

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DOCS = [
    {"id": "d", "title": "T", "text": "Die Größe 😀 ist 5."},
    {"id": "e", "text": "Other."},
]


def row(**changes: Any) -> dict[str, Any]:
    span = {"doc": "d", "start": 4, "end": 9, "text": "Größe", "role": "answer"}
    return {
        "id": "q1",
        "question": "Was?",
        "answers": ["Größe"],
        "evidence": [span],
    } | changes


def write(path: Path, rows: Iterable[Any]) -> None:
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "docs.jsonl", DOCS)
    write(tmp_path / "questions.jsonl", [row()])
    return tmp_path


def test_our_own_layout_keeps_every_key(folder: Path) -> None:
    write(folder / "questions.jsonl", [row(contexts=["d"], lang="de"), row(id="q2")])
    found = load_set(folder)
    question = found.questions[0]
    assert question.answerable
    assert question.evidence[0].span.text_of(found.documents["d"].text) == "Größe"
    assert question.evidence[0].role is Role.ANSWER
    assert question.contexts == ("d",)
    assert question.extra == {"lang": "de"}
    assert load_set(folder / "questions.jsonl").questions == found.questions


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{not json", "line 2: not JSON"),
        ("[1]", "line 2: not a JSON object"),
        (row(id="q1"), 'the question "q1" is there twice'),
        (row(id="b", question=" "), '"question" is empty'),
        (row(id="b", answerable="no"), '"answerable" is not true or false'),
        (row(id="b", answers="Größe"), '"answers" is not a list'),
        (row(id="b", answers=[5]), '"answers" holds something that is not a text'),
        (
            row(id="b", answers=[], evidence=[], answerable=True),
            "neither answers nor evidence",
        ),
        (row(id="b", answerable=False), "not answerable, but with answers"),
        (row(id="b", contexts=["z"]), 'a document that is not there: "z"'),
        (row(id="b", evidence=[{"doc": "z", "start": 0, "end": 1}]), "not there"),
        (row(id="b", evidence=[{"doc": "d", "start": 3, "end": 99}]), "is outside"),
        (
            row(id="b", evidence=[{"doc": "d", "start": True, "end": 2}]),
            "not a whole number",
        ),
        (
            row(id="b", evidence=[{"doc": "d", "start": 0, "end": 3, "role": "x"}]),
            "the role",
        ),
        (
            row(id="b", evidence=[{"doc": "d", "start": 0, "end": 3, "text": "Der"}]),
            'reads "Die", not "Der"',
        ),
    ],
)
def test_a_bad_row_is_refused_by_its_line_or_left_out(
    folder: Path, bad: Any, reason: str
) -> None:
    write(folder / "questions.jsonl", [row(), bad, row(id="q3")])
    with pytest.raises(EvaluationError) as refused:
        load_set(folder)
    assert "questions.jsonl, line 2" in str(refused.value)
    assert reason in str(refused.value)
    assert "--skip-bad" in refused.value.hint
    rest = load_set(folder, skip_bad=True)
    assert [q.id for q in rest.questions] == ["q1", "q3"]
    assert reason.removeprefix("line 2: ") in rest.skipped[0].reason
    assert rest.skipped[0].where == "questions.jsonl, line 2"


def test_bytes_that_are_not_text_are_a_bad_row(folder: Path) -> None:
    with (folder / "questions.jsonl").open("ab") as file:
        file.write(b'{"id": "\xff"}\n')
    with pytest.raises(EvaluationError, match="line 2: not UTF-8"):
        load_set(folder)


def test_an_empty_set_a_missing_one_and_one_without_documents(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no such file or folder"):
        load_set(tmp_path / "nothing")
    with pytest.raises(EvaluationError, match="none of the known layouts"):
        load_set(tmp_path)
    write(tmp_path / "questions.jsonl", [])
    with pytest.raises(EvaluationError, match="holds no documents"):
        load_set(tmp_path)
    write(tmp_path / "docs.jsonl", DOCS)
    with pytest.raises(EvaluationError, match="holds no question"):
        load_set(tmp_path)


def test_real_files_and_libraries_are_read_by_whoever_can(tmp_path: Path) -> None:
    write(tmp_path / "questions.jsonl", [row(evidence=[])])
    (tmp_path / "documents").mkdir()
    document = SetDocument("a/b.txt", "words", path=tmp_path / "documents" / "a" / "b.txt")
    found = load_set(tmp_path, read_folder=lambda _: [document])
    assert found.documents == {"a/b.txt": document}
    assert load_set(tmp_path, library=[document]).documents == {"a/b.txt": document}


def squad(answer_start: int = 6) -> dict[str, Any]:
    answers = [{"text": "blue", "answer_start": answer_start}] * 2
    qas: list[Any] = [
        {"id": "1", "question": "What?", "answers": answers},
        {"id": "2", "question": "Who?", "answers": [], "is_impossible": True},
    ]
    paragraphs = [
        {"context": "First.", "qas": []},
        {"context": "It is blue.", "qas": qas},
    ]
    return {"version": "v2.0", "data": [{"title": "Sky", "paragraphs": paragraphs}]}


def test_squad_json(tmp_path: Path) -> None:
    path = tmp_path / "dev-v2.0.json"
    path.write_text(json.dumps(squad()), encoding="utf-8")
    found = load_set(path)
    one, two = found.questions
    assert found.documents["Sky"].text == "First.\n\nIt is blue."
    assert [e.span.text_of(found.documents["Sky"].text) for e in one.evidence] == [
        "blue",
        "It is blue.",
    ]
    assert (one.answers, two.answerable, two.group) == (("blue",), False, "Sky")
    path.write_text(json.dumps(squad(answer_start=5)), encoding="utf-8")
    with pytest.raises(
        EvaluationError, match=r"data\[0\]\.paragraphs\[1\]\.qas\[0\].*blue"
    ):
        load_set(path)
    assert len(load_set(path, skip_bad=True).questions) == 1
    path.write_text('{"data": [\n{,', encoding="utf-8")
    with pytest.raises(EvaluationError, match="line 2: not JSON"):
        load_set(path)


def test_beir_layout(tmp_path: Path) -> None:
    corpus = [
        {"_id": "d1", "title": "T", "text": "x"},
        {"_id": "d2", "title": "", "text": "y"},
    ]
    write(tmp_path / "corpus.jsonl", corpus)
    write(
        tmp_path / "queries.jsonl", [{"_id": "1", "text": "a"}, {"_id": "2", "text": "b"}]
    )
    (tmp_path / "qrels").mkdir()
    write(
        tmp_path / "qrels" / "test.tsv",
        ["query-id\tcorpus-id\tscore", "1\td1\t2", "1\td2\t0"],
    )
    found = load_set(tmp_path)
    assert [(q.id, dict(q.relevance)) for q in found.questions] == [("1", {"d1": 2})]
    assert found.documents["d1"].text == "T\nx"
    write(tmp_path / "qrels" / "test.tsv", ["1\td9\t1"])
    with pytest.raises(EvaluationError, match="line 1: names a document"):
        load_set(tmp_path)


def test_a_table_of_questions(folder: Path) -> None:
    path = folder / "mine.csv"
    path.write_text(
        'Question,Answer,Answer\n"What, and\nwhere?",5,five\nWho?,,\n', encoding="utf-8-sig"
    )
    one, two = load_set(path).questions
    assert (one.question, one.answers, one.answerable) == (
        "What, and\nwhere?",
        ("5", "five"),
        True,
    )
    assert (two.answers, two.answerable) == ((), False)
    path.write_text("question,answer\na,b\nonly one cell\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"mine\.csv, row 3: has 1 cells"):
        load_set(path)
    path.write_text("frage,antwort\na,b\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="no columns named question and answer"):
        load_set(path)


def test_a_sample_is_seeded_and_grows() -> None:
    whole = made_set()
    ids = [[q.id for q in sample(whole, n, 7).questions] for n in (10, 20)]
    assert ids[0] == [q.id for q in sample(whole, 10, 7).questions]
    assert set(ids[0]) < set(ids[1])
    assert ids[0] != [q.id for q in sample(whole, 10, 8).questions]
    assert sample(whole, None, 7) is whole


def test_the_hash_is_of_the_content() -> None:
    one = made_set()
    assert set_sha256(one) == set_sha256(replace(made_set(), name="other", path=None))
    changed = dict(one.documents)
    changed["doc-0"] = replace(changed["doc-0"], text="x")
    assert documents_sha256(changed) != documents_sha256(one.documents)
    assert set_sha256(replace(one, questions=one.questions[1:])) != set_sha256(one)
