"""One request on a connection of its own, and when its answer came. Knows HTTP/1.1's bytes; knows not who asks why.

Raw asyncio, as a siege's own cost must stay small beside that of the door that it measures.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any, cast

from seawall.siege.target import Target

CUT = 0
"""The status of what never got one: refused, cut or timed out."""
_SPOKEN = re.compile(rb'"(?:reasoning_)?content": ?"[^"]')
_FAULT = re.compile(rb'"error": ?\{')
_KEPT_BODY_BYTES = 16_384
_TAIL_BYTES = 24


@dataclass(slots=True)
class Outcome:
    """What came of one request. Times are of ``time.perf_counter``; ``first_s`` is the first token's."""

    begun_s: float
    ended_s: float = 0.0
    status: int = CUT
    first_s: float | None = None
    whole: bool = False
    gaps_s: list[float] = field(default_factory=list[float])
    tokens: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    @property
    def served(self) -> bool:
        """An answer with words in it, to its end."""
        return self.status == 200 and self.whole and self.first_s is not None

    @property
    def retry_after_s(self) -> float | None:
        told = self.headers.get("retry-after", "")
        return float(told) if told.replace(".", "", 1).isdigit() else None

    @property
    def code(self) -> str:
        """A refusal's name, where it tells one."""
        try:
            return str(json.loads(self.body)["error"]["code"])
        except (ValueError, KeyError, TypeError):
            return ""


class Talk(asyncio.Protocol):
    """Sends its request at once and reads the answer to its end; ``done`` is set then, or when the connection ends."""

    def __init__(self, request: bytes, *, leave_at_first: bool = False) -> None:
        self._request = request
        self._leave_at_first = leave_at_first
        self._head = b""
        self._left_bytes: int | None = None
        self._last_s = 0.0
        self._tail = b""
        self.outcome = Outcome(time.perf_counter())
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        self.closed.set()

    def data_received(self, data: bytes) -> None:
        now_s = time.perf_counter()
        if not self.outcome.status:
            self._head += data
            head, found, data = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._read_head(head)
        if data or self._left_bytes == 0:
            self._read_body(data, now_s)

    def leave(self) -> None:
        """Goes away, also in the middle of an answer."""
        # Whoever gave up waiting has cancelled ``done``, so that it tells nothing here.
        self._transport.abort()
        self._end()

    def _read_head(self, head: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        self.outcome.status = int(first.split(" ", 2)[1])
        for line in lines:
            name, _, value = line.partition(":")
            self.outcome.headers[name.lower()] = value.strip()
        length = self.outcome.headers.get("content-length")
        self._left_bytes = int(length) if length is not None else None

    def _read_body(self, data: bytes, now_s: float) -> None:
        outcome = self.outcome
        if outcome.status == 200:
            self._hear(data, now_s)
        if len(outcome.body) < _KEPT_BODY_BYTES and (outcome.status != 200 or outcome.first_s is None):
            outcome.body += data
        self._tail = (self._tail + data)[-_TAIL_BYTES:]
        if self._left_bytes is not None:
            self._left_bytes -= len(data)
            if self._left_bytes <= 0:
                outcome.whole = True
                self._end()
        elif self._tail.endswith(b"0\r\n\r\n"):
            outcome.whole = not _is_stream(outcome) or b"[DONE]" in self._tail
            self._end()

    def _hear(self, data: bytes, now_s: float) -> None:
        outcome = self.outcome
        count = len(_SPOKEN.findall(data))
        if count:
            if outcome.first_s is None:
                outcome.first_s = now_s
                if self._leave_at_first:
                    self.leave()
                    return
            else:
                outcome.gaps_s.append(now_s - self._last_s)
            self._last_s = now_s
            outcome.tokens += count
        elif _FAULT.search(data):
            outcome.status = 500 if outcome.first_s is not None else 503
            outcome.body = data[-_KEPT_BODY_BYTES:]

    def _end(self) -> None:
        if not self.outcome.ended_s:
            self.outcome.ended_s = time.perf_counter()
            self._transport.close()
        if not self.done.done():
            self.done.set_result(None)


def _is_stream(outcome: Outcome) -> bool:
    return outcome.headers.get("content-type", "").startswith("text/event-stream")


async def talk(
    target: Target, request: bytes, address: str, patience_s: float, *, leave_at_first: bool = False
) -> Outcome:
    """Asks from this address on a new connection, as each question of a program does; gives up after the patience."""
    source = target.source(address)
    loop = asyncio.get_running_loop()
    began_s = time.perf_counter()
    protocol: Talk | None = None
    try:
        async with asyncio.timeout(patience_s):
            _, protocol = await loop.create_connection(
                lambda: Talk(request, leave_at_first=leave_at_first),
                target.host,
                target.port,
                local_addr=(source, 0) if source else None,
            )
            protocol.outcome.begun_s = began_s
            await protocol.done
    except TimeoutError:
        pass
    except OSError:
        return Outcome(began_s, time.perf_counter())
    finally:
        if protocol is not None:
            protocol.leave()
            await protocol.closed.wait()
    return protocol.outcome if protocol is not None else Outcome(began_s, time.perf_counter())


def json_of(outcome: Outcome) -> dict[str, Any]:
    """The body of a plain answer, empty where it is none."""
    try:
        found = json.loads(outcome.body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
