"""An OpenAI-compatible server that costs next to nothing: its answers are bytes made beforehand. Knows no model.

What a gateway in front of it costs can be told from what it costs alone. Each model is a script of its own:
``python bench/scripted_upstream.py --model instant --model paced:ttft_ms=5,token_ms=2`` prints its port.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any, cast

import uvloop

WORD = " wave"
JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True)
class Script:
    """How one model behaves when it streams; a plain answer comes at once. One packet a token, as from a real model."""

    model: str
    ttft_s: float = 0.0
    token_s: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Script:
        """Of ``NAME`` or ``NAME:ttft_ms=5,token_ms=2``."""
        name, _, options = text.partition(":")
        values = dict(option.split("=") for option in options.split(",") if option)
        return cls(name, float(values.pop("ttft_ms", 0)) / 1e3, float(values.pop("token_ms", 0)) / 1e3)

    @cached_property
    def tokens(self) -> list[bytes]:
        """They differ, as LiteLLM ends an answer that says the same a hundred times."""
        return [self._event([_choice({"content": f"{WORD}{number}"})]) for number in range(10)]

    @cached_property
    def opening(self) -> bytes:
        return self._event([_choice({"role": "assistant", "content": ""})]) + self.tokens[0]

    @cache  # noqa: B019 - scripts live as long as the program
    def ending(self, tokens: int, *, with_usage: bool) -> bytes:
        finish = self._event([_choice({}, "length")])
        usage = self._event([], usage=_usage(tokens)) if with_usage else b""
        return finish + usage + _chunk(b"data: [DONE]\n\n") + END

    @cache  # noqa: B019
    def whole(self, tokens: int) -> bytes:
        message = {"role": "assistant", "content": WORD * tokens}
        choice = {"index": 0, "message": message, "finish_reason": "length"}
        body = json.dumps(self._head("chat.completion") | {"choices": [choice], "usage": _usage(tokens)}).encode()
        return JSON % (len(body), body)

    def _event(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        body = self._head("chat.completion.chunk") | {"choices": choices} | more
        return _chunk(b"data: " + json.dumps(body).encode() + b"\n\n")

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-scripted", "object": kind, "created": 1763800000, "model": self.model}


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": 10, "completion_tokens": tokens, "total_tokens": 10 + tokens}


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


class Connection(asyncio.Protocol):
    """One kept-alive connection, one request at a time."""

    def __init__(self, scripts: dict[str, Script]) -> None:
        self._scripts = scripts
        self._loop = asyncio.get_running_loop()
        self._received = b""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _announced_bytes(head):
            return
        self._received = b""
        if head.startswith(b"POST "):
            self._answer(json.loads(body))
        elif b"/models " in head:
            self._list_models()
        else:
            self._transport.write(NOT_FOUND)

    def _list_models(self) -> None:
        listing = {"object": "list", "data": [{"id": model, "object": "model"} for model in self._scripts]}
        body = json.dumps(listing).encode()
        self._transport.write(JSON % (len(body), body))

    def _answer(self, question: dict[str, Any]) -> None:
        script = self._scripts[question["model"]]
        tokens = question.get("max_tokens") or question.get("max_completion_tokens") or 20
        if not question.get("stream"):
            self._transport.write(script.whole(tokens))
            return
        options = question.get("stream_options") or {}
        ending = script.ending(tokens, with_usage=bool(options.get("include_usage")))
        self._after(script.ttft_s, partial(self._begin, script, tokens, ending))

    def _begin(self, script: Script, tokens: int, ending: bytes) -> None:
        self._transport.write(STREAM + script.opening)
        self._go_on(script, tokens - 1, ending)

    def _go_on(self, script: Script, left: int, ending: bytes) -> None:
        if left:
            self._after(script.token_s, partial(self._say, script, left, ending))
        else:
            self._transport.write(ending)

    def _say(self, script: Script, left: int, ending: bytes) -> None:
        self._transport.write(script.tokens[left % 10])
        self._go_on(script, left - 1, ending)

    def _after(self, delay_s: float, call: partial[None]) -> None:
        self._timer = self._loop.call_later(delay_s, call)


@cache
def _announced_bytes(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def serve(scripts: list[Script], port: int) -> None:
    """Until it is killed; the port is printed once it listens."""
    by_model = {script.model: script for script in scripts}
    server = await asyncio.get_running_loop().create_server(lambda: Connection(by_model), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--model", type=Script.parse, action="append", required=True, help="NAME[:ttft_ms=5,token_ms=2]"
    )
    chosen = parser.parse_args()
    uvloop.run(serve(chosen.model, chosen.port))
