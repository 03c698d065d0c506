"""What is made of a run's samples, and what is promised of it."""

from __future__ import annotations

from collections import Counter
from math import inf

import pytest

from seawall.siege.measures import measure
from seawall.siege.mixes import all_mixes
from seawall.siege.promises import Verdict, judge
from seawall.siege.results import Result, buckets_of
from seawall.siege.samples import Look, Part, Tally
from siege_runs import asked, run_of, steady

QUIET = steady(0, 10)


def verdicts(*runs: object, mix: str = "fame") -> dict[str, Verdict]:
    judged = judge(all_mixes()[mix], [measure(run) for run in runs])  # pyright: ignore[reportArgumentType]
    return {one.promise.name: one.verdict for one in judged}


def test_the_first_half_of_an_event_is_told_apart_from_the_rest() -> None:
    found = measure(run_of(*QUIET, *steady(10, 20, None), *steady(20, 30)))
    assert (found.success_first, found.success_later) == (0.0, 1.0)


def test_a_refused_request_makes_no_percentile_better() -> None:
    few_refused = [asked(10 + number / 2, None if number % 10 == 0 else 0.1) for number in range(20)]
    assert measure(run_of(*QUIET, *few_refused)).first_token_first == inf


def test_times_are_against_the_same_doors_quiet_time() -> None:
    found = measure(run_of(*QUIET, *steady(10, 20, 0.3)))
    assert found.first_token_first == pytest.approx(3.0)


def test_what_a_look_at_the_status_page_waited_for_is_told_of_quiet_and_event() -> None:
    calm = steady(0, 10, None, part=Part.STATUS, served=True, behind_s=0.001)
    pressed = steady(10, 30, None, part=Part.STATUS, served=True, behind_s=0.004)
    found = measure(run_of(*calm, *pressed))
    assert (found.status_behind_quiet_s, found.status_behind_s) == (0.001, 0.004)
    unseen = measure(run_of(*steady(0, 30, None, part=Part.STATUS)))
    assert (unseen.status_behind_quiet_s, unseen.status_behind_s) == (None, None)


def test_too_few_requests_tell_nothing() -> None:
    found = measure(run_of(*QUIET[:5], *steady(10, 20)))
    assert found.first_token_first is None
    assert verdicts(run_of(*QUIET[:5], *steady(10, 20)))["first token p95, first minute"] is Verdict.NOT_MEASURABLE


def test_every_registered_request_counts_whatever_class_it_was_moved_to() -> None:
    moved = steady(10, 20, None, service_class="C2")
    assert measure(run_of(*QUIET, *moved)).success_first == 0.0


def test_a_promise_is_kept_only_where_each_seed_keeps_it() -> None:
    good = run_of(*QUIET, *steady(10, 20), *steady(20, 30))
    bad = run_of(*QUIET, *steady(10, 20), *steady(20, 30, None))
    assert verdicts(good, good)["success, afterwards"] is Verdict.KEPT
    assert verdicts(good, good, good, bad)["success, afterwards"] is Verdict.NOT_KEPT


def test_where_no_door_can_keep_a_promise_the_reached_is_told() -> None:
    bad = run_of(*QUIET, *steady(10, 20, None), *steady(20, 30, None))
    assert verdicts(bad, mix="fame-inside")["success, afterwards"] is Verdict.REACHED
    assert Result.of("door", all_mixes()["fame-inside"], [bad]).broken == 0


def test_a_stranger_told_the_truth_was_not_blocked() -> None:
    told = steady(10, 30, None, part=Part.STRANGER, told_to_wait=True)
    blamed = steady(10, 30, None, part=Part.STRANGER, status=429)
    assert measure(run_of(*QUIET, *told)).strangers_blamed == 0.0
    assert measure(run_of(*QUIET, *told, *blamed)).strangers_blamed == 0.5


def test_only_fame_promises_anything_to_strangers() -> None:
    assert "strangers wrongly blocked" in verdicts(run_of(*QUIET))
    assert "strangers wrongly blocked" not in verdicts(run_of(*QUIET), mix="pulse")


def test_work_is_told_by_whose_it_was() -> None:
    looks = [
        Look(at_s=10.0, work_ms={"registered": 1000.0, "attacker": 500.0}),
        Look(at_s=30.0, work_ms={"registered": 4000.0, "attacker": 1500.0}),
    ]
    assert measure(run_of(*QUIET, looks=looks)).legitimate_work == pytest.approx(0.75)


def test_recovery_lasts_until_people_are_served_as_before() -> None:
    after = [*steady(30, 34, None), *steady(34, 42)]
    assert measure(run_of(*QUIET, *after)).recovery_s == pytest.approx(4.0)
    assert measure(run_of(*QUIET, *steady(30, 42))).recovery_s == 0.0


def test_a_refusal_costs_what_the_doors_processor_did_in_the_event() -> None:
    tally = Tally({3: Counter(refused=600)})
    looks = [Look(at_s=10.0, cpu_s=1.0), Look(at_s=30.0, cpu_s=4.0)]
    assert measure(run_of(*QUIET, tally=tally, looks=looks)).refusals_per_core_s == pytest.approx(200)


def test_the_page_counts_each_request_once() -> None:
    run = run_of(*QUIET, *steady(10, 20, None), tally=Tally({0: Counter(refused=5, cut=2, served=1)}))
    counts = sum((Counter(bucket.counts) for bucket in buckets_of(run)), Counter[str]())
    assert counts == {
        "registered served": 20,
        "registered refused": 20,
        "attacker served": 1,
        "attacker refused": 7,
    }


def test_the_week_is_given_more_time_for_a_first_token() -> None:
    slower = run_of(*QUIET, *steady(10, 20, 0.2), *steady(20, 30, 0.2))
    assert verdicts(slower, mix="week")["first token p95, afterwards"] is Verdict.KEPT
    assert verdicts(slower, mix="pulse")["first token p95, afterwards"] is Verdict.NOT_KEPT


def test_a_tally_survives_the_way_between_processes() -> None:
    tally = Tally()
    tally.count(1.5, "refused", 429)
    assert Tally.from_json(tally.to_json()) == tally
