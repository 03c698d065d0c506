"""What a refusal at the gate costs the serving process, and the status page beside it. Knows sockets and CPU clocks.

Server and client have a core each. CPU is that of the whole server process, the kernel's work for it included.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from heading import heading, table

HERE = Path(__file__).parent
SERVER_CORE, CLIENT_CORE = 0, 1
CONNECTIONS, ROUNDS = 16, 5
KEPT, NEW = 200, 600  # Requests a connection, and connections, a round.
KEPT_LIMIT_US, NEW_LIMIT_US = 25.0, 60.0
GET = b"GET %b HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench\r\naccept: */*\r\n%b\r\n"
A_KEY = b"authorization: Bearer sw-mistyped\r\n"
PACKED = b"accept: text/html\r\naccept-encoding: gzip\r\n"
# Who is refused at the gate: a share of next to nothing.
SHARE = {"SEAWALL_EDGE_STRANGER_RATE": "0.001", "SEAWALL_EDGE_STRANGER_BURST": "1"}
BARE = "uvicorn's 429"
REFUSED_PAGE, STATUS_PAGE = "Seawall: share used, a page", "Seawall: the status page"


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of CPU a request, on a kept-alive connection and on a new one."""

    kept_us: float
    new_us: float


@dataclass(frozen=True, slots=True)
class Door:
    """``status`` is what has to come back, or the figure is none."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    request: bytes
    status: bytes


def doors(folder: Path) -> list[Door]:
    def seawall(name: str) -> tuple[str, ...]:
        data = str(folder / name)
        return sys.executable, "-m", "seawall", "serve", "--engine", "echo", "--no-browser", "--data", data, "--port"

    bare = (sys.executable, str(HERE / "refusals.py"), "--bare")
    floor = (sys.executable, str(HERE / "refusals.py"), "--floor")
    return [
        Door("accept, recv, send, close alone", floor, {}, GET % (b"/", b""), b"429"),
        Door(BARE, bare, {}, GET % (b"/", b""), b"429"),
        Door("Seawall: share used", seawall("api"), SHARE, GET % (b"/v1/models", b""), b"429"),
        Door(REFUSED_PAGE, seawall("page"), SHARE, GET % (b"/", b"accept: text/html\r\n"), b"429"),
        Door("Seawall: share used, a mistyped key", seawall("key"), SHARE, GET % (b"/v1/models", A_KEY), b"429"),
        Door(STATUS_PAGE, seawall("status"), SHARE, GET % (b"/status", PACKED), b"200"),
        Door("Seawall: its summary.json", seawall("json"), SHARE, GET % (b"/api/v2/summary.json", PACKED), b"200"),
    ]


def costs_of(doors: list[Door]) -> dict[str, Cost]:
    """Medians of rounds in turn, so that what else the machine does strikes all doors alike; the first warms up."""
    kept: dict[str, list[float]] = {door.name: [] for door in doors}
    new: dict[str, list[float]] = {door.name: [] for door in doors}
    with ExitStack() as exits:
        served = [(door, *exits.enter_context(_serving(door))) for door in doors]
        for _ in range(ROUNDS + 1):
            for door, pid, port in served:
                with _lines(port) as lines:
                    asked = partial(_ask_kept, lines, door)
                    kept[door.name].append(_per_request_us(pid, asked, KEPT * CONNECTIONS))
                new[door.name].append(_per_request_us(pid, partial(_ask_anew, port, door), NEW))
    return {door.name: Cost(median(kept[door.name][1:]), median(new[door.name][1:])) for door in doors}


@contextmanager
def _lines(port: int) -> Generator[list[socket.socket]]:
    lines = [_line(port) for _ in range(CONNECTIONS)]
    yield lines
    for line in lines:
        line.close()


def _per_request_us(pid: int, ask: Callable[[], None], requests: int) -> float:
    begun_s = _cpu_s(pid)
    ask()
    time.sleep(0.02)  # What is left to do behind the last answer belongs to it.
    return (_cpu_s(pid) - begun_s) / requests * 1e6


def _cpu_s(pid: int) -> float:
    """Another process's CPU clock, to the nanosecond: clock_getcpuclockid(3) for those without the call."""
    return time.clock_gettime((~pid << 3) | 2)


