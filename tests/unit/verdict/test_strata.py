"""Who is judged apart from whom."""

from __future__ import annotations

import pytest

from seawall.values.window import Cluster, Window
from seawall.verdict.estimate import estimate
from seawall.verdict.proportions import beyond_honest
from seawall.verdict.strata import PURPOSE, purpose_of, stratum_of
from seawall.verdict.weights import LEANING

READER = {"standing": "stranger", "headers": "browser", "files": "fetched", "pace": "human", "depth": "varied"}


@pytest.mark.parametrize(
    ("manner", "purpose"),
    [
        ({"logins": "failed", "prompts": "own"}, "signing_in"),
        ({"letter": "asked"}, "signing_in"),
        ({"puzzle": "solved"}, "joining"),
        ({"prompts": "own"}, "asking"),
        ({"errand": "uploads"}, "elsewhere"),
        ({"answers": "misses"}, "elsewhere"),
        (READER, "reading"),
        ({LEANING: "3", PURPOSE: "joining"}, "joining"),
    ],
)
def test_what_somebody_is_here_for_is_told_by_what_is_done(manner: dict[str, str], purpose: str) -> None:
    assert purpose_of(manner) == purpose
    assert stratum_of(manner | {"standing": "home"}) == (True, purpose)


def test_a_hundred_readers_do_not_hide_who_guesses_passwords() -> None:
    readers = Cluster("", READER, 300, 1500)
    guessing = {LEANING: "3"}
    hidden = estimate([readers, Cluster("", guessing | {PURPOSE: "reading"}, 20, 60)], 0.03)
    apart = estimate([readers, Cluster("", guessing | {PURPOSE: "signing_in"}, 20, 60)], 0.03)
    assert hidden.hostile[1] < 0.2
    assert apart.hostile[1] > 0.8
    assert apart.hostile[0] < 0.01


def test_a_handful_of_odd_askers_is_no_attack() -> None:
    few = estimate([Cluster("", {LEANING: "2", PURPOSE: "elsewhere"}, 2, 6)], 0.03)
    many = estimate([Cluster("", {LEANING: "2", PURPOSE: "elsewhere"}, 40, 120)], 0.03)
    assert few.share < 0.5
    assert many.share > 0.9


def test_a_flood_does_not_make_its_neighbours_suspect() -> None:
    flood = Cluster("", {LEANING: "4", PURPOSE: "reading"}, 10_000, 10_000)
    people = Cluster("", {LEANING: "-4", PURPOSE: "reading"}, 60, 300)
    assert estimate([flood, people], 0.03).hostile[1] < 0.3


def test_one_asker_who_stands_for_sixteen_is_chance_and_not_sixteen_deeds() -> None:
    features = {"newcomers": 0.5, "home.headers.program": 0.16}
    seen = Window(0, 10, 400, 200, features, {}, rests_on=30)
    sampled = Window(0, 10, 400, 200, features, {}, rests_on=30, looked_at=1 / 16)
    assert "home.headers.program" in beyond_honest(seen)
    assert not beyond_honest(sampled)


def test_a_forged_part_that_was_looked_at_divides_by_nothing() -> None:
    assert not beyond_honest(Window(0, 10, 4, 20, {"newcomers": 1.0, "answers.misses": 1.0}, {}, 30, looked_at=0.0))
