"""The mixes: named once, drawn alike from the same seed, and asking nothing that the cast has not."""

from __future__ import annotations

from random import Random

import pytest

from seawall.accounts.keys.keys import well_formed
from seawall.siege.attacks import Askers, Asking, Field, forged_key
from seawall.siege.cast import account_of, accounts_of, address_of, at_home_with_thieves
from seawall.siege.lengths import Lengths
from seawall.siege.mixes import QUICK_MIXES, SHORT, all_mixes
from seawall.siege.run import a_quiet_day, cast_of
from seawall.siege.samples import QUICK, Tally
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.target import Target

MIXES = all_mixes()
SPEC = EngineSpec()


def keys(count: int) -> dict[str, str]:
    return {account_of("old", number).email: f"key {number}" for number in range(count)}


def test_every_mix_that_was_promised_is_there() -> None:
    promised = [
        "get-flood",
        "slow",
        "signup-storm",
        "stuffing",
        "amplify",
        "cache-bust",
        "low-and-slow",
        "harvest",
        "stolen-10",
        "stolen-100",
        "stolen-300",
        "stolen-10-home20",
        "stolen-300-home100",
        "pulse",
        "abandon",
        "fame",
        "fame-inside",
        "week",
        "neighbour-50x",
        "thousand-new",
        "invalid-keys",
        "slow-50",
    ]
    assert set(promised) <= set(MIXES)
    assert set(QUICK_MIXES) <= set(MIXES)


@pytest.mark.parametrize("name", MIXES)
def test_attackers_use_accounts_that_the_door_was_told_of(name: str) -> None:
    told = cast_of(MIXES[name], SPEC)
    asking = [wave.attack for wave in MIXES[name].waves if isinstance(wave.attack, Asking)]
    used = {attack.askers.group: attack.askers.count for attack in asking if attack.askers.group != "bot"}
    assert {group: told.get(group) for group in used} == used


@pytest.mark.parametrize(("share", "at_home"), [(0.0, 0), (0.2, 20), (1.0, 100)])
def test_as_many_thieves_as_told_ask_from_their_owners_devices(share: float, at_home: int) -> None:
    askers = Askers("old", 100, at_home=share)
    target = Target("door", 1, keys=keys(100))
    asked = [askers.asker(number, target) for number in range(100)]
    assert sum(address == address_of("old", number) for number, (address, _) in enumerate(asked)) == at_home
    assert [key for _, key in asked] == [f"key {number}" for number in range(100)]


def test_every_network_of_a_group_is_its_own() -> None:
    networks = {address_of("bot", number).rpartition(".")[0] for number in range(2000)}
    assert len(networks) == 2000
    groups = ("regular", "stranger", "crowd", "old", "thief", "bot")
    assert len({address_of(group, number) for group in groups for number in range(300)}) == len(groups) * 300


def test_load_is_asked_in_multiples_of_the_engine_at_any_scale() -> None:
    length = Lengths.of_the_trace().mean
    field = Field(Target("door", 1), SPEC, QUICK, 1, Tally(), 1.0)
    rate = Asking(Askers("bot", 10), load=10.0).rate_per_s(field)
    slot_s = SPEC.slot_ms(length.prompt, length.answer) / 1000 / QUICK.scale
    assert rate * slot_s / SPEC.slots == pytest.approx(10.0, rel=0.05)


def test_a_program_with_a_rate_of_its_own_asks_what_the_client_beside_it_asks_at_any_scale() -> None:
    field = Field(Target("door", 1), SPEC, QUICK, 1, Tally(), 1.0)
    beside = Asking(Askers("neighbour", 1), per_s=100.0, length=SHORT)
    assert (beside.rate_per_s(field), beside.next_length(field)) == (100.0, SHORT)
    assert Asking(Askers("new", 1), load=1.0, length=SHORT).next_length(field) == SHORT.scaled(QUICK.scale)


def test_a_quiet_day_takes_half_the_engine_and_a_quarter_are_strangers() -> None:
    registered, strangers = a_quiet_day(SPEC)
    assert strangers / (registered + strangers) == pytest.approx(0.25, abs=0.02)
    mean = Lengths.of_the_trace().mean
    slot_s = SPEC.slot_ms(mean.prompt, mean.answer) / 1000
    load = (registered + strangers) * slot_s / (35 + slot_s) / SPEC.slots
    assert load == pytest.approx(0.5, abs=0.03)


def test_lengths_are_drawn_alike_from_the_same_seed() -> None:
    lengths = Lengths.of_the_trace()
    assert [lengths.draw(Random(3)) for _ in range(5)] == [lengths.draw(Random(3)) for _ in range(5)]
    assert len(lengths.pairs) > 1000


def test_a_forged_key_passes_for_one() -> None:
    assert well_formed(forged_key(Random(1)))


def test_without_the_home_rule_a_thief_is_at_home() -> None:
    old, new = at_home_with_thieves([account_of("old", 7), account_of("new", 7)])
    assert old.further == (address_of("thief", 7),)
    assert new.further == ()
    assert len(accounts_of({"old": 3, "new": 2})) == 5
