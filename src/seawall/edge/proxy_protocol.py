"""The PROXY protocol: a balancer's word on whose connection it passes on. Knows its bytes; trusts nobody by itself.

After HAProxy's proxy-protocol.txt (2020/03/05), versions 1 (a line of text) and 2 (binary).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from seawall.edge.address import plain

SIGNATURE_V2 = b"\r\n\r\n\x00\r\nQUIT\n"
_PREFIX_V1 = b"PROXY "
# "The maximum line lengths the receiver must support including the CRLF", section 2.1.
_LINE_V1 = 107
_HEAD_V2 = 16
# Addresses take 36 bytes at most; the rest are TLVs, which senders keep small. Section 2.2 lets 65,535 be announced.
_BLOCK_V2 = 2048
_LOCAL, _PROXY = 0x20, 0x21
_STREAM_V4, _STREAM_V6 = 0x11, 0x21
# PP2_TYPE_SSL, and in its first byte PP2_CLIENT_SSL: HAProxy sends it with `send-proxy-v2-ssl`.
_TLS, _OVER_TLS = 0x20, 0x01


class BrokenAnnouncement(Exception):
    """What came is no PROXY header. The connection is closed: who speaks wrongly here is not the balancer we trust."""


@dataclass(frozen=True, slots=True)
class Announced:
    """``client`` is the address and port that were announced; None where the balancer speaks for itself (its health
    checks) or does not know. ``rest`` is what came behind the header; ``is_tls`` where the client is said to have
    come over TLS.
    """

    client: tuple[str, int] | None
    rest: bytes
    is_tls: bool = False


class Announcement:
    """A PROXY header on its way in."""

    def __init__(self) -> None:
        self._came = b""

    def feed(self, data: bytes) -> Announced | None:
        """Takes what came; None until the header is whole. Raises BrokenAnnouncement."""
        self._came += data
        came = self._came
        if _agrees(came, SIGNATURE_V2):
            return _version_2(came)
        if _agrees(came, _PREFIX_V1):
            return _version_1(came)
        raise BrokenAnnouncement


def _agrees(came: bytes, start: bytes) -> bool:
    """True while ``came`` may still become, or is, something that begins with ``start``."""
    return came.startswith(start) or start.startswith(came)


def _version_1(came: bytes) -> Announced | None:
    end = came.find(b"\r\n", 0, _LINE_V1)
    if end < 0:
        if len(came) >= _LINE_V1:
            raise BrokenAnnouncement
        return None
    rest = came[end + 2 :]
    words = came[:end].split(b" ")
    if words[1] == b"UNKNOWN":
        return Announced(None, rest)
    if len(words) != 6 or words[1] not in (b"TCP4", b"TCP6"):
        raise BrokenAnnouncement
    try:
        source, target, source_port, target_port = (word.decode("ascii") for word in words[2:])
        address = _address(source, v6=words[1] == b"TCP6")
        _address(target, v6=words[1] == b"TCP6")
        _port(target_port)
        return Announced((address, _port(source_port)), rest)
    except ValueError:
        raise BrokenAnnouncement from None


def _address(text: str, *, v6: bool) -> str:
    return plain(IPv6Address(text) if v6 else IPv4Address(text))


def _port(text: str) -> int:
    """Raises ValueError for what is no port, such as a number with a sign or a blank."""
    if not text.isdigit() or len(text) > 5 or int(text) > 65535:
        raise ValueError
    return int(text)


def _version_2(came: bytes) -> Announced | None:
    if len(came) < _HEAD_V2:
        return None
    command, family, length = struct.unpack_from("!BBH", came, len(SIGNATURE_V2))
    if command not in (_LOCAL, _PROXY) or length > _BLOCK_V2:
        raise BrokenAnnouncement
    end = _HEAD_V2 + length
    if len(came) < end:
        return None
    rest = came[end:]
    if command == _LOCAL:
        return Announced(None, rest)
    if family == _STREAM_V4 and length >= 12:
        address, port_at = str(IPv4Address(came[16:20])), 24
    elif family == _STREAM_V6 and length >= 36:
        address, port_at = plain(IPv6Address(came[16:32])), 48
    elif family == 0:  # AF_UNSPEC: the receiver "must use the real connection endpoints".
        return Announced(None, rest)
    else:
        raise BrokenAnnouncement
    (port,) = struct.unpack_from("!H", came, port_at)
    return Announced((address, port), rest, _says_tls(came[port_at + 4 : end]))


def _says_tls(extensions: bytes) -> bool:
    """From the fields behind the addresses: a type, a length of two bytes, a value. What is cut short says nothing."""
    while len(extensions) > 3:
        kind, length = struct.unpack_from("!BH", extensions)
        if kind == _TLS:
            return bool(extensions[3] & _OVER_TLS)
        extensions = extensions[3 + length :]
    return False
