"""What happens in a siege: who comes, and how. Knows askers and behaviour; measures nothing.

Attacks ask about twelve times what the engine has, in slot time; the quiet load of registered people takes about two
fifths of it and the honest strangers' an eighth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from virtual_siege.askers import Asker, Kind, hired_place, newcomer, registered, stranger
from virtual_siege.behaviour import Stage
from virtual_siege.wordings import Wording, amplified, cache_busting, long_answer, ordinary, short, template

BEGINS_S, ENDS_S = 60.0, 180.0
OVERLOAD = 12.0
# Of 16 slots: 46 people who think 35 s and are answered in 6 hold 7 slots in the mean, 15 strangers two more.
PEOPLE_A_SLOT, STRANGERS_A_SLOT = 46 / 16, 15 / 16
# Seconds of a slot that a question of a kind takes of a full engine; an engine ten times overloaded is none the less
# overloaded for a third more or less.
LONG_S, AMPLIFIED_S, ORDINARY_S, CACHE_BUSTING_S, TEMPLATE_S = 27.0, 120.0, 6.5, 4.0, 21.0

Event = Callable[[Stage], None]
"""Sets up what happens; attacks are scaled by the engine's slots."""


def attack(
    stage: Stage,
    askers: Sequence[Asker],
    wording: Wording,
    cost_s: float,
    *,
    overload: float = OVERLOAD,
    begins_s: float = BEGINS_S,
    ends_s: float = ENDS_S,
    ramp_s: float = 0.0,
) -> None:
    """Programs that together ask ``overload`` times what the engine has."""
    stage.programs(askers, wording, overload * stage.slots / cost_s / len(askers), begins_s, ends_s, ramp_s=ramp_s)


def flood(stage: Stage) -> None:
    """Two thousand networks, each just under any limit."""
    hired = [stranger(1_000 + one, Kind.ATTACKER) for one in range(2000)]
    attack(stage, hired, ordinary(stage.deck), ORDINARY_S)


def sybil(stage: Stage) -> None:
    """Two hundred accounts made for the day."""
    attack(stage, [newcomer(one) for one in range(200)], long_answer, LONG_S)


def amplify(stage: Stage) -> None:
    """Long prompts and the longest answers, half by strangers and half by new accounts."""
    askers = [stranger(1_000 + one, Kind.ATTACKER) for one in range(50)] + [newcomer(one) for one in range(50)]
    attack(stage, askers, amplified, AMPLIFIED_S)


def cache_bust(stage: Stage) -> None:
    """The same by prompts that no cache knows."""
    askers = [stranger(1_000 + one, Kind.ATTACKER) for one in range(50)] + [newcomer(one) for one in range(50)]
    attack(stage, askers, cache_busting, CACHE_BUSTING_S)


def harvest(stage: Stage) -> None:
    """Forty old accounts at home that distil the model by template."""
    attack(stage, [registered(10_000 + one, Kind.ATTACKER) for one in range(40)], template, TEMPLATE_S)


def stolen(number: int, at_home: float) -> Event:
    """So many old accounts taken over, this part of them used from their owners' devices."""

    def event(stage: Stage) -> None:
        attack(stage, taken_over(number, at_home), long_answer, LONG_S)

    return event


def pulse(at_home: float) -> Event:
    """Forty long requests at once every 30 s, from twenty old accounts taken over."""

    def event(stage: Stage) -> None:
        for moment_s in range(int(BEGINS_S), int(ENDS_S), 30):
            stage.at_once(taken_over(20, at_home) * (2 * stage.slots // 16 or 1), long_answer, float(moment_s))

    return event


def abandon(stage: Stage) -> None:
    """Opens streams and leaves them a second after their first token; half new accounts, half old ones away."""
    askers = [newcomer(one) for one in range(100)] + taken_over(100, 0.0)
    stage.programs(askers, amplified, 4 * stage.slots / len(askers), BEGINS_S, ENDS_S, leaves_s=1.0)


def fame(stage: Stage) -> None:
    """Honest strangers come within a minute until they would fill the engine ten times."""
    stage.people([stranger(1_000 + one) for one in range(75 * stage.slots)], BEGINS_S, ENDS_S, ramp_s=60)


def fame_inside(stage: Stage) -> None:
    """Six times as many registered people, who come as fast as they then keep asking."""
    more = round(5 * PEOPLE_A_SLOT * stage.slots)
    stage.people([registered(1_000 + one) for one in range(more)], BEGINS_S, ENDS_S, ramp_s=40)


def all_four(stage: Stage) -> None:
    """Fame, flood, new accounts and ten stolen ones together."""
    for event in (fame, flood, sybil, stolen(10, 0.0)):
        event(stage)


def week(stage: Stage) -> None:
    """Probing, a flood, stolen and new accounts, amplification, half a minute each, while the service is famous."""
    fame(stage)
    old, new = taken_over(50, 0.2), [newcomer(one) for one in range(100)]
    hired = [stranger(2_000 + one, Kind.ATTACKER) for one in range(1000)]
    attack(stage, new, short, 1.0, overload=1, begins_s=60, ends_s=90)
    attack(stage, hired, ordinary(stage.deck), ORDINARY_S, begins_s=90, ends_s=120)
    attack(stage, old + new, long_answer, LONG_S, begins_s=120, ends_s=150)
    attack(stage, old + new + hired[:100], amplified, AMPLIFIED_S, begins_s=150, ends_s=180)


def neighbour(stage: Stage) -> None:
    """A good client at two streams a second, and another valid key of the same network at fifty times that."""
    _good_client(stage)
    stage.programs([_beside("neighbour", Kind.ATTACKER)], short, 100.0, BEGINS_S, ENDS_S)


def thousand_new(stage: Stage) -> None:
    """The same client among a thousand valid new accounts of its network."""
    _good_client(stage)
    place = _beside("client").place
    askers = [newcomer(one, place=place) for one in range(1000)]
    stage.programs(askers, short, 0.2, BEGINS_S, ENDS_S)


def taken_over(number: int, at_home: float) -> list[Asker]:
    """Old accounts in good standing in an attacker's hands."""
    from_home = round(number * at_home)
    return [
        registered(20_000 + one, Kind.ATTACKER, away=None if one < from_home else hired_place(one))
        for one in range(number)
    ]


def _good_client(stage: Stage) -> None:
    stage.programs([_beside("client")], short, 2.0, 0.0, stage.ends_s)


def _beside(name: str, kind: Kind = Kind.REGISTERED) -> Asker:
    """A program of an old account, in the network that it shares with the others of this name."""
    one = registered(30_000, kind)
    identity = replace(one.identity, account_id=name, key_id=f"key-{name}", session_id=None)
    return Asker(kind, identity, one.place)
