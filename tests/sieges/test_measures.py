"""How a siege is measured: nobody who was kept waiting or refused is left out, and a seed is a course."""

from __future__ import annotations

import math

import pytest

from seawall.values.refusal import Reason, Refusal
from virtual_siege.askers import Kind
from virtual_siege.house import Asked
from virtual_siege.measures import measure, p95, served
from virtual_siege.mixes import MIXES
from virtual_siege.run import play


def asked(at_s: float, first_token_s: float | None) -> Asked:
    return Asked(Kind.REGISTERED, "C1", at_s, first_token_s)


def test_who_was_refused_or_waited_too_long_counts_as_not_served() -> None:
    refused = asked(1.0, None)
    refused.refusal = Refusal(Reason.NO_ROOM, "No.")
    assert served([asked(0.0, 4.9), asked(0.0, 5.1), refused, asked(2.0, 3.0)]) == 0.5


def test_who_was_never_answered_waited_without_end() -> None:
    waits = [one.waited_s for one in [asked(0.0, 1.0)] * 18 + [asked(0.0, None)] * 2]
    assert math.isinf(p95(waits))
    assert p95([1.0] * 19 + [math.inf]) == 1.0


@pytest.mark.parametrize("name", ["pulse", "stolen-10"])
def test_the_same_seed_takes_the_same_course(name: str) -> None:
    first, second = (play(MIXES[name], 7, slots=4) for _ in range(2))
    assert [(one.asked_s, one.first_token_s) for one in first.asked] == [
        (one.asked_s, one.first_token_s) for one in second.asked
    ]
    assert str(measure([first])) == str(measure([second]))


def test_another_seed_takes_another_course() -> None:
    first, second = (play(MIXES["pulse"], seed, slots=4) for seed in range(2))
    assert [one.asked_s for one in first.asked] != [one.asked_s for one in second.asked]
