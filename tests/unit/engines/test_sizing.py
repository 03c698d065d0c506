"""Slots and threads by what the machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.engines.sizing import is_exact, slots_for, usable_cores

GIB = 1024**3


@pytest.mark.parametrize(
    ("gib", "cores", "slots"),
    [(0.1, 1, 2), (0.1, 2, 4), (0.1, 4, 8), (0.1, 64, 8), (4, 8, 8), (4, 4, 4), (16, 8, 2), (16, 64, 8), (400, 8, 2)],
)
def test_slots_are_two_a_core_within_2_and_8_and_fewer_for_heavy_models(gib: float, cores: int, slots: int) -> None:
    assert slots_for(int(gib * GIB), cores) == slots


def test_only_a_model_that_is_small_is_computed_exactly() -> None:
    assert is_exact(2 * 1024**2)
    assert not is_exact(98_362_432)


def test_a_containers_quota_counts_and_anything_else_does_not(tmp_path: Path) -> None:
    quota = tmp_path / "cpu.max"
    placeable = usable_cores(quota)
    quota.write_text("100000 100000\n")
    assert usable_cores(quota) == 1
    quota.write_text("50000 100000\n")
    assert usable_cores(quota) == 1
    for unlimited in ("max 100000\n", "", "nonsense"):
        quota.write_text(unlimited)
        assert usable_cores(quota) == placeable
