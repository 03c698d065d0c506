"""What a storm of sign-ins, registrations or page loads costs those who have an account. Knows sockets; judges nothing.

Server and client have a core each. Quiet minutes and storms come in turn, so that what else the machine does strikes
both alike; the ratio of their p95 is what is promised (login 2, first token 1.5).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx
import uvloop

from heading import heading, table
from service import OWNER, SETUP_LINK, Service

SERVER_CORE, CLIENT_CORE = 0, 1
ECHO = "echo:slots=16,ttft_ms=50,token_ms=10,tokens=20"
# So many networks, told by a proxy on this machine that the service trusts.
NETWORKS = 5000
HOME = "198.51.100.7"
AWAY = "203.0.113.8"
PROMISES = {"login, own device": 2.0, "login, own network": 2.0, "first token": 1.5}


@dataclass
class Seen:
    """Milliseconds of what an honest user did, and what became of it and of the storm."""

    ms: dict[str, list[float]] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    storm: Counter[int] = field(default_factory=Counter)

    def percentile(self, name: str, share: int) -> float:
        times = self.ms.get(name, [])
        return quantiles(times, n=100)[share - 1] if len(times) > 1 else float("nan")


def request(method: str, path: str, address: str, body: object = None, headers: str = "") -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {address}\r\nconnection: close\r\n{headers}"
    if content:
        head += f"content-type: application/json\r\ncontent-length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


async def ask(port: int, message: bytes, mark: bytes = b"") -> tuple[int, float, bytes]:
    """Status, milliseconds to ``mark`` or the end, and the answer; status 0 where none came."""
    begun_s = time.perf_counter()
    reader = writer = None
    answer = b""
    try:
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(message)
            marked_s = 0.0
            while part := await reader.read(65536):
                answer += part
                if mark and not marked_s and mark in answer:
                    marked_s = time.perf_counter()
            ended_s = marked_s or time.perf_counter()
            return int(answer[9:12] or 0), (ended_s - begun_s) * 1000, answer
    except (OSError, TimeoutError):
        return 0, (time.perf_counter() - begun_s) * 1000, answer
    finally:
        if writer is not None:
            writer.transport.abort()


def network(number: int) -> str:
    number %= NETWORKS
    return f"10.{number >> 8}.{number & 255}.9"


def wrong_login(number: int) -> bytes:
    email = OWNER["email"] if number % 2 else f"nobody{number}@example.org"
    return request("POST", "/api/auth/login", network(number), {"email": email, "password": f"leaked {number}"})


def registration(number: int) -> bytes:
    body = {"email": f"u{number}.{time.time_ns()}@mail{number % 997}.example", "password": f"throw away {number}"}
    return request("POST", "/api/auth/signup", network(number), body)


def page(number: int) -> bytes:
    return request("GET", ("/", "/login", "/api/entrance", "/livez")[number % 4], network(number))


STORMS: dict[str, tuple[float, Callable[[int], bytes]]] = {
    "stuffing 200/s": (200.0, wrong_login),
    "sign-ups 50/s": (50.0, registration),
    "pages 1000/s": (1000.0, page),
}


async def at_a_rate(per_s: float, until_s: float, what: Callable[[int], Awaitable[None]]) -> None:
    begun_s, number = time.perf_counter(), 0
    running: set[asyncio.Task[None]] = set()
    while (now_s := time.perf_counter()) < until_s:
        if now_s < begun_s + number / per_s:
            await asyncio.sleep(begun_s + number / per_s - now_s)
            continue
        if len(running) < 1000:
            task = asyncio.ensure_future(what(number))
            running.add(task)
            task.add_done_callback(running.discard)
        number += 1
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


class Bench:
    def __init__(self, port: int, key: str, device: str) -> None:
        self.port = port
        self._key = key
        self._device = device

    async def round(self, seen: Seen, for_s: float, storms: tuple[str, ...]) -> None:
        """Honest users, and what storms beside them."""
        until_s = time.perf_counter() + for_s
        login = {"email": OWNER["email"], "password": OWNER["password"]}
        question = {"model": "echo", "stream": True, "messages": [{"role": "user", "content": "Hello?"}]}
        own = request("POST", "/api/auth/login", AWAY, login, f"cookie: {self._device}\r\n")
        near = request("POST", "/api/auth/login", HOME, login)
        chat = request("POST", "/v1/chat/completions", HOME, question, f"authorization: Bearer {self._key}\r\n")

        def honest(name: str, message: bytes, mark: bytes = b"") -> Callable[[int], Awaitable[None]]:
            async def once(_: int) -> None:
                status, ms, _answer = await ask(self.port, message, mark)
                seen.ms.setdefault(name, []).append(ms)
                if status != 200:
                    seen.failed[f"{name}: {status}"] += 1

            return once

        def hostile(make: Callable[[int], bytes]) -> Callable[[int], Awaitable[None]]:
            async def once(number: int) -> None:
                status, _, _ = await ask(self.port, make(number))
                seen.storm[status] += 1

            return once

        await asyncio.gather(
            at_a_rate(2.0, until_s, honest("login, own device", own)),
            at_a_rate(2.0, until_s, honest("login, own network", near)),
            at_a_rate(4.0, until_s, honest("first token", chat, b'"content":"')),
            *(at_a_rate(3.0, until_s, honest(path, request("GET", path, HOME))) for path in PATHS),
            *(at_a_rate(rate, until_s, hostile(make)) for rate, make in (STORMS[name] for name in storms)),
        )


PATHS = ("/livez", "/readyz", "/", "/login")


def prepared(service: Service) -> tuple[str, str]:
    """A key, and the cookie of a device that is a home as its account has asked from it."""
    with httpx.Client(base_url=f"http://127.0.0.1:{service.port}", trust_env=False, timeout=30) as client:
        client.headers["x-forwarded-for"] = HOME
        while (link := SETUP_LINK.search(service.said())) is None:
            time.sleep(0.05)  # It is ready a little before it says so.
        made = client.post("/api/setup", json={"token": link[1], **OWNER})
        client.headers["x-csrf-token"] = made.json()["csrf_token"]
        key = client.post("/api/keys", json={"name": "bench"}).json()["key"]
        told = client.post("/api/chat", json={"conversation_id": None, "message_id": "0" * 16, "text": "Hello"})
        if told.status_code >= 400:
            raise SystemExit(told.text)
        device = next(cookie for cookie in client.cookies.jar if "device" in cookie.name)
        return key, f"{device.name}={device.value}"


async def measure(bench: Bench, storms: list[tuple[str, ...]], for_s: float, rounds: int) -> dict[str, Seen]:
    seen = {" and ".join(each) or "quiet": Seen() for each in [(), *storms]}
    await bench.round(Seen(), 4.0, ())
    for _ in range(rounds):
        for each in [(), *storms]:
            await bench.round(seen[" and ".join(each) or "quiet"], for_s, each)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {SERVER_CORE})
    storms = [("stuffing 200/s",), ("sign-ups 50/s",), ("stuffing 200/s", "sign-ups 50/s"), ("pages 1000/s",)]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SEAWALL_TRUSTED_PROXIES": '["127.0.0.1/32"]'}
        with Service([sys.executable, "-m", "seawall", "serve"], Path(folder) / "data", ECHO, environment) as service:
            if hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, {CLIENT_CORE})
            bench = Bench(service.port, *prepared(service))
            time.sleep(2.0)  # The place is written down.
            seen = uvloop.run(measure(bench, storms, chosen.seconds, chosen.rounds))
    report(seen)


def report(seen: dict[str, Seen]) -> None:
    print(heading())
    quiet = seen["quiet"]
    rows = list[tuple[str, ...]]()
    for storm, found in seen.items():
        for name in (*PROMISES, *PATHS):
            share = 99 if name in PATHS else 95
            figures = [str(len(found.ms.get(name, [])))]
            for each in (50, share):
                ms = found.percentile(name, each)
                figures += [f"{ms:.0f}", f"{ms / quiet.percentile(name, each):.2f}"]
            rows.append((storm, name, *figures))
    print(table(rows, ("storm", "what", "count", "p50 ms", "x quiet", "p95 ms", "x quiet")))
    print("Of pages and probes it is p99 in place of p95.")
    for storm, found in seen.items():
        print(f"{storm}: failed {dict(found.failed)}, the storm was told {dict(found.storm)}")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
