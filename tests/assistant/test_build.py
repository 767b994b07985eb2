"""Which calibration is used for which model."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.build import at_risk, find_calibration
from assistant.confidence.calibration import SHIPPED
from assistant.confidence.gate import Gate
from assistant.config import Settings
from assistant.models import BUNDLED
from assistant.pipeline import Lead
from tests.assistant.fakes import FixedReader

if TYPE_CHECKING:
    from pathlib import Path


def put_own(home: Path, model_sha256: str) -> None:
    row = json.loads(SHIPPED.read_text()) | {"model_sha256": model_sha256, "questions": 7}
    (home / "calibration.json").write_text(json.dumps(row))


def test_the_bundled_model_has_a_calibration_and_another_one_has_none() -> None:
    found = find_calibration(Settings(), BUNDLED.sha256)
    assert found is not None
    assert find_calibration(Settings(), "another") is None


@pytest.mark.parametrize(("fitted_for", "questions"), [("another", 7), ("", 7)])
def test_an_own_calibration_is_used_for_its_model(
    tmp_path: Path, fitted_for: str, questions: int
) -> None:
    put_own(tmp_path, fitted_for)
    found = find_calibration(replace(Settings(), home=str(tmp_path)), "another")
    assert found is not None
    assert found.questions == questions


def test_an_own_calibration_for_another_model_is_not_used(tmp_path: Path) -> None:
    put_own(tmp_path, "third")
    settings = replace(Settings(), home=str(tmp_path))
    assert find_calibration(settings, "another") is None
    shipped = find_calibration(settings, BUNDLED.sha256)
    assert shipped is not None
    assert shipped.questions != 7


def test_less_risk_asks_for_more_confidence_and_none_is_asked_for_at_all_risk() -> None:
    lead = Lead(FixedReader({}), gate=Gate(find_calibration(Settings(), BUNDLED.sha256)))
    least = [at_risk(lead, risk).gate.least_confidence for risk in (0.1, 0.3, 1.0)]
    assert least[0] > least[1] > least[2] == 0.0
    assert at_risk(Lead(FixedReader({})), 0.1).gate.least_confidence == 0.5
