"""A model server that says what it is given, line ends and all. Knows OpenAI's stream; knows no test.

The echo engine says words only; Markdown is made of lines.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Thread
from typing import Any

MODEL = "eloquent"
PIECE_CHARS = 7
# As fast as people read.
WORD_S = 0.05


@contextmanager
def eloquent_upstream(text: str, reasoning: str = "", over: Event | None = None) -> Generator[str]:
    """Serves until the block ends and gives its base URL. With ``over`` an answer goes on after the text, a word after
    the other, until that is set: for who looks at an answer that is under way, for however long that takes.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send("application/json", json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]}))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            said = [{"reasoning_content": piece} for piece in _pieces(reasoning)]
            said += [{"content": piece} for piece in _pieces(text)]
            begun = "".join(_event(delta) for delta in said)
            end = _event({}, "stop") + "data: [DONE]\n\n"
            if over is None:
                self._send("text/event-stream", begun + end)
            else:
                self._go_on(begun, over, end)

        def _send(self, kind: str, body: str) -> None:
            content = body.encode()
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _go_on(self, begun: str, over: Event, end: str) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            self.wfile.write(begun.encode())
            with suppress(ConnectionError):
                for number in count(1):
                    if over.wait(WORD_S):
                        break
                    self.wfile.write(_event({"content": f" word {number}"}).encode())
                self.wfile.write(end.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def _pieces(text: str) -> list[str]:
    return [text[start : start + PIECE_CHARS] for start in range(0, len(text), PIECE_CHARS)]


def _event(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": MODEL, "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n"
