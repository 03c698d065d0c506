"""Who may register now, and who asks as a guest: by posture, share and place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from random import Random

import pytest

from seawall.admission.entrance_word import EntranceWish
from seawall.admission.guests import PASS_S, Pass
from seawall.admission.posture import Posture
from seawall.admission.signup_gate import Entry, Wish
from seawall.forecourt import Forecourt, open_forecourt
from seawall.settings.entrance import EntranceSettings
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock

HOME, ELSEWHERE = "192.0.2.0/24", "198.51.100.0/24"


class Service:
    """What the forecourt asks of the rest, as a test wants it."""

    def __init__(self) -> None:
        self.posture = Posture.NORMAL
        self.spare = 1.0
        self.clock = SettableClock(1_000_000.0)
        self.challenged: set[str] = set()

    def forecourt(self, **settings: object) -> Forecourt:
        return open_forecourt(
            EntranceSettings.model_validate({"challenge": "off", "guests": "on", **settings}),
            b"s" * 32,
            posture=lambda: self.posture,
            spare=lambda: self.spare,
            random=Random(1),
            challenged=self.challenged.__contains__,
            clock=self.clock,
            unix_time=self.clock,
        )


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def forecourt(service: Service) -> AsyncIterator[Forecourt]:
    built = service.forecourt()
    yield built
    built.close()


def network(number: int) -> str:
    return f"10.{number >> 8}.{number & 255}.0/24"


def reason(result: object) -> Reason | None:
    return result.reason if isinstance(result, Refusal) else None


async def test_a_storm_from_one_network_uses_up_its_own_share_only(forecourt: Forecourt, service: Service) -> None:
    service.posture = Posture.ELEVATED
    told = [reason(await forecourt.signup.enter(Wish(HOME, f"{one}.example"))) for one in range(40)]
    assert told.count(None) == 10
    assert told[-1] is Reason.SHARE_USED
    assert isinstance(await forecourt.signup.enter(Wish(ELSEWHERE, "other.example")), Entry)


async def test_a_throw_away_domain_is_bounded_and_a_large_provider_is_not(forecourt: Forecourt) -> None:
    wishes = [Wish(network(one), "throwaway.example") for one in range(80)]
    told = [await forecourt.signup.enter(wish) for wish in wishes]
    assert reason(told[-1]) is Reason.SHARE_USED
    assert isinstance(await forecourt.signup.enter(Wish(network(900), "gmail.com")), Entry)


@pytest.mark.parametrize(
    ("posture", "spare", "at_most"), [("normal", 0.0, 240), ("elevated", 1.0, 24), ("siege", 1.0, 8), ("siege", 0.0, 2)]
)
async def test_the_rate_follows_posture_and_spare_engine(
    forecourt: Forecourt, service: Service, posture: str, spare: float, at_most: int
) -> None:
    service.posture, service.spare = Posture(posture), spare
    let_in = 0
    for second in range(60):
        for one in range(10):
            result = await forecourt.signup.enter(Wish(network(second * 10 + one), "gmail.com"))
            let_in += isinstance(result, Entry)
        service.clock.advance(1.0)
    assert 0 < let_in <= at_most + 1


async def test_who_is_not_let_in_keeps_a_place_and_uses_it(forecourt: Forecourt, service: Service) -> None:
    service.posture = Posture.SIEGE
    while True:
        refused = await forecourt.signup.enter(Wish(HOME, "gmail.com"))
        if isinstance(refused, Refusal):
            break
    assert refused.reason is Reason.REGISTRATION_BUSY
    assert refused.place is not None
    assert refused.retry_after_s == refused.place.wait_s
    service.clock.advance(refused.place.wait_s + 1)
    assert isinstance(await forecourt.signup.enter(Wish(HOME, "gmail.com", place=refused.place.ticket)), Entry)


async def test_a_registration_that_came_to_nothing_is_not_counted(forecourt: Forecourt, service: Service) -> None:
    service.posture = Posture.ELEVATED
    for _ in range(100):
        entry = await forecourt.signup.enter(Wish(HOME, "gmail.com"))
        if not isinstance(entry, Entry):
            assert entry.reason is Reason.REGISTRATION_BUSY  # Its network's share is whole.
            break
        forecourt.signup.give_back(entry)
    assert forecourt.signup.report().let_in == 0


async def test_no_memory_is_kept_of_who_waits(forecourt: Forecourt, service: Service) -> None:
    service.posture = Posture.SIEGE
    assert forecourt.guests is not None
    for one in range(5_000):
        assert reason(forecourt.guests.identify("", network(one))) is Reason.WAITING_ROOM
    assert forecourt.guests.waiting() == 0


async def test_a_guest_needs_nothing_a_pass_or_a_turn_as_the_posture_says(
    forecourt: Forecourt, service: Service
) -> None:
    assert forecourt.guests is not None
    quiet = forecourt.guests.identify("", HOME)
    assert isinstance(quiet, Identity)
    assert not quiet.solved
    service.posture = Posture.ELEVATED
    assert reason(forecourt.guests.identify("", HOME)) is Reason.CHALLENGE_REQUIRED
    service.posture = Posture.SIEGE
    assert reason(forecourt.guests.identify("", HOME)) is Reason.WAITING_ROOM


async def test_a_challenged_network_solves_a_puzzle_on_a_quiet_day_and_its_neighbours_do_not(service: Service) -> None:
    service.challenged.add(HOME)
    built = service.forecourt(challenge="auto")
    assert built.guests is not None
    assert reason(built.guests.identify("", HOME)) is Reason.CHALLENGE_REQUIRED
    assert isinstance(built.guests.identify("", network(7)), Identity)
    assert reason(await built.signup.enter(Wish(HOME, "a.example"))) is Reason.CHALLENGE_REQUIRED
    assert isinstance(await built.signup.enter(Wish(network(7), "b.example")), Entry)
    built.close()


async def test_operators_shut_the_gate_set_its_pace_and_its_order_for_a_time(
    forecourt: Forecourt, service: Service
) -> None:
    end_s = service.clock.now_s + 600
    forecourt.word.say(EntranceWish(shut=True, until_unix_s=end_s))
    assert reason(await forecourt.signup.enter(Wish(HOME, "a.example"))) is Reason.SIGNUP_CLOSED
    assert forecourt.signup.is_busy
    forecourt.word.say(EntranceWish(signups_per_min=0.1, order="by_lot", until_unix_s=end_s))
    waits = await forecourt.signup.enter(Wish(HOME, "a.example"))
    assert reason(waits) is Reason.REGISTRATION_BUSY
    assert isinstance(waits, Refusal)
    assert waits.place is not None
    assert waits.place.by_lot
    service.clock.now_s = end_s
    assert not forecourt.word.stands
    assert isinstance(await forecourt.signup.enter(Wish(network(8), "b.example")), Entry)


async def test_a_pass_is_one_flow_of_one_network_for_one_sitting(forecourt: Forecourt, service: Service) -> None:
    guests = forecourt.guests
    assert guests is not None
    service.posture = Posture.ELEVATED
    refused = guests.identify("", HOME)
    place = await guests.place(HOME)
    assert isinstance(refused, Refusal)
    assert not isinstance(place, Refusal)
    service.clock.advance(60.0)
    given = await guests.pass_for(HOME, place=place.ticket)
    assert isinstance(given, Pass)
    one, again = guests.identify(given.token, HOME), guests.identify(given.token, HOME)
    assert isinstance(one, Identity)
    assert one == again
    assert one.solved
    assert reason(guests.identify(given.token, ELSEWHERE)) is Reason.CHALLENGE_REQUIRED
    service.clock.advance(PASS_S + 1)
    assert reason(guests.identify(given.token, HOME)) is Reason.CHALLENGE_REQUIRED


async def test_a_place_to_register_is_no_place_for_guests(forecourt: Forecourt) -> None:
    place = await forecourt.signup.place(HOME)
    assert not isinstance(place, Refusal)
    assert forecourt.guests is not None
    assert reason(await forecourt.guests.pass_for(HOME, place=place.ticket)) is Reason.PLACE_LOST
