"""Which calibrations a language model gets: the user's own, the shipped ones, or a default.

One judges by what was found alone and holds for every language model. The other also uses the
language model's scores, which differ between models: it is shipped for the models that were
measured, and for any other model the one of the largest of these is used, and said to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.confidence.calibration import SHIPPED, Calibration

if TYPE_CHECKING:
    from assistant.config import Settings

__all__ = ["LEAST_PARAMETERS", "OWN", "Calibrations", "calibrations_for"]

OWN = "calibration.json"  # in the data folder: what `citewell evaluate calibrate` writes
SCORED = Path(__file__).parent / "scored"  # a file for each model that was measured
DEFAULT = "qwen2.5-coder-1.5b.json"  # for models that were not
LEAST_PARAMETERS = 300_000_000  # the refusals of smaller models tell nothing
MODEL_FEATURES = "model_"  # with which features of the language model's scores begin


@dataclass(frozen=True, slots=True)
class Calibrations:
    """How confident to be, before and after a language model has scored what was found."""

    found: Calibration
    scored: Calibration | None  # None: this model's scores are not used
    fitted_for_model: bool  # whether `scored` was fitted for this very model


def calibrations_for(
    settings: Settings, fingerprint: str, parameters: int | None = None
) -> Calibrations:
    """Return the calibrations for a language model.

    Args:
        settings: for the data folder, where the user's own may lie.
        fingerprint: of the model's weights; "" for none.
        parameters: how many the model has, where that is known.

    Raises:
        ConfigError: The user's own file is damaged.
    """
    found = Calibration.load(SHIPPED)
    scored, fitted = _shipped(fingerprint)
    if not fitted and (parameters or LEAST_PARAMETERS) < LEAST_PARAMETERS:
        scored = None
    own = settings.data_folder / OWN
    if own.is_file():
        calibration = Calibration.load(own)
        if calibration.model_sha256 in {"", fingerprint}:
            if _uses_scores(calibration):
                scored, fitted = calibration, True
            else:
                found = calibration
    return Calibrations(found, scored, fitted)


def _shipped(fingerprint: str) -> tuple[Calibration | None, bool]:
    """Return the one that was fitted for this model and True, else the default and False."""
    for path in sorted(SCORED.glob("*.json")):
        calibration = Calibration.load(path)
        if fingerprint and calibration.model_sha256 == fingerprint:
            return calibration, True
    default = SCORED / DEFAULT
    return (Calibration.load(default) if default.is_file() else None), False


def _uses_scores(calibration: Calibration) -> bool:
    return any(f.name.startswith(MODEL_FEATURES) for f in calibration.features)
