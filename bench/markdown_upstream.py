"""A model server that answers in Markdown, a token a packet. Knows OpenAI's stream; knows no bench.

The model `long` says a fixed number of tokens at a pace; `brief` says a short answer at once.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from threading import Thread
from typing import Any

LONG = "long"
BRIEF = "brief"
# Faster than most models and slower than a screen draws: each token is a redraw that may be wanted.
TOKEN_S = 0.004
SECTION = """## How a harbour works

A **harbour** is a place where ships find *shelter* from wind and waves. It has a [breakwater](https://example.org/)
that takes the force out of the sea, and quays where `cargo` is moved between ship and shore.

- The breakwater faces the open sea
- The basin is calm and deep enough
- The quay has cranes, rails and roads
  - one crane moves about thirty boxes an hour

| part | length | depth |
|---|--:|--:|
| breakwater | 1,200 m | 14 m |
| basin | 600 m | 12 m |

```python
def tide(hour: float) -> float:
    "Height over the mean, in metres."
    return 2.1 * math.sin(2 * math.pi * hour / 12.42)
```

The height follows $h(t) = a \\sin(2 \\pi t / T)$, and over a day:

$$
\\int_0^{T} h(t)\\,dt = 0
$$

> A quiet harbour is a busy one.

"""


def tokens_of(count: int) -> list[str]:
    """What `long` says."""
    return list(islice(cycle(re.findall(r"\s*\S+|\s+$", SECTION)), count))


@contextmanager
def markdown_upstream(tokens: int) -> Generator[str]:
    """Serves until the block ends and gives its base URL."""
    told = tokens_of(tokens)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            models = [{"id": model, "object": "model"} for model in (LONG, BRIEF)]
            self._begin("application/json")
            self.wfile.write(json.dumps({"object": "list", "data": models}).encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            paced = body["model"] == LONG
            self._begin("text/event-stream")
            for token in told if paced else [SECTION[:420]]:
                self._tell({"content": token}, None)
                time.sleep(TOKEN_S if paced else 0)
            self._tell({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")

        def _begin(self, kind: str) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.end_headers()

        def _tell(self, delta: dict[str, str], finish: str | None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": LONG, "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

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
