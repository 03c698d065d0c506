"""The real slowhttptest against a service that registered users go on asking."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import httpx
import pytest

from running_service import RunningService, Serve, until

ASK: dict[str, Any] = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
CONNECTIONS = 200
# Short enough for a test; the defaults are three to ten times as long.
BOUND_S = 3
DEADLINES = {
    "SEAWALL_EDGE_HEADER_S": str(BOUND_S),
    "SEAWALL_EDGE_BODY_IDLE_S": str(BOUND_S),
    "SEAWALL_EDGE_BODY_GRACE_S": str(BOUND_S),
    "SEAWALL_EDGE_SEND_S": str(BOUND_S),
    "SEAWALL_EDGE_KEEP_ALIVE_S": str(BOUND_S),
}
SLOW_HEADERS = ("-H", "-u", "{url}/")
SLOW_BODIES = ("-B", "-t", "POST", "-u", "{url}/api/auth/login")
SLOW_READERS = ("-X", "-w", "1", "-y", "2", "-n", "1", "-z", "1", "-u", "{url}/openapi.json")


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    return serve_for_all("--engine", "echo:token_ms=5,tokens=10", environment=DEADLINES)


@pytest.fixture
def slowhttptest() -> str:
    program = shutil.which("slowhttptest")
    if program is None:
        pytest.skip("there is no slowhttptest on this machine: install the package `slowhttptest`")
    return program


@pytest.mark.parametrize(
    ("attack", "why"), [(SLOW_HEADERS, "headers"), (SLOW_BODIES, "body"), (SLOW_READERS, "unread")]
)
def test_who_is_registered_is_served_meanwhile_and_the_slow_are_gone_in_time(
    service: RunningService, slowhttptest: str, attack: tuple[str, ...], why: str
) -> None:
    # By itself it would stay for a minute.
    options = ["-c", str(CONNECTIONS), "-r", "400", "-i", "1", "-l", "60", "-v", "0"]
    with service.program() as program:
        ask(program)
        process = subprocess.Popen(
            [slowhttptest, *options, *(part.format(url=service.url) for part in attack)], stdout=subprocess.DEVNULL
        )
        try:
            until(lambda: ask(program) and service.metric("seawall_connections") > CONNECTIONS / 2)
            # The bound, a sweep or two, and the last words of who was told that it was too slow.
            until(lambda: ask(program) and service.metric("seawall_connections") < 10, patience_s=BOUND_S * 5)
            assert service.metric(f'seawall_connections_cut_total{{why="{why}"}}') > CONNECTIONS / 2
        finally:
            process.terminate()
            process.wait(10)


def ask(program: httpx.Client) -> bool:
    """True when a registered user is answered in full."""
    answer = program.post("/v1/chat/completions", json=ASK)
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["choices"][0]["message"]["content"])
