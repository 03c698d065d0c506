"""The bridge's instruments and costs, by a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from seawall.engines.port import EngineReport
from seawall.observing.metrics import Metrics
from seawall.operating.bridge.cost import Costs, Rates
from seawall.operating.bridge.instruments import LISTENERS, POINTS, TICK_S, Instruments, Sources
from seawall.records.port import RecordsReport
from seawall.values.load import ClassLoad, Load
from seawall.values.ticket import ServiceClass
from settable_clock import SettableClock

HEALTHY = RecordsReport(healthy=True, lag_s=0.0, waiting=0, commits=0, changes=0, trouble=None)


class House:
    """Instruments over real metrics, and what the test says of the rest."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.metrics = Metrics()
        self.let_in = 0.0
        self.instruments = Instruments(
            Sources(
                totals=self.metrics.totals,
                load=lambda: Load({ServiceClass.C1: ClassLoad(waiting=3, held=2)}, slots=4),
                engine=lambda: EngineReport("echo", ready=True, slots=4, in_flight=2),
                records=lambda: HEALTHY,
                shield=lambda: {"posture": "normal", "pressure": {"queue": 0.5}},
                entrance=self._entrance,
                promise_s=5.0,
                rates=Rates(per_hour=2.0),
                more={"verdict": lambda: "normal"},
            ),
            unix_time=self.clock,
        )

    def tick(self) -> None:
        self.clock.now_s += TICK_S
        self.instruments.look()

    def _entrance(self) -> Iterable[tuple[str, str, str, float]]:
        yield "counter", "seawall_signups_let_in", "", self.let_in
        yield "gauge", "seawall_waiting_room", "", 7.0


def test_rates_are_of_the_last_ten_seconds_and_what_people_felt_is_of_the_last_minute():
    house = House()
    house.tick()
    for _ in range(20):
        house.metrics.answered("C1", "chat", "complete")
    house.metrics.answered("C1", "chat", "no_room")
    house.tick()
    row = next(one for one in house.instruments.reading["classes"] if one["class"] == "C1")
    assert (row["asked_per_s"], row["served_per_s"], row["refused_per_s"]) == (10.5, 10.0, 0.5)
    assert (row["waiting"], row["held"]) == (3, 2)

    for _ in range(10):
        house.tick()

    reading = house.instruments.reading
    assert next(one for one in reading["classes"] if one["class"] == "C1")["asked_per_s"] == 0
    assert reading["promise"]["success"] == round(20 / 21, 4)
    assert reading["refusals"] == [{"code": "no_room", "count": 1}]
    for _ in range(30):
        house.tick()
    assert house.instruments.reading["promise"]["success"] is None


def test_the_funnel_counts_the_minute_and_the_line_stands_as_it_is():
    house = House()
    house.let_in = 5.0
    house.tick()
    house.let_in = 9.0
    house.tick()
    assert house.instruments.reading["entrance"] == {"signups_let_in": 4.0, "waiting_room": 7.0}


def test_the_history_holds_a_quarter_of_an_hour_and_no_more():
    house = House()
    for _ in range(POINTS + 10):
        house.tick()
    history = house.instruments.history()
    assert {len(column) for column in history.values()} == {POINTS}
    assert history["at_s"] == sorted(history["at_s"])


def test_further_rooms_tell_under_their_name():
    house = House()
    house.tick()
    assert house.instruments.reading["verdict"] == "normal"


async def test_whoever_watches_is_woken_by_each_look_and_ended_at_the_close():
    house = House()
    house.tick()
    seen: list[float] = []

    async def watch() -> None:
        async for reading in house.instruments.watch():
            seen.append(reading["at_s"])

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    house.tick()
    for _ in range(3):
        await asyncio.sleep(0)
    assert seen == [house.clock.now_s]
    house.instruments.close()
    await asyncio.wait_for(watching, 5)


async def test_one_watcher_too_many_is_let_go_at_once():
    house = House()
    house.tick()
    watchers = [house.instruments.watch() for _ in range(LISTENERS + 1)]
    tasks = [asyncio.ensure_future(anext(one, None)) for one in watchers]
    for _ in range(3):
        await asyncio.sleep(0)
    assert [task.done() for task in tasks] == [False] * LISTENERS + [True]
    house.instruments.close()
    await asyncio.gather(*tasks)


def test_money_and_energy_are_told_by_the_million_tokens_of_the_last_hour():
    costs = Costs(Rates(per_hour=3.0, watts_idle=100, watts_busy=300, budget_per_month=3000))
    told = costs.look(0.0, tokens=0, busy=0.5)
    for minute in range(1, 61):
        told = costs.look(minute * 60.0, tokens=minute * 10_000, busy=0.5)
    assert told["tokens"] == 600_000
    assert told["per_million_tokens"] == pytest.approx(5.0)
    assert told["watt_hours_per_million_tokens"] == pytest.approx(200 / 0.6, abs=0.1)
    assert told["month_at_this_rate"] == 2190.0
    # An hour later the first hour counts no more.
    for minute in range(61, 122):
        told = costs.look(minute * 60.0, tokens=600_000, busy=0.0)
    assert told["tokens"] == 0
    assert told["per_million_tokens"] is None


def test_costs_are_of_the_last_hour_though_they_are_looked_at_each_second():
    costs = Costs(Rates(per_hour=3.0))
    told = [costs.look(float(second), tokens=second, busy=0.0) for second in range(2 * 3600)][-1]
    assert 3600 <= told["over_s"] <= 3660


def test_without_rates_nothing_is_told_of_money_and_energy():
    costs = Costs(Rates())
    costs.look(0.0, tokens=0, busy=1.0)
    told = costs.look(60.0, tokens=1000, busy=1.0)
    assert told["per_million_tokens"] is None
    assert told["watt_hours_per_million_tokens"] is None
    assert told["month_at_this_rate"] is None
