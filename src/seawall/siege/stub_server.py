"""The stub engine's HTTP: OpenAI's chat completions, vLLM's metrics, and whose work it did. Knows bytes; times nothing.

``python -m seawall.siege.stub_server --port 9000 --spec slots=16,token_ms=20`` prints its port once it listens. A
question says in its last words what its answer shall be: ``#siege:registered:120#`` is 120 tokens, and the work is
counted for "registered".
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from functools import partial
from typing import Any, cast

from seawall.siege.stub_engine import Answer, EngineSpec, StubEngine

MODEL = "stub"
TAG = re.compile(r"#siege:([\w-]+):(\d+)#")
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_JSON = b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
_METRICS = """\
vllm:num_requests_running{{model_name="stub"}} {running}
vllm:num_requests_waiting{{model_name="stub"}} {waiting}
vllm:kv_cache_usage_perc{{model_name="stub"}} {kv_use}
"""


def tag(part: str, tokens: int) -> str:
    """The last words of a question whose answer shall have so many tokens."""
    return f"#siege:{part}:{tokens}#"


class Connection(asyncio.Protocol):
    """One kept-alive connection, one question at a time."""

    def __init__(self, engine: StubEngine) -> None:
        self._engine = engine
        self._received = bytearray()
        self._answer: Answer | None = None
        self._question: dict[str, Any] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None:
            self._engine.leave(self._answer)
            self._answer = None

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        announced = _LENGTH.search(self._received, 0, head_end)
        end = head_end + 4 + (int(announced[1]) if announced else 0)
        if len(self._received) < end:
            return
        head, body = bytes(self._received[:head_end]), bytes(self._received[head_end + 4 : end])
        del self._received[:end]
        self._route(head.split(b" ", 2)[1], head.startswith(b"POST "), body)

    def _route(self, path: bytes, posts: bool, body: bytes) -> None:
        if posts and path.endswith(b"/chat/completions"):
            self._ask(body)
        elif path.endswith(b"/models"):
            entry = {"id": MODEL, "object": "model", "max_model_len": 32_768}
            self._reply(200, {"object": "list", "data": [entry]})
        elif path == b"/siege":
            self._reply(200, self._engine.report())
        elif path == b"/metrics":
            report = self._engine.report()
            text = _METRICS.format(**{name: report[name] for name in ("running", "waiting", "kv_use")}).encode()
            self._transport.write(_JSON.replace(b"application/json", b"text/plain") % (200, b"OK", len(text), text))
        elif path in (b"/", b"/health", b"/readyz"):
            self._reply(200, {"status": "ready"})
        else:
            self._reply(404, {"error": {"message": "Not here.", "type": "invalid_request_error"}})

    def _reply(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self._transport.write(_JSON % (status, b"OK" if status == 200 else b"Refused", len(body), body))

    def _ask(self, body: bytes) -> None:
        try:
            self._question = json.loads(body)
            prompt = "\n".join(_text(message) for message in self._question["messages"])
        except (ValueError, KeyError, TypeError, RecursionError):
            self._reply(400, {"error": {"message": "No question.", "type": "invalid_request_error"}})
            return
        asked = self._question.get("max_completion_tokens") or self._question.get("max_tokens") or 1024
        tagged = TAG.search(prompt, max(0, len(prompt) - 80))
        part, tokens = (tagged[1], int(tagged[2])) if tagged else ("untold", 40)
        streams = bool(self._question.get("stream"))
        self._answer = Answer(part, prompt, max(1, min(tokens, asked)), self._stream if streams else self._gather)
        self._engine.enter(self._answer)

    def _stream(self, new: int, ended: bool) -> None:
        answer = self._answer
        if answer is None or self._transport.is_closing():
            return
        parts: list[bytes] = []
        if answer.said == new:
            parts += (_STREAM, _chunk([_choice({"role": "assistant", "content": ""})]))
        parts += (_TOKENS[number % len(_TOKENS)] for number in range(answer.said - new, answer.said))
        if ended:
            parts.append(_chunk([_choice({}, "stop")]))
            options: dict[str, Any] = self._question.get("stream_options") or {}
            if options.get("include_usage"):
                parts.append(_chunk([], usage=_usage(answer)))
            parts.append(_framed(b"data: [DONE]\n\n") + b"0\r\n\r\n")
            self._answer = None
        self._transport.write(b"".join(parts))

    def _gather(self, new: int, ended: bool) -> None:
        answer = self._answer
        if not ended or answer is None:
            return
        self._answer = None
        message = {"role": "assistant", "content": " wave" * answer.said}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self._reply(200, _head("chat.completion") | {"choices": [choice], "usage": _usage(answer)})


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or ())


def _head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-stub", "object": kind, "created": 1763800000, "model": MODEL}


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _usage(answer: Answer) -> dict[str, Any]:
    return {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.said,
        "total_tokens": answer.prompt_tokens + answer.said,
        "prompt_tokens_details": {"cached_tokens": answer.cached_tokens},
    }


def _chunk(choices: list[dict[str, Any]], **more: Any) -> bytes:
    body = _head("chat.completion.chunk") | {"choices": choices} | more
    return _framed(b"data: " + json.dumps(body, separators=(",", ":")).encode() + b"\n\n")


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


# They differ, as LiteLLM ends an answer that says the same a hundred times.
_TOKENS = tuple(_chunk([_choice({"content": f" wave{number}"})]) for number in range(50))


async def serve(spec: EngineSpec, host: str, port: int) -> None:
    """Until it is killed; the port is printed once it listens."""
    engine = StubEngine(spec)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Connection, engine), host, port, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    before = time.perf_counter()
    while True:
        # All answers grow in one wake-up, as in a real engine's step.
        await asyncio.sleep(spec.token_ms / 1000)
        now = time.perf_counter()
        engine.step((now - before) * 1000)
        before = now


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--spec", type=EngineSpec.parse, default=EngineSpec())
    chosen = parser.parse_args(arguments)
    asyncio.run(serve(chosen.spec, chosen.host, chosen.port))


if __name__ == "__main__":
    main(sys.argv[1:])
