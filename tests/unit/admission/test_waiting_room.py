"""Places in a line: kept, told honestly, used once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.admission.waiting_line import WaitingLine
from seawall.admission.waiting_room import Ticket, WaitingRoom
from seawall.values.place import PlaceTold
from settable_clock import SettableClock

SECRET = b"s" * 32
HOME, ELSEWHERE = "192.0.2.0/24", "198.51.100.0/24"


class Rate:
    """A rate that a test may change."""

    def __init__(self, per_s: float) -> None:
        self.per_s = per_s

    def __call__(self) -> float:
        return self.per_s


def room_over(
    clock: SettableClock,
    rate: Callable[[], float],
    *,
    by_lot: Callable[[], bool] = lambda: False,
    claim_s: float = 600.0,
    ripe_s: float = 60.0,
) -> WaitingRoom:
    return WaitingRoom(
        SECRET,
        "signup",
        rate_per_s=rate,
        claim_s=claim_s,
        by_lot=by_lot,
        ripe_s=lambda: ripe_s,
        clock=clock,
        unix_time=clock,
    )


def full_room(clock: SettableClock, rate: Callable[[], float]) -> WaitingRoom:
    """Nobody enters at once any more."""
    room = room_over(clock, rate)
    while room.enter():
        pass
    return room


def looked(room: WaitingRoom, ticket: str, network: str = HOME) -> PlaceTold:
    told = room.look(ticket, network)
    assert told is not None
    return told


def test_nobody_waits_while_there_is_room() -> None:
    assert room_over(SettableClock(), Rate(1.0)).enter()


def test_a_place_joins_the_line_once_and_says_so() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.001))
    young = room.take_place(HOME, proven=False)
    assert not looked(room, young.ticket).joined
    assert not young.numbered
    clock.advance(61)
    standing = looked(room, young.ticket)
    assert standing.joined
    assert standing.numbered
    assert not looked(room, standing.ticket).joined
    assert room.waiting() == 1


def test_who_comes_first_starts_first() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    first, second = (room.take_place(HOME, proven=True) for _ in range(2))
    clock.advance(10.1)
    assert looked(room, first.ticket).state == "released"
    assert looked(room, second.ticket).state == "waiting"


def test_a_newcomer_does_not_pass_those_who_wait() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    room.take_place(HOME, proven=True)
    clock.advance(1.0)
    assert not room.enter()


def test_the_place_is_told_as_a_range() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    for _ in range(19):
        room.take_place(HOME, proven=True)
    low, high = room.take_place(HOME, proven=True).ahead
    assert 0 < low < high == 19


def test_a_place_is_used_once() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    told = room.take_place(HOME, proven=True)
    clock.advance(10.1)
    assert isinstance(room.claim(told.ticket, HOME), Ticket)
    again = room.claim(told.ticket, HOME)
    assert isinstance(again, PlaceTold)
    assert again.state == "over"


def test_a_place_that_came_to_nothing_may_be_used_again() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    told = room.take_place(HOME, proven=True)
    clock.advance(10.1)
    claimed = room.claim(told.ticket, HOME)
    assert isinstance(claimed, Ticket)
    room.give_back(claimed)
    assert isinstance(room.claim(told.ticket, HOME), Ticket)


@pytest.mark.parametrize("by_lot", [False, True])
def test_a_ticket_of_another_network_is_no_place(by_lot: bool) -> None:
    clock = SettableClock()
    room = room_over(clock, Rate(0.1), by_lot=lambda: by_lot)
    told = room.take_place(HOME, proven=True)
    assert room.look(told.ticket, ELSEWHERE) is None
    assert room.claim(told.ticket, ELSEWHERE) is None


def test_a_forged_or_cut_ticket_is_no_place() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    ticket = room.take_place(HOME, proven=True).ticket
    body, _, mac = ticket.partition(".")
    for wrong in ("", ".", body, f"{body}.", f"{body[:-2]}AA.{mac}", f".{mac}", ticket * 20, "ü"):
        assert room.look(wrong, HOME) is None


def test_a_turn_that_nobody_takes_goes_to_the_next() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    gone = room.take_place(HOME, proven=True)
    clock.advance(10.1)
    assert looked(room, gone.ticket).state == "released"
    for _ in range(30):
        clock.advance(30.0)
        room.waiting()
    assert looked(room, gone.ticket).state == "over"


def test_a_place_outlives_a_restart() -> None:
    clock = SettableClock()
    ticket = full_room(clock, Rate(0.1)).take_place(HOME, proven=True).ticket
    clock.advance(5.0)
    restarted = full_room(clock, Rate(0.1))
    told = looked(restarted, ticket)
    assert told.state == "waiting"
    clock.advance(10.1)
    assert isinstance(restarted.claim(told.ticket, HOME), Ticket)


def test_who_solves_no_puzzle_waits_the_told_time_instead() -> None:
    clock = SettableClock()
    room = room_over(clock, Rate(1.0), ripe_s=60.0)
    told = room.take_place(HOME, proven=False)
    assert told.state == "waiting"
    assert told.wait_s == pytest.approx(60.0)
    assert isinstance(room.claim(told.ticket, HOME), PlaceTold)
    clock.advance(60.0)
    assert isinstance(room.claim(told.ticket, HOME), Ticket)


def test_places_that_nobody_comes_back_for_do_not_lengthen_the_line() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    for one in range(10_000):
        room.take_place(f"10.{one >> 8}.{one & 255}.0/24", proven=False)
    assert room.waiting() == 0


def test_one_network_cannot_hoard_the_line() -> None:
    clock = SettableClock()
    room = full_room(clock, Rate(0.1))
    for _ in range(1_000):
        room.take_place(HOME, proven=True)
    assert room.waiting() <= 30


@given(
    rates=st.lists(st.tuples(st.floats(0.01, 2.0), st.floats(1.0, 300.0)), min_size=1, max_size=40),
    before=st.integers(0, 29),
    by_lot=st.booleans(),
    proven=st.booleans(),
)
def test_the_told_time_never_grows_silently(
    rates: list[tuple[float, float]], before: int, by_lot: bool, proven: bool
) -> None:
    clock, rate = SettableClock(1_000_000.0), Rate(0.05)
    room = room_over(clock, rate, by_lot=lambda: by_lot)
    while room.enter():
        pass
    for _ in range(before):
        room.take_place("203.0.113.0/24", proven=True)
    told = room.take_place(HOME, proven=proven)
    until_s = clock() + told.wait_s
    for per_s, later_s in rates:
        rate.per_s = per_s
        clock.advance(later_s)
        told = looked(room, told.ticket)
        if told.state != "waiting":
            break
        now_until_s = clock() + told.wait_s
        # A second of rounding: what is over is told as "any moment".
        assert told.later or now_until_s <= max(until_s, clock()) + 1.01
        until_s = now_until_s


@given(
    steps=st.lists(
        st.tuples(st.floats(0.0, 120.0), st.sampled_from(("enter", "join", "claim", "spend")), st.integers(0, 40)),
        max_size=200,
    ),
    rate=st.floats(0.01, 2.0),
)
def test_never_more_are_let_in_than_the_rate_and_a_minutes_worth(
    steps: list[tuple[float, str, int]], rate: float
) -> None:
    clock = SettableClock(0.0)
    line = WaitingLine(rate_per_s=lambda: rate, claim_s=60.0, clock=clock)
    numbers: list[int] = []
    for later_s, what, which in steps:
        clock.advance(later_s)
        if what == "enter":
            line.enter()
        elif what == "join":
            numbers.append(line.join())
        elif what == "claim" and numbers:
            line.claim(numbers[which % len(numbers)])
        else:
            line.spend()
        assert line.let_in <= max(1.0, 60 * rate) + rate * clock() + 1e-6


@given(rate=st.floats(0.05, 2.0), waiting=st.integers(1, 60))
def test_whoever_waits_the_told_time_at_a_steady_rate_is_released(rate: float, waiting: int) -> None:
    clock = SettableClock(0.0)
    line = WaitingLine(rate_per_s=lambda: rate, claim_s=3600.0, clock=clock)
    while line.enter():
        pass
    number = [line.join() for _ in range(waiting)][-1]
    clock.advance(line.wait_s(number) + 1e-3)
    assert line.is_released(number)
    assert line.claim(number)


def test_a_lot_is_the_networks_and_not_the_tickets() -> None:
    clock = SettableClock(3_600_000.0)
    room = room_over(clock, Rate(0.02), by_lot=lambda: True)
    crowd = [f"10.0.{one}.0/24" for one in range(200)]
    for network in crowd:
        room.take_place(network, proven=True)
    waits = {round(room.take_place(HOME, proven=True).wait_s) for _ in range(50)}
    assert len(waits) == 1


def test_lots_let_in_as_many_as_there_is_room_for_and_others_next_hour() -> None:
    clock = SettableClock(3_600_000.0)
    room = room_over(clock, Rate(0.02), by_lot=lambda: True)
    crowd = [f"10.0.{one}.0/24" for one in range(200)]
    tickets = {network: room.take_place(network, proven=True).ticket for network in crowd}
    let_in: set[str] = set()
    for _ in range(120):
        clock.advance(30.0)
        for network, ticket in tickets.items():
            if network not in let_in and isinstance(room.claim(ticket, network), Ticket):
                let_in.add(network)
    assert 40 <= len(let_in) <= 80  # 72 have room within the hour, and a lot is a lot.
