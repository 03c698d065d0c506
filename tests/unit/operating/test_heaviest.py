"""The networks that take most of the engine, by a clock of the test's own."""

from __future__ import annotations

from seawall.operating.bridge.heaviest import HALF_LIFE_S, MOST, SHOWN, Heaviest
from settable_clock import SettableClock


def networks(heaviest: Heaviest) -> list[object]:
    return [row["network"] for row in heaviest.shown()]


def test_the_heaviest_comes_first_with_its_time_and_its_questions():
    heaviest = Heaviest(SettableClock())
    heaviest.add("203.0.113.0/24", 100.0)
    heaviest.add("198.51.100.0/24", 400.0)
    heaviest.add("203.0.113.0/24", 100.0)
    assert heaviest.shown() == [
        {"network": "198.51.100.0/24", "engine_ms": 400.0, "requests": 1.0},
        {"network": "203.0.113.0/24", "engine_ms": 200.0, "requests": 2.0},
    ]


def test_what_was_taken_fades_by_half_in_two_minutes_and_for_ever_without_overflow():
    clock = SettableClock()
    heaviest = Heaviest(clock)
    heaviest.add("203.0.113.0/24", 1000.0)
    clock.advance(HALF_LIFE_S)
    assert heaviest.shown()[0]["engine_ms"] == 500.0
    heaviest.add("198.51.100.0/24", 600.0)
    assert networks(heaviest) == ["198.51.100.0/24", "203.0.113.0/24"]
    clock.advance(HALF_LIFE_S * 2_000)
    assert heaviest.shown() == []
    heaviest.add("192.0.2.0/24", 50.0)
    assert heaviest.shown() == [{"network": "192.0.2.0/24", "engine_ms": 50.0, "requests": 1.0}]


def test_many_light_networks_neither_hide_a_heavy_one_nor_grow_the_table():
    heaviest = Heaviest(SettableClock())
    for number in range(MOST * 20):
        heaviest.add(f"10.{number >> 8}.{number & 255}.0/24", 1.0)
        if number % 4 == 0:
            heaviest.add("203.0.113.0/24", 5.0)
    assert networks(heaviest)[0] == "203.0.113.0/24"
    assert len(heaviest.shown()) <= SHOWN


def test_a_newcomer_is_not_shown_with_what_another_left_behind():
    heaviest = Heaviest(SettableClock())
    for number in range(MOST):
        heaviest.add(f"10.0.{number}.0/24", 1000.0)
    heaviest.add("203.0.113.0/24", 1.0)
    assert "203.0.113.0/24" not in networks(heaviest)


def test_what_a_network_that_made_room_left_behind_fades_too():
    clock = SettableClock()
    heaviest = Heaviest(clock)
    for number in range(MOST + 1):
        heaviest.add(f"10.{number >> 8}.{number & 255}.0/24", 1000.0)
    clock.advance(HALF_LIFE_S * 100)
    newcomer = f"10.{MOST >> 8}.{MOST & 255}.0/24"
    heaviest.add(newcomer, 50.0)
    assert networks(heaviest) == [newcomer]
