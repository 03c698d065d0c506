"""Behind a HAProxy that announces its clients by the PROXY protocol."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from haproxy_server import OWN_ADDRESS, InFront
from running_service import OWNER, RunningService, Serve

TOKENS, TOKEN_S = 20, 0.05
ENGINE = f"echo:tokens={TOKENS},token_ms={TOKEN_S * 1000}"
ASK: dict[str, Any] = {"model": "echo", "messages": [{"role": "user", "content": "one two three"}], "stream": True}
TRUSTED = {"SEAWALL_TRUSTED_PROXIES": f"{OWN_ADDRESS}/32"}
VERSIONS = ["send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2 check inter 200ms"]


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    return serve_for_all("--engine", ENGINE, environment={**TRUSTED, "SEAWALL_EDGE_PROXY_PROTOCOL": "true"})


def guess(client: httpx.Client) -> int:
    return client.post("/api/auth/login", json={**OWNER, "password": "a wrong guess"}).status_code


@pytest.mark.parametrize("announces", VERSIONS)
def test_the_announced_client_is_who_counts(service: RunningService, haproxy_before: InFront, announces: str) -> None:
    service.owner().close()
    front = haproxy_before(service.url, announces)
    nth = VERSIONS.index(announces)
    with front.client(f"127.0.{10 + nth}.1") as guesser, front.client(f"127.0.{20 + nth}.1") as neighbour:
        statuses = [guess(guesser) for _ in range(15)]
        assert (statuses[0], statuses[-1]) == (401, 429)
        assert guess(neighbour) == 401


def test_a_stream_arrives_unbuffered(service: RunningService, haproxy_before: InFront) -> None:
    front = haproxy_before(service.url, "send-proxy-v2")
    with (
        front.client(authorization=f"Bearer {service.key()}") as client,
        client.stream("POST", "/v1/chat/completions", json=ASK) as response,
    ):
        came = [time.monotonic() for line in response.iter_lines() if line.startswith("data: ")]
    assert response.status_code == 200
    assert came[-1] - came[0] > TOKENS * TOKEN_S / 2


def test_a_proxy_that_announces_nobody_reaches_nothing(service: RunningService, haproxy_before: InFront) -> None:
    with haproxy_before(service.url, "").client() as client:
        assert client.get("/livez").status_code == 502


def test_announcements_that_are_not_asked_for_are_no_http(serve: Serve, haproxy_before: InFront) -> None:
    service = serve("--engine", ENGINE, environment=TRUSTED)
    with haproxy_before(service.url, "send-proxy").client() as client:
        assert client.get("/livez").status_code == 400
