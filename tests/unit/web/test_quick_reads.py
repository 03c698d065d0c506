"""GETs from memory, and who still goes to the framework; a scrape that is used again."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from seawall.engines.port import EngineReport
from seawall.observing.metrics import Metrics
from seawall.records.port import RecordsReport
from seawall.values.caller import SCOPE_KEY, Caller
from seawall.web.probes import REUSE, Probes
from seawall.web.quick_reads import QuickReads
from settable_clock import SettableClock


async def framework(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("framework")(scope, receive, send)


def page(request: Request) -> Response | None:
    return PlainTextResponse("quick") if "ask" not in request.query_params else None


@pytest.mark.parametrize(
    ("method", "path", "query", "answer"),
    [
        ("GET", "/page", b"", b"quick"),
        ("HEAD", "/page", b"", b"quick"),
        ("GET", "/static/a.js", b"", b"quick"),
        ("GET", "/page", b"ask=1", b"framework"),
        ("POST", "/page", b"", b"framework"),
        ("GET", "/page/", b"", b"framework"),
    ],
)
async def test_what_is_answered_from_memory(method: str, path: str, query: bytes, answer: bytes) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    reads = QuickReads({"/page": page}, "/static/", page, framework)
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": []}
    await reads(scope, receive, send)
    assert sent[1]["body"] == answer


def test_a_scrape_is_used_again_for_some_times_what_it_cost() -> None:
    clock, spent = SettableClock(), iter([0.0, 2.0, 10.0, 11.0])
    metrics = Metrics()
    probes = Probes(ready, healthy, metrics, clock=clock, spent=lambda: next(spent))
    first = probes.metrics().body
    metrics.refused("share_used")
    clock.advance(2.0 * REUSE - 0.1)
    assert probes.metrics().body == first
    clock.advance(0.1)
    assert b'code="share_used"' in bytes(probes.metrics().body)


def test_metrics_are_quick_for_this_machine_alone() -> None:
    quick = Probes(ready, healthy, Metrics()).reads()["/metrics"]
    assert quick(from_("127.0.0.1", is_local=True)) is not None
    assert quick(from_("192.0.2.1", is_local=False)) is None


def from_(address: str, *, is_local: bool) -> Request:
    caller = Caller("r", address, "http", "h", 0.0, is_local)
    scope: dict[str, Any] = {"type": "http", "headers": [], SCOPE_KEY: caller}
    return Request(scope)


def ready() -> EngineReport:
    return EngineReport("echo", ready=True, slots=1, in_flight=0, models=(), restarts=0)


def healthy() -> RecordsReport:
    return RecordsReport(healthy=True, lag_s=0, waiting=0, commits=0, changes=0)
