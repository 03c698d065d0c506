"""A whole siege: doors one after the other, mixes, seeds. Knows the order and the cores; knows no door from inside."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from seawall import __version__
from seawall.settings.tree import Settings
from seawall.siege.assault import allow_many_connections
from seawall.siege.bundle import keep_bundle
from seawall.siege.cast import accounts_of, at_home_with_thieves
from seawall.siege.mixes import Mix
from seawall.siege.page import page
from seawall.siege.processes import on_core, two_cores
from seawall.siege.results import Result, Results
from seawall.siege.run import Progress, Siege, cast_of
from seawall.siege.samples import Pace, Run
from seawall.siege.staging import Engine, EngineKind, NotStarted, Prepared, data_of, prepare, seawall, write_config
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.target import Target


@dataclass(frozen=True, slots=True)
class Stage:
    """What a door is opened on: the engine behind it, the keys that it shall know, a folder, a core."""

    engine: Engine
    prepared: Prepared
    config: Path
    folder: Path
    core: int | None


class Door(Protocol):
    """A way to the engine."""

    @property
    def name(self) -> str: ...

    def missing(self) -> str:
        """Why it cannot be opened on this machine, in a sentence; empty where it can."""
        ...

    def open(self, stage: Stage) -> AbstractContextManager[Target]:
        """Started, checked, and stopped for sure. Raises NotStarted."""
        ...


@dataclass(frozen=True, slots=True)
class SeawallDoor:
    """Ours, as a person starts it."""

    name: str = "Seawall"
    own_model: Path | None = None
    """It holds this model itself instead of asking the engine that the other doors ask."""

    def missing(self) -> str:
        return ""

    def open(self, stage: Stage) -> AbstractContextManager[Target]:
        return seawall(
            stage.prepared,
            stage.engine,
            stage.folder,
            stage.config,
            stage.core,
            name=self.name,
            own_model=self.own_model,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played.

    ``settings`` are the service's own, by dotted path, and ``homeless`` leaves the home rule out: for ablations.
    ``bundles`` is the folder that our own service's reports are kept in, one a mix; None for none.
    """

    doors: Sequence[Door]
    mixes: Sequence[Mix]
    seeds: int
    pace: Pace
    spec: EngineSpec
    settings: Mapping[str, Any]
    homeless: bool = False
    engine: EngineKind = field(default_factory=EngineKind)
    bundles: Path | None = None


TICKET_S = 20.0
Beginning = Callable[[str], AbstractContextManager[Progress]]
Ended = Callable[[Result], object]


def play(plan: Plan, command: str, beginning: Beginning, ended: Ended) -> Results:
    """All of the plan until an interrupt. ``beginning`` makes a run's progress, ``ended`` is told each result."""
    results = Results(facts_of(plan, command))
    asks, answers = two_cores()
    allow_many_connections()
    with on_core(asks), results.until_interrupted():
        for mix in plan.mixes:
            for door in plan.doors:
                result = _one(plan, door, mix, answers, beginning)
                results.results.append(result)
                ended(result)
    results.notes += notes_of(results, pinned=asks is not None)
    results.notes += [f"Its own report of {one.mix.name}: {one.bundle}." for one in results.results if one.bundle]
    return results


def besiege(
    target: Target, plan: Plan, command: str, beginning: Beginning, ended: Callable[[Result], object]
) -> Results:
    """The same against one service that is running already."""
    results = Results(facts_of(plan, command))
    allow_many_connections()
    with results.until_interrupted():
        for mix in plan.mixes:
            reason = _unsuited(mix, target)
            if reason:
                result = Result(target.name, mix, reason=reason)
            else:
                runs = [_run(target, plan.spec, mix, plan.pace, seed, beginning) for seed in _seeds(plan)]
                result = Result.of(target.name, mix, runs)
            results.results.append(result)
            ended(result)
    results.notes += notes_of(results, pinned=False)
    return results


