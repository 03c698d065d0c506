"""Self-defence in its stages, with readings that the test feeds and a clock that it sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.edge.own_use import OwnUse
from seawall.edge.self_defence import CALM_S, LOOK_S, LOOKS, SelfDefence, Stage, Use
from settable_clock import SettableClock


class Machine:
    """Its use and lag are set, its looks are made."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.use = Use(0.1, 0.1)
        self.lag_ms = 0.0
        self.defence = SelfDefence(lambda: self.use, clock=self.clock)

    def look(self, times: int = 1) -> Stage:
        for _ in range(times):
            self.clock.advance(LOOK_S)
            self.defence.look(self.lag_ms)
        return self.defence.stage

    def for_s(self, seconds: float) -> Stage:
        return self.look(round(seconds / LOOK_S))


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.mark.parametrize(
    ("memory", "descriptors", "stage"),
    [
        (0.5, 0.5, Stage.CALM),
        (0.81, 0.1, Stage.TIGHT),
        (0.1, 0.71, Stage.TIGHT),
        (0.9, 0.1, Stage.DEFENDING),
        (0.1, 0.96, Stage.SURVIVAL),
        (0.95, 0.1, Stage.SURVIVAL),
    ],
)
def test_memory_and_descriptors_call_at_once(machine: Machine, memory: float, descriptors: float, stage: Stage):
    machine.use = Use(memory, descriptors)
    assert machine.look() is stage


def test_a_single_lag_changes_nothing_and_a_lasting_one_does(machine: Machine):
    machine.look(LOOKS)
    machine.lag_ms = 3000.0
    assert machine.look() is Stage.CALM
    assert machine.defence.lag_ms == 3000.0
    machine.lag_ms = 0.0
    assert machine.look(LOOKS) is Stage.CALM
    assert machine.defence.lag_ms == 0.0
    machine.lag_ms = 600.0
    assert machine.look(LOOKS - 1) is Stage.CALM
    assert machine.look() is Stage.DEFENDING


def test_it_calms_down_one_step_at_a_time(machine: Machine):
    machine.use = Use(0.99, 0.1)
    assert machine.look() is Stage.SURVIVAL
    machine.use = Use(0.1, 0.1)
    assert machine.for_s(CALM_S - 1) is Stage.SURVIVAL
    assert machine.for_s(1.25) is Stage.DEFENDING
    assert machine.for_s(CALM_S + 1) is Stage.TIGHT
    assert machine.for_s(CALM_S + 1) is Stage.CALM
    assert machine.defence.changes == 4


def test_a_reading_that_swings_about_its_bound_does_not_swing_the_stage(machine: Machine):
    for turn in range(200):
        machine.use = Use(0.79 if turn % 2 else 0.81, 0.1)
        machine.look()
    assert machine.defence.stage is Stage.TIGHT
    assert machine.defence.changes == 1


def test_it_rises_again_at_once_while_it_calms_down(machine: Machine):
    machine.use = Use(0.9, 0.1)
    machine.look()
    machine.use = Use(0.1, 0.1)
    assert machine.for_s(CALM_S + 1) is Stage.TIGHT
    machine.use = Use(0.95, 0.1)
    assert machine.look() is Stage.SURVIVAL


def test_a_containers_bound_counts_with_all_that_runs_in_it(tmp_path: Path):
    proc, group = tmp_path / "self", tmp_path / "cgroup" / "service"
    proc.mkdir()
    group.mkdir(parents=True)
    (proc / "cgroup").write_text("0::/service\n")
    (group / "memory.max").write_text("1000\n")
    (group / "memory.current").write_text("900\n")
    (group / "memory.stat").write_text("anon 500\ninactive_file 150\n")
    assert OwnUse(proc=proc, cgroups=tmp_path / "cgroup")().memory == 0.75


def test_without_a_bound_it_is_the_process_against_the_machine(tmp_path: Path):
    proc = tmp_path / "self"
    proc.mkdir()
    (proc / "statm").write_text("999999 1024 0 0 0 0 0\n")
    (tmp_path / "meminfo").write_text("MemTotal:          16384 kB\nMemFree: 1 kB\n")
    use = OwnUse(proc=proc, cgroups=tmp_path)()
    assert 0.2 < use.memory < 4.1


def test_where_the_system_tells_nothing_nothing_is_used(tmp_path: Path):
    assert OwnUse(memory_mib=1, proc=tmp_path / "none", cgroups=tmp_path)() == Use(0.0, 0.0)


def test_the_real_process_uses_something_and_not_all():
    use = OwnUse()()
    assert 0 < use.memory < 1
    assert 0 < use.descriptors < 1
