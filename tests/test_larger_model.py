"""The whole way with a model of the catalog that people fetch, where one is installed.

citewell models pull qwen2.5-coder-1.5b
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.build import open_assistant
from assistant.catalog import catalog_model
from assistant.commands.indexing import run_index
from assistant.commands.preparing import sample_folder
from assistant.commands.terminal import Progress
from assistant.config import Settings
from assistant.pipeline import Question
from assistant.types import Checked, Finished, ModelScores, Quoted, Status, Token, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.pipeline import Assistant
    from assistant.types import Event

NAME = "qwen2.5-coder-1.5b"
HOME = Settings().data_folder
FILE = HOME / "models" / catalog_model(NAME).file

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not FILE.is_file(), reason=f"needs: citewell models pull {NAME}"),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    library = str(tmp_path_factory.mktemp("larger") / "library")
    settings = replace(Settings(), home=str(HOME), model=FILE.name, library=library)
    run_index(settings, [sample_folder()], Progress(), rebuild=False, force=False)
    opened, assistant = open_assistant(settings)
    with opened:
        yield assistant


def test_an_answer_is_a_sentence_of_its_own_with_its_source(assistant: Assistant) -> None:
    answer = assistant.ask(Question("How many hangers were replaced in the end?"))
    said = answer.claims[0]
    assert "24" in said.text
    assert said.text.endswith(".")
    assert said.text not in {citation.quote for citation in answer.citations}
    assert "24 hangers were replaced" in answer.citations[0].quote
    assert answer.calibrated_for == FILE.stem


def test_events_come_in_the_order_in_which_a_person_wants_them(
    assistant: Assistant,
) -> None:
    events: list[Event] = list(assistant.stream(Question("When was the bridge reopened?")))
    kinds = [type(event) for event in events]
    order = [Quoted, ModelScores, Token, Checked, Finished]
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(k) for k in order)


def test_what_the_documents_do_not_say_is_not_answered(assistant: Assistant) -> None:
    for asked in (
        "When was the Tarn Bridge reopened?",
        "How many hangers does the lighthouse have?",
        "Who painted the Marrow Bridge blue?",
    ):
        assert assistant.ask(Question(asked)).status is Status.NO_EVIDENCE


def test_a_follow_up_is_about_what_was_named_last(assistant: Assistant) -> None:
    turns = (Turn("When was the Marrow Bridge closed?", "On Monday evening."),)
    answer = assistant.ask(Question("And when was it reopened?", turns))
    assert "Marrow Bridge" in answer.standalone
    assert "20 November" in answer.text


def test_it_stops_while_the_prompt_is_read(assistant: Assistant) -> None:
    stop_at = [float("inf")]

    def stopped() -> bool:
        return time.monotonic() > stop_at[0]

    events = assistant.stream(Question("What did the repair cost?", stopped=stopped))
    for event in events:
        if isinstance(event, Quoted):
            stop_at[0] = time.monotonic()
            break
    rest = list(events)
    assert not [event for event in rest if isinstance(event, Token)]
    assert assistant.ask(Question("How many hangers were replaced in the end?")).claims
