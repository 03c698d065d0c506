"""The registry of connections, with lines that only note what is done to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.edge.connections import Caps, Connection, Connections
from seawall.edge.deadlines import BODY, IDLE, Deadlines, Due
from seawall.edge.sweep import Sweep
from settable_clock import SettableClock

DEADLINES = Deadlines(
    header_s=10, body_idle_s=15, body_grace_s=20, body_rate_bytes=500, body_s=300, send_s=30, keep_alive_s=75
)


class NotedLine:
    """The far end of a connection in memory."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.is_held = False
        self.unsent = 0

    def held(self) -> bool:
        return self.is_held

    def unsent_bytes(self) -> int:
        return self.unsent

    def cut(self, due: Due) -> None:
        self.ended.append(due.name)

    def abort(self) -> None:
        self.ended.append("abort")


class House:
    """A registry with its clock; ``open`` returns a connection and its line."""

    def __init__(self, strangers: int = 3, everybody: int = 5, room: int = 1000) -> None:
        self.clock = SettableClock()
        self.connections = Connections(Caps(strangers, everybody, room), clock=self.clock)
        self.is_tight = False
        self.sweep = Sweep(self.connections, DEADLINES, clock=self.clock, is_tight=lambda: self.is_tight)

    def open(self, address: str = "203.0.113.7", *, exempt: bool = False) -> tuple[Connection, NotedLine]:
        line = NotedLine()
        return self.connections.opened(line, address, exempt=exempt), line

    def pass_time(self, seconds: float) -> None:
        while seconds > 0:
            self.clock.advance(min(2, seconds))
            self.sweep.look()
            seconds -= 2


@pytest.fixture
def house() -> House:
    return House()


def test_a_slash_24_and_a_slash_64_are_one_network_each(house: House) -> None:
    for addresses in (["203.0.113.1", "203.0.113.250", "::ffff:203.0.113.9"], ["2001:db8::1", "2001:db8::2"]):
        for address in addresses:
            house.open(address)
    assert house.connections.count == 5
    house.clock.advance(2)
    house.open("203.0.113.77")
    house.open("2001:db8:0:1::1")
    assert house.connections.evicted == 1


def test_whoever_is_being_answered_makes_no_room(house: House) -> None:
    (first, first_line), (_, second_line), _ = house.open(), house.open(), house.open()
    house.connections.answering(first)
    house.clock.advance(2)
    house.open()
    assert (first_line.ended, second_line.ended) == ([], ["abort"])


def test_where_all_are_being_answered_a_network_may_pass_its_first_cap_up_to_the_second(house: House) -> None:
    for _ in range(5):
        house.connections.answering(house.open()[0])
    assert house.open()[1].ended == ["abort"]
    assert house.connections.count == 5


def test_at_the_second_cap_the_newborn_make_room_too(house: House) -> None:
    lines = [house.open()[1] for _ in range(6)]
    assert [line.ended for line in lines] == [["abort"], [], [], [], [], []]


def test_closing_twice_gives_back_one_place(house: House) -> None:
    first, _ = house.open()
    house.open()
    house.connections.closed(first)
    house.connections.closed(first)
    assert house.connections.count == 1


def test_a_connection_that_is_known_after_it_has_closed_changes_nothing(house: House) -> None:
    first, _ = house.open()
    house.connections.closed(first)
    first.known()
    house.open()
    assert house.connections.evict_unknown(5) == 1


def test_eviction_takes_strangers_in_the_order_of_their_waiting() -> None:
    house = House(strangers=100)
    lines = [house.open(f"10.0.{number}.1") for number in range(4)]
    lines[1][0].known()
    house.connections.answering(lines[0][0])
    house.connections.waits(lines[0][0])
    assert house.connections.evict_unknown(2) == 2
    assert [bool(line.ended) for _, line in lines] == [False, False, True, True]


Step = tuple[str, int]


@given(st.lists(st.tuples(st.sampled_from(["open", "close", "known", "answer", "wait"]), st.integers(0, 9))))
def test_counts_stay_true_whatever_happens_in_whatever_order(steps: list[Step]) -> None:
    house = House(strangers=4, everybody=8, room=10)
    opened: list[tuple[Connection, NotedLine]] = []
    for what, number in steps:
        house.clock.advance(0.7)
        if what == "open":
            opened.append(house.open(f"10.0.{number % 3}.1"))
        elif opened:
            connection, line = opened[number % len(opened)]
            if what == "close" or line.ended:
                house.connections.closed(connection)
            elif what == "known":
                connection.known()
            elif what == "answer":
                house.connections.answering(connection)
            else:
                house.connections.waits(connection)
    alive = set(house.connections)
    for connection in alive:
        network = connection.network
        assert network is not None
        assert network.members == sum(other.network is network for other in alive) <= 8
        assert network.strangers == sum(other.network is network and not other.is_known for other in alive)
        assert set(network.waiting) <= {other for other in alive if not other.is_known}
    for connection in alive:
        house.connections.closed(connection)
    assert (house.connections.count, house.connections.evict_unknown(9)) == (0, 0)


def test_the_sweep_cuts_each_for_its_own_reason_and_counts_it() -> None:
    house = House(strangers=10)
    (_, head_line), (body, body_line), (idle, idle_line), (stuck, stuck_line) = (house.open() for _ in range(4))
    body.enter(BODY, house.clock())
    idle.enter(IDLE, house.clock())
    stuck.enter(IDLE, house.clock())
    stuck_line.unsent = 100
    house.pass_time(36)
    assert (head_line.ended[0], body_line.ended[0], idle_line.ended) == ("HEAD", "BODY", [])
    assert stuck_line.ended[0] == "abort"
    assert house.sweep.cut[Due.UNREAD] == len(stuck_line.ended)


def test_a_body_that_we_hold_up_ourselves_is_not_late(house: House) -> None:
    body, line = house.open()
    body.enter(BODY, house.clock())
    line.is_held = True
    house.pass_time(500)
    line.is_held = False
    house.pass_time(14)
    assert line.ended == []


def test_after_a_sleep_of_our_own_nobody_is_cut_at_the_first_look(house: House) -> None:
    _, line = house.open()
    house.clock.advance(60)
    house.sweep.look()
    assert line.ended == []
    house.pass_time(1)
    assert line.ended == ["HEAD"]


def test_while_means_are_tight_unused_connections_are_kept_for_seconds_only(house: House) -> None:
    idle, line = house.open()
    idle.enter(IDLE, house.clock())
    house.is_tight = True
    house.pass_time(5)
    assert line.ended == []
    house.pass_time(1)
    assert line.ended == ["QUIET"]
