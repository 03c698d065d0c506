"""Answers that are rendered beforehand are given in the form that was asked for, before anything is weighed."""

from __future__ import annotations

import gzip
from ipaddress import ip_network
from random import Random
from typing import Any

import pytest

from seawall.edge.address import AddressResolver
from seawall.edge.buckets import Share
from seawall.edge.gate import Gate
from seawall.edge.self_defence import Stage
from seawall.edge.stills import Choice, Stills, still
from some_judge import judge

PLAIN = b"All systems work"
HEADERS = [(b"content-type", b"text/plain")]
ENGLISH = still(PLAIN, HEADERS, gzip.compress(PLAIN))
CHINESE = still("一切正常".encode(), HEADERS)
NOTHING_LEFT = Share(0.001, 0.0)


def stills() -> Stills:
    shown = Stills()
    shown.put({"/status": Choice({b"en": ENGLISH, b"zh": CHINESE}), "/status/en": ENGLISH})
    return shown


async def nobody(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def gate(**rules: Any) -> Gate:
    shown = stills()
    return Gate(
        nobody,
        judge=judge(is_shown=shown.holds, **rules),
        addresses=AddressResolver([ip_network("10.0.0.0/8")]),
        body_bytes=10,
        clock=lambda: 5.0,
        random=Random(1),
        api_headers=list,
        stills=shown,
    )


def scope(path: str = "/status", method: str = "GET", peer: str = "203.0.113.9", **headers: str) -> dict[str, Any]:
    return {
        "type": "http",
        "client": (peer, 1),
        "path": path,
        "method": method,
        "scheme": "http",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


def answer(gate: Gate, asked: dict[str, Any], *, keep_alive: bool = True) -> tuple[int, dict[bytes, bytes], bytes]:
    wire = gate.first_look(asked, keep_alive=keep_alive)
    assert wire is not None
    head, _, body = wire.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    return int(first.split()[1]), dict(line.split(b": ", 1) for line in lines), body  # type: ignore[arg-type]


def test_a_page_is_given_whole_with_its_length_and_an_id():
    status, headers, body = answer(gate(), scope())
    assert (status, body) == (200, PLAIN)
    assert headers[b"content-length"] == str(len(PLAIN)).encode()
    assert headers[b"x-request-id"]
    assert b"connection" not in headers


def test_who_takes_gzip_gets_it_packed_already():
    _, headers, body = answer(gate(), scope(accept_encoding="gzip, br"))
    assert headers[b"content-encoding"] == b"gzip"
    assert gzip.decompress(body) == PLAIN
    assert b"accept-encoding" in headers[b"vary"]


def test_who_has_it_already_is_told_so():
    _, headers, _ = answer(gate(), scope())
    status, again, body = answer(gate(), scope(if_none_match=headers[b"etag"].decode()))
    assert (status, body) == (304, b"")
    assert again[b"etag"] == headers[b"etag"]
    assert b"content-length" not in again


def test_a_head_has_the_pages_length_and_no_body():
    status, headers, body = answer(gate(), scope(method="HEAD"))
    assert (status, headers[b"content-length"], body) == (200, str(len(PLAIN)).encode(), b"")


def test_a_connection_that_is_not_kept_is_said_to_end():
    _, headers, _ = answer(gate(), scope(), keep_alive=False)
    assert headers[b"connection"] == b"close"


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        ("", PLAIN),
        ("zh-CN,zh;q=0.9,en;q=0.8", "一切正常".encode()),
        ("en-GB,zh;q=0.5", PLAIN),
        ("fr", PLAIN),
    ],
)
def test_the_language_that_is_named_first_is_given(asked: str, body: bytes):
    assert answer(gate(), scope(accept_language=asked))[2] == body


def test_an_address_of_one_language_gives_that():
    assert answer(gate(), scope("/status/en", accept_language="zh"))[2] == PLAIN


@pytest.mark.parametrize("rules", [{"strangers": NOTHING_LEFT}, {"stage": Stage.SURVIVAL}])
def test_it_is_given_when_strangers_get_nothing_else(rules: dict[str, Any]):
    defending = gate(**rules)
    assert answer(defending, scope("/"))[0] in (429, 503)
    assert answer(defending, scope())[0] == 200


def test_it_takes_nothing_from_a_networks_share():
    full = gate(strangers=Share(0.001, 1.0))
    for _ in range(50):
        assert answer(full, scope())[0] == 200
    assert full.first_look(scope("/")) is None


def test_who_is_shut_out_stays_shut_out():
    assert answer(gate(blocked=["203.0.113.0/24"]), scope())[0] == 403


def test_an_operator_in_a_network_that_is_shut_out_sees_it():
    assert answer(gate(blocked=["203.0.113.0/24"]), scope(x_api_key="operator"))[0] == 200


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_other_methods_are_weighed_like_anything_else(method: str):
    assert answer(gate(stage=Stage.SURVIVAL), scope(method=method))[0] == 503
    assert gate().first_look(scope(method=method)) is None


async def test_servers_without_our_protocol_give_the_same():
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    await gate()(scope(), receive, send)
    assert (sent[0]["status"], sent[1]["body"]) == (200, PLAIN)
    assert b"x-request-id" in dict(sent[0]["headers"])
