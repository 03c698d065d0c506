"""Answers that run while the posture rises: they end where a new one would, and a registered user's does not."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from seawall.admission.posture import Pin, Posture
from seawall.settings.tree import Settings
from stub_engine import Pace, Script, question_of
from virtual_siege.askers import Asker, newcomer, registered
from virtual_siege.house import Asked, House
from virtual_time import run_virtually


@pytest.mark.parametrize(("asker", "tokens"), [(newcomer(1), 512), (registered(1), 900)])
def test_a_siege_ends_running_answers_where_new_ones_end(asker: Asker, tokens: int) -> None:
    asked = run_virtually(_asked_before_a_siege(asker))
    # The stub says several tokens at a time.
    assert tokens <= asked.tokens < tokens + Pace().piece_tokens
    assert asked.refusal is None


async def _asked_before_a_siege(asker: Asker) -> Asked:
    house = House(Settings(), Pace(), Random(1))
    running = asyncio.create_task(house.ask(asker, question_of(Script(900), 100, 1024), 10.0))
    await asyncio.sleep(5)
    house.shield.admission.pin(Pin(Posture.SIEGE, None, "test"))
    return await running
