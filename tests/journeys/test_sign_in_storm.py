"""Guesses and registrations from many networks at once: who is at home signs in and chats all the while."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx

from running_service import OWNER, RunningService, Serve

# Networks are told by a proxy on this machine; few places, so that the strangers' lane is full at once.
CROWDED = {"SEAWALL_TRUSTED_PROXIES": '["127.0.0.1/32"]', "SEAWALL_ACCOUNTS_HASHING_WAITING": "1"}
HOME, ELSEWHERE = {"x-forwarded-for": "198.51.100.7"}, {"x-forwarded-for": "203.0.113.7"}
QUESTION = {"model": "echo", "messages": [{"role": "user", "content": "Are you there?"}]}
TIMES, PATIENCE_S = 6, 120.0
# At most 120 guesses a second: four times what is hashed, and within what is looked up.
STORMING, PAUSE_S = 6, 0.05


def test_who_is_at_home_signs_in_and_chats_through_a_storm_of_guesses_and_registrations(serve: Serve) -> None:
    service = serve("--engine", "echo", environment=CROWDED)
    seen = asyncio.run(_stormed(service))
    assert seen["told"][429] > 0
    assert seen["new browser"] == {200: TIMES}
    assert seen["own device"] == {200: TIMES}
    assert seen["key"] == {200: TIMES}


async def _stormed(service: RunningService) -> dict[str, Counter[int]]:
    seen = {name: Counter[int]() for name in ("told", "new browser", "own device", "key")}
    async with asyncio.timeout(PATIENCE_S), _client(service) as owner:
        key = await _at_home(service, owner)
        storms = [_keep(service, make, number, seen["told"]) for number in range(STORMING) for make in (_guess, _join)]
        async with _beside(*storms):
            while not seen["told"][429]:
                await asyncio.sleep(0.01)
            for _ in range(TIMES):
                async with _client(service) as anew:
                    told = await anew.post("/api/auth/login", json=OWNER, headers=HOME)
                seen["new browser"][told.status_code] += 1
                told = await owner.post("/api/auth/login", json=OWNER, headers=ELSEWHERE)
                seen["own device"][told.status_code] += 1
                told = await owner.post("/v1/chat/completions", json=QUESTION, headers={"x-api-key": key, **ELSEWHERE})
                seen["key"][told.status_code] += 1
    return seen


async def _at_home(service: RunningService, owner: httpx.AsyncClient) -> str:
    """The owner has asked from home, and the service has written that down. Returns a key."""
    made = await owner.post("/api/setup", json={"token": service.setup_token(), **OWNER}, headers=HOME)
    owner.headers["x-csrf-token"] = made.json()["csrf_token"]
    key: str = (await owner.post("/api/keys", json={"name": "laptop"}, headers=HOME)).json()["key"]
    said = {"conversation_id": None, "message_id": "0" * 16, "text": "Hello"}
    assert (await owner.post("/api/chat", json=said, headers=HOME)).status_code == 200
    while not any(home["here"] for home in (await owner.get("/api/account/standing", headers=HOME)).json()["homes"]):
        await asyncio.sleep(0.05)
    return key


def _guess(number: int) -> tuple[str, dict[str, str]]:
    email = OWNER["email"] if number % 2 else f"nobody{number}@example.org"
    return "/api/auth/login", {"email": email, "password": f"leaked {number}"}


def _join(number: int) -> tuple[str, dict[str, str]]:
    return "/api/auth/signup", {"email": f"u{number}@mail{number}.example", "password": f"throw away {number}"}


async def _keep(
    service: RunningService,
    make: Callable[[int], tuple[str, dict[str, str]]],
    stormer: int,
    told: Counter[int],
) -> None:
    """One after the other, each from another network."""
    async with _client(service) as client:
        for number in range(stormer, 1_000_000, STORMING):
            path, body = make(number)
            network = {"x-forwarded-for": f"10.{number >> 8 & 255}.{number & 255}.9"}
            client.cookies.clear()
            told[(await client.post(path, json=body, headers=network)).status_code] += 1
            await asyncio.sleep(PAUSE_S)


def _client(service: RunningService) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=service.url, trust_env=False, verify=False, timeout=60)


@asynccontextmanager
async def _beside(*storms: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(storm) for storm in storms]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
