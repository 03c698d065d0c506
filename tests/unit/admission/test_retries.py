"""Coming back when one was told to costs nothing, coming back too early costs double, and only so often."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.admission.retries import AT_FIRST, MOST_SAVED, Retries, Try
from settable_clock import SettableClock


def test_who_comes_back_at_the_time_named_pays_nothing_a_second_time():
    clock = SettableClock()
    retries = Retries(share=0.2, clock=clock)
    retries.told("ann", 10)
    clock.advance(10)
    assert retries.take("ann") is Try.AWAITED
    assert retries.take("ann") is Try.NEW
    assert (Try.AWAITED.weight, Try.NEW.weight, Try.EARLY.weight) == (0, 1, 2)


def test_who_comes_back_too_early_pays_double_and_is_refused_in_the_end():
    clock = SettableClock()
    retries = Retries(share=0.2, clock=clock)
    seen: list[Try] = []
    for _ in range(5):
        retries.told("ann", 100)
        seen.append(retries.take("ann"))
    assert seen == [Try.EARLY] * int(AT_FIRST) + [Try.TOO_EARLY] * 2
    assert retries.is_too_early("ann")
    assert retries.remaining_s("ann") == 100
    clock.advance(100)
    assert retries.take("ann") is Try.AWAITED


def test_one_askers_refusals_are_nothing_to_another():
    retries = Retries(share=0.2, clock=SettableClock())
    retries.told("ann", 100)
    assert retries.take("ben") is Try.NEW
    assert not retries.is_too_early("ben")


def test_what_was_owed_is_forgotten_in_time():
    clock = SettableClock()
    retries = Retries(share=0.2, clock=clock)
    retries.told("ann", 1)
    clock.advance(10_000)
    assert retries.take("ann") is Try.NEW


@given(st.lists(st.booleans(), max_size=400))
def test_early_tries_are_a_fifth_of_the_new_ones_at_most(refusals: list[bool]):
    retries = Retries(share=0.2, clock=SettableClock())
    seen: list[Try] = []
    for refused in refusals:
        seen.append(retries.take("ann"))
        if refused and seen[-1] is not Try.TOO_EARLY:
            retries.told("ann", 100)
    assert seen.count(Try.EARLY) <= AT_FIRST + 0.2 * seen.count(Try.NEW)
    assert seen.count(Try.EARLY) <= AT_FIRST + MOST_SAVED or len(seen) > 50
