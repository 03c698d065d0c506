"""PROXY headers as bytes."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seawall.edge.proxy_protocol import SIGNATURE_V2, Announced, Announcement, BrokenAnnouncement

V1 = b"PROXY TCP4 203.0.113.7 192.0.2.1 40000 80\r\n"
V4 = bytes([203, 0, 113, 7, 192, 0, 2, 1]) + struct.pack("!HH", 40_000, 80)


def v2(block: bytes, command: int = 0x21, family: int = 0x11, length: int | None = None) -> bytes:
    return SIGNATURE_V2 + struct.pack("!BBH", command, family, len(block) if length is None else length) + block


@given(st.sampled_from([V1, v2(V4)]), st.binary(max_size=50), st.integers(0, 100))
def test_it_is_read_in_whatever_parts_it_comes_and_nothing_behind_it_is_lost(
    header: bytes, rest: bytes, cut: int
) -> None:
    announcement = Announcement()
    first, second = (header + rest)[:cut], (header + rest)[cut:]
    found = announcement.feed(first)
    behind = second
    if found is None:
        found, behind = announcement.feed(second), b""
    assert found is not None
    assert found.client == ("203.0.113.7", 40_000)
    assert found.rest + behind == rest


def test_extensions_of_version_2_are_skipped() -> None:
    assert Announcement().feed(v2(V4 + b"\x04\x00\x01x") + b"GET") == Announced(("203.0.113.7", 40_000), b"GET")


@pytest.mark.parametrize(
    ("extensions", "is_tls"),
    [
        (b"\x20\x00\x05\x01\x00\x00\x00\x00", True),
        (b"\x04\x00\x01x\x20\x00\x05\x01\x00\x00\x00\x00", True),
        (b"\x20\x00\x05\x00\x00\x00\x00\x00", False),
        (b"\x04\x00\x01x", False),
        (b"\x20\x00", False),
        (b"\x04\xff\xff\x20\x00\x01\x01", False),
    ],
)
def test_version_2_may_tell_that_the_client_came_over_tls(extensions: bytes, is_tls: bool) -> None:
    found = Announcement().feed(v2(V4 + extensions))
    assert found == Announced(("203.0.113.7", 40_000), b"", is_tls)


def test_a_connection_of_no_known_family_is_the_balancers_own() -> None:
    assert Announcement().feed(v2(b"", family=0)) == Announced(None, b"")


@pytest.mark.parametrize(
    "broken",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"PROXY\r\n\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 40000\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 40000 80 9\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 65536 80\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 -1 80\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 +1 80\r\n",
        b"PROXY TCP4 2001:db8::7 2001:db8::1 1 80\r\n",
        b"PROXY TCP6 203.0.113.7 192.0.2.1 1 80\r\n",
        b"PROXY UDP4 203.0.113.7 192.0.2.1 1 80\r\n",
        b"PROXY TCP4 \xff 192.0.2.1 1 80\r\n",
        b"PROXY TCP4 " + b"1" * 100,
        v2(V4, command=0x22),
        v2(V4, command=0x11),
        v2(V4, family=0x12),
        v2(V4[:11]),
        v2(V4, family=0x21),
        v2(V4, length=2049),
    ],
)
def test_what_is_no_announcement_is_refused(broken: bytes) -> None:
    with pytest.raises(BrokenAnnouncement):
        Announcement().feed(broken)


@given(st.binary(max_size=300))
@example(SIGNATURE_V2)
def test_no_bytes_bring_it_down(data: bytes) -> None:
    announcement = Announcement()
    try:
        found = announcement.feed(data)
    except BrokenAnnouncement:
        return
    assert found is None or found.client is None or ":" in found.client[0] or "." in found.client[0]
