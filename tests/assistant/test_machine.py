from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import SMALLEST, catalog, catalog_model
from assistant.machine import (
    DEFAULT_CHOICE,
    Machine,
    choose,
    free_memory,
    free_space,
    obstacle,
    this_machine,
    total_memory,
)

if TYPE_CHECKING:
    from pathlib import Path

GB = 10**9
USUAL = Machine(memory=16 * GB, disk_free=50 * GB, cores=8)


def test_a_usual_machine_gets_the_default() -> None:
    choice = choose(USUAL)
    assert choice.name == DEFAULT_CHOICE
    assert "16.0 GB" in choice.why


@pytest.mark.parametrize(
    ("machine", "why"),
    [
        (replace(USUAL, memory=4 * GB), "4.0 GB of memory"),
        (replace(USUAL, disk_free=2 * GB), "2.0 GB of disk"),
        (replace(USUAL, cores=1), "one processor"),
    ],
)
def test_a_small_machine_gets_the_smallest_and_is_told_why(
    machine: Machine, why: str
) -> None:
    choice = choose(machine)
    assert choice.name == SMALLEST
    assert DEFAULT_CHOICE == SMALLEST or why in choice.why


def test_what_a_system_hides_speaks_against_nothing() -> None:
    assert choose(replace(USUAL, memory=0, cores=0)).name == DEFAULT_CHOICE
    assert obstacle(catalog()[-1], replace(USUAL, memory=0)) == ""


@given(st.integers(0, 10**13), st.integers(0, 10**13), st.integers(0, 512))
def test_what_is_chosen_can_be_had_and_tiny_is_always_obeyed(
    memory: int, disk: int, cores: int
) -> None:
    machine = Machine(memory, disk, cores)
    assert choose(machine, tiny=True).name == SMALLEST
    chosen = catalog_model(choose(machine).name)
    assert chosen.name == SMALLEST or obstacle(chosen, machine) == ""


def test_obstacles_are_named() -> None:
    model = catalog_model("qwen3-8b")
    assert obstacle(model, USUAL) == ""
    assert obstacle(model, replace(USUAL, memory=7 * GB)) == "memory"
    assert obstacle(model, replace(USUAL, disk_free=5 * GB)) == "disk"
    assert obstacle(model, replace(USUAL, disk_free=5 * GB), installed=True) == ""


def test_this_machine_has_something(tmp_path: Path) -> None:
    machine = this_machine(tmp_path / "not" / "made" / "yet")
    assert machine.cores > 0
    assert machine.disk_free == pytest.approx(free_space(tmp_path), rel=0.1)
    assert 0 <= free_memory() <= total_memory() * 1.01 or total_memory() == 0
