"""The language model is asked what it makes of the findings; it writes nothing for that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.errors import Stopped
from assistant.pipeline import Gate, Lead
from assistant.types import Finished, Retrieved, Status
from tests.assistant.fakes import FixedReader, ScriptedGenerator
from tests.assistant.test_pipeline import SAVED, assistant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.pipeline import Assistant
    from assistant.types import Prompt


class Weighing(ScriptedGenerator):
    """Finds given texts as likely as it is told."""

    def __init__(self, likely: dict[str, float]) -> None:
        super().__init__("14 people were saved [1].")
        self.likely = likely
        self.asked: list[str] = []

    def log_likelihoods(
        self,
        prompt: Prompt,
        texts: Sequence[str],
        stopped: Callable[[], bool] | None = None,
    ) -> list[tuple[float, int]]:
        if stopped is not None and stopped():
            raise Stopped
        assert "".join(map(chr, prompt.tokens)).endswith(SAVED.text)
        self.asked += texts
        return [(self.likely[text], len(text)) for text in texts]


def weighing(model: ScriptedGenerator, found: dict[str, float]) -> Assistant:
    lead = Lead(FixedReader(found), decides=True, weighs=True, gate=Gate(None, 0.0))
    return replace(assistant(""), lead=lead, generator=lambda: model)


TWO = {"14 people": 3.0, "17 people": 2.8}


def test_what_the_model_finds_likelier_comes_first() -> None:
    model = Weighing({"14 people [": -9.0, "17 people [": -0.5, "NO ANSWER": -6.0})
    events = list(weighing(model, TWO).stream(SAVED))
    found = next(e for e in events if isinstance(e, Retrieved))
    assert model.asked == ["14 people [", "17 people [", "NO ANSWER"]
    assert [f.text for f in found.findings] == ["17 people", "14 people"]
    assert [f.likelihood for f in found.findings] == [-0.5, -9.0]
    assert found.refusal == -6.0
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.answer.short == "17 people"


def test_its_own_judge_hears_what_the_model_said() -> None:
    heard: list[Mapping[str, float]] = []

    class Deaf:
        def confidence(self, features: Mapping[str, float]) -> float:
            raise AssertionError

    class Listening:
        def confidence(self, features: Mapping[str, float]) -> float:
            heard.append(features)
            return 0.2

    model = Weighing({"14 people [": -1.0, "17 people [": -3.0, "NO ANSWER": -2.0})
    built = weighing(model, TWO)
    assert built.lead is not None
    lead = replace(built.lead, gate=Gate(Deaf()), weighed_gate=Gate(Listening(), 0.5))
    answer = replace(built, lead=lead).ask(replace(SAVED, quotes_only=True))
    assert answer.status is Status.NO_EVIDENCE
    assert heard[0]["writer_margin"] == pytest.approx(1.0)
    assert heard[0]["writer_share"] < 0


def test_a_model_that_does_not_tell_and_a_stop_leave_the_findings_alone() -> None:
    told = weighing(ScriptedGenerator("14 people were saved [1]."), TWO)
    assert told.ask(SAVED).short == "14 people"
    model = Weighing({})
    answer = weighing(model, TWO).ask(replace(SAVED, stopped=lambda: True))
    assert answer.short == "14 people"
    assert model.asked == []
