"""Guessing: slowed down where it comes from, and nowhere else."""

from __future__ import annotations

from seawall.accounts.passwords.throttle import LOOKS_OF_ALL, LOOKS_OF_ONE, PER_ACCOUNT, PER_NETWORK, Throttle
from seawall.values.refusal import Reason
from settable_clock import SettableClock


def test_wrong_guesses_run_out_and_come_back_with_time() -> None:
    clock = SettableClock()
    throttle = Throttle(clock=clock)
    for _ in range(int(PER_ACCOUNT.burst)):
        assert throttle.take("ada", "here") is None
    refusal = throttle.take("ada", "here")
    assert refusal is not None
    assert refusal.reason is Reason.TOO_MANY_ATTEMPTS
    assert refusal.retry_after_s == PER_ACCOUNT.refill_s
    clock.advance(PER_ACCOUNT.refill_s)
    assert throttle.take("ada", "here") is None
    assert throttle.take("ada", "here") is not None


def test_guessing_elsewhere_locks_nobody_out() -> None:
    throttle = Throttle(clock=SettableClock())
    while throttle.take("ada", "attacker") is None:
        pass
    assert throttle.take("ada", "home") is None


def test_right_passwords_cost_nothing() -> None:
    throttle = Throttle(clock=SettableClock())
    for _ in range(500):
        assert throttle.take("ada", "here") is None
        throttle.give_back("ada", "here")


def test_one_password_tried_on_many_accounts_runs_out_too() -> None:
    throttle = Throttle(clock=SettableClock())
    taken = sum(throttle.take(f"account-{number}", "here") is None for number in range(500))
    assert taken == PER_NETWORK.burst


def test_a_refused_guess_costs_nothing_more() -> None:
    clock = SettableClock()
    throttle = Throttle(clock=clock)
    for _ in range(100):
        throttle.take("ada", "here")
    clock.advance(PER_ACCOUNT.refill_s)
    assert throttle.take("ada", "here") is None


def test_one_network_makes_us_look_up_only_so_much_and_leaves_room_for_others() -> None:
    clock = SettableClock()
    throttle = Throttle(clock=clock)
    assert [throttle.may_look("attacker") for _ in range(1000)].count(True) == LOOKS_OF_ONE.burst
    assert throttle.may_look("home")
    clock.advance(LOOKS_OF_ONE.refill_s)
    assert throttle.may_look("attacker")


def test_all_networks_together_make_us_look_up_only_so_much() -> None:
    throttle = Throttle(clock=SettableClock())
    assert sum(throttle.may_look(f"network {number}") for number in range(5000)) == LOOKS_OF_ALL.burst


def test_looks_take_nothing_from_guesses() -> None:
    throttle = Throttle(clock=SettableClock())
    while throttle.may_look("here"):
        pass
    assert throttle.take("ada", "here") is None
