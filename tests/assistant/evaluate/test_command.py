"""The evaluation from the command line: real search, and for a few questions a real model."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from assistant.cli import main
from assistant.confidence.calibration import Calibration
from assistant.evaluate.calibrating import FEATURES
from assistant.evaluate.runs.run import load_run

if TYPE_CHECKING:
    from assistant.config import Settings

ROOT = Path(__file__).parents[3]
TIMES = {"ttft_s": None, "total_s": None}
VILLAGES = (
    "Orvane Tessel Marrick Dolby Quenne Halvers Ustry Brennock Calder Fenwold Ivarsen "
    "Lommel Norrby Pellant"
).split()


def question(village: str, asked: str, answer: str, text: str) -> dict[str, Any]:
    row: dict[str, Any] = {"question": asked, "answers": [answer] if answer else []}
    row |= {"id": f"{village}-{asked.split(maxsplit=1)[0]}", "answerable": bool(answer)}
    start = text.index(answer) if answer else 0
    span = {"doc": village, "start": start, "end": start + len(answer), "role": "answer"}
    return row | {"evidence": [span] if answer else []}


def write_set(folder: Path, villages: tuple[str, ...]) -> Path:
    """Write a set of invented villages: three questions each, one of them unanswerable."""
    documents, questions = [], []
    for i, name in enumerate(villages):
        cost, digger = f"{311 + 17 * i} crowns", f"{villages[i - 1]} brothers"
        text = (
            f"The well of {name} cost {cost}, which the council paid in two parts. It was "
            f"dug by the {digger} in a dry summer. Nobody drinks from it today."
        )
        documents.append({"id": name, "title": f"The well of {name}", "text": text})
        questions += [
            question(name, f"What did the well of {name} cost?", cost, text),
            question(name, f"Who dug the well of {name}?", digger, text),
            question(name, f"When was the chapel of {name} painted?", "", text),
        ]
    folder.mkdir(parents=True)
    for file, rows in (("docs", documents), ("questions", questions)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{file}.jsonl").write_text(lines, "utf-8")
    return folder


def evaluate(prepared: Settings, *arguments: str | Path, **options: Any) -> Result:
    """Run `citewell evaluate`."""
    env = {
        "CITEWELL_HOME": prepared.home,
        "CITEWELL_MODEL": prepared.model,
        "CITEWELL_POLICY": prepared.policy,
    }
    words = ["evaluate", *map(str, arguments)]
    return CliRunner().invoke(main, words, env=env, **options)


def predictions(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "predictions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) | TIMES for line in lines]


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("sets") / "villages", tuple(VILLAGES))


@pytest.fixture(scope="module")
def quoted(
    prepared: Settings, villages: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A whole run with quotations only."""
    folder = tmp_path_factory.mktemp("runs") / "quoted"
    result = evaluate(prepared, "run", villages, "--quotes", "--output", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.mark.model
def test_a_run_says_what_it_found_and_where_the_report_is(
    prepared: Settings, villages: Path, quoted: Path
) -> None:
    data = json.loads(
        evaluate(prepared, "run", villages, "--quotes", "--output", quoted, "--json").stdout
    )
    assert data["questions"] == 3 * len(VILLAGES)
    assert data["figures"]["exactness"]["value"] == 1
    assert data["figures"]["fabricated"]["value"] == 0
    assert data["figures"]["passage_success@5"]["value"] > 0.9
    assert (quoted / "report.html").is_file()
    assert load_run(quoted).info.model == {}
    assert all(outcome.trace.features for outcome in load_run(quoted).outcomes)


@pytest.mark.model
def test_a_run_that_was_killed_goes_on_to_the_same_result(
    prepared: Settings, villages: Path, quoted: Path, tmp_path: Path
) -> None:
    """Killed without warning in another process, and started again without --output."""
    command = [sys.executable, "-m", "assistant", "evaluate", "run", str(villages)]
    command.append("--quotes")
    for folder in (prepared.cache_folder, prepared.models_folder):  # a home without runs
        (tmp_path / folder.name).symlink_to(folder)
    env = os.environ | {"CITEWELL_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not (found := [*tmp_path.glob("runs/*/predictions.jsonl")]) or not (
        found[0].read_bytes().count(b"\n")
    ):
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait()
    assert 0 < len(predictions(found[0].parent)) < 3 * len(VILLAGES)
    subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True)
    assert [*tmp_path.glob("runs/*")] == [found[0].parent]
    assert predictions(found[0].parent) == predictions(quoted)
    name = found[0].parent.name
    listed = CliRunner().invoke(main, ["evaluate", "list"], env=env).stdout
    assert listed.startswith(
        f"{name}, {3 * len(VILLAGES)} of {3 * len(VILLAGES)} questions"
    )
    compared = CliRunner().invoke(main, ["evaluate", "compare", name, str(quoted)], env=env)
    assert "0 questions flipped" in compared.stdout


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Settings with which the real model is quickly done."""
    file = tmp_path_factory.mktemp("settings") / "short.toml"
    file.write_text("answer_tokens = 12\npassages = 1\ncontext_tokens = 1024\n")
    return "--settings", file


@pytest.mark.model
def test_the_real_model_answers_twice_alike(
    prepared: Settings, villages: Path, short: tuple[str, Path], tmp_path: Path
) -> None:
    for name in ("a", "b"):
        result = evaluate(
            prepared, "run", villages, "--limit", "2", "--output", tmp_path / name, *short
        )
        assert result.exit_code == 0, result.output
    assert predictions(tmp_path / "a") == predictions(tmp_path / "b")
    info = load_run(tmp_path / "a").info
    assert info.model["quantization"] == "Q4_1"
    assert len(str(info.model["sha256"])) == 64


@pytest.mark.model
def test_oracle_and_closed_book_run_too(
    prepared: Settings, villages: Path, short: tuple[str, Path], tmp_path: Path
) -> None:
    for how in ("--oracle", "--closed-book"):
        folder = tmp_path / how.strip("-")
        result = evaluate(
            prepared, "run", villages, how, "--limit", "1", "--output", folder, *short
        )
        assert result.exit_code == 0, result.output
    given, alone = (load_run(tmp_path / n).outcomes[0] for n in ("oracle", "closed-book"))
    assert given.prediction.retrieved
    assert not alone.prediction.retrieved
    assert alone.trace.draft


@pytest.mark.model
def test_without_the_evidence_silence_is_right(
    prepared: Settings, villages: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "withheld"
    arguments = ("run", villages, "--withhold", "--quotes", "--output", folder, "--json")
    data = json.loads(evaluate(prepared, *arguments).stdout)
    assert data["mode"] == "withheld"
    assert data["questions"] == 2 * len(VILLAGES)  # only those that have evidence
    assert data["figures"]["silent_unanswerable"]["value"] > 0.5
    for row in predictions(folder):
        found = {hit["doc"] for hit in row["retrieved"]}
        assert found
        assert row["id"].split("-")[0] not in found
    again = evaluate(prepared, "check", folder, "--against", folder / "metrics.json")
    assert again.exit_code == 0, again.output


@pytest.mark.model
def test_nothing_can_be_withheld_where_no_evidence_is_known(
    prepared: Settings, villages: Path, tmp_path: Path
) -> None:
    rows = (villages / "questions.jsonl").read_text("utf-8").splitlines()
    bare = tmp_path / "bare"
    shutil.copytree(villages, bare)
    kept = [json.loads(row) | {"evidence": []} for row in rows]
    (bare / "questions.jsonl").write_text("\n".join(map(json.dumps, kept)), "utf-8")
    result = evaluate(prepared, "run", bare, "--withhold", "--quotes")
    assert result.exit_code == 1
    assert "leave out --withhold" in result.stderr


@pytest.mark.model
def test_another_run_is_not_mixed_into_a_folder(
    prepared: Settings, villages: Path, quoted: Path
) -> None:
    result = evaluate(
        prepared, "run", villages, "--quotes", "--mode", "dense", "--output", quoted
    )
    assert result.exit_code == 1
    assert "these differ: settings" in result.stderr
    assert "--output DIR" in result.stderr


@pytest.mark.model
def test_a_comparison_and_a_gate_in_words(
    prepared: Settings, villages: Path, quoted: Path, tmp_path: Path
) -> None:
    dense = tmp_path / "dense"
    evaluate(prepared, "run", villages, "--quotes", "--mode", "dense", "--output", dense)
    page = tmp_path / "compare.html"
    compared = evaluate(prepared, "compare", dense, quoted, "--output", page)
    assert "questions flipped" in compared.stdout
    assert page.is_file()
    same = evaluate(prepared, "check", quoted, "--against", quoted / "metrics.json")
    assert same.exit_code == 0, same.output
    assert same.stdout.startswith("passed")
    bar = tmp_path / "bar.json"
    bar.write_text('{"em": 1.5}')  # nothing reaches that
    fails = evaluate(prepared, "check", quoted, "--against", bar)
    assert fails.exit_code == 1
    assert "exact match" in fails.stdout


@pytest.mark.model
def test_a_calibration_is_fitted_on_a_run(
    prepared: Settings, quoted: Path, tmp_path: Path
) -> None:
    file = tmp_path / "calibration.json"
    result = evaluate(prepared, "calibrate", "--run", quoted, "--output", file)
    assert result.exit_code == 0, result.output
    calibration = Calibration.load(file)
    assert calibration.questions == 3 * len(VILLAGES)
    assert set(calibration.sets) == {"villages"}
    names = {feature.name for feature in calibration.features}
    assert names == set(FEATURES)
    known = load_run(quoted).outcomes[0].trace.features
    assert 0 <= calibration.confidence(known) <= 1
    # Chapels are asked for in vain, and that shows in what was found.
    assert calibration.metrics["auc"] > 0.8


@pytest.mark.model
def test_a_calibration_is_fitted_on_answers_as_they_would_be_shown(
    prepared: Settings, villages: Path, quoted: Path, tmp_path: Path
) -> None:
    """However unsure it is: one that was held back would be judged by less than is shown."""
    file, home = tmp_path / "calibration.json", tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(prepared.models_folder)
    (home / "cache").symlink_to(prepared.cache_folder)
    own = replace(prepared, home=str(home))
    result = evaluate(
        own, "calibrate", villages, "--quotes", "--run", quoted, "--output", file
    )
    assert result.exit_code == 0, result.output
    (made,) = (load_run(folder) for folder in (home / "runs").iterdir())
    assert made.info.settings["risk"] == 1
    assert not any(outcome.prediction.abstained for outcome in made.outcomes)
    assert Calibration.load(file).questions == 2 * 3 * len(VILLAGES)


@pytest.mark.model
def test_a_run_whose_set_has_changed_is_refused(
    prepared: Settings, villages: Path, tmp_path: Path
) -> None:
    own = write_set(tmp_path / "own", ("Orvane", "Tessel"))
    run = tmp_path / "run"
    assert evaluate(prepared, "run", own, "--quotes", "--output", run).exit_code == 0
    rows = (own / "questions.jsonl").read_text("utf-8").splitlines(keepends=True)
    (own / "questions.jsonl").write_text("".join(rows[1:]), "utf-8")
    result = evaluate(prepared, "check", run, "--against", run / "metrics.json")
    assert result.exit_code == 1
    assert "no longer what" in result.stderr


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("questions.jsonl", "{not json\n", "questions.jsonl, line 4"),
        ("questions.jsonl", '{"id": "x"}\n', "questions.jsonl, line 4"),
        (
            "questions.jsonl",
            '{"id": "x", "question": "?", "answers": ["a"], "evidence": [{"doc": "Orvane", '
            '"start": 0, "end": 3, "text": "Six"}]}\n',
            'reads "The", not "Six"',
        ),
        ("docs.jsonl", '{"id": "Orvane", "text": "twice"}\n', "there twice"),
    ],
)
def test_a_bad_row_is_named(
    prepared: Settings, tmp_path: Path, name: str, line: str, message: str
) -> None:
    own = write_set(tmp_path / "own", ("Orvane",))
    with (own / name).open("a") as file:
        file.write(line)
    result = evaluate(prepared, "run", own, "--quotes", "--output", tmp_path / "run")
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("questions.jsonl", "", "holds no question"),
        ("other.txt", "hello", "none of the known layouts"),
        ("set.json", "[]", "set.json"),
    ],
)
def test_an_empty_or_unknown_set_is_refused(
    prepared: Settings, tmp_path: Path, file: str, content: str, message: str
) -> None:
    (tmp_path / file).write_text(content)
    (tmp_path / "docs.jsonl").write_text('{"id": "d", "text": "words"}\n')
    path = tmp_path / file
    result = evaluate(prepared, "run", path, "--quotes", "--output", tmp_path / "run")
    assert result.exit_code == 1
    assert message in result.stderr
    missing = evaluate(prepared, "run", tmp_path / "nowhere")
    assert missing.exit_code == 1
    assert "no such file or folder" in missing.stderr


@pytest.mark.model
def test_bad_rows_can_be_left_out_and_are_reported(
    prepared: Settings, tmp_path: Path
) -> None:
    own = write_set(tmp_path / "own", ("Orvane",))
    with (own / "questions.jsonl").open("a") as file:
        file.write("{not json\n")
    output = ("--output", str(tmp_path / "run"))
    result = evaluate(prepared, "run", own, "--quotes", "--skip-bad", *output)
    assert result.exit_code == 0, result.output
    assert "3 questions" in result.stdout
    assert "questions.jsonl, line 4" in result.stdout


def test_usage_that_makes_no_sense_is_refused(prepared: Settings, tmp_path: Path) -> None:
    assert evaluate(prepared, "run", tmp_path, "--closed-book", "--quotes").exit_code == 2
    assert evaluate(prepared, "calibrate").exit_code == 2
    assert evaluate(prepared, "check", tmp_path).exit_code == 2
    nothing = evaluate(prepared, "compare", tmp_path, tmp_path)
    assert nothing.exit_code == 1
    assert "holds no run" in nothing.stderr


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder of real files."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "well.md").write_text("# The well\n\nThe well of Orvane cost 311 crowns.\n")
    (folder / "mill.txt").write_text("The mill of Tessel burned down in spring.\n")
    return folder


@pytest.mark.model
def test_a_set_of_ones_own_is_written_and_run_on_the_own_library(
    prepared: Settings, notes: Path, tmp_path: Path
) -> None:
    library, own = tmp_path / "library", tmp_path / "own.jsonl"
    env = {
        "CITEWELL_HOME": prepared.home,
        "CITEWELL_MODEL": prepared.model,
        "CITEWELL_POLICY": prepared.policy,
    }
    words = ["index", str(notes), "--library", str(library)]
    assert CliRunner().invoke(main, words, env=env).exit_code == 0
    typed = "What did the well cost?\n311 crowns\n\nWho lit the mill?\n\n"
    both = evaluate(prepared, "new", own, "--library", library, "--seed", "1", input=typed)
    assert "2 questions written" in both.stderr, both.output
    run = tmp_path / "run"
    arguments = ("--library", library, "--quotes", "--output", run)
    result = evaluate(prepared, "run", own, *arguments)
    assert result.exit_code == 0, result.output
    by_question = {row["id"]: row for row in predictions(run)}
    cited = [c["doc"] for row in by_question.values() for c in row["citations"]]
    assert str(notes / "well.md") in cited
    assert evaluate(prepared, "compare", run, run).exit_code == 0


@pytest.mark.model
def test_a_table_of_questions_is_asked_of_a_folder_of_files(
    prepared: Settings, notes: Path, tmp_path: Path
) -> None:
    notes.rename(tmp_path / "documents")
    (tmp_path / "questions.csv").write_text(
        "question,answer\nWhat did the well of Orvane cost?,311 crowns\n"
    )
    run = tmp_path / "run"
    result = evaluate(prepared, "run", tmp_path, "--quotes", "--output", run)
    assert result.exit_code == 0, result.output
    (row,) = predictions(run)
    assert "311 crowns" in row["answer"]
    assert {hit["doc"] for hit in row["retrieved"]} <= {"well.md", "mill.txt"}
