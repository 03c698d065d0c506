"""The PROXY protocol on real sockets: whom a trusted proxy announces is the client."""

from __future__ import annotations

import struct
from ipaddress import ip_address
from typing import Any

import pytest

from edge_service import edge_service
from seawall.edge.connections import Caps
from seawall.edge.proxy_protocol import SIGNATURE_V2

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
TRUSTED: dict[str, Any] = {"trusted": ("127.0.0.0/8",), "proxy_protocol": True}


def v2(address: str, command: int = 0x21) -> bytes:
    ip = ip_address(address)
    addresses = ip.packed * 2 + struct.pack("!HH", 40_000, 80)
    return SIGNATURE_V2 + struct.pack("!BBH", command, 0x11 if ip.version == 4 else 0x21, len(addresses)) + addresses


async def who(scope: Any, receive: Any, send: Any) -> None:
    body = ":".join(map(str, scope["client"])).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize(
    ("announcement", "client"),
    [
        (b"PROXY TCP4 203.0.113.7 192.0.2.1 40000 80\r\n", b"203.0.113.7:40000"),
        (b"PROXY TCP6 2001:db8::7 2001:db8::1 40000 80\r\n", b"2001:db8::7:40000"),
        (v2("203.0.113.7"), b"203.0.113.7:40000"),
        (v2("2001:db8::7"), b"2001:db8::7:40000"),
        (v2("::ffff:203.0.113.7"), b"203.0.113.7:40000"),
    ],
    ids=["v1 IPv4", "v1 IPv6", "v2 IPv4", "v2 IPv6", "IPv4 in IPv6"],
)
@pytest.mark.parametrize("at_once", [True, False], ids=["whole", "byte by byte"])
async def test_the_announced_address_is_the_client(announcement: bytes, client: bytes, at_once: bool) -> None:
    async with edge_service(who, **TRUSTED) as service:
        socket = await service.client()
        for part in (announcement + GET,) if at_once else (bytes([byte]) for byte in announcement + GET):
            await socket.send(part)
        assert (await socket.answer())[1] == client
        await socket.send(GET)
        assert (await socket.answer())[1] == client


async def test_an_ipv4_proxy_is_known_on_a_socket_of_both_families() -> None:
    async with edge_service(who, **TRUSTED, both_families=True) as service:
        socket = await service.client(v2("203.0.113.7") + GET)
        assert (await socket.answer())[1] == b"203.0.113.7:40000"


async def test_tls_before_the_proxy_makes_the_scheme_https() -> None:
    async def scheme(scope: Any, receive: Any, send: Any) -> None:
        body = scope["scheme"].encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})

    said = bytearray(v2("203.0.113.7") + b"\x20\x00\x05\x01\x00\x00\x00\x00")
    said[15] += 8
    async with edge_service(scheme, **TRUSTED) as service:
        assert (await (await service.client(bytes(said) + GET)).answer())[1] == b"https"
        assert (await (await service.client(v2("203.0.113.7") + GET)).answer())[1] == b"http"


@pytest.mark.parametrize("announcement", [b"PROXY UNKNOWN\r\n", v2("203.0.113.7", 0x20)], ids=["v1", "v2"])
async def test_a_proxy_that_speaks_for_itself_is_itself_the_client(announcement: bytes) -> None:
    async with edge_service(who, **TRUSTED) as service:
        socket = await service.client(announcement + GET)
        assert (await socket.answer())[1].startswith(b"127.0.0.1:")


@pytest.mark.parametrize("opening", [GET, b"PROXY TCP4 nonsense\r\n" + GET, SIGNATURE_V2 + b"\x31\x11\x00\x0c" + GET])
async def test_a_trusted_proxy_that_announces_nobody_is_cut_off(opening: bytes) -> None:
    async with edge_service(who, **TRUSTED) as service:
        assert await (await service.client(opening, is_taken=False)).is_cut()


async def test_a_stranger_cannot_announce_anybody() -> None:
    async with edge_service(who, trusted=("127.0.1.0/24",), proxy_protocol=True) as service:
        socket = await service.client(b"PROXY TCP4 203.0.113.7 192.0.2.1 40000 80\r\n" + GET, is_taken=False)
        assert (await socket.head()).startswith(b"HTTP/1.1 400")
        plain = await service.client(GET)
        assert (await plain.answer())[1].startswith(b"127.0.0.1:")


async def test_an_announcement_that_does_not_come_has_the_headers_deadline() -> None:
    async with edge_service(who, **TRUSTED) as service:
        socket = await service.client(b"PROXY TCP4 ")
        await service.pass_time(12)
        assert await socket.is_cut()


async def test_the_announced_networks_are_what_is_capped() -> None:
    async with edge_service(who, caps=Caps(strangers=2, all=2, room=100), **TRUSTED) as service:
        one = [await service.client(v2("203.0.113.7") + GET) for _ in range(2)]
        other = await service.client(v2("198.51.100.9") + GET)
        for socket in (*one, other):
            await socket.answer()
        await service.pass_time(2)
        third = await service.client(v2("203.0.113.8") + GET, is_taken=False)
        await third.answer()
        assert await one[0].is_cut()
        await other.send(GET)
        await other.answer()
