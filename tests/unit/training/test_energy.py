"""Energy is measured where the machine tells all of it, else estimated and marked so."""

from pathlib import Path

import pytest

from seawall.training.energy import CORE_WATTS, GPU_WATTS, energy_meter, energy_of


def package(root: Path, number: int, microjoules: int, most: int = 1_000_000) -> Path:
    folder = root / f"intel-rapl:{number}"
    folder.mkdir()
    (folder / "energy_uj").write_text(f"{microjoules}\n")
    (folder / "max_energy_range_uj").write_text(f"{most}\n")
    return folder


def test_packages_are_added_and_their_parts_are_not_counted_twice(tmp_path: Path):
    package(tmp_path, 0, 2_000_000)
    package(tmp_path, 1, 500_000)
    (tmp_path / "intel-rapl:0:0").mkdir()
    (tmp_path / "intel-rapl:0:0" / "energy_uj").write_text("9000000")
    assert energy_meter(tmp_path, nvml=lambda: None)() == pytest.approx(2.5)


def test_a_counter_that_wraps_goes_on_growing(tmp_path: Path):
    counter = package(tmp_path, 0, 900_000) / "energy_uj"
    joules = energy_meter(tmp_path, nvml=lambda: None)
    assert joules() == pytest.approx(0.9)
    counter.write_text("100000")
    assert joules() == pytest.approx(1.1)


def test_gpus_are_added_to_processors(tmp_path: Path):
    package(tmp_path, 0, 1_000_000)
    assert energy_meter(tmp_path, nvml=lambda: lambda: 4.0)() == pytest.approx(5.0)


def test_half_a_measurement_is_none(tmp_path: Path):
    assert energy_meter(tmp_path, nvml=lambda: lambda: 4.0)() is None
    package(tmp_path, 0, 1_000_000)
    assert energy_meter(tmp_path, nvml=lambda: lambda: None)() is None


def test_a_counter_that_may_not_be_read_tells_nothing(tmp_path: Path):
    (package(tmp_path, 0, 1) / "energy_uj").unlink()
    assert energy_meter(tmp_path, nvml=lambda: None)() is None


def test_what_was_measured_is_told_as_such():
    energy = energy_of(7200.0, cpu_s=99, gpu_s=99)
    assert (energy.watt_hours, energy.measured) == (2.0, True)


def test_an_estimate_is_busy_core_seconds_and_gpu_seconds_at_the_stated_watts():
    energy = energy_of(None, cpu_s=3600, gpu_s=7200)
    assert (energy.watt_hours, energy.measured) == (CORE_WATTS + 2 * GPU_WATTS, False)
