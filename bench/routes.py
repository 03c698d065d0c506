"""What the framework adds to a request: a route function, plain ASGI in its router, plain ASGI before it. No socket.

The work itself is the same everywhere and next to nothing: a body is read, an answer or a stream of 20 events sent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from statistics import median

import uvloop
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.routing import Route

from heading import heading, table
from seawall.edge.gate import App, Message, Receive, Scope, Send
from seawall.streaming.sse import STREAM_HEADERS, event
from seawall.web.api.asking import PLAIN_HEADERS

ROUNDS, REPEATS = 7, 1000
BODY = b'{"model":"m","messages":[{"role":"user","content":"What does a seawall do?"}]}'
EVENT = event(b'{"choices":[{"index":0,"delta":{"content":" wave"},"finish_reason":null}]}')
EVENTS = 20


class PlainAsgi:
    """A callable such as ``ChatCompletions``, which a route takes as it is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert message["body"]
        if scope["query_string"]:
            await send({"type": "http.response.start", "status": 200, "headers": [*STREAM_HEADERS]})
            for _ in range(EVENTS):
                await send({"type": "http.response.body", "body": EVENT, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": [*PLAIN_HEADERS]})
            await send({"type": "http.response.body", "body": BODY, "more_body": False})


async def route_function(request: Request) -> Response:
    """The same, as the framework's tutorial has it."""
    assert await request.body()
    if request.query_params:
        headers = {name.decode(): value.decode() for name, value in STREAM_HEADERS}
        return StreamingResponse(_events(), headers=headers)
    return Response(BODY, headers={name.decode(): value.decode() for name, value in PLAIN_HEADERS})


async def _events() -> AsyncGenerator[bytes]:
    for _ in range(EVENTS):
        yield EVENT


def applications() -> list[tuple[str, App]]:
    function, in_router = FastAPI(), FastAPI()
    function.post("/v1/chat/completions")(route_function)
    in_router.router.routes.append(Route("/v1/chat/completions", PlainAsgi(), methods=["POST"]))
    return [
        ("a route function", function),
        ("plain ASGI in its router", in_router),
        ("plain ASGI before the framework", PlainAsgi()),
    ]


async def cost_us(app: App, query: bytes) -> float:
    """Median of rounds, a request."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(REPEATS):
            await _ask(app, query)
        rounds.append((time.process_time() - begun) / REPEATS * 1e6)
    return median(rounds)


async def _ask(app: App, query: bytes) -> None:
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/v1/chat/completions",
        "raw_path": b"/v1/chat/completions",
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"chat.example.org"), (b"content-length", str(len(BODY)).encode())],
        "client": ("192.0.2.1", 1),
        "server": ("192.0.2.2", 80),
        "scheme": "http",
    }
    messages = [{"type": "http.request", "body": BODY, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.Event().wait()  # The client stays.
        raise AssertionError

    await app(scope, receive, _swallow)


async def _swallow(message: Message) -> None:
    pass


async def _rows() -> list[tuple[str, ...]]:
    return [
        (name, f"{await cost_us(app, b''):.0f}", f"{await cost_us(app, b'stream'):.0f}") for name, app in applications()
    ]


if __name__ == "__main__":
    print(heading())
    print(table(uvloop.run(_rows()), ("through", "plain us", f"{EVENTS} events us")))
