"""The command line with the bundled models and the sample documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageDraw, ImageFont

from assistant.cli import main
from assistant.commands.preparing import sample_folder

if TYPE_CHECKING:
    from assistant.config import Settings

pytestmark = pytest.mark.model

QUESTION = "How many hangers were replaced in the end?"


@pytest.fixture(scope="session")
def sample_library(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "library"
    result = run(prepared, "index", str(sample_folder()), "--library", str(folder))
    assert result.exit_code == 0, result.output
    return folder


def run(prepared: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(
        main,
        arguments,
        env={
            "CITEWELL_HOME": prepared.home,
            "CITEWELL_MODEL": prepared.model,
            "CITEWELL_POLICY": prepared.policy,
        },
    )


def run_json(prepared: Settings, *arguments: str) -> Any:
    return json.loads(run(prepared, *arguments, "--json").stdout)


def test_an_answer_prints_its_sources_and_json_says_the_same(
    prepared: Settings, sample_library: Path
) -> None:
    library = ("--library", str(sample_library))
    spoken = run(prepared, "ask", QUESTION, *library)
    data = run_json(prepared, "ask", QUESTION, *library)
    assert data["version"] == 1
    assert set(data) >= {
        "question", "status", "answer", "claims", "citations", "passages", "timing", "model",
        "prompts_sha256",
    }  # fmt: skip
    assert spoken.exit_code == (0 if data["status"] == "answered" else 3)
    for citation in data["citations"] or data["nearest"]:
        assert f"[{citation['number']}] " in spoken.stdout
        assert " ".join(citation["quote"].split())[:30] in " ".join(spoken.stdout.split())
        assert len(citation["document"]["id"]) == 64
    assert data["status"] == "answered"
    assert data["short_answer"] == "24"
    assert data["timing"]["prompt_tokens"] > 100
    assert data["model"]["name"].startswith("SmolLM2")


def test_quotes_are_exact_and_nothing_is_generated(
    prepared: Settings, sample_library: Path
) -> None:
    data = run_json(prepared, "ask", "--quotes", QUESTION, "--library", str(sample_library))
    assert data["status"] == "answered"
    assert data["model"] is None
    assert data["timing"]["answer_tokens"] == 0
    assert any("24 hangers" in citation["quote"] for citation in data["citations"])


def test_a_question_about_something_else_exits_with_3(
    prepared: Settings, sample_library: Path
) -> None:
    result = run(
        prepared, "ask", "--quotes", "zxqv wvut?", "--library", str(sample_library)
    )
    assert result.exit_code == 3
    assert result.stdout.startswith("The documents do not say.")


def test_a_conversation_says_what_it_searched_for_and_begins_anew(
    prepared: Settings, sample_library: Path
) -> None:
    """A short question that is about something new is not taken for a follow-up."""
    strike = "What did the strike cost?"
    chat = [QUESTION, "And why?", strike, f"/new {strike}", "/new", "Why?"]
    spoken = CliRunner().invoke(
        main,
        ["chat", "--quotes", "--library", str(sample_library)],
        input="\n".join([*chat, ""]),
        env={
            "CITEWELL_HOME": prepared.home,
            "CITEWELL_MODEL": prepared.model,
            "CITEWELL_POLICY": prepared.policy,
        },
    )
    first, taken, new, alone, _, last, *_ = spoken.stdout.split("\n? ")
    assert "24 hangers" in first
    why = "Why were hangers replaced in the end?"
    assert f"(Searched for: {why})" in " ".join(taken.split())
    assert all("900,000 crowns a day" in " ".join(said.split()) for said in (new, alone))
    assert "Searched for" not in new + alone + last
    assert "forgotten" in spoken.stderr


def test_show_opens_a_citation_of_the_last_answer(
    prepared: Settings, sample_library: Path
) -> None:
    library = ("--library", str(sample_library))
    data = run_json(prepared, "ask", "--quotes", QUESTION, *library)
    shown = run_json(prepared, "show", "1", *library)
    first = data["citations"][0]
    assert shown["quote"] == first["quote"]
    assert shown["on_disk"] == "unchanged"
    place = f"{first['document']['path']}:{first['start']}-{first['end']}"
    assert run_json(prepared, "show", place, *library)["quote"] == first["quote"]
    wrong = run(prepared, "show", "99", *library)
    assert wrong.exit_code == 1
    assert "no citation 99" in wrong.stderr


def test_status_and_check_account_for_every_file(
    prepared: Settings, sample_library: Path
) -> None:
    library = ("--library", str(sample_library))
    status = run_json(prepared, "status", *library)
    files = [p for p in sample_folder().iterdir() if p.is_file()]
    assert {Path(file["path"]).name for file in status["files"]} == {p.name for p in files}
    assert all(file["state"] == "ok" for file in status["files"])
    assert 0 < status["characters_indexed"] <= status["characters_read"]
    check = run_json(prepared, "check", *library)
    assert check["ok"], check


def test_a_search_can_be_kept_to_one_file(prepared: Settings, sample_library: Path) -> None:
    one = sample_folder() / "marrow-bridge-reopens.md"
    data = run_json(
        prepared,
        "ask",
        "--quotes",
        QUESTION,
        "--in",
        str(one),
        "--library",
        str(sample_library),
    )
    cited = data["citations"] + data["nearest"]
    assert {citation["document"]["path"] for citation in cited} == {str(one.resolve())}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ask", "Who?", "--library", "nowhere"), "citewell index FOLDER"),
        (("status", "--library", "nowhere"), "citewell index FOLDER"),
        (("ask", "Who?", "--settings", "nowhere.toml"), "no settings file"),
    ],
)
def test_an_error_says_what_to_do(
    prepared: Settings, arguments: tuple[str, ...], message: str
) -> None:
    result = run(prepared, *arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert not result.stdout
    assert "Traceback" not in result.stderr


def test_a_missing_model_says_how_to_get_it(
    prepared: Settings, sample_library: Path
) -> None:
    result = run(
        prepared, "ask", QUESTION, "--model", "none.gguf", "--library", str(sample_library)
    )
    assert result.exit_code == 1
    assert "citewell setup" in result.stderr


def test_doctor_finds_the_bundled_model(prepared: Settings) -> None:
    data = run_json(prepared, "doctor")
    assert any(model["bundled"] for model in data["models"])
    assert data["extractor_words"]
    assert data["embedding_model"]
    assert data["packages"]["llama-cpp-python"]
    assert data["threads"] >= 1


def test_without_the_extractor_s_words_set_up_is_asked_for(
    prepared: Settings, sample_library: Path, tmp_path: Path
) -> None:
    (tmp_path / "cache").symlink_to(prepared.cache_folder)
    elsewhere = replace(prepared, home=str(tmp_path))
    assert "no words for the extractor" in run(elsewhere, "doctor").stdout
    result = run(elsewhere, "ask", QUESTION, "--quotes", "--library", str(sample_library))
    assert result.exit_code == 1
    assert "citewell setup" in result.stderr


def test_a_scan_is_read_unless_told_not_to_and_then_again_when_it_may(
    prepared: Settings, tmp_path: Path
) -> None:
    picture = Image.new("L", (900, 120), 255)
    font = ImageFont.load_default(40)
    ImageDraw.Draw(picture).text((30, 30), "The lamp failed twice in March", font=font)
    path = tmp_path / "note.png"
    picture.save(path)
    library = ("--library", str(tmp_path / "library"))
    report = run_json(prepared, "index", str(path), "--no-ocr", *library)
    assert report["failed"][0][1].endswith("OCR is turned off")
    report = run_json(prepared, "index", str(path), *library)
    assert (report["added"], report["failed"]) == (1, [])
    status = run(prepared, "status", *library)
    assert "page 1 was read by OCR" in status.output


def test_index_and_ask_run_without_any_network(prepared: Settings, tmp_path: Path) -> None:
    """Every process of both commands, children too, has its sockets taken away."""
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\n"
        "def refuse(*a, **k):\n"
        "    open(r'" + str(tmp_path / "attempts") + "', 'a').write(repr(a) + '\\n')\n"
        "    raise OSError('no network')\n"
        "socket.socket.connect = refuse\n"
        "socket.socket.connect_ex = refuse\n"
        "socket.getaddrinfo = refuse\n"
    )
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path),
        "CITEWELL_HOME": prepared.home,
        "CITEWELL_MODEL": prepared.model,
        "CITEWELL_POLICY": prepared.policy,
        "CITEWELL_LIBRARY": str(tmp_path / "library"),
    }
    for command in (("index", str(sample_folder())), ("ask", QUESTION), ("check",)):
        outcome = subprocess.run(
            [sys.executable, "-m", "assistant", *command],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert outcome.returncode in {0, 3}, outcome.stderr
    assert not (tmp_path / "attempts").exists()
