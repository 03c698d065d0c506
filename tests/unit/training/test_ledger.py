"""What runs cost is written down while they go on, and summed up twice."""

import json
from pathlib import Path

import pytest

from seawall.training.ledger import Ledger, Rates, Run, Spent, totals
from seawall.training.meter import Meter


class SteadyMachine:
    """One core that is busy from the beginning; a second goes by at each look."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def clock(self) -> float:
        self.now_s += 1.0
        return self.now_s

    def meter(self) -> Meter:
        return Meter(clock=self.clock, cpu_clock=lambda: self.now_s, joules=lambda: None)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl", meter=SteadyMachine().meter, unix_time=lambda: 1.0)


def done(name: str, parent: str | None = None, *, attempt: int = 1, cpu_s: float = 1.0, **more: object) -> Run:
    told = {"stage": name, "outcome": "done", "spent": Spent(cpu_s=cpu_s)} | more
    return Run(f"{name}#{attempt}", name, parent=parent, **told)  # pyright: ignore[reportArgumentType]


def test_a_run_that_ends_well_tells_what_it_computed_and_how_long_it_took(ledger: Ledger):
    with ledger.run("sft", stage="sft", parent="pretrain") as entry:
        entry.count(flops=5e9, tokens=100)
        entry.count(flops=1e9, tokens=20, device_peak_bytes=1 << 50)
    (run,) = ledger.runs()
    assert (run.id, run.parent, run.outcome) == ("sft#1", "pretrain", "done")
    assert (run.spent.flops, run.spent.tokens, run.spent.peak_bytes) == (6e9, 120, 1 << 50)
    assert run.spent.wall_s > 0
    assert run.spent.cpu_s > 0


def test_boards_are_held_all_the_while_and_processes_are_as_busy_as_the_one_that_is_measured(ledger: Ledger):
    with ledger.run("sft", stage="sft", devices=4, processes=8):
        pass
    (run,) = ledger.runs()
    # The steady machine is a second older at each look, and one core of it was busy all the time.
    assert run.spent.gpu_s == pytest.approx(4 * run.spent.wall_s)
    assert run.spent.cpu_s == pytest.approx(8 * run.spent.wall_s)


def test_a_run_that_fails_says_why_and_still_costs(ledger: Ledger):
    with pytest.raises(FloatingPointError), ledger.run("rl", stage="rl"):
        raise FloatingPointError("The loss is not a number.")
    (run,) = ledger.runs()
    assert run.outcome == "failed: FloatingPointError: The loss is not a number."
    assert run.spent.wall_s > 0


def test_a_run_that_somebody_stops_is_told_apart_from_one_that_fails(ledger: Ledger):
    with pytest.raises(KeyboardInterrupt), ledger.run("rl", stage="rl"):
        raise KeyboardInterrupt
    assert ledger.runs()[0].outcome == "stopped"


def test_a_killed_run_counts_up_to_its_last_beat_although_the_kill_tore_a_line(tmp_path: Path):
    path = tmp_path / "ledger.jsonl"
    begun = {"event": "begun", "run": "sft#1", "at": 1.0, "name": "sft", "stage": "sft"}
    beats = [{"event": "beat", "run": "sft#1", "spent": {"cpu_s": cpu_s}} for cpu_s in (2.0, 4.0)]
    path.write_text("\n".join(json.dumps(line) for line in [begun, *beats]) + '\n{"event": "beat", "run": "sft')
    ledger = Ledger(path, meter=SteadyMachine().meter)
    with ledger.run("sft", stage="sft", resumed=True):
        pass
    killed, second = ledger.runs()
    assert (killed.outcome, killed.spent.cpu_s) == ("killed", 4.0)
    assert (second.id, second.outcome) == ("sft#2", "done")


def test_a_run_beats_while_nobody_counts(tmp_path: Path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, beat_s=0.001)
    with ledger.run("tokenizer", stage="tokenizer"):
        while '"beat"' not in path.read_text():
            pass
        assert ledger.runs()[0].spent.wall_s > 0


def test_a_missing_ledger_has_no_runs(tmp_path: Path):
    assert Ledger(tmp_path / "none.jsonl").runs() == []


def test_the_final_run_is_the_models_ancestry_and_everything_is_all_that_was_begun():
    runs = [
        done("tokenizer"),
        done("pretrain", "tokenizer", outcome="failed: NaN", cpu_s=10),
        done("pretrain", "tokenizer", attempt=2, cpu_s=100),
        done("sft", "pretrain", cpu_s=1000),
        done("control", "sft", stage="sft", ablation=True, cpu_s=10_000),
        done("rl", "sft", cpu_s=100_000),
        done("eval", "rl", cpu_s=1_000_000),
    ]
    both = totals(runs)
    assert both.final_runs == ("tokenizer#1", "pretrain#2", "sft#1", "rl#1")
    assert both.final_run.cpu_s == 101_101
    assert both.everything.cpu_s == 1_111_111


def test_an_attempt_that_was_resumed_is_part_of_the_final_run_and_one_begun_anew_is_not():
    runs = [
        done("sft", outcome="failed: NaN"),
        done("sft", attempt=2, outcome="killed"),
        done("sft", attempt=3, resumed=True),
    ]
    assert totals(runs).final_runs == ("sft#2", "sft#3")


def test_a_failed_run_is_part_of_the_final_one_that_began_from_its_checkpoint():
    failed, killed = done("sft", outcome="failed: Diverged"), done("rl", outcome="killed")
    runs = [failed, done("again", parent="sft", stage="sft"), killed]
    assert totals(runs).final_runs == ("sft#1", "again#1")


def test_an_ablation_is_the_final_run_only_of_a_model_that_is_asked_for_by_name():
    runs = [done("sft"), done("control", "sft", stage="sft", ablation=True)]
    assert totals(runs).final_runs == ("sft#1",)
    assert totals(runs, "control").final_runs == ("sft#1", "control#1")


def test_a_name_that_descends_from_itself_ends_the_search():
    assert totals([done("sft", "sft")]).final_runs == ("sft#1",)


def test_a_sum_is_measured_only_when_all_of_it_is_and_peaks_do_not_add_up():
    measured, estimated = Spent(watt_hours=1, energy_measured=True, peak_bytes=5), Spent(watt_hours=2, peak_bytes=3)
    both = totals([done("sft", spent=measured), done("rl", "sft", spent=estimated)])
    assert (both.everything.watt_hours, both.everything.energy_measured) == (3, False)
    assert both.everything.peak_bytes == 5


def test_dollars_are_core_hours_and_gpu_hours_at_the_stated_rates():
    spent = Spent(cpu_s=7200, gpu_s=3600)
    assert spent.usd(Rates(core_hour_usd=0.5, gpu_hour_usd=2.0)) == pytest.approx(3.0)