def _ask_kept(lines: list[socket.socket], door: Door) -> None:
    for _ in range(KEPT):
        for line in lines:
            line.sendall(door.request)
        for line in lines:
            _check(_answer(line), door)


def _ask_anew(port: int, door: Door) -> None:
    for _ in range(NEW):
        line = _line(port)
        line.sendall(door.request)
        _check(_answer(line), door)
        line.close()


def _check(answer: bytes, door: Door) -> None:
    if answer[9:12] != door.status:
        raise SystemExit(f"{door.name}: expected {door.status!r}, got {answer[:300]!r}")


def _answer(line: socket.socket) -> bytes:
    """All of it: uvicorn writes head and body apart. Empty where the connection has ended."""
    answer = b""
    while True:
        part = line.recv(65536)
        answer += part
        head, is_whole, body = answer.partition(b"\r\n\r\n")
        if not part or (is_whole and len(body) >= int(head.lower().partition(b"content-length: ")[2].split(b"\r")[0])):
            return answer if part else b""


def _line(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


@contextmanager
def _serving(door: Door) -> Generator[tuple[int, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        [*door.command, str(port)],
        env={**os.environ, **door.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )
    try:
        _wait_for(door, port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(door: Door, port: int) -> None:
    for _ in range(600):
        try:
            line = _line(port)
        except OSError:
            time.sleep(0.05)
            continue
        with line:  # A share of one request is used up by the first ones.
            for _ in range(10):
                line.sendall(door.request)
                answer = _answer(line)
                if answer[9:12] == door.status:
                    return
                if answer == b"":
                    break
        time.sleep(0.05)
    raise SystemExit(f"{door.name} did not come up.")


def serve_bare(port: int) -> None:
    """The same refusal as uvicorn's plainest application gives it, with what we set of uvicorn."""
    import uvicorn

    body = b'{"error":{"message":"Please try again.","type":"rate_limit_error","code":"share_used","param":null}}'
    headers = [
        (b"content-type", b"application/json"),
        (b"retry-after", b"3"),
        (b"content-length", str(len(body)).encode()),
    ]

    async def refuse(scope: object, receive: object, send: Callable[..., object]) -> None:
        await send({"type": "http.response.start", "status": 429, "headers": headers})  # type: ignore[misc]
        await send({"type": "http.response.body", "body": body})  # type: ignore[misc]

    uvicorn.run(
        refuse,  # type: ignore[arg-type]
        port=port,
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
    )


def serve_floor(port: int) -> None:
    """The least that any server in Python has to do on this machine: one connection after the other, nothing parsed."""
    import selectors

    answer = b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 2\r\n\r\nno"
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    ready = selectors.DefaultSelector()
    ready.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            if key.fileobj is listener:
                ready.register(listener.accept()[0], selectors.EVENT_READ)
                continue
            line = key.fileobj
            assert isinstance(line, socket.socket)
            if line.recv(65536):
                line.send(answer)
            else:
                ready.unregister(line)
                line.close()


def main() -> None:
    print(heading(), flush=True)
    os.sched_setaffinity(0, {CLIENT_CORE})
    with tempfile.TemporaryDirectory() as folder:
        costs = costs_of(doors(Path(folder)))
    bare = costs[BARE]
    rows = [
        (
            name,
            f"{cost.kept_us:.1f}",
            _times(cost.kept_us, bare.kept_us),
            f"{cost.new_us:.1f}",
            _times(cost.new_us, bare.new_us),
        )
        for name, cost in costs.items()
    ]
    print(table(rows, ("refused by", "kept alive, us", "of uvicorn's", "new connection, us", "of uvicorn's")))
    page, refused = costs[STATUS_PAGE], costs[REFUSED_PAGE]
    print(
        f"the status page costs {_times(page.kept_us, refused.kept_us)} of a refused page kept alive, "
        f"{_times(page.new_us, refused.new_us)} on a new connection"
    )
    print(f"limits: {KEPT_LIMIT_US:.0f} us kept alive, {NEW_LIMIT_US:.0f} us on a new connection")


def _times(cost_us: float, bare_us: float) -> str:
    return f"{cost_us / bare_us:.2f}x"


if __name__ == "__main__":
    if "--bare" in sys.argv:
        serve_bare(int(sys.argv[-1]))
    elif "--floor" in sys.argv:
        serve_floor(int(sys.argv[-1]))
    else:
        main()
