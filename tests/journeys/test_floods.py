"""Floods from the very address of a good client, who is served all the same."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx

from running_service import RunningService, Serve
from seawall.accounts.keys.keys import drawn_key

ECHO = "echo:slots=8,ttft_ms=50,token_ms=5,tokens=10"
QUESTION = {"model": "echo", "messages": [{"role": "user", "content": "Are you there?"}], "stream": True}
STREAMS = 12
PATIENCE_S = 90.0
# Eight connections with fifty a second each.
INVENTORS, PAUSE_S = 8, 0.02


def test_invented_keys_and_a_flood_of_pages_do_not_reach_the_good_client(serve: Serve) -> None:
    service = serve("--engine", ECHO)
    key, cold = service.key(), service.key()
    seen = asyncio.run(_besieged(service, key, cold))
    assert seen.streams == [200] * STREAMS
    assert seen.cold == 200
    assert seen.invented[401] > 100
    assert set(seen.invented) <= {401, 429}
    assert seen.pages > Counter()
    assert set(seen.pages) <= {200, 429, 503}
    assert seen.probes == {"/livez": 200, "/readyz": 200, "/metrics": 200}


class _Seen:
    """What came back to whom."""

    def __init__(self) -> None:
        self.streams: list[int] = []
        self.invented: Counter[int] = Counter()
        self.pages: Counter[int] = Counter()
        self.probes: dict[str, int] = {}
        self.cold = 0


async def _besieged(service: RunningService, key: str, cold: str) -> _Seen:
    seen = _Seen()
    inventors = [_keep_asking(service, _invented(number), seen.invented, PAUSE_S) for number in range(INVENTORS)]
    readers = [_keep_asking(service, _page, seen.pages, 0.0, f"127.0.0.{number}") for number in range(2, 6)]
    async with asyncio.timeout(PATIENCE_S), _beside(*inventors, *readers):
        await _until_it_flows(seen)
        async with httpx.AsyncClient(base_url=service.url, trust_env=False, verify=False, timeout=30) as client:
            for _ in range(STREAMS):
                seen.streams.append(await _stream(client, key))
                await asyncio.sleep(0.4)
            seen.cold = await _stream(client, cold)
            for path in ("/livez", "/readyz", "/metrics"):
                seen.probes[path] = (await client.get(path)).status_code
    return seen


async def _until_it_flows(seen: _Seen) -> None:
    """The good client comes into floods that have begun: more keys were refused than are told plainly at once."""
    while seen.invented.total() < 300 or not seen.pages:
        await asyncio.sleep(0.01)


async def _stream(client: httpx.AsyncClient, key: str) -> int:
    """Counts only when it came to its end."""
    answer = await client.post("/v1/chat/completions", json=QUESTION, headers={"authorization": f"Bearer {key}"})
    return answer.status_code if answer.text.endswith("data: [DONE]\n\n") else 0


def _invented(inventor: int) -> Callable[[int], bytes]:
    """Each another key, each with the right checksum."""
    body = json.dumps(QUESTION)

    def request(number: int) -> bytes:
        key = drawn_key(lambda size: (inventor << 32 | number).to_bytes(size, "big"))
        head = f"host: x\r\nauthorization: Bearer {key}\r\ncontent-length: {len(body)}\r\n"
        return f"POST /v1/chat/completions HTTP/1.1\r\n{head}\r\n{body}".encode()

    return request


def _page(number: int) -> bytes:
    return b"GET /login HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n\r\n"


async def _keep_asking(
    service: RunningService,
    request: Callable[[int], bytes],
    answered: Counter[int],
    pause_s: float,
    address: str = "127.0.0.1",
) -> None:
    """One connection after the other, one request at a time; raw, as an attacker saves his own time."""
    number = 0
    while True:
        to = urlsplit(service.url)
        reader, writer = await asyncio.open_connection(to.hostname, to.port, local_addr=(address, 0))
        with suppress(asyncio.IncompleteReadError, ConnectionError), _closed(writer):
            while True:
                number += 1
                writer.write(request(number))
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
                answered[int(head.split(b" ", 2)[1])] += 1
                await asyncio.sleep(pause_s)


@contextmanager
def _closed(writer: asyncio.StreamWriter) -> Generator[None]:
    try:
        yield
    finally:
        writer.transport.abort()


@asynccontextmanager
async def _beside(*floods: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(flood) for flood in floods]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # The transports hear of their end.
