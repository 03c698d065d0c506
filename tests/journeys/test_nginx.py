"""Behind an nginx that is told nothing but where to pass on to."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nginx_server import InFront
from running_service import OWNER, RunningService, Serve, events

TOKENS, TOKEN_S = 20, 0.05
ENGINE = f"echo:tokens={TOKENS},token_ms={TOKEN_S * 1000}"
ASK: dict[str, Any] = {"model": "echo", "messages": [{"role": "user", "content": "one two three"}], "stream": True}
# Far from our networks, as a proxy further out would name it.
STRANGER = "203.0.113.7"
OTHER = "198.51.100.9"


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    return serve_for_all("--engine", ENGINE)


def arrivals(lines: Iterator[str]) -> list[tuple[float, str]]:
    return [(time.monotonic(), line) for line in lines if line.startswith("data: ")]


def came_as_they_were_said(times: list[float]) -> bool:
    """A buffer would hold all back until the answer's end, and then hand it over at once."""
    return times[-1] - times[0] > TOKENS * TOKEN_S / 2


def test_a_programs_tokens_arrive_unbuffered(service: RunningService, nginx_before: InFront) -> None:
    with (
        nginx_before(service.url).client(authorization=f"Bearer {service.key()}") as client,
        client.stream("POST", "/v1/chat/completions", json=ASK) as response,
    ):
        came = arrivals(response.iter_lines())
    assert response.headers["server"].startswith("nginx")
    assert came[-1][1] == "data: [DONE]"
    said = [json.loads(line[6:]) for _, line in came[:-1]]
    assert sum(bool(choice["delta"].get("content")) for chunk in said for choice in chunk["choices"]) == TOKENS
    assert came_as_they_were_said([at_s for at_s, _ in came])


def test_a_chats_pieces_arrive_unbuffered(service: RunningService, nginx_before: InFront) -> None:
    with service.owner() as owner, nginx_before(service.url).client() as client:
        body = {"message_id": uuid.uuid4().hex, "text": "one two three"}
        headers = {**owner.headers, "cookie": f"seawall_session={owner.cookies['seawall_session']}"}
        with client.stream("POST", "/api/chat", json=body, headers=headers) as response:
            came = [(time.monotonic(), name) for name, _ in events(response)]
    assert (came[0][1], came[-1][1]) == ("begun", "done")
    assert came_as_they_were_said([at_s for at_s, name in came if name == "piece"])


def test_a_document_and_a_refusal_pass_through_as_they_are(service: RunningService, nginx_before: InFront) -> None:
    with nginx_before(service.url).client(authorization=f"Bearer {service.key()}") as client:
        answer = client.post("/v1/chat/completions", json={**ASK, "stream": False})
        assert answer.json()["choices"][0]["message"]["content"]
        refused = client.post("/v1/chat/completions", json={**ASK, "model": "nobody"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found")


def guess(client: httpx.Client, address: str) -> int:
    wrong = {"email": OWNER["email"], "password": "a wrong guess"}
    return client.post("/api/auth/login", json=wrong, headers={"x-forwarded-for": address}).status_code


@pytest.mark.parametrize("trusted", [True, False])
def test_addresses_count_that_a_trusted_proxy_names_and_no_others(
    serve: Serve, nginx_before: InFront, trusted: bool
) -> None:
    environment = {"SEAWALL_TRUSTED_PROXIES": "127.0.0.1/32"} if trusted else {}
    service = serve("--engine", ENGINE, environment=environment)
    service.owner().close()
    with nginx_before(service.url).client() as client:
        statuses = [guess(client, STRANGER) for _ in range(15)]
        assert statuses[0] == 401
        assert statuses[-1] == 429
        # Somebody from elsewhere is not to blame, where one can tell them apart.
        assert guess(client, OTHER) == (401 if trusted else 429)


@pytest.mark.parametrize("trusted", [True, False])
def test_https_in_front_makes_the_cookie_secure_where_the_proxy_is_trusted(
    serve: Serve, nginx_before: InFront, trusted: bool
) -> None:
    environment = {"SEAWALL_TRUSTED_PROXIES": "127.0.0.1/32"} if trusted else {}
    service = serve("--engine", ENGINE, environment=environment)
    service.owner().close()
    with nginx_before(service.url).client() as client:
        answer = client.post("/api/auth/login", json=OWNER, headers={"x-forwarded-proto": "https"})
    assert answer.status_code == 200
    assert ("Secure" in answer.headers["set-cookie"]) is trusted