def _one(plan: Plan, door: Door, mix: Mix, core: int | None, beginning: Beginning) -> Result:
    reason = door.missing()
    if reason:
        return Result(door.name, mix, reason=reason)
    spec = plan.spec if plan.engine.is_real else replace(plan.spec, slots=mix.slots or plan.spec.slots)
    runs: list[Run] = []
    bundle = ""
    for seed in _seeds(plan):
        # A fresh door for each: a posture is held for minutes, and nobody shall profit from the attack before.
        with tempfile.TemporaryDirectory(prefix="siege-") as made, ExitStack() as open_:
            folder = Path(made)
            settings = {**_scaled(plan.pace.scale), **plan.settings}
            config = write_config(folder / "seawall.toml", spec, settings)
            accounts = accounts_of(cast_of(mix, spec))
            prepared = prepare(folder, at_home_with_thieves(accounts) if plan.homeless else accounts, config)
            try:
                engine = open_.enter_context(plan.engine.start(spec, folder, core))
                target = open_.enter_context(door.open(Stage(engine, prepared, config, folder, core)))
            except NotStarted as fault:
                return Result(door.name, mix, reason=f"It did not start: {fault} {_last_words(folder)}")
            if mix.signs_in and not target.password:
                return Result(door.name, mix, reason="It has no accounts of its own to sign in to.")
            runs.append(_run(target, spec, mix, plan.pace, seed, beginning))
            if plan.bundles is not None and isinstance(door, SeawallDoor):
                why = keep_bundle(data_of(folder, target.port), config, plan.bundles / f"{mix.name}.zip")
                bundle = f"no report, as {why}" if why else f"{mix.name}.zip"
    return replace(Result.of(door.name, mix, runs), bundle=bundle)


def _scaled(scale: float) -> dict[str, Any]:
    """The service's own lengths and times, where they stand beside those of people that the pace divides."""
    defaults = Settings()
    return {
        # A browser's puzzle takes as long as a pause of thinking does (see newcomer.py).
        "entrance.ticket_s": TICKET_S / scale,
        # A slot answers so many times as many questions.
        "entrance.passes": defaults.entrance.passes * scale,
        # Else every question seems to ask for an answer of twenty times the usual length, and counts as long.
        "limits.default_max_tokens": round(defaults.limits.default_max_tokens / scale),
    }


def _last_words(folder: Path) -> str:
    """The last line of what any program of the siege said."""
    lines = [line for file in sorted(folder.glob("*.txt")) for line in file.read_text(errors="replace").splitlines()]
    return lines[-1].strip()[:200] if lines else ""


def _run(target: Target, spec: EngineSpec, mix: Mix, pace: Pace, seed: int, beginning: Beginning) -> Run:
    with beginning(f"{mix.name} · {target.name} · seed {seed}") as progress:
        return asyncio.run(Siege(target, spec, mix, pace, seed, progress).play())


def _seeds(plan: Plan) -> range:
    return range(1, plan.seeds + 1)


def _unsuited(mix: Mix, target: Target) -> str:
    lacking = {account.email for account in accounts_of(mix.accounts)} - target.keys.keys()
    if lacking:
        groups = ", ".join(sorted({email.partition("-")[0] for email in lacking}))
        return f"It needs accounts that were not given: {groups}."
    return "It needs accounts to sign in to." if mix.signs_in and not target.password else ""


def facts_of(plan: Plan, command: str) -> dict[str, str]:
    """What makes the figures figures: the command, the day, the machine, the engine."""
    pace = plan.pace
    facts = {
        "command": command,
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Seawall": __version__,
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start",
        "engine": f"{plan.engine.name}: {plan.spec}".replace(",", ", "),
        "a run": f"{pace.quiet_s:g} s quiet, {pace.event_s:g} s event, {pace.recovery_s:g} s recovery",
        "seeds": str(plan.seeds),
    }
    if pace.scale != 1:
        facts["scale"] = f"lengths, think times and pauses divided by {pace.scale:g}"
    if pace.steady != 1:
        facts["steady programs"] = f"{pace.steady:g} of their rates and lengths, as the engine is small"
    if plan.settings:
        facts["settings"] = ", ".join(f"{path} = {value}" for path, value in plan.settings.items())
    return facts


def notes_of(results: Results, *, pinned: bool) -> list[str]:
    """What a reader must know of these very runs."""
    notes = [
        "Attackers and honest people share one core, the door and the engine the other."
        if pinned
        else "Generator and door shared the machine's cores: times are less sharp."
    ]
    runs = [run for result in results.results for run in result.runs]
    paths = {(run.door, run.status_path) for run in runs if run.status_path}
    notes += [f"{door}: the status page measured is {path}." for door, path in sorted(paths)]
    lag_s = max((look.lag_s for run in runs for look in run.looks), default=0.0)
    notes.append(f"The generator itself was at most {lag_s * 1000:.0f} ms late.")
    return notes


def write(results: Results, folder: Path) -> tuple[Path, Path]:
    """The JSON file and the page."""
    folder.mkdir(parents=True, exist_ok=True)
    data, document = folder / "siege.json", folder / "siege.html"
    data.write_text(json.dumps(results.to_json(), indent=1), encoding="utf-8")
    document.write_text(page(results), encoding="utf-8")
    return data, document
