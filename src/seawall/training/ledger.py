"""What every run has cost, those that failed too. Knows a file of lines and how to sum it up; knows no model.

A line is written when a run begins, every two seconds while it goes on, and when it ends: who is killed has told what
was spent so far. Published figures usually tell of the final run alone, so there are two totals.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from seawall.training.energy import energy_of
from seawall.training.meter import Meter

# What a killed run loses at most.
BEAT_S = 2.0
# A virtual core of a large cloud, on demand, and an H800 as the V3 report rents it (https://arxiv.org/abs/2412.19437).
CORE_HOUR_USD = 0.04
GPU_HOUR_USD = 2.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Dollars: an hour of a busy core, an hour of a GPU that is held, busy or not."""

    core_hour_usd: float = CORE_HOUR_USD
    gpu_hour_usd: float = GPU_HOUR_USD


@dataclass(frozen=True, slots=True)
class Spent:
    """``flops`` are the formula's; ``gpu_s`` are seconds held, times boards. ``energy_measured``: not estimated."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    gpu_s: float = 0.0
    peak_bytes: int = 0
    flops: float = 0.0
    tokens: int = 0
    watt_hours: float = 0.0
    energy_measured: bool = False

    def usd(self, rates: Rates) -> float:
        return (self.cpu_s * rates.core_hour_usd + self.gpu_s * rates.gpu_hour_usd) / 3600


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at a run. ``parent`` is the run whose model it started from; ``resumed``: it went on where the
    attempt of the same name before it had ended. ``outcome`` is "done", "failed: WHY", "stopped" or "killed"."""

    id: str
    name: str
    stage: str
    parent: str | None = None
    resumed: bool = False
    ablation: bool = False
    seed: int | None = None
    began_at: float = 0.0
    outcome: str = "killed"
    spent: Spent = field(default_factory=Spent)


@dataclass(frozen=True, slots=True)
class Totals:
    """``final_run``: what made the model, from the first stage to the last. ``everything``: all that was begun."""

    final_run: Spent
    everything: Spent
    final_runs: tuple[str, ...]


def dollars(usd: float) -> str:
    """To the hundredth of a cent, and what is less as finely as it takes."""
    return f"${usd:,.4f}" if usd >= 0.01 or not usd else f"${usd:.6f}"


class Entry:
    """A run that is going on: told what was computed, it tells the ledger."""

    def __init__(self, meter: Meter, *, devices: int, processes: int) -> None:
        self._meter, self._devices, self._processes = meter, devices, processes
        self._flops, self._tokens, self._device_peak_bytes = 0.0, 0, 0

    def count(self, *, flops: float, tokens: int, device_peak_bytes: int = 0) -> None:
        self._flops += flops
        self._tokens += tokens
        self._device_peak_bytes = max(self._device_peak_bytes, device_peak_bytes)

    @property
    def spent(self) -> Spent:
        used = self._meter.read()
        cpu_s, gpu_s = used.cpu_s * self._processes, used.wall_s * self._devices
        energy = energy_of(used.joules, cpu_s, gpu_s)
        peak = max(used.peak_bytes, self._device_peak_bytes)
        return Spent(used.wall_s, cpu_s, gpu_s, peak, self._flops, self._tokens, energy.watt_hours, energy.measured)


