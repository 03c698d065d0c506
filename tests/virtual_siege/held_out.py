"""Mixes that the shield was not tuned on: other lengths, onsets, company and engines. Knows events; plays none."""

from __future__ import annotations

from stub_engine import Pace
from virtual_siege.askers import Kind, newcomer, registered, stranger
from virtual_siege.behaviour import Stage
from virtual_siege.events import (
    BEGINS_S,
    CACHE_BUSTING_S,
    ENDS_S,
    LONG_S,
    ORDINARY_S,
    OVERLOAD,
    PEOPLE_A_SLOT,
    amplify,
    attack,
    fame,
    pulse,
    stolen,
    taken_over,
)
from virtual_siege.mixes import Mix
from virtual_siege.wordings import cache_busting, long_answer, ordinary, short, template


def creeping(stage: Stage) -> None:
    """Sixty stolen accounts, a third of them at home, that come one by one and ask what people ask."""
    attack(stage, taken_over(60, 1 / 3), ordinary(stage.deck), ORDINARY_S, overload=8, ramp_s=ENDS_S - BEGINS_S)


def drumming(stage: Stage) -> None:
    """Small pulses every eleven seconds from sixty stolen accounts, a third of them at home, in the middle of fame."""
    fame(stage)
    accounts = taken_over(60, 1 / 3)
    for beat in range(int((ENDS_S - BEGINS_S) / 11)):
        few = [accounts[(7 * beat + one) % 60] for one in range(stage.slots)]
        stage.at_once(few, long_answer, BEGINS_S + 11 * beat)


def solvers(stage: Stage) -> None:
    """Five hundred strangers who have the challenges solved for them, and new accounts beside."""
    hired = [stranger(1_000 + one, Kind.ATTACKER).having_solved() for one in range(500)]
    attack(stage, hired, long_answer, LONG_S)
    attack(stage, [newcomer(one) for one in range(60)], ordinary(stage.deck), ORDINARY_S, overload=OVERLOAD / 2)


def owners_there(stage: Stage) -> None:
    """The accounts of every eighth registered person are used by somebody else too, from elsewhere."""
    people = round(46 * stage.slots / 16)
    thieves = [registered(one, Kind.ATTACKER, away=taken_over(people, 0.0)[one].place) for one in range(0, people, 8)]
    attack(stage, thieves, long_answer, LONG_S)


def sleepers(stage: Stage) -> None:
    """Thirty stolen accounts at home that chat a little first, then ask for long answers, a handful at uneven times."""
    accounts = taken_over(30, 1.0)
    stage.programs(accounts, short, 1 / 40, 0.0, BEGINS_S)
    for moment_s in (63, 70, 71, 88, 103, 104, 105, 131, 149, 160):
        few = stage.random.sample(accounts, 12)
        stage.at_once(few, long_answer, float(moment_s))


def readers(stage: Stage) -> None:
    """A dozen old accounts at home, and thirty away, that have long prompts read for short answers."""
    attack(stage, taken_over(42, 2 / 7), cache_busting, CACHE_BUSTING_S, overload=OVERLOAD / 3)


def lunch(stage: Stage) -> None:
    """Nearly twice as many registered people as usual within a minute, and as many honest strangers as the engine
    takes twice; among them twenty accounts at home that harvest as slowly as people ask."""
    more = round(0.8 * PEOPLE_A_SLOT * stage.slots)
    stage.people([registered(1_000 + one) for one in range(more)], BEGINS_S, ENDS_S, ramp_s=50)
    stage.people([stranger(1_000 + one) for one in range(15 * stage.slots)], BEGINS_S, ENDS_S, ramp_s=30)
    stage.programs([registered(10_000 + one, Kind.ATTACKER) for one in range(20)], template, 1 / 30, BEGINS_S, ENDS_S)


HELD_OUT: dict[str, Mix] = {
    mix.name: mix
    for mix in (
        Mix("creeping", creeping),
        Mix("drumming-8", drumming, Pace(slots=8)),
        Mix("solvers-64", solvers, Pace(slots=64)),
        Mix("owners-there", owners_there),
        Mix("stolen-100-fifth-at-home-4", stolen(100, 0.2), Pace(slots=4)),
        Mix("amplify-4", amplify, Pace(slots=4)),
        Mix("pulse-at-home-64", pulse(1.0), Pace(slots=64)),
        Mix("sleepers", sleepers),
        Mix("readers-24", readers, Pace(slots=24)),
        Mix("lunch-12", lunch, Pace(slots=12)),
    )
}
