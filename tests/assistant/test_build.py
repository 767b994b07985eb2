"""Which calibration and which policy a model gets."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.build import at_risk, policy_of
from assistant.catalog import catalog_model
from assistant.confidence.calibration import SHIPPED, Calibration
from assistant.confidence.calibrations import calibrations_for
from assistant.confidence.gate import Gate
from assistant.config import Settings
from assistant.models import BUNDLED
from assistant.pipeline import Lead
from assistant.types import ModelInfo, Policy
from tests.assistant.fakes import FixedReader

if TYPE_CHECKING:
    from pathlib import Path


def put_own(home: Path, model_sha256: str, feature: str = "") -> None:
    row = json.loads(SHIPPED.read_text()) | {"model_sha256": model_sha256, "questions": 7}
    if feature:
        row["features"][0]["name"] = feature
    (home / "calibration.json").write_text(json.dumps(row))


def test_what_was_found_is_judged_alike_for_every_model() -> None:
    shipped = Calibration.load(SHIPPED)
    for fingerprint in (BUNDLED.sha256, "another", ""):
        assert calibrations_for(Settings(), fingerprint).found == shipped


def test_a_measured_model_has_a_calibration_of_its_own() -> None:
    known = calibrations_for(Settings(), catalog_model("qwen2.5-coder-1.5b").sha256)
    assert known.fitted_for_model
    assert known.scored is not None


def test_another_model_gets_a_named_default() -> None:
    known = calibrations_for(Settings(), "another")
    assert not known.fitted_for_model
    assert known.scored is not None
    assert known.scored.model


@pytest.mark.parametrize(
    ("fitted_for", "used"), [("another", True), ("", True), ("x", False)]
)
def test_an_own_calibration_is_used_for_its_model(
    tmp_path: Path, fitted_for: str, *, used: bool
) -> None:
    put_own(tmp_path, fitted_for)
    known = calibrations_for(replace(Settings(), home=str(tmp_path)), "another")
    assert (known.found.questions == 7) == used


def test_an_own_one_that_uses_the_models_scores_takes_their_place(tmp_path: Path) -> None:
    put_own(tmp_path, "another", "model_refusal")
    known = calibrations_for(replace(Settings(), home=str(tmp_path)), "another")
    assert known.scored is not None
    assert known.scored.questions == 7
    assert known.fitted_for_model
    assert known.found == Calibration.load(SHIPPED)


def test_less_risk_asks_for_more_confidence_and_none_is_asked_for_at_all_risk() -> None:
    found = Gate(calibrations_for(Settings(), "").found)
    lead = Lead(FixedReader({}), gate=found, scored=found)
    least = [at_risk(lead, risk) for risk in (0.1, 0.3, 1.0)]
    for gates in ([lead.gate for lead in least], [lead.scored for lead in least]):
        sure = [gate.least_confidence for gate in gates if gate is not None]
        assert sure[0] > sure[1] > sure[2] == 0.0
    assert at_risk(Lead(FixedReader({})), 0.1).gate.least_confidence == 0.5


def test_a_policy_is_the_persons_then_the_catalogs_then_by_size() -> None:
    unknown, smallest = ModelInfo("unknown", "0" * 64), ModelInfo("b", BUNDLED.sha256)
    for parameters, policy in (
        (None, Policy.GUIDED),
        (10**8, Policy.EXTRACTIVE),
        (10**9, Policy.GUIDED),
        (8 * 10**9, Policy.FREE),
    ):
        assert policy_of(Settings(), unknown, parameters) is policy
    assert policy_of(Settings(), smallest, 8 * 10**9) is Policy.EXTRACTIVE
    chosen = replace(Settings(), policy="free")
    assert policy_of(chosen, smallest, None) is Policy.FREE


def test_scores_of_a_model_too_small_to_refuse_sensibly_are_not_used() -> None:
    assert calibrations_for(Settings(), BUNDLED.sha256, 135_000_000).scored is None
    assert calibrations_for(Settings(), "another", 4 * 10**9).scored is not None
