"""Who need not come: closes fast, opens slowly, and for an hour it is always the same ones who are in."""

from __future__ import annotations

from random import Random

from queue_turns import C1, C2, C3, C4
from seawall.scheduling.threshold import DRAW_S, Publisher
from seawall.values.load import level_of
from seawall.values.ticket import ServiceClass

QUIET = dict.fromkeys(ServiceClass, 0.0)
FULL = dict.fromkeys(ServiceClass, 100.0)


class Published:
    def __init__(self) -> None:
        self.publisher = Publisher(60.0, Random(1))
        self.now_s = 0.0

    def run(self, seconds: float, *refused: ServiceClass, waits_s: dict[ServiceClass, float] = QUIET) -> None:
        for _ in range(int(seconds * 4)):
            self.now_s += 0.25
            for one in refused:
                if self.publisher.threshold.admits(one, f"account-{self.now_s}"):
                    self.publisher.arrived(one)
                    self.publisher.refused(one)
            self.publisher.publish(waits_s, self.now_s, 0.25)


def test_it_is_open_on_a_quiet_day():
    published = Published()
    published.run(60)
    assert published.publisher.threshold.is_open


def test_it_closes_from_below_within_half_a_minute_and_never_on_c1():
    published = Published()
    published.run(30, *ServiceClass, waits_s=FULL)
    threshold = published.publisher.threshold
    assert threshold.admits(C1, "ann")
    assert not threshold.admits(C2, "new")
    assert not threshold.admits(C4, "guest")


def test_classes_above_those_refused_stay_open():
    published = Published()
    published.run(30, C4, waits_s=QUIET | {C4: 100.0})
    threshold = published.publisher.threshold
    assert threshold.admits(C3, "guest")
    assert threshold.rank >= C3.rank


def test_a_shut_class_whose_last_are_refused_closes_none_above_it():
    published = Published()
    publisher = published.publisher
    for _ in range(200):
        # They were on their way when it closed, so they come to the queue all the same.
        publisher.arrived(C2)
        publisher.refused(C2)
        published.run(0.25)
    assert all(publisher.threshold.admits(ServiceClass.C1B, f"account-{one}") for one in range(100))
    assert not publisher.threshold.admits(C2, "new")


def test_it_opens_slowly_and_wholly():
    published = Published()
    published.run(30, *ServiceClass, waits_s=FULL)
    published.run(10)
    assert not published.publisher.threshold.is_open
    published.run(120)
    assert published.publisher.threshold.is_open


def test_it_does_not_move_while_a_class_is_full_but_not_hopeless():
    published = Published()
    published.run(2, C4, waits_s=FULL)
    before = published.publisher.threshold
    published.run(20, waits_s=FULL)
    assert published.publisher.threshold == before
    assert not before.is_open


def test_the_same_ones_are_in_for_an_hour_and_others_in_the_next():
    published = Published()
    published.run(2, C4, waits_s=FULL)
    first = published.publisher.threshold
    inside = {name for name in map(str, range(1000)) if first.admits(C4, name)}
    assert abs(len(inside) / 1000 - first.level) < 0.06
    published.run(10, waits_s=FULL)
    assert {name for name in map(str, range(1000)) if published.publisher.threshold.admits(C4, name)} == inside
    published.now_s += DRAW_S
    published.run(0.25, waits_s=FULL)
    assert level_of("ann", first.salt) != level_of("ann", published.publisher.threshold.salt)
