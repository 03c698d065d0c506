"""What is said of quiet minutes, crowds and floods, window after window."""

from __future__ import annotations

import json

from passers_by import PROGRAM, Street
from seawall.values.verdict import Kind
from seawall.values.window import window_of
from seawall.verdict.classify import ATTACK_BOUND, MOST_SUM, State, classify, replay, state_of


def test_a_service_that_knows_nothing_yet_does_not_call_a_crowd_by_a_name() -> None:
    assert Street().window(people=100).kind is Kind.UNCLEAR


def test_a_few_people_are_an_ordinary_hour_from_the_first_window_on() -> None:
    assert Street().window(people=5).kind is Kind.NORMAL


def test_nothing_at_all_is_an_ordinary_hour() -> None:
    street = Street()
    street.quiet()
    assert street.window().kind is Kind.NORMAL


def test_many_who_behave_as_people_are_a_surge() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, newcomers=150)
    verdict = street.window(people=20, newcomers=150)
    assert verdict.kind is Kind.SURGE
    assert verdict.attack.middle < 0.05
    assert verdict.surge.low <= 150 * 5 / (150 * 5 + 20 * 6) <= verdict.surge.high


def test_many_who_behave_as_programs_are_an_attack_within_two_windows() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, bots=200)
    verdict = street.window(people=20, bots=200)
    assert verdict.kind is Kind.ATTACK
    truly = 400 / (400 + 20 * 6)
    assert verdict.attack.low <= truly <= verdict.attack.high


def test_both_at_once_are_told_as_both_with_a_share_of_each() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, newcomers=150, bots=200)
    verdict = street.window(people=20, newcomers=150, bots=200)
    assert verdict.kind is Kind.BOTH
    assert verdict.attack.middle > 0.2
    assert verdict.surge.middle > 0.2


def test_a_handful_of_knockers_as_every_day_brings_is_no_attack() -> None:
    street = Street()
    street.quiet()
    assert {street.window(people=20, bots=1).kind for _ in range(10)} == {Kind.NORMAL}


def test_a_developer_who_tries_the_api_in_a_loop_is_no_attack() -> None:
    street = Street()
    for window in range(30):
        for _ in range(30):
            number = street.signals.request("127.0.0.1", "/v1/chat/completions", PROGRAM, known=True)
            street.signals.asked(number, "say something in a few words about the weather today", 500, "away")
            street.passes(0.3)
        street.passes(1.1)
        street.lookout.look()
        assert street.lookout.verdict.kind is Kind.NORMAL, window
    assert street.pulled.pressure == 0.0


def test_a_service_that_only_programs_use_is_not_under_attack_every_day() -> None:
    street = Street()
    for _ in range(40):
        for number in range(15):
            asker = street.signals.request(
                f"10.0.{number}.1", "/v1/messages", {**PROGRAM, b"x-api-key": b"%d" % number}, known=True
            )
            street.signals.asked(asker, f"line {number} of the long list that has to be read today", 500, "away")
        street.window()
    assert street.lookout.verdict.kind is Kind.NORMAL


def test_an_attack_that_is_over_is_not_told_for_long() -> None:
    street = Street()
    street.quiet()
    for _ in range(30):
        street.window(people=20, bots=200)
    later = [street.window(people=20).kind for _ in range(3)]
    assert later[-1] is Kind.NORMAL


def test_three_quiet_windows_undo_what_a_siege_of_any_length_has_summed_up() -> None:
    street = Street()
    street.quiet()
    for _ in range(30):
        street.window(people=20, bots=200)
    state = _state_before(street)
    assert ATTACK_BOUND < state.attack_sum <= MOST_SUM * ATTACK_BOUND
    for _ in range(4):
        street.window(people=20)
    assert _state_before(street).attack_sum < 0.1 * ATTACK_BOUND


def _state_before(street: Street) -> State:
    said = street.lookout.said
    assert said is not None
    return said.before


def test_since_when_is_kept_while_the_same_is_said() -> None:
    street = Street()
    street.quiet()
    began_s = street.window(people=20, bots=200).since_s
    street.window(people=20, bots=200)
    assert street.window(people=20, bots=200).since_s in (began_s, began_s + 10)


def test_a_stranger_finds_the_same_verdicts_from_the_published_windows() -> None:
    street = Street()
    street.quiet()
    for _ in range(4):
        street.window(people=20, newcomers=30, bots=60)
    published = json.loads(json.dumps([window.told() for window, _ in street.said]))
    assert replay(State(), [window_of(told) for told in published]) == replay(State(), [one for one, _ in street.said])
    found = [verdict.kind for verdict in replay(State(), [window_of(told) for told in published])]
    assert found == [verdict.kind for _, verdict in street.said]


def test_the_state_before_a_window_can_be_published_too() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, bots=100)
    street.window(people=20, bots=100)
    said = street.lookout.said
    assert said is not None
    state = state_of(json.loads(json.dumps(said.before.told())))
    assert classify(state, said.window)[1] == said.verdict


def test_evidence_names_what_the_flood_does_and_how_often_that_is_usual() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, bots=200)
    verdict = street.window(people=20, bots=200)
    named = {one.name: one for one in verdict.evidence}
    assert named["headers.program"].weight > 0
    assert named["headers.program"].numbers["now"] > 0.8
    assert named["headers.program"].numbers["usual"] < 0.1


def test_a_verdict_says_what_would_turn_it() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, bots=200)
    attack = street.window(people=20, bots=200)
    assert "files.fetched" in {one.name for one in attack.would_change}
    for one in attack.would_change:
        now = one.numbers["now"]
        assert one.numbers.get("needed", 1.0) > now > one.numbers.get("most", -1.0)
