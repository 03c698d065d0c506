"""What newcomers do together, held against what a crowd of people would."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passers_by import BROWSER, Street
from seawall.values.verdict import Kind, Share, Verdict
from seawall.values.window import Cluster, Window, window_of
from seawall.verdict.baseline import ENOUGH_WINDOWS
from seawall.verdict.classify import State, classify
from seawall.verdict.estimate import estimate
from seawall.verdict.manner import TRAITS
from seawall.verdict.proportions import FUNNEL, MOST_HONEST, beyond_honest
from seawall.verdict.pull import Pull
from seawall.verdict.pulled import Pulled
from seawall.verdict.weights import leaning_of
from seawall.verdict.words import sentence, turning

FEATURES = st.dictionaries(
    st.sampled_from([*MOST_HONEST, "newcomers", "stay.reading", "logins.failed", "signup.through_page"]),
    st.floats(0, 1),
)
FAR = st.dictionaries(
    st.sampled_from([FUNNEL + name for name in ("failed", "succeeded", "idle", "asked", "wrote")]),
    st.floats(0, 1e5),
)
# Who drives a browser, opens the page with its files and waits like a person.
DISGUISED = {"standing": "stranger", "headers": "browser", "files": "fetched", "pace": "human", "depth": "varied"}


def window(features: Mapping[str, float], *, usual: Mapping[str, float] | None = None, askers: float = 200) -> Window:
    return Window(0.0, 10.0, 1000, askers, {"newcomers": 0.9, **features}, usual or {}, rests_on=30.0)


@given(FEATURES, FAR, FEATURES, FAR, st.floats(0, 1e6), st.floats(0, 1e4))
def test_whatever_is_published_a_part_is_a_part_and_its_worth_is_bounded(
    now: dict[str, float],
    far: dict[str, float],
    usual: dict[str, float],
    usually_far: dict[str, float],
    askers: float,
    rests_on: float,
) -> None:
    shown = Window(0.0, 10.0, 1, askers, now | far, usual | usually_far, rests_on=rests_on)
    for one in beyond_honest(shown).values():
        assert 0 < one.part < 1
        assert isfinite(one.worth)
        assert one.worth <= 6


def test_what_a_crowd_shows_at_most_is_nothing_against_it() -> None:
    assert not beyond_honest(window({name: most / 2 for name, most in MOST_HONEST.items()}))


def test_before_it_is_known_what_is_usual_nothing_is_beyond_it() -> None:
    shown = Window(0.0, 10.0, 1000, 200, {"newcomers": 1.0, "pace.regular": 1.0}, rests_on=ENOUGH_WINDOWS - 1)
    assert not beyond_honest(shown)


def test_what_newcomers_do_here_on_every_day_is_nothing_against_them() -> None:
    shown = {"pace.regular": 0.8, "files.no_page": 0.9}
    assert set(beyond_honest(window(shown))) == {"pace.regular", "files.no_page"}
    assert not beyond_honest(window(shown, usual=shown))


@pytest.mark.parametrize(
    ("stayed", "further", "manner"),
    [
        ("failed", "succeeded", {"logins": "failed"}),
        ("idle", "asked", {"signup": "through_page"}),
        ("wrote", "succeeded", {"letter": "asked"}),
    ],
)
def test_who_gets_no_further_speaks_for_attack_only_where_hardly_anybody_does(
    stayed: str, further: str, manner: dict[str, str]
) -> None:
    shown = {f"{trait}.{level}": 0.8 for trait, level in manner.items()}
    together = beyond_honest(window(shown | {FUNNEL + stayed: 150.0, FUNNEL + further: 2.0}))
    assert leaning_of({**DISGUISED, **manner}, together) > leaning_of({**DISGUISED, **manner}) + 1
    assert not beyond_honest(window(shown | {FUNNEL + stayed: 100.0, FUNNEL + further: 100.0}))


def test_a_flood_of_strangers_says_nothing_of_who_is_at_home() -> None:
    flood = Cluster("", {"headers": "program", "files": "skipped", "depth": "single"}, 5000, 20_000)
    at_home = Cluster("", {**DISGUISED, "standing": "home", "prompts": "templated"}, 40, 200)
    hostile = estimate([flood, at_home], 0.03).hostile
    assert hostile[0] > 0.9
    assert hostile[1] < 0.1


MANNERS = st.fixed_dictionaries({}, optional={trait: st.sampled_from(levels) for trait, levels in TRAITS.items()})


@given(FEATURES, st.lists(MANNERS, min_size=1, max_size=8))
def test_whatever_who_is_at_home_does_together_no_network_of_theirs_is_weighed_down(
    features: dict[str, float], manners: list[dict[str, str]]
) -> None:
    at_home = tuple(Cluster("198.51.0.0/16", {**one, "standing": "home"}, 100, 1e4) for one in manners)
    shown = Window(0.0, 10.0, 1, 500, features, rests_on=30.0, clusters=at_home)
    pulled = Pulled()
    share = Share(0.9, 0.9, 0.9)
    Pull(pulled).follow(shown, Verdict(Kind.ATTACK, 10.0, 10.0, share, share))
    assert not pulled.weights


def comes(street: Street, number: int) -> tuple[str, int]:
    """Opens the page with its files, in a browser."""
    address = f"10.{number % 250}.{number // 250}.77"
    for path in ("/", "/static/a.js", "/api/bootstrap", "/api/auth/me"):
        street.signals.request(address, path, BROWSER, known=False)
    return address, number


def signs_in(street: Street, address: str, status: int) -> None:
    number = street.signals.request(address, "/api/auth/login", BROWSER, known=False)
    street.signals.tried(number, address)
    street.signals.answered(number, "/api/auth/login", status)


@pytest.mark.parametrize(("right", "said"), [(0.02, {Kind.ATTACK}), (0.8, {Kind.SURGE})])
def test_failed_sign_ins_of_many_browsers_are_an_attack_unless_most_succeed(right: float, said: set[Kind]) -> None:
    street = Street()
    street.quiet()
    kinds: list[Kind] = []
    for turn in range(3):
        here = [comes(street, 2000 + 200 * turn + n) for n in range(200)]
        street.passes(4)
        for address, number in here:
            signs_in(street, address, 200 if number % 100 < 100 * right else 401)
        kinds.append(street.window(people=20).kind)
    assert kinds[-1] in said


def test_who_registers_and_goes_on_is_told_from_who_only_registers() -> None:
    street = Street()
    for number in range(2):
        address, _ = comes(street, number)
        asker = street.signals.request(address, "/api/auth/signup", BROWSER, known=False)
        street.signals.answered(asker, "/api/auth/signup", 201)
    street.signals.request("10.0.0.77", "/api/chat", {**BROWSER, b"cookie": b"s=1"}, known=True)
    street.window()
    for _ in range(5):
        street.window()
    features = street.said[-1][0].features
    assert (features[FUNNEL + "asked"], features[FUNNEL + "idle"]) == (1.0, 1.0)


def test_dear_questions_of_an_attack_do_not_become_usual() -> None:
    street = Street()
    street.quiet()
    before = street.signals.usual_ms
    for _ in range(5):
        number = street.signals.request("10.0.0.7", "/api/chat", {**BROWSER, b"cookie": b"session=0"}, known=True)
        for _ in range(50):
            street.signals.asked(number, "write a very long answer to this question and do not stop", 90_000.0, "home")
        assert street.window(people=20, bots=300).kind is Kind.ATTACK
    assert street.signals.usual_ms == pytest.approx(before, rel=0.05)


def test_windows_of_before_still_lead_to_a_verdict() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, bots=200)
    told = street.said[-1][0].told()
    told["features"] = {name: value for name, value in told["features"].items() if not name.startswith(FUNNEL)}
    for one in told["clusters"]:
        if "leaning" in one["manner"]:
            one["manner"].pop("standing", None)
    assert classify(State(), window_of(told))[1].kind is Kind.ATTACK


def test_a_finding_of_proportions_is_told_with_its_numbers_and_what_would_turn_it() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, bots=200)
    verdict = street.window(people=20, bots=200)
    told = [one for one in verdict.evidence if one.name.startswith("beyond.")]
    assert told
    assert "of a crowd of people at most" in sentence(told[0])
    assert turning(next(one for one in verdict.would_change if one.name.startswith("beyond."))).startswith("If no more")


def test_no_usual_figure_is_made_up_where_none_is_known_yet() -> None:
    street = Street()
    street.window(people=5)
    for one in street.lookout.verdict.evidence:
        assert "usual" not in one.numbers
        assert "not known yet" in sentence(one)
        assert "尚不清楚" in sentence(one, "zh")
    street.quiet()
    street.window(people=20, bots=200)
    assert any("usual" in one.numbers for one in street.lookout.verdict.evidence)


def test_a_quiet_hour_is_not_told_with_wide_intervals() -> None:
    street = Street()
    street.quiet(people=4)
    verdict = street.window(people=4)
    assert verdict.kind is Kind.NORMAL
    assert verdict.attack.high - verdict.attack.low < 0.15
    assert verdict.surge.high - verdict.surge.low < 0.15
