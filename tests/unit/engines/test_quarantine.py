"""Who is kept from the engine after its deaths."""

from __future__ import annotations

import asyncio

import pytest

from seawall.engines.port import Quarantined
from seawall.engines.quarantine import AFTERGLOW_S, Quarantine
from seawall.values.question import Question
from settable_clock import SettableClock


def question(text: str) -> Question:
    return Question("m", {"messages": [{"role": "user", "content": text}]}, 10)


def die_with(quarantine: Quarantine, *texts: str) -> None:
    watches = [quarantine.watching(question(text)).__enter__() for text in texts]
    quarantine.died()
    for watch in watches:
        watch.__exit__(None)


def test_one_death_makes_a_suspect_and_two_a_prisoner() -> None:
    quarantine = Quarantine(clock=SettableClock())
    die_with(quarantine, "bad")
    quarantine.check(question("bad"))
    assert quarantine.is_suspect(question("bad"))
    assert not quarantine.is_suspect(question("good"))
    die_with(quarantine, "bad")
    with pytest.raises(Quarantined):
        quarantine.check(question("bad"))


def test_two_askings_of_one_question_at_one_death_count_once() -> None:
    quarantine = Quarantine(clock=SettableClock())
    die_with(quarantine, "bad", "bad")
    quarantine.check(question("bad"))


def test_a_question_that_was_answered_is_cleared() -> None:
    quarantine = Quarantine(clock=SettableClock())
    die_with(quarantine, "good")
    with quarantine.watching(question("good")) as watch:
        watch.answered = True
    assert not quarantine.is_suspect(question("good"))


def test_quarantine_expires() -> None:
    clock = SettableClock()
    quarantine = Quarantine(clock=clock, expiry_s=60)
    die_with(quarantine, "bad")
    die_with(quarantine, "bad")
    clock.advance(60)
    quarantine.check(question("bad"))
    assert not quarantine.is_suspect(question("bad"))


@pytest.mark.parametrize(("later_s", "caught"), [(AFTERGLOW_S - 1, True), (AFTERGLOW_S + 1, False)])
def test_an_asker_who_leaves_just_before_the_death_does_not_get_away(later_s: float, caught: bool) -> None:
    clock = SettableClock()
    quarantine = Quarantine(clock=clock)
    with pytest.raises(asyncio.CancelledError), quarantine.watching(question("hit and run")):
        raise asyncio.CancelledError
    clock.advance(later_s)
    quarantine.died()
    assert quarantine.is_suspect(question("hit and run")) is caught


def test_what_failed_by_itself_before_is_not_blamed_for_a_later_death() -> None:
    quarantine = Quarantine(clock=SettableClock())
    with pytest.raises(ValueError, match="other"), quarantine.watching(question("unlucky")):
        raise ValueError("other")
    quarantine.died()
    assert not quarantine.is_suspect(question("unlucky"))


def test_its_memory_is_bounded_and_forgets_the_oldest() -> None:
    quarantine = Quarantine(clock=SettableClock(), most_marks=3)
    for number in range(5):
        die_with(quarantine, str(number))
    assert [quarantine.is_suspect(question(str(number))) for number in range(5)] == [False, False, True, True, True]
