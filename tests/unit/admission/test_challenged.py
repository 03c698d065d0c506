"""Who has solved a puzzle where operators challenge a network, for how long, and for whom."""

from __future__ import annotations

from seawall.admission.challenged import SHOWN_S, Challenged
from seawall.values.arrival import Place
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock

CAFE, HOTEL = Place("203.0.113.7"), Place("198.51.100.7")


def challenged(clock: SettableClock, most: int = 100) -> Challenged:
    return Challenged(lambda address: address.startswith("203.0.113."), clock=clock, most=most)


def asked(who: Refusal | None) -> bool:
    assert who is None or who.reason is Reason.CHALLENGE_REQUIRED
    return who is not None


def test_a_puzzle_lets_one_account_in_from_one_network_for_a_sitting():
    clock = SettableClock()
    house = challenged(clock)
    assert asked(house.objection("ann", CAFE))
    assert not asked(house.objection("ann", HOTEL))
    house.solved("ann", CAFE)
    assert not asked(house.objection("ann", Place("203.0.113.200")))
    assert asked(house.objection("bob", CAFE))
    clock.advance(SHOWN_S)
    assert asked(house.objection("ann", CAFE))


def test_what_is_remembered_is_bounded_and_who_is_pushed_out_solves_another():
    house = challenged(SettableClock(), most=2)
    for name in ("ann", "bob", "cyd"):
        house.solved(name, CAFE)
    assert [asked(house.objection(name, CAFE)) for name in ("ann", "bob", "cyd")] == [True, False, False]