class Ledger:
    """Appends to one file, which may not exist yet. Several processes may, a line at a time."""

    def __init__(
        self,
        path: Path,
        *,
        meter: Callable[[], Meter] = Meter,
        unix_time: Callable[[], float] = time.time,
        beat_s: float = BEAT_S,
    ) -> None:
        self._path, self._meter, self._unix_time, self._beat_s = path, meter, unix_time, beat_s

    @contextmanager
    def run(
        self,
        name: str,
        *,
        stage: str,
        parent: str | None = None,
        resumed: bool = False,
        ablation: bool = False,
        seed: int | None = None,
        devices: int = 0,
        processes: int = 1,
    ) -> Generator[Entry]:
        """Writes down all that happens within. ``devices``: GPUs held; ``processes``: as busy as this one is."""
        run_id = f"{name}#{1 + sum(run.name == name for run in self.runs())}"
        told = {"name": name, "stage": stage, "parent": parent, "resumed": resumed, "ablation": ablation}
        self._append("begun", run_id, at=self._unix_time(), seed=seed, **told)
        entry = Entry(self._meter(), devices=devices, processes=processes)
        outcome = "done"
        over = threading.Event()
        beats = threading.Thread(target=self._beat, args=(run_id, entry, over), daemon=True)
        beats.start()
        try:
            yield entry
        except Exception as fault:
            outcome = f"failed: {type(fault).__name__}: {fault}"[:300]
            raise
        except BaseException:
            outcome = "stopped"
            raise
        finally:
            over.set()
            beats.join()
            self._append("ended", run_id, outcome=outcome, spent=asdict(entry.spent))

    def runs(self) -> list[Run]:
        """Every run that was begun, in order. Lines that cannot be read are passed over: a kill may tear the last."""
        runs: dict[str, Run] = {}
        for line in _lines(self._path):
            run_id, event = line.pop("run"), line.pop("event")
            if event == "begun":
                runs[run_id] = Run(run_id, began_at=line.pop("at"), **line)
            elif run_id in runs:
                spent = Spent(**line["spent"])
                runs[run_id] = replace(runs[run_id], spent=spent, outcome=line.get("outcome", "killed"))
        return list(runs.values())

    def _beat(self, run_id: str, entry: Entry, over: threading.Event) -> None:
        while not over.wait(self._beat_s):
            self._append("beat", run_id, spent=asdict(entry.spent))

    def _append(self, event: str, run_id: str, **told: Any) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"event": event, "run": run_id, **told})
        with self._path.open("a+b") as file:
            file.seek(0, 2)
            if file.tell():
                file.seek(-1, 2)
                line = line if file.read(1) == b"\n" else f"\n{line}"  # A torn line must not swallow this one.
            file.write(f"{line}\n".encode())


def totals(runs: Sequence[Run], model: str | None = None) -> Totals:
    """The two totals. ``model`` names the run that made it; by default the last that ended well and was no ablation."""
    final = _ancestry(runs, model)
    return Totals(
        _sum(run.spent for run in runs if run.id in final),
        _sum(run.spent for run in runs),
        tuple(run.id for run in runs if run.id in final),
    )


# Stages that make a model; to look at one or to pack it is no part of a training run.
_MAKING = frozenset({"tokenizer", "pretrain", "sft", "rl"})


def _ancestry(runs: Sequence[Run], model: str | None) -> frozenset[str]:
    done = [run for run in runs if run.outcome == "done" and run.stage in _MAKING]
    heads = [run for run in done if run.name == model or (model is None and not run.ablation)]
    found: set[str] = set()
    name = heads[-1].name if heads else None
    while name is not None:
        attempts = [run for run in runs if run.name == name and run.id not in found and run.stage in _MAKING]
        if not attempts:
            break
        # Its model is one of an attempt that ended well, or a checkpoint of one that did not.
        last = next((run for run in reversed(attempts) if run.outcome == "done"), attempts[-1])
        found.add(last.id)
        found |= _resumed_from(runs, last)
        name = last.parent
    return frozenset(found)


def _resumed_from(runs: Sequence[Run], run: Run) -> set[str]:
    """The attempts whose work the run went on with."""
    earlier = [one for one in runs if one.name == run.name]
    found: set[str] = set()
    at = earlier.index(run)
    while at > 0 and earlier[at].resumed:
        at -= 1
        found.add(earlier[at].id)
    return found


def _sum(all_spent: Iterable[Spent]) -> Spent:
    """Peaks do not add up: the highest stays. A sum is measured when all of it is."""
    many = list(all_spent)
    return Spent(
        wall_s=sum(one.wall_s for one in many),
        cpu_s=sum(one.cpu_s for one in many),
        gpu_s=sum(one.gpu_s for one in many),
        peak_bytes=max((one.peak_bytes for one in many), default=0),
        flops=sum(one.flops for one in many),
        tokens=sum(one.tokens for one in many),
        watt_hours=sum(one.watt_hours for one in many),
        energy_measured=bool(many) and all(one.energy_measured for one in many),
    )


def _lines(path: Path) -> Generator[dict[str, Any]]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            read: Any = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict) and "run" in read and "event" in read:
            yield read
