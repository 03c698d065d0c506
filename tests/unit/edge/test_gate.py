"""The gate before a tiny application."""

from __future__ import annotations

import json
from ipaddress import ip_network
from random import Random
from typing import Any

import pytest

from seawall.edge.address import AddressResolver
from seawall.edge.gate import Gate
from seawall.values.caller import SCOPE_KEY, Caller
from some_judge import judge

LIMIT = 10


async def count_body(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body it read."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode(), "more_body": False})


async def call(headers: dict[str, str], *parts: bytes, app: Any = count_body, peer: str = "127.0.0.1", path: str = "/"):
    gate = Gate(
        app,
        judge=judge(trusted="10.0.0.0/8"),
        addresses=AddressResolver([ip_network("10.0.0.0/8")]),
        body_bytes=LIMIT,
        clock=lambda: 5.0,
        random=Random(1),
        api_headers=lambda: [(b"x-seawall-class", b"C4")],
    )
    scope: dict[str, Any] = {
        "type": "http",
        "client": (peer, 1),
        "path": path,
        "method": "POST",
        "scheme": "http",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    waiting = list(parts)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    await gate(scope, receive, send)
    caller: Caller = scope[SCOPE_KEY]
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"], caller


async def test_every_answer_carries_the_request_id_that_the_rooms_see():
    _, headers, _, caller = await call({}, b"")
    assert headers[b"x-request-id"].decode() == caller.request_id


async def test_a_body_at_the_bound_passes():
    status, _, body, _ = await call({"content-length": "10"}, b"x" * 5, b"x" * 5)
    assert (status, body) == (200, b"10")


@pytest.mark.parametrize("headers", [{"content-length": "11"}, {}])
async def test_a_body_past_the_bound_is_refused_whether_announced_or_not(headers: dict[str, str]):
    status, answer_headers, body, _ = await call(headers, b"x" * 6, b"x" * 5)
    assert status == 413
    assert json.loads(body)["error"]["code"] == "body_too_large"
    assert answer_headers[b"connection"] == b"close"


async def test_a_body_past_the_bound_is_told_as_a_problem_where_that_is_asked_for():
    status, told, body, _ = await call({"content-length": "11", "accept": "application/problem+json"}, b"x")
    assert (status, told[b"content-type"]) == (413, b"application/problem+json")
    assert json.loads(body)["code"] == "body_too_large"


async def test_a_request_id_is_taken_from_a_trusted_proxy_alone():
    _, _, _, trusted = await call({"x-request-id": "abc-1"}, b"", peer="10.0.0.1")
    _, _, _, stranger = await call({"x-request-id": "abc-1"}, b"", peer="192.0.2.1")
    _, _, _, injected = await call({"x-request-id": "a b\n"}, b"", peer="10.0.0.1")
    assert trusted.request_id == "abc-1"
    assert stranger.request_id != "abc-1"
    assert injected.request_id != "a b\n"


async def test_a_stranger_behind_a_proxy_on_this_machine_is_not_local():
    _, _, _, direct = await call({}, b"")
    _, _, _, proxied = await call({"x-forwarded-for": "203.0.113.9"}, b"")
    assert direct.is_local
    assert not proxied.is_local


async def test_an_api_answer_tells_a_standing_even_where_the_api_never_saw_it():
    _, refused, _, _ = await call({"content-length": "11"}, b"", path="/v1/chat/completions")
    _, page, _, _ = await call({}, b"", path="/login")
    assert refused[b"x-seawall-class"] == b"C4"
    assert b"x-seawall-class" not in page


async def test_a_standing_that_the_api_told_is_left_as_it_is():
    async def tells_its_own(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"x-seawall-class", b"C1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    _, headers, _, _ = await call({}, b"", app=tells_its_own, path="/v1/models")
    assert headers[b"x-seawall-class"] == b"C1"


async def test_a_refusal_is_sent_before_the_application_or_the_body_is_asked_for():
    sent: list[dict[str, Any]] = []

    async def nobody(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("the application was asked")

    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        sent.append(message)

    gate = blocking_gate(nobody)
    await gate(a_request("203.0.113.9"), receive, send)
    assert sent[0]["status"] == 403
    assert b"x-request-id" in dict(sent[0]["headers"])


def test_the_first_look_gives_the_whole_answer_as_bytes():
    answer = blocking_gate().first_look(a_request("203.0.113.9"))
    assert answer is not None
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert b"x-request-id: " in head
    assert b"x-seawall-class: C4" in head
    assert json.loads(body)["error"]["code"] == "blocked"


def test_the_answer_to_a_head_has_no_body_and_the_same_length():
    answer = blocking_gate().first_look(a_request("203.0.113.9", method="HEAD"))
    assert answer is not None
    assert answer.endswith(b"\r\n\r\n")
    assert b"content-length: 0" not in answer


def test_a_connection_that_is_not_kept_is_told_so():
    answer = blocking_gate().first_look(a_request("203.0.113.9"), keep_alive=False)
    assert answer is not None
    assert b"connection: close\r\n" in answer


@pytest.mark.parametrize("header", [("transfer-encoding", "chunked"), ("content-length", "9999999")])
def test_a_refusal_at_first_sight_waits_for_no_body(header: tuple[str, str]):
    assert blocking_gate().first_look(a_request("203.0.113.9", header)) is not None


def test_who_is_let_in_is_not_judged_twice():
    scope = a_request("192.0.2.1")
    gate = blocking_gate()
    assert gate.first_look(scope) is None
    assert scope["seawall.sight"].no is None


def test_a_connection_that_shows_a_known_credential_is_marked():
    class Connection:
        marked = 0

        def known(self) -> None:
            self.marked += 1

    connection = Connection()
    for key in ("nobody's", "claimed", "known"):
        blocking_gate().first_look(a_request("192.0.2.1", ("x-api-key", key)) | {"seawall.connection": connection})
    assert connection.marked == 1


def blocking_gate(app: Any = count_body) -> Gate:
    return Gate(
        app,
        judge=judge(blocked=["203.0.113.0/24"]),
        addresses=AddressResolver([]),
        body_bytes=LIMIT,
        clock=lambda: 5.0,
        random=Random(1),
        api_headers=lambda: [(b"x-seawall-class", b"C4")],
    )


def a_request(address: str, *headers: tuple[str, str], method: str = "GET") -> dict[str, Any]:
    return {
        "type": "http",
        "client": (address, 1),
        "path": "/v1/models",
        "method": method,
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
