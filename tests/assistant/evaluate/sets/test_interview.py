"""A person writes a set at the terminal; what they type becomes rows that can be asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner, Result

from assistant.errors import EvaluationError
from assistant.evaluate.sets.interview import from_feedback, interview
from assistant.evaluate.sets.load import load_set
from assistant.evaluate.types import Place, SetDocument

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "The bridge opened in May.\x1b[2J The old bridge closed in May too! Nobody wept."
DOCS = {"d.txt": SetDocument("d.txt", TEXT, "On bridges")}
PASSAGES = [Place("d.txt", 0, len(TEXT))]


def typed(path: Path, lines: str) -> Result:
    """Answer the prompts of an interview with these lines, then end the input."""

    @click.command()
    def command() -> None:
        click.echo(f"written: {interview(path, DOCS, PASSAGES, 1)}")

    return CliRunner().invoke(command, input=lines)


def questions(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_marked_words_become_exact_spans(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    result = typed(
        path, "When did the old bridge close?\nJune\nMay\n2\nWho wept?\nNobody\n\n"
    )
    assert "written: 2" in result.stdout
    assert "do not stand in the passage" in result.stderr
    first, second = load_set(path, library=DOCS.values()).questions
    assert first.answers == ("May",)
    assert first.evidence[0].span.start == TEXT.rindex("May")
    assert second.answers == ("Nobody",)


def test_no_answer_makes_it_unanswerable(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    typed(path, "Who built it?\n\n")
    (row,) = questions(path)
    assert row["answerable"] is False
    assert row["near_paragraph"]["doc"] == "d.txt"


def test_what_is_written_is_kept_when_the_person_leaves(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    assert "written: 1" in typed(path, "Who wept?\nNobody\nAnd").stdout
    assert len(questions(path)) == 1


def test_a_passage_cannot_move_the_cursor(tmp_path: Path) -> None:
    assert "\x1b" not in typed(tmp_path / "own.jsonl", "\n").output


def feedback(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_judged_answers_become_rows_and_silence_is_confirmed(tmp_path: Path) -> None:
    cited = [{"path": "d.txt", "start": 0, "end": len(TEXT)}]
    file = feedback(
        tmp_path / "feedback.jsonl",
        {"question": "Who wept?", "good": False, "note": "Nobody", "citations": cited},
        {"question": "Who built it?", "good": False},
        {"question": "Who painted it?", "good": False},
        {
            "question": "What opened?",
            "good": False,
            "note": "The bridge",
            "nearest": [{"document": {"path": "d.txt"}, "start": 0, "end": 25}],
        },
        {"question": "When?", "good": True, "citations": cited},
    )
    path = tmp_path / "own.jsonl"

    @click.command()
    def command() -> None:
        click.echo(f"written: {from_feedback(path, file, DOCS)}")

    assert "written: 3" in CliRunner().invoke(command, input="y\nn\n").stdout
    first, second, third = load_set(path, library=DOCS.values()).questions
    assert (first.question, first.answers) == ("Who wept?", ("Nobody",))
    assert first.evidence
    assert (second.question, second.answerable) == ("Who built it?", False)
    assert third.evidence[0].span.text_of(TEXT) == "The bridge"


def test_a_remark_becomes_an_answer_only_if_a_person_says_so(tmp_path: Path) -> None:
    cited = [{"path": "d.txt", "start": 0, "end": len(TEXT)}]
    row = {"question": "Who wept?", "good": False, "citations": cited}
    file = feedback(
        tmp_path / "feedback.jsonl",
        row | {"note": "the ferrywoman"},
        row | {"note": "not what I asked"},
        row | {"note": "no such thing"},
    )
    path = tmp_path / "own.jsonl"

    @click.command()
    def command() -> None:
        click.echo(f"written: {from_feedback(path, file, DOCS)}")

    assert "written: 2" in CliRunner().invoke(command, input="y\nn\nn\nn\ny\n").stdout
    first, second = load_set(path, library=DOCS.values()).questions
    assert (first.answers, first.answerable) == (("the ferrywoman",), True)
    assert (second.answers, second.answerable) == ((), False)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"good": False}, '"question" is missing'),
        ({"question": "?", "good": False, "citations": [{"path": "d.txt"}]}, "a place"),
    ],
)
def test_feedback_that_cannot_be_used_is_named(
    tmp_path: Path, row: object, message: str
) -> None:
    file = feedback(tmp_path / "feedback.jsonl", row)
    with pytest.raises(EvaluationError, match=message):
        from_feedback(tmp_path / "own.jsonl", file, DOCS)
    (tmp_path / "broken.jsonl").write_text("{")
    with pytest.raises(EvaluationError, match="is not JSON"):
        from_feedback(tmp_path / "own.jsonl", tmp_path / "broken.jsonl", DOCS)
