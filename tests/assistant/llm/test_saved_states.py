"""States on disk: taken up by the next process, refused when anything about them is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.llm.generate import LlamaGenerator
from assistant.llm.llama import EngineOptions
from assistant.llm.saved_states import MOST_BYTES, SavedStates
from assistant.types import Message, ModelInfo

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.config import Settings

SYSTEM = Message("system", "Answer in one short sentence. " * 10)
QUESTION = Message("user", "[1] The ferry Alda sank in May.\n\nQuestion: When did it sink?")


def test_a_state_comes_back_whole_and_only_for_its_model_and_tokens(tmp_path: Path) -> None:
    states = SavedStates(tmp_path / "states", "model A")
    states.save([1, 2, 3], b"what was read")
    assert states.load([1, 2, 3]) == b"what was read"
    assert states.load([1, 2]) is None
    assert SavedStates(tmp_path / "states", "model B").load([1, 2, 3]) is None


def test_a_damaged_file_is_not_used(tmp_path: Path) -> None:
    states = SavedStates(tmp_path, "model")
    states.save([1], b"what was read")
    (path,) = tmp_path.glob("*.state")
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[:10], b"", whole[:-1] + b"?"):
        path.write_bytes(damaged)
        assert states.load([1]) is None


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    states = SavedStates(tmp_path / "file" / "states", "model")
    states.save([1], b"what was read")
    assert states.load([1]) is None


def test_what_was_not_used_for_longest_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.llm.saved_states.MOST_BYTES", 100)
    assert MOST_BYTES > 100
    states = SavedStates(tmp_path, "model")
    states.save([1], b"x" * 40)
    states.save([2], b"y" * 20)
    assert states.load([1]) is None
    assert states.load([2]) == b"y" * 20


@pytest.mark.model
def test_a_second_process_reads_only_what_is_new(
    prepared: Settings, tmp_path: Path
) -> None:
    path = prepared.models_folder / "SmolLM2-135M-Instruct.Q4_1.gguf"
    info = ModelInfo("smol", "0" * 64)
    options = EngineOptions(context_tokens=512, threads=1)
    first = LlamaGenerator(path, info, options, states=tmp_path)
    said = "".join(first.generate([SYSTEM, QUESTION], 12))
    first.close()
    second = LlamaGenerator(path, info, options, states=tmp_path)
    prompt = second.encode([SYSTEM, QUESTION])
    assert second._engine.prefill(prompt.tokens, prompt.stable) == prompt.stable
    assert "".join(second.generate([SYSTEM, QUESTION], 12)) == said
    second.close()
