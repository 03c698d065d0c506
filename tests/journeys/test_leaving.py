"""Who leaves costs nothing from then on: a client's end reaches the model server through the whole service."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest

from patience import until
from running_service import RunningService, Serve
from upstream_server import UpstreamServer, upstream_server

pytestmark = pytest.mark.alone
# What was promised, from the client's end to the moment at which the model server notices.
NOTICED_WITHIN_S = 0.2
# Far longer than any of these tests takes.
ENDLESS = "echo:token_ms=20,tokens=4000"


@dataclass(frozen=True, slots=True)
class House:
    """A service in a process of its own, in front of a model server in this one."""

    service: RunningService
    upstream: UpstreamServer
    key: str
    scraper: httpx.AsyncClient

    @asynccontextmanager
    async def asking(self, *, stream: bool) -> AsyncGenerator[asyncio.StreamReader]:
        """A client that has asked; at the end of the block it closes its connection without a word."""
        address = urlsplit(self.service.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        messages = [{"role": "user", "content": "Tell me of the sea."}]
        body = json.dumps({"model": "echo", "messages": messages, "max_tokens": 4000, "stream": stream}).encode()
        head = f"host: seawall\r\nauthorization: Bearer {self.key}\r\ncontent-length: {len(body)}\r\n"
        writer.write(f"POST /v1/chat/completions HTTP/1.1\r\n{head}\r\n".encode() + body)
        try:
            yield reader
        finally:
            writer.transport.abort()

    async def waiting(self) -> float:
        """How many wait for a slot, as the service tells it."""
        told = (await self.scraper.get("/metrics")).text
        return next(float(line.split()[1]) for line in told.splitlines() if line.startswith("seawall_queue_waiting "))

    async def until_waiting(self, count: int) -> float:
        """Returns when the question was sent whose answer said so: how long answering takes is not measured here."""
        async with asyncio.timeout(10):
            while True:
                sent_s = time.monotonic()
                if await self.waiting() == count:
                    return sent_s
                await asyncio.sleep(0.005)


@pytest.fixture
async def house(serve: Serve) -> AsyncGenerator[House]:
    async with upstream_server(ENDLESS) as upstream:
        # In a thread, as the model server lives in this loop and is asked while the service starts.
        one_slot = {"SEAWALL_ENGINE_SLOTS": "1"}
        service = await asyncio.to_thread(serve, "--engine", upstream.url, environment=one_slot)
        key = await asyncio.to_thread(service.key)
        async with httpx.AsyncClient(base_url=service.url, trust_env=False) as scraper:
            house = House(service, upstream, key, scraper)
            # Warm, so that the first connection's set-up is not measured with it.
            async with house.asking(stream=True) as reader:
                await reader.readuntil(b"data: ")
            await until(lambda: len(upstream.left_s) == 1)
            upstream.asked.clear()
            upstream.left_s.clear()
            yield house


async def noticed_after_s(upstream: UpstreamServer, left_s: float) -> float:
    await until(lambda: bool(upstream.left_s))
    return upstream.left_s[0] - left_s


async def test_leaving_a_stream_ends_it_at_the_model_server_within_200_ms(house: House) -> None:
    async with house.asking(stream=True) as reader:
        await reader.readuntil(b"data: ")
        left_s = time.monotonic()

    assert await noticed_after_s(house.upstream, left_s) < NOTICED_WITHIN_S


async def test_leaving_before_a_plain_answer_ends_it_at_the_model_server_within_200_ms(house: House) -> None:
    async with house.asking(stream=False):
        await until(lambda: bool(house.upstream.asked))
        left_s = time.monotonic()

    assert await noticed_after_s(house.upstream, left_s) < NOTICED_WITHIN_S


@pytest.mark.parametrize("stream", [True, False])
async def test_who_leaves_the_queue_is_out_of_it_within_200_ms_and_never_asked_for(house: House, stream: bool) -> None:
    async with house.asking(stream=True) as answered:
        await answered.readuntil(b"data: ")
        async with house.asking(stream=stream):
            await house.until_waiting(1)
            left_s = time.monotonic()
        assert await house.until_waiting(0) - left_s < NOTICED_WITHIN_S

    await until(lambda: len(house.upstream.left_s) == 1)
    async with house.asking(stream=True) as next_one:
        await next_one.readuntil(b"data: ")
        assert len(house.upstream.asked) == 2
