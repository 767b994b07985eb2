"""The set-up script's choice of a built llama.cpp."""

from __future__ import annotations

import re
import sys

import pytest

from scripts.dev import CUDA_BUILDS, llama_builds, llama_requirement


@pytest.mark.skipif(sys.platform == "darwin", reason="Apple's machines get Metal")
@pytest.mark.parametrize(
    ("cuda", "builds"),
    [
        (None, ("cpu",)),
        ((11, 8), ("cpu",)),
        ((12, 4), ("cu124", "cpu")),
        ((13, 0), ("cu125", "cpu")),
    ],
)
def test_a_build_that_the_driver_runs_goes_first(
    cuda: tuple[int, int] | None, builds: tuple[str, ...]
) -> None:
    assert llama_builds("", cuda) == builds


def test_what_is_asked_for_is_all_that_is_looked_for() -> None:
    for asked in ("cpu", "metal", "vulkan"):
        assert llama_builds(asked, CUDA_BUILDS[0]) == (asked,)
    assert llama_builds("cuda", (12, 1)) == ("cu121",)
    assert llama_builds("cuda", None) == ()  # compiled, then


def test_the_version_is_the_one_of_the_project() -> None:
    assert re.fullmatch(r"llama-cpp-python>=[\d.]+,<[\d.]+", llama_requirement())
