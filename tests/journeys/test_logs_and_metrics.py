"""What the service tells of itself: enough to operate it, and nothing of what people wrote or hold secret."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from chatting import saying, talk
from nginx_server import InFront
from running_service import OWNER, RunningService, Serve, events, until

# Words that are in no sentence of ours.
CANARY = "xylophonic-quokka"
ENGINE = "echo:tokens=10,reasoning=2"
PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def ask(text: str = CANARY, **fields: Any) -> dict[str, Any]:
    return {"model": "echo", "messages": [{"role": "user", "content": text}], **fields}


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    return serve_for_all("--engine", ENGINE, environment={"SEAWALL_LOG_LEVEL": "debug"})


@pytest.fixture(scope="module")
def browser(service: RunningService) -> Iterator[httpx.Client]:
    with service.owner() as client:
        yield client


@pytest.fixture(scope="module")
def program(service: RunningService) -> Iterator[httpx.Client]:
    with service.program() as client:
        yield client


def test_logs_are_json_lines_that_hold_neither_words_nor_secrets(
    service: RunningService, browser: httpx.Client, program: httpx.Client
) -> None:
    password = f"{CANARY} {CANARY}"
    credentials = {"email": "member@example.org", "password": password}
    with service.client() as stranger:
        session = stranger.post("/api/auth/signup", json=credentials).cookies["seawall_session"]
        stranger.post("/api/auth/login", json={**credentials, "password": f"{CANARY} wrong"})
        stranger.get("/v1/models", headers={"authorization": f"Bearer sw-{CANARY}"})
    program.post("/v1/chat/completions", json=ask())
    program.post("/v1/chat/completions", json=ask(stream=True))
    program.post("/v1/chat/completions", json=ask(model="nobody", metadata={"a": CANARY}))
    program.post("/v1/chat/completions", json=ask(CANARY * 10_000))
    program.post("/v1/chat/completions", content=f'{{"{CANARY}": ')
    talk(browser, CANARY)
    with saying(browser, CANARY) as response:
        next(events(response))
    browser.get(f"/api/conversations/{CANARY}")
    key = program.headers["authorization"].removeprefix("Bearer ")
    lines = service.logged.splitlines()
    told = [json.loads(line) for line in lines]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in told)
    for secret in (CANARY, key, key[-20:], session, OWNER["password"], service.setup_token()):
        assert secret not in service.logged
        assert secret not in service.printed.replace(f"/setup#{service.setup_token()}", "")
        assert secret not in httpx.get(f"{service.url}/metrics", trust_env=False, verify=False).text


def test_an_answers_line_in_the_log_has_its_request_id(service: RunningService, program: httpx.Client) -> None:
    answer = program.post("/v1/chat/completions", json=ask())
    lines = [json.loads(line) for line in service.logged.splitlines()]
    found = [line for line in lines if line.get("request_id") == answer.headers["x-request-id"]]
    assert [(line["event"], line["outcome"], line["level"]) for line in found] == [("answered", "complete", "info")]


def test_a_strangers_broken_requests_fill_no_log(serve: Serve) -> None:
    service = serve("--engine", ENGINE)
    url, before = urlsplit(service.url), service.logged
    for request in (
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\r\n\r\n",
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
    ):
        with socket.create_connection((url.hostname or "", url.port or 0), 5) as stranger:
            stranger.sendall(request)
            assert stranger.recv(100)
    assert service.logged == before


def test_the_log_tells_when_an_engine_dies_and_when_it_is_well_again(serve: Serve, tmp_path: Path) -> None:
    upstream = serve("--engine", ENGINE, data=tmp_path / "upstream")
    port, key = urlsplit(upstream.url).port, upstream.key()
    service = serve("--engine", f"{upstream.url}/v1", "--engine-key", key)

    def lines(event: str) -> list[dict[str, Any]]:
        told = [json.loads(line) for line in service.logged.splitlines()]
        return [line for line in told if line["event"] == event and line.get("part") == f"engine {upstream.url}/v1"]

    upstream.stop()
    with service.program() as program:
        assert program.post("/v1/chat/completions", json=ask()).status_code == 503
    until(lambda: lines("ill"))
    assert str(port) in lines("ill")[-1]["trouble"]
    wells = len(lines("well"))
    serve("--engine", ENGINE, "--port", str(port), data=tmp_path / "upstream")
    until(lambda: len(lines("well")) == wells + 1)
    assert key not in service.logged


def test_every_metric_of_its_page_is_there(service: RunningService, program: httpx.Client) -> None:
    program.post("/v1/chat/completions", json=ask())
    program.post("/v1/chat/completions", json=ask())
    program.get("/v1/models/nobody")
    exposed = httpx.get(f"{service.url}/metrics", trust_env=False, verify=False)
    assert exposed.headers["content-type"].startswith("text/plain; version=0.0.4")
    documented = set(re.findall(r"^\| `(seawall_\w+)`", PAGE.read_text(), re.MULTILINE))
    families = set(re.findall(r"^# TYPE (seawall_\w+)", exposed.text, re.MULTILINE))
    assert documented <= families
    assert {family for family in families if not family.endswith("_created")} <= documented


def test_metrics_move_with_what_happens(service: RunningService, program: httpx.Client) -> None:
    def readings() -> dict[str, float]:
        return {name: service.metric(f"seawall_{name}") for name in ("requests_total", "tokens_total", "refusals_total",
                "first_token_seconds_count", "recorder_changes_total", "recorder_commits_total")}  # fmt: skip

    def after_another_refusal() -> dict[str, float]:
        # A scrape is used again for a moment; one that counts this refusal has all that went before it.
        refusals = service.metric("seawall_refusals_total")
        program.get("/v1/models/nobody")
        until(lambda: service.metric("seawall_refusals_total") > refusals)
        return readings()

    before = after_another_refusal()
    answer = program.post("/v1/chat/completions", json=ask())
    assert answer.status_code == 200, answer.text
    after = after_another_refusal()
    moved = {name: after[name] - before[name] for name in before}
    assert moved["requests_total"] == 1
    assert moved["first_token_seconds_count"] == 1
    assert moved["tokens_total"] >= answer.json()["usage"]["total_tokens"]
    assert moved["refusals_total"] >= 1
    assert service.metric("seawall_engine_ready") == service.metric("seawall_records_healthy") == 1
    assert service.metric("seawall_engine_slots") == 8
    assert service.metric("seawall_queue_held") == service.metric("seawall_queue_waiting") == 0


def test_metrics_are_for_this_machine_and_for_operators(
    service: RunningService, browser: httpx.Client, nginx_before: InFront
) -> None:
    assert service.status("/metrics") == 200
    with nginx_before(service.url).client() as client:
        client.headers["x-forwarded-for"] = "203.0.113.7"
        refused = client.get("/metrics")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
        client.headers["cookie"] = f"seawall_session={browser.cookies['seawall_session']}"
        assert client.get("/metrics").status_code == 200
    with service.client() as member:
        forwarded = {"x-forwarded-for": "203.0.113.7"}
        credentials = {"email": "another@example.org", "password": "a good long password"}
        assert member.post("/api/auth/signup", json=credentials).status_code == 201
        assert member.get("/metrics", headers=forwarded).status_code == 403


def test_an_operators_key_reads_the_metrics_from_afar(service: RunningService, program: httpx.Client) -> None:
    assert program.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"}).status_code == 200


def test_the_probes_tell_life_and_readiness(service: RunningService) -> None:
    with service.client() as client:
        assert client.get("/livez").json() == {"status": "alive"}
        well = {"status": "ready", "engine": "ready", "records": "ready", "public_log": "ready"}
        assert client.get("/readyz").json() == well


def test_a_service_whose_engine_is_away_lives_but_is_not_ready(serve: Serve) -> None:
    service = serve("--engine", "http://127.0.0.1:9/v1", ready=False)
    with pytest.raises(TimeoutError):
        service.wait_ready(within_s=5)
    with service.client() as client:
        assert client.get("/livez").status_code == 200
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["status"] == "not ready"
        assert len(ready.json()["engine"]) > 10
