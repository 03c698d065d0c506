"""Our protocol class on a real socket, before a tiny application, with a clock that a test moves. Asserts nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from ipaddress import ip_network
from random import Random
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from patience import until
from seawall.edge.address import AddressResolver
from seawall.edge.connections import Caps, Connections
from seawall.edge.deadlines import Deadlines
from seawall.edge.protocol import EdgeProtocol
from seawall.edge.sweep import Sweep
from seawall.edge.terms import Terms
from settable_clock import SettableClock

DEADLINES = Deadlines(
    header_s=10, body_idle_s=15, body_grace_s=20, body_rate_bytes=500, body_s=300, send_s=30, keep_alive_s=75
)
CAPS = Caps(strangers=100, all=200, room=1000)
App = Callable[[Any, Any, Any], Awaitable[None]]


def no_first_look(scope: Any, *, keep_alive: bool) -> bytes | None:
    """Lets everybody in."""
    return None


class EdgeService:
    """One listening protocol. ``left`` counts the applications whose client left, ``refused`` the refusals' codes."""

    def __init__(
        self, app: App, *, caps: Caps = CAPS, trusted: tuple[str, ...] = (), both_families: bool = False, **terms: Any
    ) -> None:
        self.both_families = both_families
        self.clock = SettableClock()
        self.is_tight = False
        self.connections = Connections(caps, clock=self.clock)
        self.sweep = Sweep(self.connections, DEADLINES, clock=self.clock, is_tight=lambda: self.is_tight)
        self.refused: list[str] = []
        self.state = ServerState()
        self.config = Config(app, lifespan="off", log_config=None, access_log=False, ws="none")
        addresses = AddressResolver([ip_network(network) for network in trusted])
        self.terms = replace(
            Terms(
                connections=self.connections,
                trusts=addresses.trusts,
                first_look=no_first_look,
                header_bytes=4096,
                linger_s=10,
                proxy_protocol=False,
                random=Random(1),
                api_headers=lambda: [(b"x-seawall-class", b"C4")],
                refused=self.refused.append,
            ),
            **terms,
        )
        self.port = 0
        self.clients: list[Client] = []

    async def start(self) -> asyncio.Server:
        self.config.load()
        loop = asyncio.get_running_loop()
        both = self.both_families
        family = socket.AF_INET6 if both else socket.AF_INET
        listener = socket.create_server(("" if both else "127.0.0.1", 0), family=family, dualstack_ipv6=both)
        server = await loop.create_server(self._protocol, sock=listener)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def _protocol(self) -> EdgeProtocol:
        return EdgeProtocol(self.config, self.state, {}, terms=self.terms)

    async def pass_time(self, seconds: float, *, step_s: float = 1.0) -> None:
        """Lets the clock run and the sweep look, as both do while nothing else goes on."""
        while seconds > 0:
            # What was sent before is read before; each look lets the loop take what its looks bring about.
            await asyncio.sleep(0.005)
            self.clock.advance(min(step_s, seconds))
            self.sweep.look()
            seconds -= step_s
        await asyncio.sleep(0.005)

    async def client(self, opening: bytes = b"", host: str = "127.0.0.1", *, is_taken: bool = True) -> Client:
        """A connection that is accepted and has sent ``opening``; from another address of loopback if so wished."""
        before = self.connections.count
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(host, 0))
        if is_taken:
            await until(lambda: self.connections.count > before)
        client = Client(reader, writer)
        self.clients.append(client)
        await client.send(opening)
        return client


class Client:
    """A socket and what it read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> bytes:
        """Status line and headers."""
        async with asyncio.timeout(10):
            return await self.reader.readuntil(b"\r\n\r\n")

    async def answer(self) -> tuple[bytes, bytes]:
        """Head and body, where the length is told."""
        head = await self.head()
        length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))[15:])
        async with asyncio.timeout(10):
            return head, await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        """All that comes until the end. Raises ConnectionError where it is a reset."""
        async with asyncio.timeout(10):
            return await self.reader.read()

    async def is_cut(self) -> bool:
        """True when the connection ends without another byte, in order or by a reset."""
        try:
            return await self.rest() == b""
        except ConnectionError:
            return True

    async def close(self) -> None:
        """At once, without waiting for what is unsent."""
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


@asynccontextmanager
async def edge_service(app: App, **options: Any) -> AsyncGenerator[EdgeService]:
    """A service that listens; at the end nothing of it is left."""
    service = EdgeService(app, **options)
    server = await service.start()
    try:
        yield service
    finally:
        server.close()
        for client in service.clients:
            await client.close()
        await until(lambda: not service.state.connections and not service.state.tasks)
        await server.wait_closed()
