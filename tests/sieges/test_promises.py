"""What registered users at home are promised, held in every mix. Knows mixes and measures; knows no shield.

One siege a mix: about 130 questions of registered users in the event. Where a promise is not reached, the test holds
what was, with room for chance, and docs/virtual-siege.md tells both.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from virtual_siege.held_out import HELD_OUT
from virtual_siege.measures import measure
from virtual_siege.mixes import MIXES, Mix
from virtual_siege.run import play

SEEDS = (0,)
# A siege of 64 slots takes as long as all the others: `bench/siege/virtual.py --held-out` has them.
MOST_SLOTS = 32
PLAYED = {name: mix for name, mix in (MIXES | HELD_OUT).items() if mix.pace.slots <= MOST_SLOTS}
WITHOUT_BOUND = float("inf")


@dataclass(frozen=True, slots=True)
class Floor:
    """Shares served in the first minute and after it, and what the first token's p95 may grow by."""

    first_minute: float = 0.97
    later: float = 0.99
    first_token_ratio: float = 1.5
    quiet: float = 0.99


PROMISE = Floor()
REACHED: dict[str, Floor] = {
    # Everybody is served; the slowest twentieth waits longer than on a quiet day. It is six or seven questions of one
    # siege, so there is room for chance.
    "fame": Floor(first_token_ratio=2.0),
    "sybil-200": Floor(first_minute=0.96),
    "amplify": Floor(first_token_ratio=2.5),
    "abandon": Floor(first_token_ratio=2.0),
    "harvest": Floor(later=0.98, first_token_ratio=2.0),
    "week": Floor(first_token_ratio=2.5),
    "thousand-new": Floor(first_token_ratio=2.0),
    # Attackers whom nothing tells from their accounts' owners until they have asked.
    "stolen-100-fifth-at-home": Floor(first_token_ratio=2.5),
    "stolen-300-fifth-at-home": Floor(later=0.98, first_token_ratio=4.0),
    "pulse-fifth-at-home": Floor(first_token_ratio=2.5),
    "stolen-10-at-home": Floor(first_token_ratio=4.0),
    "stolen-100-at-home": Floor(first_minute=0.88, later=0.97, first_token_ratio=12.0),
    "stolen-300-at-home": Floor(first_minute=0.65, later=0.75, first_token_ratio=WITHOUT_BOUND),
    "pulse-at-home": Floor(first_token_ratio=3.0),
    # More than the engine has, asked by nobody but registered users.
    "fame-inside": Floor(first_minute=0.52, later=0.68, first_token_ratio=WITHOUT_BOUND),
    # What nobody tuned on.
    "creeping": Floor(quiet=0.97, first_token_ratio=2.5),
    "drumming-8": Floor(first_minute=0.95, later=0.97, first_token_ratio=3.0),
    "stolen-100-fifth-at-home-4": Floor(first_minute=0.90, later=0.90, first_token_ratio=5.0),
    "amplify-4": Floor(quiet=0.75),
    "sleepers": Floor(first_minute=0.93, first_token_ratio=4.0),
    "readers-24": Floor(first_minute=0.92, later=0.97, first_token_ratio=8.0),
    "lunch-12": Floor(first_token_ratio=5.0),
}


@pytest.mark.parametrize("mix", [pytest.param(mix, id=name) for name, mix in PLAYED.items()])
def test_registered_users_are_served_through(mix: Mix) -> None:
    one, floor = measure(play(mix, seed) for seed in SEEDS), REACHED.get(mix.name, PROMISE)
    assert one.quiet >= floor.quiet, one
    assert one.first_minute >= floor.first_minute, one
    assert one.later >= floor.later, one
    assert one.first_token_ratio <= floor.first_token_ratio, one
    assert one.token_ratio <= 1.5, one
