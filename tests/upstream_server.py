"""A real OpenAI-compatible server on a free port, with the echo engine behind it. Knows HTTP; knows no test."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.web_runner import AppRunner, TCPSite

from seawall.engines.echo import Echo
from seawall.engines.echo_script import EchoScript
from seawall.engines.port import ContextLengthExceeded, EngineError, EngineFull, EngineRejected
from seawall.values.question import Question, Wanted

VLLM = {"/tokenize": "count"}
LLAMA_SERVER = {"/v1/chat/completions/input_tokens": "input_tokens"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class UpstreamServer:
    """``instead`` answers chats in the engine's place, ``models_instead`` lists models; ``asked`` keeps what came."""

    def __init__(self, spec: str = "echo") -> None:
        self.script = EchoScript.parse(spec)
        self.engine = Echo(self.script)
        self.instead: Handler | None = None
        self.models_instead: Handler | None = None
        self.published: str | None = None
        """What ``/metrics`` says, outside ``/v1`` as with vLLM; 404 for None."""
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.left_s: list[float] = []
        self.url = ""

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = await request.json()
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        if self.instead is not None:
            return await self.instead(request)
        answered = False
        try:
            response = await self._answered(request, body)
            answered = True
            return response
        finally:
            if not answered:
                self.left_s.append(time.monotonic())

    async def aside(self, request: web.Request, wanted: Wanted, field: str = "") -> web.StreamResponse:
        """Vectors, or a count under the field's name that this kind of server has for it."""
        body: dict[str, Any] = await request.json()
        self.asked.append(body)
        model = body.pop("model")
        try:
            async with aclosing(self.engine.ask(Question(model, body, 0, stream=False, wanted=wanted))) as pieces:
                piece = await anext(pieces)
        except EngineError as error:
            return _refused(error)
        if wanted is Wanted.COUNT:
            return web.json_response({field: json.loads(piece.data)["input_tokens"]})
        return web.Response(body=piece.data, content_type="application/json")

    async def models(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        if self.models_instead is not None:
            return await self.models_instead(request)
        return web.json_response({"data": [{"id": self.script.model, "max_model_len": self.script.context}]})

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=404) if self.published is None else web.Response(text=self.published)

    async def _answered(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        fields = {"messages": body["messages"]}
        question = Question(body["model"], fields, body["max_tokens"], stream=body["stream"])
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        try:
            async with aclosing(self.engine.ask(question)) as pieces:
                async for piece in pieces:
                    if not question.stream:
                        return web.Response(body=piece.data, content_type="application/json")
                    if not response.prepared:
                        await response.prepare(request)
                    await response.write(b"data: " + piece.data + b"\n\n")
        except EngineError as error:
            if not response.prepared:
                return _refused(error)
            if request.transport is not None:
                request.transport.abort()
            return response
        await response.write(b"data: [DONE]\n\n")
        return response


def _refused(error: EngineError) -> web.Response:
    if isinstance(error, ContextLengthExceeded):
        message = (
            f"This model's maximum context length is {error.limit_tokens} tokens. However, your request has "
            f"{error.prompt_tokens} input tokens."
        )
        return web.json_response({"error": {"message": message, "type": "BadRequestError", "code": 400}}, status=400)
    status = 503 if isinstance(error, EngineFull) else 400 if isinstance(error, EngineRejected) else 500
    return web.json_response({"error": {"message": error.message, "type": "server_error"}}, status=status)


@asynccontextmanager
async def upstream_server(
    spec: str = "echo", port: int = 0, counting: Mapping[str, str] = VLLM
) -> AsyncGenerator[UpstreamServer]:
    """Serves until the block ends. ``counting`` is where it counts tokens, with the field that tells."""
    server = UpstreamServer(spec)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.chat)
    app.router.add_post("/v1/embeddings", partial(server.aside, wanted=Wanted.EMBEDDINGS))
    for path, field in counting.items():
        app.router.add_post(path, partial(server.aside, wanted=Wanted.COUNT, field=field))
    app.router.add_get("/v1/models", server.models)
    app.router.add_get("/metrics", server.metrics)
    runner = AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await server.engine.start()
    try:
        site = TCPSite(runner, "127.0.0.1", port)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield server
    finally:
        await server.engine.close()
        await runner.cleanup()
