"""Plays one mix once: quiet, event, recovery. Knows the stage; measures nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from random import Random

from seawall.verdict.pulled import Pulled
from virtual_siege.ablations import HOME, settings_without
from virtual_siege.askers import registered, stranger
from virtual_siege.behaviour import Stage
from virtual_siege.events import PEOPLE_A_SLOT, STRANGERS_A_SLOT
from virtual_siege.house import Asked, House
from virtual_siege.lengths import Deck
from virtual_siege.mixes import Mix
from virtual_time import run_virtually

LASTS_S = 240.0


@dataclass(frozen=True, slots=True)
class Course:
    """What happened: each question, and the engine's held slot time at the end of every second."""

    mix: Mix
    slots: int
    asked: list[Asked]
    busy_slot_s: list[float] = field(default_factory=list[float])
    postures: list[str] = field(default_factory=list[str])


def play(
    mix: Mix, seed: int, *, without: Collection[str] = (), slots: int | None = None, pulled: Pulled | None = None
) -> Course:
    """The whole siege, in a few real seconds; ``without`` names parts of the shield (``ablations``), ``pulled`` is what
    a verdict asks of it.
    """
    if slots is not None:
        mix = replace(mix, pace=replace(mix.pace, slots=slots))
    return run_virtually(_play(mix, Random(f"{mix.name}/{seed}"), without, pulled))


async def _play(mix: Mix, random: Random, without: Collection[str], pulled: Pulled | None) -> Course:
    house = House(
        settings_without(without),
        mix.pace,
        Random(random.random()),
        everywhere_home=HOME in without,
        pulled=pulled,
    )
    slots = mix.pace.slots
    course = Course(mix, slots, house.asked)
    house.shield.start()
    try:
        async with asyncio.TaskGroup() as tasks:
            stage = Stage(house, random, Deck(random), Deck(random), LASTS_S, tasks)
            if mix.crowd:
                stage.people([registered(one) for one in range(round(PEOPLE_A_SLOT * slots))], 0, LASTS_S)
                stage.people([stranger(one) for one in range(round(STRANGERS_A_SLOT * slots))], 0, LASTS_S)
            mix.event(stage)
            tasks.create_task(_watch(house, course))
            await asyncio.sleep(LASTS_S)
            raise _Over
    except* _Over:
        house.shield.close()
    return course


async def _watch(house: House, course: Course) -> None:
    while True:
        await asyncio.sleep(1)
        course.busy_slot_s.append(house.engine.slot_s())
        course.postures.append(house.shield.admission.posture.value)


class _Over(Exception):
    """Ends all that still goes on."""
