"""Who looks at ``/status`` waits for nobody: no request holds the loop, and no crowd is served before the look.

What a look at ``/status`` waits for is what the loop is at. Held is processor time of the loop's own thread between two
turns of it, which other programs of the machine do not add to.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import AsyncIterator

import pytest

from records_that_fail import SwitchedRecords
from web_app import WebApp, web_app

# A turn with a sign-up in it takes 7 ms; to build the routes took 60, to draw the API's document 300.
MOST_CPU_S = 0.04
SIGN_UP = {"email": "ada@example.org", "password": "a good password"}
QUESTION = {"model": "echo", "messages": [{"role": "user", "content": "hello"}]}
ASKED: list[tuple[str, str, object]] = [
    ("GET", "/nothing-at-all", None),
    ("GET", "/openapi.json", None),
    ("GET", "/docs", None),
    ("GET", "/", None),
    ("GET", "/metrics", None),
    ("POST", "/api/auth/login", SIGN_UP),
    ("POST", "/api/auth/signup", SIGN_UP),
    ("POST", "/v1/chat/completions", QUESTION),
    ("POST", "/status/subscribe", {}),
]


CROWD, LOOKS = 16, 40
# What each of the crowd had asked before the look, and as much again for the order in which answers are read.
MOST_BEFORE = 2 * CROWD


class Turns:
    """The dearest turn of the loop so far."""

    def __init__(self) -> None:
        self.dearest_s = 0.0
        self._began_s = time.thread_time()

    def begin(self) -> None:
        """Each turn from now on, at a cost of its own: the loop never sleeps."""
        now_s = time.thread_time()
        self.dearest_s = max(self.dearest_s, now_s - self._began_s)
        self._began_s = now_s
        self._next = asyncio.get_running_loop().call_soon(self.begin)

    def end(self) -> None:
        self._next.cancel()


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncIterator[WebApp]:
    async with web_app(records) as running:
        yield running


def ask(place: str, method: str, path: str, body: object) -> int:
    """From a thread of its own, as a client's work is none of the loop's."""
    connection = http.client.HTTPConnection(place, timeout=30)
    try:
        sent = None if body is None else json.dumps(body).encode()
        connection.request(method, path, sent, {"content-type": "application/json"} if sent else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


async def test_the_first_request_of_each_kind_holds_nobody_up(app: WebApp) -> None:
    dearest: dict[str, float] = {}
    for method, path, body in ASKED:
        turns = Turns()
        turns.begin()
        await asyncio.to_thread(ask, app.url.removeprefix("http://"), method, path, body)
        turns.end()
        dearest[path] = turns.dearest_s
    assert {path: held_s for path, held_s in dearest.items() if held_s > MOST_CPU_S} == {}


class Crowd:
    """Asks without pause, each on a connection of its own, and counts what was answered."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.answered = 0

    async def ask(self, method: str, path: str, body: object) -> None:
        host, _, port = self._place.partition(":")
        sent = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nhost: {self._place}\r\nconnection: close\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(sent)}\r\n" if sent else ""
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(head.encode() + b"\r\n" + sent)
            assert await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()

    async def go_on(self, number: int) -> None:
        while True:
            await self.ask(*ASKED[number % len(ASKED)])
            self.answered += 1

    async def look(self) -> int:
        """How many were answered between a look and its answer."""
        before = self.answered
        await self.ask("GET", "/status", None)
        return self.answered - before

    async def looks(self) -> list[int]:
        askers = [asyncio.create_task(self.go_on(number)) for number in range(CROWD)]
        try:
            return [await self.look() for _ in range(LOOKS)]
        finally:
            for asker in askers:
                asker.cancel()
            await asyncio.gather(*askers, return_exceptions=True)


async def test_a_look_is_answered_before_a_crowd_that_asks_without_pause_has_had_its_turns(app: WebApp) -> None:
    crowd = Crowd(app.url.removeprefix("http://"))
    before = await asyncio.to_thread(asyncio.run, crowd.looks())
    assert crowd.answered > LOOKS
    assert max(before) <= MOST_BEFORE
