"""One run: a door, a mix, a seed; quiet, event, recovery. Knows the order of things; starts no door."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any

from seawall.siege.assault import Order
from seawall.siege.cast import account_of, address_of
from seawall.siege.crowd import Crowd, Person, people
from seawall.siege.lengths import Lengths
from seawall.siege.mixes import Mix
from seawall.siege.processes import cpu_s, memory_bytes
from seawall.siege.samples import Look, Pace, Part, Run, Tally
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.talk import json_of, talk
from seawall.siege.target import Target

LOOK_EVERY_S = 0.5
LAST_ANSWERS_S = 5.0
"""What is under way when the run is over may end for so long; what has not ended then is not counted."""

Progress = Callable[[float, float], None]
Work = Coroutine[Any, Any, None]


class Siege:
    """Plays one mix against one door. ``progress`` is told seconds gone and in all."""

    def __init__(self, target: Target, spec: EngineSpec, mix: Mix, pace: Pace, seed: int, progress: Progress) -> None:
        self._target = target
        self._spec = spec
        self._mix = mix
        self._pace = pace
        self._seed = seed
        self._progress = progress
        self._run = Run(target.name, mix.name, seed, pace, spec.slots, status_path=target.status_path)
        self._lengths = Lengths.of_the_trace(pace.scale)

    async def play(self) -> Run:
        """The whole run. Raises OSError where the door is not there."""
        async with self._assault() as go:
            began_s = time.perf_counter()
            crowd = Crowd(self._target, self._lengths, self._run, began_s, self._seed)
            tasks = [asyncio.create_task(work) for work in self._honest(crowd)]
            watch = asyncio.create_task(self._watch(crowd))
            tally = asyncio.create_task(self._after_the_quiet(go))
            try:
                await asyncio.wait(tasks, timeout=self._pace.total_s + LAST_ANSWERS_S - crowd.now_s())
                self._run.tally = await tally
            finally:
                for task in (*tasks, watch, tally):
                    task.cancel()
                ended = await asyncio.gather(*tasks, watch, return_exceptions=True)
        for fault in ended:
            if isinstance(fault, Exception):
                raise fault
        return self._run

    async def _after_the_quiet(self, go: Callable[[], Coroutine[Any, Any, Tally]]) -> Tally:
        await asyncio.sleep(self._pace.quiet_s)
        return await go()

    def _honest(self, crowd: Crowd) -> list[Work]:
        works: list[Work] = []
        if self._mix.client is not None:
            works.append(crowd.ask_steadily(self._mix.client))
        else:
            works += self._people(crowd)
        if self._target.password:
            works.append(crowd.sign_in(a_quiet_day(self._spec)[0]))
        if self._target.status_path:
            works.append(crowd.look_at_status())
        return works

    def _people(self, crowd: Crowd) -> list[Work]:
        pace, mix = self._pace, self._mix
        registered, strangers = a_quiet_day(self._spec)
        random = Random(self._seed)
        works: list[Work] = []

        def come(part: Part, group: str, count: int, *, fame: bool) -> None:
            for number in range(count):
                email = account_of(group, number).email if part is Part.REGISTERED else ""
                if email and email not in self._target.keys:
                    continue  # A service of somebody's own lends as many test accounts as it has.
                person = Person(part, address_of(group, number), email)
                comes_s, leaves_s = 0.0, pace.total_s
                if fame:
                    begins_s = pace.quiet_s + mix.fame_from * pace.event_s
                    comes_s = begins_s + random.uniform(0, pace.first_s * (1 - mix.fame_from))
                    leaves_s = pace.event_ends_s
                works.append(crowd.live(person, number, comes_s, leaves_s))

        come(Part.REGISTERED, "regular", registered, fame=False)
        come(Part.STRANGER, "stranger", strangers, fame=False)
        come(Part.REGISTERED, "inside", round(registered * (mix.registered_times - 1)), fame=True)
        come(Part.STRANGER, "crowd", round(strangers * (mix.strangers_times - 1)), fame=True)
        return works

    async def _watch(self, crowd: Crowd) -> None:
        """Memory, CPU and the engine's work, twice a second; and how late this very process wakes up."""
        while True:
            due_s = time.perf_counter() + LOOK_EVERY_S
            engine = await self._engine()
            pid = self._target.pid
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
            self._run.looks.append(
                Look(
                    crowd.now_s(),
                    memory_bytes(pid) if pid else None,
                    cpu_s(pid) if pid else None,
                    engine.get("running"),
                    engine.get("waiting"),
                    engine.get("work_ms", {}),
                    time.perf_counter() - due_s,
                )
            )
            self._progress(min(crowd.now_s(), self._pace.total_s), self._pace.total_s)

    async def _engine(self) -> dict[str, Any]:
        if self._target.engine is None:
            return {}
        engine, real = Target("engine", self._target.engine), self._target.real_engine
        outcome = await talk(engine, engine.request("GET", "/metrics" if real else "/siege", ""), "", 2.0)
        return slots_told(outcome.body.decode(errors="replace")) if real else json_of(outcome)

    @asynccontextmanager
    async def _assault(self) -> AsyncGenerator[Callable[[], Coroutine[Any, Any, Tally]]]:
        """The attackers' process, ready and waiting; ended for sure."""
        if not self._mix.waves:
            yield self._nobody
            return
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "seawall.siege.assault", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        order = Order(self._mix.name, self._seed, self._pace, self._spec, self._target)
        try:
            process.stdin.write(order.to_json().encode() + b"\n")
            await process.stdout.readline()

            async def go() -> Tally:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(b"go\n")
                await process.stdin.drain()
                return Tally.from_json(json.loads(await process.stdout.readline()))

            yield go
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _nobody(self) -> Tally:
        return Tally()


def slots_told(metrics: str) -> dict[str, int]:
    """How many answers run and wait, as llama.cpp's server tells in its metrics; empty where it does not."""
    found = dict(re.findall(r"^llamacpp:requests_(processing|deferred) (\d+)", metrics, re.MULTILINE))
    names = {"processing": "running", "deferred": "waiting"}
    return {names[name]: int(number) for name, number in found.items()}


def a_quiet_day(spec: EngineSpec) -> tuple[int, int]:
    """How many registered users and strangers there are; a run's scale divides work and thinking alike."""
    mean = Lengths.of_the_trace().mean
    return people(spec.slots, spec.slot_ms(mean.prompt, mean.answer))


def cast_of(mix: Mix, spec: EngineSpec) -> dict[str, int]:
    """How many accounts of each group the door must know before this mix."""
    registered, _ = a_quiet_day(spec)
    more = round(registered * (mix.registered_times - 1))
    return {"regular": registered, **({"inside": more} if more else {}), **mix.accounts}
