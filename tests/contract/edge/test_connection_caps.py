"""Who makes room for whom, on real sockets: all of 127.0.0.0/8 is loopback's, so that networks can be told apart."""

from __future__ import annotations

import gc
from typing import Any

from edge_service import edge_service
from patience import until
from seawall.edge.connections import SCOPE_KEY, Caps
from seawall.edge.protocol import EdgeProtocol

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
KNOWN = b"GET /known HTTP/1.1\r\nhost: x\r\n\r\n"
SMALL = Caps(strangers=3, all=5, room=7)


async def door(scope: Any, receive: Any, send: Any) -> None:
    """Knows who asks for ``/known``."""
    if scope["path"] == "/known":
        scope[SCOPE_KEY].known()
    body = scope["client"][0].encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


async def test_at_a_networks_cap_the_stranger_that_waited_longest_makes_room() -> None:
    async with edge_service(door, caps=SMALL) as service:
        first, second, third = [await service.client(GET, f"127.0.1.{number}") for number in (1, 2, 3)]
        for client in (first, second, third):
            await client.answer()
        await service.pass_time(2)
        await first.send(GET)
        await first.answer()
        newcomer = await service.client(GET, "127.0.1.4", is_taken=False)
        assert (await newcomer.answer())[1] == b"127.0.1.4"
        assert await second.is_cut()
        assert service.connections.count == 3


async def test_known_connections_stay_whatever_their_network_does() -> None:
    async with edge_service(door, caps=SMALL) as service:
        known = await service.client(KNOWN, "127.0.1.1")
        await known.answer()
        for _ in range(20):
            await service.client(b"GET / HT", "127.0.1.2", is_taken=False)
            await service.pass_time(2)
        await known.send(GET)
        assert (await known.answer())[1] == b"127.0.1.1"
        assert service.connections.count <= 4


async def test_honest_clients_that_come_in_the_same_moment_do_not_push_each_other_out() -> None:
    async with edge_service(door, caps=SMALL) as service:
        clients = [await service.client(b"", "127.0.1.1") for _ in range(5)]
        for client in clients:
            await client.send(GET)
            await client.answer()


async def test_a_network_all_of_whose_connections_are_known_is_full_at_its_second_cap() -> None:
    async with edge_service(door, caps=SMALL) as service:
        for _ in range(5):
            await (await service.client(KNOWN, "127.0.1.1")).answer()
        assert await (await service.client(GET, "127.0.1.1", is_taken=False)).is_cut()
        assert (await (await service.client(GET, "127.0.2.1")).answer())[1] == b"127.0.2.1"


async def test_where_descriptors_run_short_strangers_make_room_and_newcomers_enter() -> None:
    async with edge_service(door, caps=SMALL) as service:
        known = await service.client(KNOWN, "127.0.9.1")
        await known.answer()
        for number in range(20):
            newcomer = await service.client(GET, f"127.0.{10 + number}.1", is_taken=False)
            await newcomer.answer()
        assert service.connections.count <= 7
        await known.send(GET)
        await known.answer()


async def test_trusted_proxies_have_no_cap() -> None:
    async with edge_service(door, caps=SMALL, trusted=("127.0.1.0/24",)) as service:
        for _ in range(20):
            await (await service.client(GET, "127.0.1.1")).answer()
        assert service.connections.count == 20


async def test_a_place_is_given_back_when_a_connection_closes() -> None:
    async with edge_service(door, caps=SMALL) as service:
        for _ in range(20):
            client = await service.client(GET, "127.0.1.1")
            await client.answer()
            await client.close()
            await until(lambda: service.connections.count == 0)
        assert service.connections.evicted == 0


async def test_a_closed_connection_leaves_nothing_to_the_garbage_collector() -> None:
    async with edge_service(door) as service:
        gc.collect()
        gc.disable()
        try:
            for _ in range(5):
                client = await service.client(GET)
                await client.answer()
                await client.close()
                await until(lambda: service.connections.count == 0)
            # By type alone: isinstance asks each object for its class, and some of torch's answer with a warning.
            assert not any(issubclass(type(left), EdgeProtocol) for left in gc.get_objects())
        finally:
            gc.enable()


async def test_a_place_is_given_back_when_a_connection_becomes_another_protocols() -> None:
    async with edge_service(door) as service:
        service.config.ws_protocol_class = TakesOver  # type: ignore[assignment]
        hello = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
        client = await service.client(hello, is_taken=False)
        assert await client.rest() == b"taken over"
        assert service.connections.count == 0


class TakesOver:
    """A protocol to upgrade to: says that it is there, and ends."""

    def __init__(self, **_: object) -> None:
        pass

    def connection_made(self, transport: Any) -> None:
        transport.write(b"taken over")
        transport.close()

    def data_received(self, data: bytes) -> None:
        pass

    def connection_lost(self, exc: Exception | None) -> None:
        pass
