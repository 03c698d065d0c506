"""Who is let in at first sight, and who of those on the same network is not hurt by whom."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seawall.edge.block_list import Treatment
from seawall.edge.buckets import Share
from seawall.edge.judge import PASS, GuestRules, Judge, Sight
from seawall.edge.self_defence import Stage
from seawall.values.load import Threshold
from seawall.values.recognition import Recognition
from seawall.values.refusal import Reason, Refusal
from seawall.values.ticket import ServiceClass
from settable_clock import SettableClock
from some_judge import judge

TIGHT_SHARE = Share(rate=1, burst=10)
API = "/v1/chat/completions"


def look(at: Judge, path: str = "/", key: str = "", *, method: str = "GET", address: str = "192.0.2.1") -> Sight:
    headers = [(b"x-api-key", key.encode())] if key else []
    scope: dict[str, Any] = {"client": (address, 1), "path": path, "method": method, "headers": headers}
    return at.look(scope)


def reason(sight: Sight) -> Reason | None:
    return sight.no.program.refusal.reason if sight.no else None


def flooded(**options: Any) -> Judge:
    """A network whose strangers have used all of each share."""
    at = judge(strangers=TIGHT_SHARE, claimants=TIGHT_SHARE, **options)
    for path, method, key in (
        ("/", "GET", ""),
        (API, "POST", ""),
        ("/api/auth/login", "POST", ""),
        (API, "POST", "claimed"),
    ):
        for _ in range(100):
            look(at, path, key, method=method)
    return at


def test_strangers_share_what_their_network_may_ask():
    at = flooded()
    assert reason(look(at, API)) is Reason.SHARE_USED
    assert reason(look(at, API, address="192.0.2.200")) is Reason.SHARE_USED
    assert reason(look(at, API, address="198.51.100.1")) is None


def test_who_is_known_feels_nothing_of_a_flood_from_the_same_address():
    at = flooded()
    for _ in range(1000):
        assert reason(look(at, API, "known", method="POST")) is None


def test_a_flood_of_pages_takes_nobodys_sign_in_away():
    at = judge(strangers=TIGHT_SHARE)
    while reason(look(at, "/")) is None:
        pass
    assert reason(look(at, "/api/auth/login", method="POST")) is None
    assert reason(look(at, API, method="POST")) is None


def test_a_refused_stranger_is_told_when_the_share_has_grown_again():
    clock = SettableClock()
    at = flooded(clock=clock)
    sight = look(at, API)
    assert sight.wait_s is not None
    clock.advance(sight.wait_s)
    assert reason(look(at, API)) is None


def test_invented_keys_are_refused_at_last_and_known_ones_are_not():
    at = flooded()
    assert reason(look(at, API, "claimed")) is Reason.TOO_MANY_ATTEMPTS
    assert reason(look(at, API, "known")) is None


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
@pytest.mark.parametrize("stage", Stage)
def test_probes_are_reached_in_every_stage_and_under_every_flood(path: str, stage: Stage):
    assert reason(look(flooded(stage=stage), path)) is None


def test_a_block_holds_for_everybody_but_operators():
    at = judge(blocked=["192.0.2.0/24"])
    for key in ("", "claimed", "known"):
        assert reason(look(at, API, key)) is Reason.BLOCKED
    assert reason(look(at, "/livez")) is Reason.BLOCKED
    assert reason(look(at, API, "operator")) is None
    assert reason(look(at, API, address="198.51.100.1")) is None


@pytest.mark.parametrize(
    ("stage", "entering"),
    [
        (Stage.CALM, {"page", "sign_in", "call", "claimed", "known", "operator"}),
        (Stage.TIGHT, {"page", "sign_in", "call", "claimed", "known", "operator"}),
        (Stage.DEFENDING, {"page", "sign_in", "claimed", "known", "operator"}),
        (Stage.SURVIVAL, {"claimed", "known", "operator"}),
    ],
)
def test_who_enters_in_which_stage(stage: Stage, entering: set[str]):
    at = judge(stage=stage)
    sights = {
        "page": look(at, "/login"),
        "sign_in": look(at, "/api/auth/login", method="POST"),
        "call": look(at, "/api/auth/signup", method="POST"),
        **{key: look(at, API, key, method="POST") for key in ("claimed", "known", "operator")},
    }
    assert {name for name, sight in sights.items() if sight.no is None} == entering
    assert {reason(sight) for sight in sights.values()} <= {None, Reason.NO_ROOM}


def test_below_the_threshold_a_stranger_is_refused_and_a_known_one_left_to_the_door():
    at = judge(threshold=Threshold(rank=ServiceClass.C2.rank))
    assert reason(look(at, API)) is Reason.NO_ROOM
    assert reason(look(at, "/login")) is None
    assert reason(look(at, API, "known")) is None


def test_of_the_class_at_the_threshold_always_the_same_networks_enter():
    at = judge(threshold=Threshold(rank=ServiceClass.C3.rank, level=0.5, salt=b"hour"))
    addresses = [f"198.51.{number}.7" for number in range(200)]
    entering = [address for address in addresses if look(at, API, address=address).no is None]
    assert 60 < len(entering) < 140
    assert [address for address in addresses if look(at, API, address=address).no is None] == entering


def test_a_browser_reads_a_page_and_a_program_an_error_object():
    at = judge(blocked=["192.0.2.0/24"])
    scope: dict[str, Any] = {"client": ("192.0.2.1", 1), "path": "/", "method": "GET"}
    page = at.look(scope | {"headers": [(b"accept", b"text/html,*/*")]}).form("GET", scope["path"])
    error = at.look(scope | {"headers": []}).form("GET", scope["path"])
    assert page is not None
    assert b'lang="zh"' in page.body
    assert b"<script" not in page.body
    assert error is not None
    assert error.body.startswith(b'{"error":')


def test_refusals_are_counted_by_what_they_were_for():
    at = judge(blocked=["192.0.2.0/24"])
    look(at, "/")
    look(at, "/", address="198.51.100.1")
    assert at.refused == {"blocked": 1}


def test_an_unknown_credential_makes_a_stranger():
    assert look(judge(), API, "nobody's").recognition is Recognition.STRANGER


def with_pass(at: Judge, token: str = "a pass", address: str = "192.0.2.1") -> Sight:
    headers = [(PASS, token.encode())]
    return at.look({"client": (address, 1), "path": API, "method": "POST", "headers": headers})


BUSY_GUESTS = GuestRules(
    are_directed=lambda challenged: True, holder=lambda token, address: "guest" if token == "a pass" else None
)
CLOSED = Threshold(rank=ServiceClass.C2.rank)


def test_who_is_told_where_to_get_a_pass_is_let_through_a_closed_threshold():
    at = judge(threshold=CLOSED, guests=BUSY_GUESTS)
    assert reason(look(at, API, method="POST")) is None


def test_directions_are_given_as_often_as_a_network_may_ask_and_not_for_ever():
    at = judge(guests=BUSY_GUESTS, directions=TIGHT_SHARE)
    told = [reason(look(at, API, method="POST")) for _ in range(50)]
    assert told[:10] == [None] * 10
    assert set(told[10:]) == {Reason.NO_ROOM}
    assert reason(look(at, API, method="POST", address="198.51.100.1")) is None


def test_a_valid_pass_gets_through_whatever_its_network_and_the_threshold_say():
    at = flooded(guests=BUSY_GUESTS, threshold=CLOSED, directions=TIGHT_SHARE)
    assert reason(with_pass(at)) is None
    assert reason(with_pass(at, "another")) is Reason.SHARE_USED


def test_a_pass_has_a_share_that_ends_too():
    at = judge(strangers=TIGHT_SHARE, guests=BUSY_GUESTS)
    assert Reason.SHARE_USED in {reason(with_pass(at)) for _ in range(100)}


def test_where_no_guests_are_taken_who_has_no_key_is_told_that_it_takes_one():
    no_key = Refusal(Reason.UNKNOWN_KEY, "Send a key.")
    sight = look(judge(threshold=CLOSED, guests=GuestRules(turned_away=no_key)), API, method="POST")
    assert reason(sight) is Reason.UNKNOWN_KEY
    assert sight.wait_s is None


@pytest.mark.parametrize(
    ("method", "accept", "kind"),
    [
        ("GET", "", b"application/json"),
        ("GET", "application/problem+json", b"application/problem+json"),
        ("POST", "application/problem+json, application/json", b"application/problem+json"),
        ("POST", "text/html", b"application/json"),
    ],
)
def test_a_program_reads_the_form_that_it_asks_for(method: str, accept: str, kind: bytes):
    at = judge(blocked=["192.0.2.0/24"])
    headers = [(b"accept", accept.encode())]
    form = at.look({"client": ("192.0.2.1", 1), "path": API, "method": method, "headers": headers}).form(method, API)
    assert form is not None
    assert dict(form.headers)[b"content-type"] == kind
    told = json.loads(form.body)
    assert (told if kind.startswith(b"application/problem") else told["error"])["code"] == "blocked"


def test_a_slowed_network_has_an_eighth_of_a_strangers_share_and_its_known_users_all_of_theirs():
    def asked_until_refused(at: Judge) -> int:
        return next(number for number in range(1000) if reason(look(at, "/", address="203.0.113.9")) is not None)

    share = Share(rate=1, burst=16)
    usual = asked_until_refused(judge(strangers=share))
    at = judge(strangers=share, treated={"203.0.113.0/24": Treatment.SLOW})
    assert asked_until_refused(at) == usual // 8
    assert reason(look(at, API, "known", method="POST", address="203.0.113.9")) is None
    assert reason(look(at, "/", address="198.51.100.1")) is None


def test_guests_of_a_challenged_network_are_told_how_to_get_a_pass_even_while_the_queue_would_refuse_others():
    rules = GuestRules(are_directed=lambda challenged: challenged)
    at = judge(threshold=CLOSED, guests=rules, treated={"203.0.113.0/24": Treatment.CHALLENGE})
    assert reason(look(at, API, method="POST", address="203.0.113.9")) is None
    assert reason(look(at, API, method="POST", address="198.51.100.1")) is Reason.NO_ROOM
